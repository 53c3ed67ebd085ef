"""The text in queries: which tickets each leaf is found in."""

from collections.abc import Sequence

from msgspec import Struct

from mdtickets.app.session import Session
from mdtickets.domain.query import Text
from mdtickets.store.query_words import named_by, titled


class Texts(Struct, frozen=True, kw_only=True):
    """What was found for leaves of text, and what the answer does not rest on."""

    found: dict[Text, frozenset[str]]
    remarks: tuple[str, ...] = ()


def find_texts(session: Session, leaves: Sequence[Text]) -> Texts:
    """The tickets of each leaf."""
    found = {leaf: frozenset(titled(session.catalog, leaf) | named_by(session.catalog, leaf)) for leaf in leaves}
    return Texts(found=found)
