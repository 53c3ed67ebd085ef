"""File names of articles: `20261124T101500Z-3f2a9c1d-customer.eml`. Nothing of them was written by a stranger."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from mdtickets.domain.model import ArticleKind

_SHORT, _LONG = 8, 16
_NAME = re.compile(r"(\d{8}T\d{6}Z)-([0-9a-f]{8,64})-([a-z]+)\.(eml|md)")
_TIME = "%Y%m%dT%H%M%SZ"
_KINDS = frozenset(kind.value for kind in ArticleKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleName:
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


def parse_article_name(name: str) -> ArticleName | None:
    """What the name says, or None when it is not that of an article."""
    match = _NAME.fullmatch(name)
    if match is None or match[3] not in _KINDS:
        return None
    try:
        at = datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)
    except ValueError:
        return None
    return ArticleName(at=at, digest=match[2], kind=ArticleKind(match[3]), suffix=match[4])
