"""Small questions to the catalog: which words are in use, and how much is in trouble."""

import json
import re
from collections.abc import Iterator

from mdtickets.domain.model import OPEN_STATE_TYPES, Problem
from mdtickets.store.catalog import Catalog

# As `rows.describe` writes it: path, perhaps a line, what is wrong.
_DESCRIBED = re.compile(r"(?P<path>.+?\.md)(?::(?P<line>\d+))?: (?P<problem>.*)", re.DOTALL)

_WORDS = {
    "queue": "SELECT DISTINCT queue FROM ticket WHERE queue != '' ORDER BY queue",
    "owner": "SELECT DISTINCT owner FROM ticket WHERE owner != '' ORDER BY owner",
    "customer": "SELECT slug FROM card ORDER BY slug",
    "tag": "SELECT DISTINCT value FROM ticket, json_each(ticket.tags) ORDER BY value",
}


def words_in_use(catalog: Catalog, key: str) -> tuple[str, ...]:
    """Every queue, owner, customer (slug) or tag that the store knows, in order."""
    return tuple(word for (word,) in catalog.query(_WORDS[key]))


def count_undelivered(catalog: Catalog) -> int:
    """How many open tickets have a mail of ours that did not arrive."""
    open_types = sorted(kind.value for kind in OPEN_STATE_TYPES)
    marks = ", ".join("?" * len(open_types))
    sql = f"SELECT count(*) FROM ticket WHERE undelivered AND state_type IN ({marks})"  # noqa: S608  # our own words
    count: int = catalog.query(sql, open_types)[0][0]
    return count


def find_problems(catalog: Catalog) -> tuple[Problem, ...]:
    """Every broken ticket, history line and card, in the order of their paths."""
    return tuple(sorted(_problems(catalog), key=lambda problem: (problem.path, problem.line or 0)))


def _problems(catalog: Catalog) -> Iterator[Problem]:
    broken = "SELECT broken FROM ticket WHERE broken != '' UNION SELECT broken FROM card WHERE broken != ''"
    for (described,) in catalog.query(broken):
        found = _DESCRIBED.fullmatch(described)
        if found:
            line = int(found["line"]) if found["line"] else None
            yield Problem(path=found["path"], line=line, problem=found["problem"])
        else:
            yield Problem(path="", line=None, problem=described)
    for (problems,) in catalog.query("SELECT problems FROM ticket WHERE problems != '[]'"):
        yield from (Problem(path=path, line=line, problem=problem) for path, line, problem in json.loads(problems))
