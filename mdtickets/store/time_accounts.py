"""Which tickets have time on them, by the catalog; and what cards say of money."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from mdtickets.store.catalog import Catalog
from mdtickets.store.conditions import OF_CARDS
from mdtickets.store.stamps import written_ns

_NAMES = ("number", "title", "queue", "customer", "company", "problem")
_NANO = 1_000_000_000


class TimedTicket(Struct, frozen=True, kw_only=True):
    """A ticket that took time, and what it is part of now."""

    number: str
    title: str
    queue: str
    customer: str
    company: str
    problem: str


class CardTerms(Struct, frozen=True, kw_only=True):
    """What one card says of money, as it is written there."""

    slug: str
    name: str
    rate: str
    budget: str


def find_timed(catalog: Catalog, slugs: Sequence[str] | None, since: datetime) -> list[TimedTicket]:
    """The tickets with minutes whose history was written to since then; with `slugs`, of these customers and companies.

    Merged and removed ones are among them: the time was spent.
    """
    condition, values = ("1", []) if slugs is None else (f"({OF_CARDS})", [json.dumps(list(slugs))] * 2)
    sql = f"SELECT {', '.join(_NAMES)}, stamp FROM ticket WHERE minutes != 0 AND {condition} ORDER BY number"  # noqa: S608  # our own words
    oldest = int(since.timestamp()) * _NANO
    return [
        TimedTicket(**dict(zip(_NAMES, row, strict=True)))
        for *row, stamp in catalog.query(sql, values)
        if (written := written_ns(stamp)[1]) is None or written >= oldest  # what tells nothing might be of just now
    ]


def find_terms(catalog: Catalog, slugs: Sequence[str] | None = None) -> list[CardTerms]:
    """The cards that say something of money; with `slugs`, of these. Merged ones say nothing."""
    among = "1" if slugs is None else "slug IN (SELECT value FROM json_each(?))"
    sql = f"SELECT slug, name, rate, budget FROM card WHERE (rate != '' OR budget != '') AND merged_into = '' AND {among} ORDER BY slug"  # noqa: S608  # our own words
    rows = catalog.query(sql, [] if slugs is None else [json.dumps(list(slugs))])
    return [CardTerms(slug=slug, name=name, rate=rate, budget=budget) for slug, name, rate, budget in rows]


def find_line(card: Path, key: str) -> int | None:
    """The line of a key on a card, as it is usually written; None where it is written otherwise. Nothing is loaded for it."""
    try:
        lines = card.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return None
    return next((number for number, line in enumerate(lines, 1) if line.partition(":")[0].strip("\"' ") == key), None)
