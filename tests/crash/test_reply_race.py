"""The same agent presses `reply` on several terminals at the same moment: one answer leaves, the others are refused."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app import answering, drafting
from mdtickets.domain.answer import Ending
from mdtickets.domain.event import What
from mdtickets.errors import RefusedError
from tests.app.desk_world import FIRST, anna, files_of, make_desk
from tests.world import git, open_world

_TERMINALS = 4
_SENT, _REFUSED = 0, 7


def _reply(root: Path, text: str, *, begun: Callable[[], object], again: bool) -> int:
    """What `reply -m` does, with a moment between beginning and sending; how it ended."""
    with closing(open_world(root)) as session:
        draft = drafting.begin_reply(session, anna(session), FIRST, drafting.Wish(), text)
        begun()
        seen = answering.review(session, anna(session), FIRST, draft, named=frozenset()).seen
        reply = answering.Reply(session=session, draft=draft, ending=Ending(is_open=True), seen=seen, again=again)
        try:
            answering.send_reply(session, anna(session), FIRST, reply).finish()
        except RefusedError:
            return _REFUSED
    return _SENT


def _on_terminals(root: Path, *, again: bool = False) -> list[int]:
    """How each of them ended: all have begun before one sends."""
    are_ready, i_am_ready = os.pipe()
    wait_for_go, go = os.pipe()

    def begun() -> None:
        os.write(i_am_ready, b"x")
        os.read(wait_for_go, 1)

    children = []
    for terminal in range(_TERMINALS):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = _reply(root, f"Answer {terminal}.", begun=begun, again=again)
            finally:
                os._exit(code)
        children.append(child)
    for _each in children:
        os.read(are_ready, 1)
    os.write(go, b"g" * _TERMINALS)
    return sorted(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children)


def _answers(root: Path) -> int:
    with closing(open_world(root)) as session:
        return sum(event.what == What.ANSWERED for event in files_of(session, FIRST).events)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("again", "leave"), [(False, 1), (True, _TERMINALS)], ids=["refused", "again"])
def test_one_of_them_leaves(tmp_path: Path, *, again: bool, leave: int) -> None:
    """Who comes second is refused, for he has not seen the first one; --again sends them all."""
    root = make_desk(tmp_path)
    assert _on_terminals(root, again=again) == [_SENT] * leave + [_REFUSED] * (_TERMINALS - leave)
    assert _answers(root) == leave
    assert git(root, "status", "--porcelain") == ""
