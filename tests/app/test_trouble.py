import errno
import logging
import os
import sqlite3

import pytest

from mdtickets.app.trouble import Trouble, sentence_of
from mdtickets.errors import TryAgainError

FULL = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/srv/support/tickets")


@pytest.fixture(autouse=True)
def _all_levels(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "mdtickets")


def test_the_pauses_grow_to_a_minute() -> None:
    """A machine that cannot is asked later and later, but at least once a minute."""
    trouble = Trouble("filing")
    pauses = []
    for _ in range(8):
        trouble.meet("No space left on device")
        pauses.append(trouble.wait)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_the_same_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    """A log of a night with a full disk has one line for it, and one for its end."""
    trouble = Trouble("filing")
    for sentence in ("disk full", "disk full", "git is locked", "disk full"):
        trouble.meet(sentence)
    trouble.end()
    trouble.end()
    assert caplog.messages == [
        "filing: disk full",
        "filing: git is locked",
        "filing: disk full",
        "filing: works again",
    ]
    assert (trouble.sentence, trouble.wait) == ("", 0)


@pytest.mark.parametrize("error", [FULL, TryAgainError("Not now."), sqlite3.OperationalError("disk I/O error")])
def test_what_a_machine_does_is_one_line(caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    """Nobody needs to see where in the program a disk was full."""
    Trouble("filing").meet(sentence_of(error), error)
    assert [record.exc_info for record in caplog.records] == [None]


def test_a_mistake_of_ours_tells_where_it_happened(caplog: pytest.LogCaptureFixture) -> None:
    """What nobody foresaw can only be mended when its place is known."""
    error = KeyError("number")
    Trouble("filing").meet(sentence_of(error), error)
    assert [bool(record.exc_info) for record in caplog.records] == [True]
    assert caplog.messages == ["filing: KeyError: 'number'"]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (FULL, "No space left on device"),
        (PermissionError(errno.EACCES, "Permission denied", "a/b"), "Permission denied (a/b)"),
        (TryAgainError("It is locked.", "Wait."), "It is locked. Wait."),
        (sqlite3.OperationalError("disk I/O error"), "OperationalError: disk I/O error"),
    ],
)
def test_a_sentence_names_what_matters(error: Exception, expected: str) -> None:
    """The file when that is the news, no file when the whole disk is."""
    assert sentence_of(error) == expected
