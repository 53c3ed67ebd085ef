"""Which ticket is meant: a whole number, an unambiguous part of one, or the ticket that was shown last."""

from collections.abc import Iterable

from mdtickets.app.listing import SHORTEST
from mdtickets.app.session import Session
from mdtickets.domain.number import HOOK
from mdtickets.errors import AmbiguousNumberError, NotFoundError, UsageError
from mdtickets.store.layout import Layout
from mdtickets.store.listing import find_row, numbers_ending, numbers_like

LAST_SHOWN = "."
FROM_INPUT = "-"

_LAST_SHOWN_FILE = "last-shown"
_MOST_NAMED = 5


def resolve(session: Session, text: str) -> str:
    """The number of the one ticket that is meant. Raises NotFoundError, AmbiguousNumberError or UsageError."""
    if text == LAST_SHOWN:
        return _last_shown(session)
    part = _digits(text)
    if find_row(session.catalog, part):
        return part
    # people type its end: one that ends so is meant, wherever else the digits stand
    ends = numbers_ending(session.catalog, part) if len(part) >= SHORTEST else []
    found = ends or numbers_like(session.catalog, part)
    if not found:
        raise NotFoundError(f'"{text}" fits no ticket.')
    if len(found) > 1:
        named = ", ".join(found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
        raise AmbiguousNumberError(f'"{text}" fits {len(found):,} tickets: {named}.', "Give more digits.")
    return found[0]


def resolve_all(session: Session, text: str, lines: Iterable[str]) -> tuple[str, ...]:
    """The numbers that are meant: `-` stands for those that the lines begin with, each line one."""
    if text != FROM_INPUT:
        return (resolve(session, text),)
    words = [line.split()[0] for line in lines if line.strip()]
    return tuple(dict.fromkeys(resolve(session, word) for word in words))


def is_number(text: str) -> bool:
    """Whether a word of a command line may stand for tickets."""
    return text in {LAST_SHOWN, FROM_INPUT} or _bare(text).isdecimal()


def remember_shown(layout: Layout, number: str) -> None:
    """Note which ticket `.` means from now on. A store that may only be read does without."""
    try:
        (layout.run / _LAST_SHOWN_FILE).write_text(f"{number}\n", encoding="ascii")
    except OSError:
        return


def _last_shown(session: Session) -> str:
    try:
        number = (session.layout.run / _LAST_SHOWN_FILE).read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        number = ""
    if not number:
        raise NotFoundError("No ticket was shown yet.", "Give a number.")
    if not find_row(session.catalog, number):
        raise NotFoundError(f"Ticket {number}, shown last, is no longer here.")
    return number


def _digits(text: str) -> str:
    """The digits of a number as people copy it: `…0042`, `#0042`, `Ticket#2026112410000420`."""
    digits = _bare(text)
    if not (digits.isascii() and digits.isdecimal()):
        raise UsageError(
            f'"{text}" is no ticket number.', "It is a number, a part of one, or . for the ticket shown last."
        )
    return digits


def _bare(text: str) -> str:
    return text.strip().removeprefix("[").removesuffix("]").removeprefix(HOOK).lstrip("#…")
