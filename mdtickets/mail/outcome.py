"""What became of one attempt to hand a mail to a server or program, and the addresses of its envelope.

The one question that counts: may the mail have left? `Failed` is a promise that it has not, whatever went wrong; where
nobody can know, it is `Unknown`, and nothing sends it again by itself.
"""

import re
from collections.abc import Sequence

from msgspec import Struct

from mdtickets.domain.plain import plain_line

_LONGEST_DETAIL = 1000

# What may stand between < and > of MAIL and RCPT (RFC 5321 section 4.1.2, wider: any non-ASCII), so that no address
# adds a parameter or a line to the command.
_MAILBOX = re.compile(
    r"""(?: [^\s<>@"\\\x00-\x20\x7f]+ | "(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*" ) @ [^\s<>@"\\\x00-\x20\x7f]+""",
    re.VERBOSE,
)


class Refusal(Struct, frozen=True, kw_only=True):
    """One recipient who does not get a mail that others got."""

    address: str
    detail: str
    permanent: bool


class Sent(Struct, frozen=True, kw_only=True):
    """Somebody else is responsible for the mail now, except for the recipients that were refused."""

    detail: str  # the server's words
    refused: tuple[Refusal, ...] = ()


class Failed(Struct, frozen=True, kw_only=True):
    """The mail has certainly not left."""

    detail: str  # the server's words, or ours when it said nothing
    permanent: bool
    server: bool = False  # it is not about this mail: no server, no connection, no permission


class Unknown(Struct, frozen=True, kw_only=True):
    """The mail may have left or not."""

    detail: str


Outcome = Sent | Failed | Unknown


def refused_by_all(refusals: Sequence[Refusal]) -> Failed:
    """What becomes of a mail for these recipients: it waits as long as one of them may take it later."""
    detail = "; ".join(dict.fromkeys(f"{refusal.detail} ({words(refusal.address)})" for refusal in refusals))
    return Failed(detail=words(detail or "no recipient"), permanent=all(refusal.permanent for refusal in refusals))


def words(text: bytes | str) -> str:
    """What a server or program said, as one bounded line that is safe to show."""
    found = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return plain_line(" ".join(found.split()))[:_LONGEST_DETAIL]


def wire_address(address: str, *, utf8: bool) -> str | None:
    """An address as it stands in the envelope, its domain in ASCII (RFC 5890) unless the server takes UTF-8.

    None when it is no address, or when its local part needs a server that knows SMTPUTF8 (RFC 6531).
    """
    if not _MAILBOX.fullmatch(address):
        return None
    if address.isascii() or utf8:
        return address
    local, _, domain = address.rpartition("@")
    try:
        name = domain.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return f"{local}@{name}" if local.isascii() else None
