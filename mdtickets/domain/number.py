"""Ticket numbers: the next one, its check digit, and finding them in a subject (OTRS DateChecksum).

`20261124` + `10` + `00001` + `9`: date, system id of the machine, counter of the day, check digit. Two machines never
make the same number because each has its own system id.
"""

import re
from collections.abc import Iterable
from datetime import date

HOOK = "Ticket#"

_DATE_DIGITS = 8
_COUNTER_DIGITS = 5
# A number is date, system id, counter and check digit; longer ones come from long system ids or busy days.
# Patterns are compiled at their first use: most commands read no subject.
_NUMBER = r"(?i)Ticket#:?[ \t]{0,2}(\d{14,32})(?!\d)"
# Other systems' numbers have fewer digits (OTRS AutoIncrement, Random).
_NAMED = r"(?i)Ticket#:?[ \t]{0,2}(\d{5,32})(?!\d)"
# The same with the brackets around it, to be taken out of a subject.
_MARK = r"(?i)\[[ \t]?Ticket#:?[ \t]{0,2}\d{14,32}[ \t]?\]|Ticket#:?[ \t]{0,2}\d{14,32}(?!\d)"
# The same with numbers of any system.
_NAMED_MARK = r"(?i)\[[ \t]?Ticket#:?[ \t]{0,2}\d{5,32}[ \t]?\]"
# Prefixes of replies and forwards in the languages of the customers of European firms; Re[2]: counts.
_PREFIX = r"(?i)(?:re|aw|sv|vs|antw|antwort|odp|rif|res|ref|fwd?|wg|tr|vl|rv|doorst|回复|答复|转发)(?:\[\d{1,3}\])?[ \t]?[:：][ \t]*"
_LONGEST_SUBJECT = 1000
_YEARS = range(1990, 2100)  # of numbers that begin with a day


def check_digit(digits: str) -> str:
    """The last digit of a number: weights 1, 2, 1, 2 … from the left, 10 - sum mod 10, and 10 becomes 1."""
    total = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(digits))
    rest = 10 - total % 10
    return "1" if rest == 10 else str(rest)


def make_number(day: date, system_id: str, counter: int) -> str:
    """The ticket number of the `counter`-th ticket of a day on the machine with this system id."""
    digits = f"{day:%Y%m%d}{system_id}{counter:0{_COUNTER_DIGITS}d}"
    return digits + check_digit(digits)


def next_number(day: date, system_id: str, taken: Iterable[str]) -> str:
    """A number that is greater than every one this machine made on that day. `taken` may hold any others too."""
    prefix = f"{day:%Y%m%d}{system_id}"
    start, least = len(prefix), len(prefix) + _COUNTER_DIGITS + 1
    # on a busy day these are thousands, looked through for each mail
    ours = [name[start:-1] for name in taken if len(name) >= least and name.startswith(prefix) and name.isdecimal()]
    return make_number(day, system_id, 1 + max(map(int, ours), default=0))


def find_numbers(subject: str) -> tuple[str, ...]:
    """Every ticket number that a subject names behind `Ticket#`, brackets or not, in order, each once."""
    if "#" not in subject:
        return ()  # a search that does not mind the case takes far longer than this
    return tuple(dict.fromkeys(re.findall(_NUMBER, subject[:_LONGEST_SUBJECT])))


def find_named_numbers(subject: str) -> tuple[str, ...]:
    """The same, and numbers of other ticket systems as well: whether a ticket has them, only the store can tell."""
    if "#" not in subject:
        return ()
    return tuple(dict.fromkeys(re.findall(_NAMED, subject[:_LONGEST_SUBJECT])))


def can_be_ours(number: str) -> bool:
    """Whether a ticket of another system can keep its number here, so that it lies below the day that it begins with."""
    if not 14 <= len(number) <= 32:
        return False
    try:
        day = date(int(number[:4]), int(number[4:6]), int(number[6:_DATE_DIGITS]))
    except ValueError:
        return False
    return day.year in _YEARS


def clean_subject(subject: str) -> str:
    """The subject without ticket numbers and without the pile of `Re:`, `AW:`, `Fwd:` in front of it."""
    text = subject[:_LONGEST_SUBJECT]
    if "#" in text:
        text = re.sub(_MARK, " ", text)
    text = " ".join(text.split())
    while match := re.match(_PREFIX, text):
        text = " ".join((text[: match.start()] + text[match.end() :]).split())
    return text


def clean_old_subject(subject: str) -> str:
    """The same without numbers of other systems, for the title of an imported ticket."""
    text = subject[:_LONGEST_SUBJECT]
    return clean_subject(re.sub(_NAMED_MARK, " ", text) if "#" in text else text)


def mark_subject(subject: str, number: str, prefix: str = "Re: ") -> str:
    """The subject of a mail of ours, so that the answer is found again: `Re: [Ticket#N] subject`."""
    return f"{prefix}[{HOOK}{number}] {clean_subject(subject)}".rstrip()
