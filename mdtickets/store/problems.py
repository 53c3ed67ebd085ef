"""What in the store a person should mend, as the catalog noted it."""

import json
from collections.abc import Iterator

from mdtickets.domain.model import Problem
from mdtickets.store.catalog import Catalog


def find_problems(catalog: Catalog) -> tuple[Problem, ...]:
    """Every broken ticket, history line and card, in the order of their paths."""
    return tuple(sorted(_problems(catalog), key=lambda problem: (problem.path, problem.line or 0)))


def _problems(catalog: Catalog) -> Iterator[Problem]:
    broken = "SELECT broken FROM ticket WHERE broken != '' UNION SELECT broken FROM card WHERE broken != ''"
    for (noted,) in catalog.query(broken):
        yield _problem(json.loads(noted))
    for (problems,) in catalog.query("SELECT problems FROM ticket WHERE problems != '[]'"):
        yield from map(_problem, json.loads(problems))


def _problem(noted: tuple[str, int | None, str]) -> Problem:
    path, line, problem = noted
    return Problem(path=path, line=line, problem=problem)
