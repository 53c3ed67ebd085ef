"""The words of a command that changes tickets: which are numbers, which is the value, which agent is meant."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from mdtickets.app.numbers import is_number
from mdtickets.app.session import Session
from mdtickets.domain.agent import agent_named
from mdtickets.errors import RefusedError, UsageError

Value = TypeVar("Value")


def split_last(words: Sequence[str], value: str) -> tuple[list[str], str]:
    """The numbers, and the value that stands last. Raises UsageError when either is missing."""
    if len(words) < 2:
        raise UsageError(f"Name the tickets and, last, the {value}.")
    return list(words[:-1]), words[-1]


def split_words(words: Sequence[str], value: str) -> tuple[list[str], list[str]]:
    """The numbers, at least one, and the words behind them, at least one. Raises UsageError when either is missing."""
    numbers, last = split_last(words, value)
    behind = next((place for place, word in enumerate(numbers) if not is_number(word)), len(numbers))
    if not behind:
        raise UsageError(f"Name the tickets first: NUMBER… and then the {value}.", f'"{words[0]}" is no ticket number.')
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
    return agent_named(session.settings, word, acting)
