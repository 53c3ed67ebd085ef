"""What the values of a command mean here: by the team's words, clock and cards."""

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.fields import Team, Values, parse_moment, parse_values

_NEEDS_CARDS = ("customer=", "company=")


def moment_meant(session: Session, text: str) -> datetime:
    """The moment that is meant. Raises RefusedError."""
    return parse_moment(text, _team(session))


def values_meant(session: Session, acting: str, assignments: Sequence[str]) -> Values:
    """The values to set. Raises UsageError or RefusedError."""
    needs_cards = any(assignment.strip().startswith(_NEEDS_CARDS) for assignment in assignments)
    return parse_values(assignments, replace(_team(session, with_cards=needs_cards), acting=acting))


def _team(session: Session, *, with_cards: bool = False) -> Team:
    found = sorted(path.stem for path in session.layout.customers.glob("*.md")) if with_cards else []
    return Team(settings=session.settings, now=session.now(), zone=zone_of(session), cards=found)
