"""What in the store a person should mend, as the catalog noted it."""

import json
import re
from collections.abc import Iterator

from mdtickets.domain.model import Problem
from mdtickets.store.catalog import Catalog

# As `rows.describe` writes it: path, perhaps a line, what is wrong.
_DESCRIBED = r"(?s)(?P<path>.+?\.md)(?::(?P<line>\d+))?: (?P<problem>.*)"


def find_problems(catalog: Catalog) -> tuple[Problem, ...]:
    """Every broken ticket, history line and card, in the order of their paths."""
    return tuple(sorted(_problems(catalog), key=lambda problem: (problem.path, problem.line or 0)))


def _problems(catalog: Catalog) -> Iterator[Problem]:
    broken = "SELECT broken FROM ticket WHERE broken != '' UNION SELECT broken FROM card WHERE broken != ''"
    for (described,) in catalog.query(broken):
        found = re.fullmatch(_DESCRIBED, described)
        if found:
            line = int(found["line"]) if found["line"] else None
            yield Problem(path=found["path"], line=line, problem=found["problem"])
        else:
            yield Problem(path="", line=None, problem=described)
    for (problems,) in catalog.query("SELECT problems FROM ticket WHERE problems != '[]'"):
        yield from (Problem(path=path, line=line, problem=problem) for path, line, problem in json.loads(problems))
