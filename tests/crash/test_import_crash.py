"""Import is stopped at every durable operation, run again, and must end as if it had never stopped."""

import shutil
from pathlib import Path

import pytest

from mdtickets.app import importing
from mdtickets.app.importing import import_mails, usual_ticket
from mdtickets.app.session import Session
from mdtickets.domain.states import State
from tests.cli.test_import import SHORT, letter
from tests.stops import do_in, each_stop
from tests.world import check_whole, make_world, tree

_MAILS = (SHORT, letter("d-e", "Re: [Ticket#1000123] Which cable?", 5))


def _prepare(place: Path) -> None:
    """A thread whose number is not kept: its ticket has one of ours, and remembers the other."""
    make_world(place)
    (place / "old").mkdir()
    for which, each in enumerate(_MAILS):
        (place / "old" / f"{which}.eml").write_bytes(each)


def _import(session: Session) -> None:
    usual = usual_ticket(session, "", State.CLOSED_SUCCESSFUL)
    done = import_mails(session, [session.layout.root.parent / "old"], usual)
    assert (done.mails, done.skipped, done.postponed) == (len(_MAILS), [], "")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_stop_ends_in_the_same_tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Same tickets with the same numbers, same cards, all of it committed, wherever it stopped."""
    monkeypatch.setattr(importing, "_MOST_MAILS", 1)  # so that it stops between slices, too
    before, after = tmp_path / "before", tmp_path / "after"
    _prepare(before)
    shutil.copytree(before, after, symlinks=True)
    do_in(after, _import)
    expected = tree(after)
    stops = 0
    for place in each_stop(before, tmp_path / "stops", _import):
        do_in(place, _import)
        assert expected == tree(place), f"stop {stops}"
        check_whole(place)
        stops += 1
    assert stops > 25
