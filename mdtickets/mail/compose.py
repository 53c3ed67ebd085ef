"""A mail of ours as bytes (RFC 5322, 2047): plain text in UTF-8, lines that end with LF as the store keeps them.

HTML and files beside the text are `parts`.

By hand around `binascii`: `EmailMessage` takes eight times as long and raises on half a surrogate pair in a customer's
name, and `email.header` needs 80 ms for the longest subject that a stranger can send. Nothing that is given here can
begin a header line: control characters never get into one.
"""

import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from mdtickets.domain.model import Address
from mdtickets.domain.outgoing import Outgoing
from mdtickets.domain.plain import plain_line
from mdtickets.mail.identifiers import format_date
from mdtickets.mail.parts import body_of

_WIDTH = 78  # RFC 5322 section 2.1.1: lines should be no longer
_LONGEST_LINE = 998  # and must be no longer
_LONGEST_WORD = 900  # of a header; what is longer is encoded, an id is left out
_FRAME = len("=?utf-8?q??=")  # around an encoded word, which has at most 75 characters with it (RFC 2047 section 2)
_LONGEST_ENCODED = 75 - _FRAME
_ATOM = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~ ")
_Q_SAFE = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")
# Of each byte: how it is written in an encoded word, and how many letters that takes.
_IN_Q = tuple(chr(byte) if byte in _Q_SAFE else "_" if byte == ord(" ") else f"={byte:02X}" for byte in range(256))
_Q_LENGTHS = bytes(map(len, _IN_Q))
_NOT_IN_NAME = re.compile(r"[^!-9;-~]")
_NOT_IN_ADDRESS = re.compile(r"[\s<>,;:()\\]")
_NOT_IN_ID = re.compile(r"[\s<>]")
_MBOX_FIRST = re.compile(rb"\A>?From [^\n]*\n")
# Written from the other fields of Outgoing, or about the body: an extra header cannot say otherwise.
_OURS = frozenset(
    {
        *("from", "to", "cc", "bcc", "subject", "date", "message-id", "in-reply-to", "references"),
        *("mime-version", "content-type", "content-transfer-encoding"),
    },
)


def compose(outgoing: Outgoing) -> bytes:
    """The bytes of a mail. The same value gives the same bytes. Bcc recipients are in no header. Never raises."""
    head = "\n".join([*_fields(outgoing), "MIME-Version: 1.0", ""])
    return head.encode() + body_of(outgoing)


def resent(raw: bytes, *, sender: Address, to: tuple[Address, ...], date: datetime, message_id: str) -> bytes:
    """A mail passed on as it came, the block of Resent fields in front of it (RFC 5322 section 3.6.6).

    A line that is no header field in front of the mail (an mbox's `From `) is left out, because it would end ours.
    """
    fields = [
        f"Resent-Date: {format_date(date)}",
        _fold("Resent-From", _mailboxes([sender])),
        _fold("Resent-To", _mailboxes(to)),
        _fold("Resent-Message-ID", _ids([message_id])),
    ]
    body = _MBOX_FIRST.sub(b"", raw, count=1)
    ending = "\r\n" if b"\r\n" in body[:_LONGEST_LINE] else "\n"
    return "".join(f"{field}\n" for field in fields).replace("\n", ending).encode() + body


def _fields(outgoing: Outgoing) -> Iterator[str]:
    yield _fold("From", _mailboxes([outgoing.sender]))
    yield _fold("To", _mailboxes(outgoing.to) or ["undisclosed-recipients:;"])
    if outgoing.cc:
        yield _fold("Cc", _mailboxes(outgoing.cc))
    yield _fold("Subject", _text("Subject", outgoing.subject))
    yield f"Date: {format_date(outgoing.date)}"
    for name, ids in (
        ("Message-ID", [outgoing.message_id]),
        ("In-Reply-To", [outgoing.in_reply_to]),
        ("References", outgoing.references),
    ):
        if bracketed := _ids(ids):
            yield _fold(name, bracketed)
    for name, value in outgoing.headers:
        if extra := _extra(name, value):
            yield extra


@lru_cache(maxsize=32)  # the marks against loops are in every acknowledgement
def _extra(name: str, value: str) -> str:
    """A field that this module knows nothing of; "" when it has no name, or that of one of ours."""
    clean = _NOT_IN_NAME.sub("", plain_line(name))
    return _fold(clean, _text(clean, value)) if clean and clean.lower() not in _OURS else ""


def _fold(name: str, pieces: Sequence[str]) -> str:
    """One header field, broken before a piece where the line would be longer than it should."""
    whole = " ".join((f"{name}:", *pieces))
    if len(whole) <= _WIDTH:
        return whole
    lines = [f"{name}:"]
    for piece in pieces:
        if len(lines[-1]) + 1 + len(piece) > _WIDTH and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {piece}"
    return "\n".join(lines)


def _text(name: str, value: str) -> list[str]:
    """Unstructured text as pieces that may stand on lines of their own."""
    clean = " ".join(plain_line(value).split())
    words = clean.split(" ")
    if clean.isascii() and "=?" not in clean and (len(clean) <= _LONGEST_WORD or _are_short(words)):
        return words
    return _encoded_words(clean, _WIDTH - len(f"{name}: ") - _FRAME)


def _are_short(words: Sequence[str]) -> bool:
    return max(map(len, words)) <= _LONGEST_WORD


def _encoded_words(text: str, room: int) -> list[str]:
    """A text as encoded words, the first one at most `room` characters without its frame. None splits a character."""
    data = text.encode()
    in_q, in_b = sum(data.translate(_Q_LENGTHS)), (len(data) + 2) // 3 * 4
    in_base64 = in_b < in_q
    if min(in_q, in_b) <= min(room, _LONGEST_ENCODED):
        return [_encoded_word(data, in_base64)]
    words: list[bytes] = []
    word = b""
    length = 0
    for character in text:
        added = character.encode()
        in_q = sum(added.translate(_Q_LENGTHS))
        longer = (len(word) + len(added) + 2) // 3 * 4 if in_base64 else length + in_q
        if longer > min(room, _LONGEST_ENCODED) and word:
            words.append(word)
            word, room = b"", _LONGEST_ENCODED
            longer = 4 if in_base64 else in_q
        word += added
        length = longer
    return [_encoded_word(part, in_base64) for part in [*words, word]]


def _encoded_word(data: bytes, in_base64: bool) -> str:
    if in_base64:
        return f"=?utf-8?b?{binascii.b2a_base64(data, newline=False).decode('ascii')}?="
    return f"=?utf-8?q?{''.join([_IN_Q[byte] for byte in data])}?="


def _mailboxes(addresses: Iterable[Address]) -> list[str]:
    found = [_mailbox(address) for address in addresses]
    return [f"{mailbox}," for mailbox in found[:-1]] + found[-1:]


@lru_cache(maxsize=64)  # the sender is one of ours
def _mailbox(address: Address) -> str:
    """One mailbox (RFC 5322 section 3.4). An address beyond ASCII stays one (RFC 6532)."""
    name = " ".join(plain_line(address.name).split())
    where = _NOT_IN_ADDRESS.sub("", plain_line(address.address))[:_LONGEST_WORD]
    if not name:
        return where
    if not name.isascii() or "=?" in name or len(name) > _WIDTH:
        return f"{' '.join(_encoded_words(name, _LONGEST_ENCODED))} <{where}>"
    if set(name) <= _ATOM:
        return f"{name} <{where}>"
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{where}>'


def _ids(message_ids: Iterable[str]) -> list[str]:
    clean = (_NOT_IN_ID.sub("", plain_line(one)) for one in message_ids)
    return [f"<{one}>" for one in clean if 0 < len(one) <= _LONGEST_WORD]
