"""The index under kills, a full disk, readers and other writers: it opens again, and has all that was acknowledged."""

import os
import random
import resource
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mdtickets.domain.query import Word
from mdtickets.store.durable import Disk
from mdtickets.store.index import open_index, writing
from mdtickets.store.layout import Layout
from tests.store.index_world import addition, new_index, text, which

# MDTICKETS_KILLS=100 is what is promised; ten show that it still holds
KILLS = int(os.environ.get("MDTICKETS_KILLS", "10"))
_WORDS = "Kabel Stecker Toner Drucker Rechnung Vertrag Lizenz Fehler Monitor Tastatur".split()


def _in_child(work: Callable[[int], None]) -> tuple[int, int]:
    """Do the work in a process of its own: its id, and where it writes to with the descriptor that it gets."""
    reading, written = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(written)
        except BaseException:  # noqa: BLE001  # the child must not go on as a second pytest
            os._exit(1)
        os._exit(0)
    os.close(written)
    return child, reading


def _read_all(descriptor: int) -> list[int]:
    data = b""
    while more := os.read(descriptor, 65536):
        data += more
    os.close(descriptor)
    return [int(line) for line in data.split()]


def _body(which: int) -> str:
    return f"{_WORDS[which % len(_WORDS)]} Nummer{which}"


def _write_on(layout: Layout, first: int, most: int = 10_000) -> Callable[[int], None]:
    """One ticket after another, each acknowledged when it is written; what is due is merged."""

    def work(acknowledge: int) -> None:
        for ticket in range(first, first + most):
            with writing(layout, Disk(), wait=None):
                index = open_index(layout)
                index.write(addition(text(ticket, _body(ticket))))
                if ticket % 5 == 4:
                    index.merge()
                index.close()
            os.write(acknowledge, f"{ticket}\n".encode())

    return work


def _has_all(layout: Layout, acknowledged: set[int]) -> bool:
    index = open_index(layout)
    try:
        found = {each for word in _WORDS for each in which(index.tickets(Word(word)))}
        return acknowledged <= found and index.articles >= len(acknowledged)
    finally:
        index.close()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_killed_in_a_commit_it_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    """However often; nothing is locked, and no litter stays."""
    new_index(tmp_path).close()
    layout = Layout(tmp_path)
    chance = random.Random(7)
    acknowledged: set[int] = set()
    for kill in range(KILLS):
        child, pipe = _in_child(_write_on(layout, kill * 1000))
        time.sleep(chance.uniform(0.02, 0.3))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        acknowledged.update(_read_all(pipe))
        assert _has_all(layout, acknowledged), f"after kill {kill + 1}"
    with writing(layout, Disk()):
        index = open_index(layout)
        index.write(addition(text(999_999, "Kabel")))
        index.close()
    directory = tmp_path / ".mdtickets" / "index"
    left = {path.name for path in directory.iterdir() if path.suffix not in {".seg", ".toc"}}
    assert left <= {"sums", "words.sqlite", "words.sqlite-wal", "words.sqlite-shm"}
    assert len(list(directory.glob("*.toc"))) == 1


def test_readers_see_no_errors_while_somebody_writes(tmp_path: Path) -> None:
    """They open it again and again, and it never goes backwards."""
    new_index(tmp_path).close()
    layout = Layout(tmp_path)
    child, pipe = _in_child(_write_on(layout, 0, most=25))
    seen = 0
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        index = open_index(layout)
        count = sum(len(index.tickets(Word(word))) for word in _WORDS)
        index.close()
        assert count >= seen
        seen = count
    assert len(_read_all(pipe)) == 25
    assert _has_all(layout, set(range(25)))


def test_two_writers_take_turns(tmp_path: Path) -> None:
    """Both get everything in."""
    new_index(tmp_path).close()
    layout = Layout(tmp_path)
    children = [_in_child(_write_on(layout, first, most=12)) for first in (0, 1000)]
    acknowledged = {each for _child, pipe in children for each in _read_all(pipe)}
    assert [os.waitpid(child, 0)[1] for child, _pipe in children] == [0, 0]
    assert len(acknowledged) == 24
    assert _has_all(layout, acknowledged)


def test_a_full_disk_leaves_the_index_as_it_was(tmp_path: Path) -> None:
    """The writer is told so, questions are answered, and with room it goes on."""
    index = new_index(tmp_path, [text(1, "Kabel")])
    index.close()
    layout = Layout(tmp_path)

    def fill(report: int) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (128 << 10, resource.RLIM_INFINITY))
        with writing(layout, Disk()):
            full = open_index(layout)
            try:
                full.write(
                    addition(
                        *(text(each, " ".join(f"Toner{each}x{more}" for more in range(200))) for each in range(2, 60))
                    )
                )
            except OSError:
                os.write(report, b"1\n")

    child, pipe = _in_child(fill)
    assert _read_all(pipe) == [1]
    assert os.waitpid(child, 0)[1] == 0
    index = open_index(layout)
    assert (which(index.tickets(Word("kabel"))), index.tickets(Word("toner"))) == ([1], set())
    with writing(layout, Disk()):
        index.write(addition(text(2, "Toner")))
    assert which(index.tickets(Word("toner"))) == [2]
    index.close()
