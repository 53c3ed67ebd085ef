"""Checking the full text: whether its files are, byte for byte, what was written, and whether it has all tickets."""

from collections.abc import Callable, Iterator
from contextlib import closing, suppress

from mdtickets.app.full_text import make_anew
from mdtickets.app.session import Session
from mdtickets.domain.model import Problem
from mdtickets.errors import RefusedError, TryAgainError
from mdtickets.store.index import UnusableIndexError, condemn, open_index, writing
from mdtickets.store.index_state import UP_TO_DATE, directory_of, state_of
from mdtickets.store.indexing import all_numbers

Progress = Callable[[int, int], None]

_PATIENCE = 10.0  # seconds for whoever writes it
_ANEW = "it is made anew by fsck --repair, reindex, a running daemon, or in a small store by the next search"


def check_full_text(session: Session) -> Iterator[Problem]:
    """What is wrong with the full text. It answers no more then, until it is made anew. Reads all of its files."""
    state = state_of(session.layout, session.catalog).state
    if state == "tracked":
        yield _problem(session, "", "git tracks it, so it is not opened: it may run programs. Take it out of git")
    # a missing one, or one of another version, is no fault: it is made when somebody asks
    if state in {"missing", "outdated", "tracked"}:
        return
    try:
        with writing(session.layout, session.disk, wait=_PATIENCE):
            problems = list(_wrong(session))
    except TryAgainError:
        yield _problem(session, "", "somebody writes it; it was not checked")
        return
    if problems:
        condemn(session.layout, problems[0].problem)
    yield from problems


def mend_full_text(session: Session, progress: Progress | None = None) -> Iterator[str]:
    """Make it anew; says so when it is done. Nothing is done where git tracks it, or while somebody writes."""
    with suppress(RefusedError, TryAgainError):
        yield f"full text made anew from {make_anew(session, progress):,} articles"


def _wrong(session: Session) -> Iterator[Problem]:
    try:
        with closing(open_index(session.layout)) as index:
            for name in index.torn_files():
                yield _problem(session, name, f"is not what was written; {_ANEW}")
            # asked again: somebody may have brought it up to date
            if state_of(session.layout, session.catalog).state == UP_TO_DATE:
                known = set(index.all_numbers())
                if known != set(all_numbers(session.layout)):
                    yield _problem(session, "", f"does not have the tickets that there are; {_ANEW}")
    except UnusableIndexError as error:
        yield _problem(session, "", f"is damaged ({error}); {_ANEW}")


def _problem(session: Session, name: str, problem: str) -> Problem:
    return Problem(path=session.layout.relative(directory_of(session.layout) / name), line=None, problem=problem)
