"""Content-Transfer-Encoding undone (RFC 2045 section 6), whatever was done to the bytes on their way."""

import binascii

_PLAIN = frozenset({"", "7bit", "8bit", "binary"})
_UUENCODE = frozenset({"x-uuencode", "uuencode", "x-uue", "uue"})
_ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_LONGEST_LINE = 998
_NOT_BASE64 = bytes(set(range(256)) - set(_ALPHABET))


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """The decoded bytes, and in words what was wrong with them ("" when nothing was)."""
    if encoding in _PLAIN:
        return data, ""
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), ""
    if encoding == "base64":
        if _is_something_else(data):
            return data, "base64 is declared but the text is not encoded"
        return decode_base64(data)
    if encoding in _UUENCODE:
        return _decode_uu(data)
    return data, f"the transfer encoding {encoding[:40]!r} is unknown"


def decode_base64(data: bytes) -> tuple[bytes, str]:
    """The decoded bytes; letters that do not belong are skipped, padding that is missing is added."""
    try:
        return binascii.a2b_base64(data), ""
    except binascii.Error:
        letters = data.translate(None, _NOT_BASE64)
    if len(letters) % 4 == 1:  # one letter holds six bits, no byte
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), "the base64 is damaged"


def _is_something_else(data: bytes) -> bool:
    first_line = data.lstrip()[:_LONGEST_LINE].split(b"\n", 1)[0].strip()
    return bool(first_line.translate(None, _ALPHABET + b"="))


def _decode_uu(data: bytes) -> tuple[bytes, str]:
    decoded = []
    note = ""
    for line in data.split(b"\n"):
        if line.startswith(b"begin ") or line.strip() in {b"", b"end", b"`"}:
            continue
        try:
            decoded.append(binascii.a2b_uu(line))
        except binascii.Error:
            note = "the uuencoded lines are damaged"
    return b"".join(decoded), note
