"""File names of articles: `20261124T101500Z-3f2a9c1d-customer.eml`. Nothing of them was written by a stranger."""

import re
from datetime import UTC, datetime
from functools import lru_cache

from msgspec import Struct

from mdtickets.domain.model import ArticleKind

_SHORT, _LONG = 8, 16
_NAME = re.compile(
    r"(?P<at>(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d))Z-(?P<digest>[0-9a-f]{8,64})-(?P<kind>[a-z]+)\.(?P<suffix>eml|md)",
    re.ASCII,
)
_TIME = "%Y%m%dT%H%M%SZ"
_KINDS = frozenset(kind.value for kind in ArticleKind)
_NO_NOTES = frozenset({"ticket.md"})
_LONGEST = 200  # bytes, so that a temporary name still fits


class ArticleName(Struct, frozen=True, kw_only=True):
    """What the name of an article says."""

    at: datetime  # UTC: of receipt for a mail that came in, of writing for the rest
    digest: str  # first hex digits of the SHA-256 of its bytes
    kind: ArticleKind
    suffix: str  # eml or md


def format_article_name(
    at: datetime, sha256: str, kind: ArticleKind, *, suffix: str = "eml", taken: bool = False
) -> str:
    """The name of an article; a longer one when the short one is taken by other bytes."""
    digest = sha256[: _LONG if taken else _SHORT]
    return f"{at.astimezone(UTC):{_TIME}}-{digest}-{kind}.{suffix}"


def is_hand_written(name: str) -> bool:
    """Whether a file of that name in a ticket's directory is a note that somebody put there by hand."""
    if not name.endswith(".md") or name.startswith(".") or name in _NO_NOTES or not name.isprintable():
        return False
    return "/" not in name and len(name.encode()) <= _LONGEST and parse_article_name(name) is None


def kind_named(name: str | None) -> ArticleKind | None:
    """The kind that the name of an article says, or None when it is not that of an article."""
    parsed = parse_article_name(name or "")
    return parsed.kind if parsed else None


@lru_cache(maxsize=4096)  # histories are summed up again with each event
def parse_article_name(name: str) -> ArticleName | None:
    """What the name says, or None when it is not that of an article."""
    match = _NAME.fullmatch(name)
    if match is None or match["kind"] not in _KINDS:
        return None
    try:
        # not strptime: names are read for every article of every ticket
        at = datetime(*(int(match[group]) for group in range(2, 8)), tzinfo=UTC)  # type: ignore[arg-type, misc]  # six numbers
    except ValueError:
        return None
    return ArticleName(at=at, digest=match["digest"], kind=ArticleKind(match["kind"]), suffix=match["suffix"])
