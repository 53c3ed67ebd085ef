"""Every error a user can meet: its sentence, what to do next, and its exit code.

    MdticketsError                1
    ├─ RefusedError               1   a rule says no
    │  ├─ NotFoundError           1   no such ticket, article, mailbox
    │  └─ AmbiguousNumberError    1   part of a number that fits several tickets
    ├─ UsageError                 2   the command line does not make sense
    │  └─ QueryError              2   a query does not
    ├─ UnreadableError           65   a file of the store cannot be understood
    ├─ UnavailableError          69   a server or program is not there
    ├─ CannotWriteError          73   disk full, permission, read-only
    ├─ TryAgainError             75   not now: the mail stays where it is
    └─ SettingsError             78   mdtickets.toml is wrong

Mail is never an error: what cannot be understood of it becomes an article with defects.
"""

from typing import ClassVar


class MdticketsError(Exception):
    """What went wrong in one sentence, and a hint what to do next (may be empty)."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()


class RefusedError(MdticketsError):
    """A rule of the store or of the team says no."""


class NotFoundError(RefusedError):
    """Nothing is there where something must be."""


class AmbiguousNumberError(RefusedError):
    """A part of a ticket number fits several tickets."""


class UsageError(MdticketsError):
    """The command line does not make sense."""

    exit_code = 2


class QueryError(UsageError):
    """A query that means nothing: where it goes wrong is marked below it."""

    def __init__(self, text: str, column: int, length: int, problem: str, suggestion: str = "") -> None:
        super().__init__(problem, suggestion)
        self.text = text
        self.column = column  # of what is wrong, from 0
        self.length = length

    def __str__(self) -> str:
        # the query may come from a file of the store
        shown = "".join(sign if sign.isprintable() else " " for sign in self.text)
        return f"{self.message}\n  {shown}\n  {' ' * self.column}{'^' * self.length}\n{self.hint}".rstrip()


class UnreadableError(MdticketsError):
    """A file of the store cannot be understood."""

    exit_code = 65


class UnavailableError(MdticketsError):
    """A server or a program that is needed does not answer or is not installed."""

    exit_code = 69


class CannotWriteError(MdticketsError):
    """The disk is full, read-only, or not ours to write."""

    exit_code = 73


class TryAgainError(MdticketsError):
    """Not possible at this moment; nothing was lost and the same call may work later."""

    exit_code = 75


class SettingsError(MdticketsError):
    """The settings are wrong; the sentence names file, line, key and what is allowed."""

    exit_code = 78
