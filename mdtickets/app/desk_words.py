"""The words of a command that changes tickets: which are numbers, which is the value, and what the value means here."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from mdtickets.app.numbers import is_number
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.fields import Team, Values, parse_moment, parse_values
from mdtickets.errors import RefusedError, UsageError

NOBODY = ("", "nobody")

Value = TypeVar("Value")

_NEEDS_CARDS = ("customer=", "company=")


def split_last(words: Sequence[str], value: str) -> tuple[list[str], str]:
    """The numbers, and the value that stands last. Raises UsageError when either is missing."""
    if len(words) < 2:
        raise UsageError(f"Name the tickets and, last, the {value}.")
    return list(words[:-1]), words[-1]


def split_words(words: Sequence[str], value: str) -> tuple[list[str], list[str]]:
    """The numbers, and the words behind them, at least one."""
    numbers, last = split_last(words, value)
    behind = next((place for place, word in enumerate(numbers) if not is_number(word)), len(numbers))
    return numbers[:behind], [*numbers[behind:], last]


def split_value(words: Sequence[str], value: str, parse: Callable[[str], Value]) -> tuple[list[str], Value]:
    """The numbers, and the value of the words behind them: of as many as make one. Raises what `parse` raises."""
    numbers, said = split_words(words, value)
    for behind in range(1, len(numbers)):
        try:
            return list(words[:behind]), parse(" ".join(words[behind:]))
        except RefusedError:
            continue
    return numbers, parse(" ".join(said))


def split_assignments(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """The numbers, and the `KEY=VALUE` texts."""
    assignments = [word for word in words if "=" in word]
    numbers = [word for word in words if "=" not in word]
    if not numbers or not assignments:
        raise UsageError("Name the tickets and what to set: mdtickets set 0042 priority=high")
    return numbers, assignments


def agent_meant(session: Session, acting: str, word: str) -> str:
    """The key that is meant: `me`, `nobody`, an agent's key in any case, or the word itself."""
    if word.lower() in NOBODY:
        return ""
    if word.lower() == "me" and "me" not in session.settings.agents:
        return acting
    return next((key for key in session.settings.agents if key.lower() == word.lower()), word)


def moment_meant(session: Session, text: str) -> datetime:
    """The moment that is meant. Raises RefusedError."""
    return parse_moment(text, _team(session))


def values_meant(session: Session, assignments: Sequence[str]) -> Values:
    """The values to set. Raises UsageError or RefusedError."""
    needs_cards = any(assignment.strip().startswith(_NEEDS_CARDS) for assignment in assignments)
    return parse_values(assignments, _team(session, with_cards=needs_cards))


def _team(session: Session, *, with_cards: bool = False) -> Team:
    found = sorted(path.stem for path in session.layout.customers.glob("*.md")) if with_cards else []
    return Team(settings=session.settings, now=session.now(), zone=zone_of(session), cards=found)
