"""The body of a mail of ours (RFC 2045, 2046): its text, the same as HTML beside it, files behind it."""

import binascii
import hashlib
import re
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from mdtickets.domain.outgoing import AttachedFile, Outgoing
from mdtickets.domain.plain import plain_line, plain_text

_LONGEST_LINE = 998  # RFC 5322 section 2.1.1
_MBOX_LINE = re.compile(rb"^From ", re.MULTILINE)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}")
_MESSAGE = "message/rfc822"
_ANY = "application/octet-stream"


def body_of(outgoing: Outgoing) -> bytes:
    """The mail from its Content-Type on: one text, or several parts. The same value gives the same bytes."""
    text = _text_part("plain", outgoing.body)
    if outgoing.html:
        text = _multipart("alternative", [text, _text_part("html", outgoing.html)])
    if outgoing.attachments:
        text = _multipart("mixed", [text, *map(_file_part, outgoing.attachments)])
    return text


def _text_part(kind: str, text: str) -> bytes:
    encoding, body = _encode_text(text)
    return _head(f"text/{kind}; charset=utf-8", encoding) + body


def _file_part(file: AttachedFile) -> bytes:
    type_ = file.type if _TYPE.fullmatch(file.type) else _ANY
    if type_ == _MESSAGE:
        content = file.content.replace(b"\r\n", b"\n")
        if content and _may_stay(content):
            # a mail in a mail must not be encoded (RFC 2046 section 5.2.1)
            encoding = "7bit" if content.isascii() else "8bit"
            return _head(_MESSAGE, encoding, _disposition(file.name)) + content
    if type_.startswith(("message/", "multipart/")):
        type_ = _ANY
    lines = (file.content[at : at + 57] for at in range(0, len(file.content), 57))
    return _head(type_, "base64", _disposition(file.name)) + b"".join(map(binascii.b2a_base64, lines))


def _may_stay(content: bytes) -> bool:
    return (
        b"\0" not in content
        and b"\r" not in content
        and all(len(line) <= _LONGEST_LINE for line in content.split(b"\n"))
    )


def _multipart(kind: str, parts: Sequence[bytes]) -> bytes:
    boundary = _boundary(parts)
    encoding = "" if all(part.isascii() for part in parts) else "Content-Transfer-Encoding: 8bit\n"
    head = f'Content-Type: multipart/{kind};\n boundary="{boundary}"\n{encoding}\n'.encode()
    mark = f"--{boundary}".encode()
    # the newline in front of a boundary belongs to it, so that each part keeps its own last one
    return head + b"".join(mark + b"\n" + part + b"\n" for part in parts) + mark + b"--\n"


def _boundary(parts: Sequence[bytes]) -> str:
    """A line that stands in none of the parts, made of them: the same mail has the same."""
    digest = hashlib.sha256(b"".join(parts))
    while any(digest.hexdigest()[:32].encode() in part for part in parts):
        digest.update(b"again")
    return f"=_{digest.hexdigest()[:32]}"


def _head(*lines: str) -> bytes:
    type_, encoding, *more = lines
    fields = [f"Content-Type: {type_}", f"Content-Transfer-Encoding: {encoding}", *more]
    return "".join(f"{field}\n" for field in [*fields, ""]).encode()


def _disposition(name: str) -> str:
    """The name by RFC 2231 when it is more than plain ASCII; broken into pieces when it is long."""
    clean = plain_line(name).strip()
    if not clean:
        return "Content-Disposition: attachment"
    if clean.isascii() and not set(clean) & set('"\\') and len(clean) <= 60:
        return f'Content-Disposition: attachment; filename="{clean}"'
    encoded = quote(clean, safe="")
    if len(encoded) <= 60:
        return f"Content-Disposition: attachment;\n filename*=utf-8''{encoded}"
    pieces = list(_pieces(encoded))
    first = f"Content-Disposition: attachment;\n filename*0*=utf-8''{pieces[0]}"
    return first + "".join(f";\n filename*{place}*={piece}" for place, piece in enumerate(pieces[1:], 1))


def _pieces(encoded: str) -> Iterable[str]:
    while encoded:
        end = 56
        while "%" in encoded[end - 2 : end] and len(encoded) > end:
            end -= 1
        yield encoded[:end]
        encoded = encoded[end:]


def _encode_text(text: str) -> tuple[str, bytes]:
    """The name of an encoding that every server passes on unchanged, and the bytes in it."""
    text = plain_text(text)
    data = text.encode()
    mangled = data.startswith(b"From ") or b"\nFrom " in data  # many programs write > before such a line
    if data.isascii() and not mangled and max(map(len, data.split(b"\n"))) <= _LONGEST_LINE:
        return "7bit", data
    quoted = binascii.b2a_qp(data)
    if b"From " in quoted:
        quoted = _MBOX_LINE.sub(b"=46rom ", quoted)
    if len(quoted) <= 2 * len(data):  # as long as people can read it: not so with every character encoded
        return "quoted-printable", quoted
    return "base64", b"".join(binascii.b2a_base64(data[at : at + 57]) for at in range(0, len(data), 57))
