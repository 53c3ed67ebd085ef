"""Rates and budgets on cards that nobody can read: told by `status` and `fsck`, while the rest of the card counts."""

from collections.abc import Iterator

from mdtickets.app.session import Session
from mdtickets.domain.contract import BUDGET, RATE, mistake_in
from mdtickets.domain.model import Problem
from mdtickets.store.time_accounts import find_line, find_terms


def find_wrong_terms(session: Session) -> Iterator[Problem]:
    """The rates and budgets on cards that nobody can read, each with its file and line."""
    for terms in find_terms(session.catalog):
        for key, text in ((RATE, terms.rate), (BUDGET, terms.budget)):
            wrong = mistake_in(key, text)
            if wrong:
                path = session.layout.card(terms.slug)
                yield Problem(path=session.layout.relative(path), line=find_line(path, key), problem=wrong)
