"""A mail of ours as bytes (RFC 5322, 2045, 2047): plain text, lines that end with LF as the store keeps them.

By hand around the standard library's encoders: `EmailMessage` takes three times as long, and raises on half a surrogate
pair in a customer's name. Nothing a stranger wrote can begin a header line: values are cleaned first.
"""

import quopri
from collections.abc import Iterable, Iterator
from email.header import Header
from email.utils import format_datetime

from mdtickets.domain.model import Address
from mdtickets.domain.outgoing import Outgoing
from mdtickets.domain.plain import plain_line, plain_text

_WIDTH = 78  # RFC 5322 section 2.1.1: lines should be no longer
_LONGEST_LINE = 998  # and must be no longer
_ATOM = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~ ")


def compose(outgoing: Outgoing) -> bytes:
    """The bytes of a mail. The same value gives the same bytes. Bcc recipients are in no header."""
    encoding, body = _encode_body(outgoing.body)
    headers = (
        ("From", _addresses([outgoing.sender])),
        ("To", _addresses(outgoing.to)),
        ("Cc", _addresses(outgoing.cc)),
        ("Subject", _text("Subject", outgoing.subject)),
        ("Date", format_datetime(outgoing.date)),
        ("Message-ID", _ids([outgoing.message_id])),
        ("In-Reply-To", _ids([outgoing.in_reply_to])),
        ("References", _ids(outgoing.references)),
        *((name, _text(name, value)) for name, value in outgoing.headers),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", encoding),
    )
    head = "".join(_fold(name, value) for name, value in headers if value)
    return head.encode("ascii", "replace") + b"\n" + body


def _encode_body(text: str) -> tuple[str, bytes]:
    data = plain_text(text).encode("utf-8", "replace")
    if data.isascii() and all(len(line) <= _LONGEST_LINE for line in data.split(b"\n")):
        return "7bit", data
    return "quoted-printable", quopri.encodestring(data)


def _text(name: str, value: str) -> str:
    """Unstructured text, encoded where it is not ASCII (RFC 2047), already folded then."""
    clean = " ".join(plain_line(value).encode("utf-8", "replace").decode().split())
    return clean if clean.isascii() else Header(clean, "utf-8", header_name=name).encode()


def _addresses(addresses: Iterable[Address]) -> str:
    return ", ".join(_address(address) for address in addresses)


def _address(address: Address) -> str:
    name = " ".join(plain_line(address.name).encode("utf-8", "replace").decode().split())
    where = "".join(plain_line(address.address).split())
    if not name:
        return where
    if not name.isascii():
        return f"{Header(name, 'utf-8').encode(splitchars='')} <{where}>"
    if set(name) <= _ATOM:
        return f"{name} <{where}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{where}>'


def _ids(message_ids: Iterable[str]) -> str:
    clean = ("".join(plain_line(one).split()) for one in message_ids)
    return " ".join(f"<{one}>" for one in clean if one)


def _fold(name: str, value: str) -> str:
    """One header field, broken at blanks where it is long."""
    if "\n" in value or len(name) + 2 + len(value) <= _WIDTH:
        return f"{name}: {value}\n"
    return "\n".join(_lines(f"{name}:", value.split(" "))) + "\n"


def _lines(line: str, words: Iterable[str]) -> Iterator[str]:
    for word in words:
        if len(line) + 1 + len(word) > _WIDTH and line.strip() and not line.endswith(":"):
            yield line
            line = ""
        line += f" {word}"
    yield line
