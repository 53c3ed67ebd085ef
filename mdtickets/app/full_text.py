"""The full text, kept true: it follows the catalog, and is made anew where it is missing, torn or of another version.

Who searches does a little of it himself; much is the daemon's work, or `reindex`'s. Filing never waits for it: the
lock of whoever writes the index is one of its own.
"""

import logging
from collections.abc import Callable
from contextlib import suppress

from msgspec import Struct

from mdtickets.app.full_text_parts import make_in_parts
from mdtickets.app.session import Session
from mdtickets.errors import RefusedError, TryAgainError
from mdtickets.mail.attachment_text import Parsers
from mdtickets.store.index import Index, UnusableIndexError, condemn, make_index, open_index, writing
from mdtickets.store.index_following import begin_following, changes, done, is_followed, numbers_behind
from mdtickets.store.index_state import IndexState, count_behind, state_of

log = logging.getLogger("mdtickets")

Progress = Callable[[int, int], None]

_FEW = 30  # tickets that whoever searches brings in himself: a quarter of a second
_SMALL = 300  # tickets of a store whose index whoever searches makes anew: two seconds
_ROUND = 2000  # tickets of one commit, some 4,000 articles: a segment that is never merged, 250 MB of memory
_SHORT_ROUND = 100  # the same where others want to go on: half a second
_MANY_SEGMENTS = 40  # from which on whoever searches merges what is due
_REFUSED = (
    "Git tracks files of .mdtickets/, which are this machine's own: the full text is not opened, it may run programs.",
    "Take them out: git rm -r --cached .mdtickets, and commit.",
)


class FullText(Struct, frozen=True, kw_only=True):
    """The full text as it can be asked now. `index` is None when there is none, and `state` says why."""

    index: Index | None
    state: IndexState


def full_text(session: Session, progress: Progress | None = None) -> FullText:
    """The full text for a question: brought up to date where that is quick, else as it is, and `state` says how far.

    Raises RefusedError when git tracks it.
    """
    state = state_of(session.layout, session.catalog)
    if state.state == "tracked":
        raise RefusedError(*_REFUSED)
    # somebody writes, and brings it up to date himself; or nobody can write here now, and there is what there is
    with suppress(TryAgainError, OSError):
        if state.answers and 0 < state.behind <= _FEW:
            _bring_up_to_date(session)
        elif not state.answers and state.behind <= _SMALL:
            make_anew(session, progress)
    return _open(session)


def catch_up(session: Session, stop: Callable[[], bool] | None = None) -> int:
    """Bring the index up to date in short rounds, from nothing where it must be; returns how many tickets it took.

    For the daemon, which may `stop` between two rounds. Raises TryAgainError while somebody else writes.
    """
    total = 0
    with writing(session.layout, session.disk), Parsers() as parser:
        index = _open_or_make(session)
        try:
            while not (stop and stop()) and (count := _round(session, index, _round_size(session), parser)):
                total += count
            if not (stop and stop()):
                index.merge()
        except UnusableIndexError as error:
            _condemn(session, error)
            raise
        finally:
            index.close()
    return total


def make_anew(session: Session, progress: Progress | None = None) -> int:
    """Make the index anew from the files; returns how many articles it has. Raises TryAgainError, RefusedError."""
    return _write(session, _make, progress, merge=False)


def make_up_to_date(session: Session, progress: Progress | None = None) -> int:
    """The same for what changed, and anew where it must be. Segments that are due are merged."""
    return _write(session, _open_or_make, progress, merge=True)


def full_text_as_it_is(session: Session) -> FullText:
    """The full text without any work on it: for a hint that nobody waits for."""
    return _open(session)


def _bring_up_to_date(session: Session) -> None:
    with suppress(UnusableIndexError):
        _write(session, _open_or_make, None, merge=False)


def _write(session: Session, opened: Callable[[Session], Index], progress: Progress | None, *, merge: bool) -> int:
    with writing(session.layout, session.disk):
        index = opened(session)
        try:
            _catch_up(session, index, progress)
            if merge or index.segments > _MANY_SEGMENTS:
                index.merge()
        except UnusableIndexError as error:
            _condemn(session, error)
            raise
        else:
            return index.articles
        finally:
            index.close()


def _open(session: Session) -> FullText:
    try:
        index = open_index(session.layout)
    except UnusableIndexError as error:
        _condemn(session, error)
        return FullText(index=None, state=state_of(session.layout, session.catalog))
    return FullText(index=index, state=state_of(session.layout, session.catalog))


def _condemn(session: Session, error: UnusableIndexError) -> None:
    if error.reason == "damaged":
        condemn(session.layout, str(error))


def _open_or_make(session: Session) -> Index:
    try:
        index = open_index(session.layout)
    except UnusableIndexError as error:
        if error.reason == "tracked":
            raise RefusedError(*_REFUSED) from error
        log.info("the full text is made anew: %s", error)
        return _make(session)
    if not is_followed(session.catalog, index):
        begin_following(session.catalog, index)
    return index


def _make(session: Session) -> Index:
    try:
        index = make_index(session.layout, session.disk)
    except UnusableIndexError as error:
        raise RefusedError(*_REFUSED) from error
    begin_following(session.catalog, index)
    return index


def _catch_up(session: Session, index: Index, progress: Progress | None) -> None:
    total = count_behind(session.catalog)

    def show(count: int) -> None:
        if progress:
            progress(min(count, total), total)

    # what is left then came meanwhile, or one of the processes failed
    count = make_in_parts(session, index, _ROUND, show)
    with Parsers() as parser:
        while taken := _round(session, index, _ROUND, parser):
            count += taken
            show(count)


def _round(session: Session, index: Index, most: int, parser: Parsers) -> int:
    numbers = numbers_behind(session.catalog, most)
    if numbers:
        has = index.write(changes(session.layout, session.catalog, index, numbers, parser))
        done(session.catalog, has)
    return len(numbers)


def _round_size(session: Session) -> int:
    return _ROUND if count_behind(session.catalog) > _ROUND else _SHORT_ROUND
