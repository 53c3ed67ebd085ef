"""The text in queries: which tickets each leaf is found in, by the full text, or without it by what the catalog knows."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from mdtickets.app.full_text import FullText, full_text
from mdtickets.app.session import Session
from mdtickets.domain.query import Text
from mdtickets.store.index import Index, UnusableIndexError
from mdtickets.store.index_wanted import MOST_OF_PREFIX
from mdtickets.store.query_words import named_by, titled

Progress = Callable[[int, int], None]

_WHY = {
    "missing": "There is no full text index yet",
    "outdated": "Another version made the full text index",
    "damaged": "The full text index is damaged",
    "busy": "The full text index is being made",
}
_WITHOUT = "only titles, subjects, senders, customers and numbers were searched."
_CUT = f"more than {MOST_OF_PREFIX:,} words begin so; only the commonest were looked for."
_HINT = "A running daemon makes it, or `mdtickets reindex`."


class Texts(Struct, frozen=True, kw_only=True):
    """What was found for leaves of text, by which index (None: by none), and what the answer does not rest on."""

    found: dict[Text, frozenset[str]]
    index: Index | None = None
    remarks: tuple[str, ...] = ()


def find_texts(session: Session, leaves: Sequence[Text], progress: Progress | None = None) -> Texts:
    """The tickets of each leaf. Raises RefusedError when git tracks the index."""
    if not leaves:
        return Texts(found={})
    known = full_text(session, progress)
    if known.index is None:
        return _without_index(session, leaves, known.state.state)
    try:
        found = {leaf: frozenset(known.index.tickets(leaf) | named_by(session.catalog, leaf)) for leaf in leaves}
        cut = tuple(f"{leaf.text}*: {_CUT}" for leaf in leaves if known.index.is_cut(leaf))
    except UnusableIndexError as error:
        return _without_index(session, leaves, error.reason)
    return Texts(found=found, index=known.index, remarks=(*_behind(known), *cut))


def remarks_on(known: FullText) -> tuple[str, ...]:
    """What an answer by this full text, or without it, does not rest on."""
    return _behind(known) if known.index else (_why_without(known.state.state),)


def _behind(known: FullText) -> tuple[str, ...]:
    behind = known.state.behind
    if not behind:
        return ()
    return (f"the full text of {behind:,} ticket{'s is' if behind > 1 else ' is'} not as it is now. {_HINT}",)


def _without_index(session: Session, leaves: Sequence[Text], state: str) -> Texts:
    found = {leaf: frozenset(titled(session.catalog, leaf) | named_by(session.catalog, leaf)) for leaf in leaves}
    return Texts(found=found, remarks=(_why_without(state),))


def _why_without(state: str) -> str:
    return f"{_WHY.get(state, state)}: {_WITHOUT} {_HINT}"
