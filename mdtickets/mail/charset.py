"""Bytes that claim a character set, or none, as text. Never raises, whatever is claimed.

The order: what the mail declares, UTF-8, what faust-cchardet finds, cp1252, latin-1. Two exceptions: a claim of a set
of single bytes gives way to UTF-8 when the bytes are UTF-8, for no sentence in latin-1 is that by chance; and what
reads as ordinary German, French or Spanish in cp1252 is that, because a guess from three umlauts is worth nothing.
"""

import codecs
from functools import lru_cache
from typing import NamedTuple

import cchardet

_GUESS_FROM = 1 << 16  # bytes that are looked at for a guess
_SURE_ENOUGH = 0.6  # below this cchardet is wrong more often than cp1252 (Chinese seen as Arabic at 0.5)
_ORDINARY = frozenset("äöüÄÖÜßéèêëàâáçîïíñóôúùûÉ„“”‚‘’–—…€§°´«»¿¡\xa0")

# A label means the superset that mail programs write under it (WHATWG Encoding Standard, section 4.2).
_SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "iso2022_jp": "iso2022_jp_ext",
}
_ALIASES = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "ansi_x3.110-1983": "cp1252",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "cp-850": "cp850",
    "x-gbk": "gb18030",
    "uhc": "cp949",
}
# Most mail, without asking the registry of codecs.
_COMMON = {
    "": "",
    "utf-8": "utf-8",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "iso-8859-15": "iso8859-15",
    "windows-1252": "cp1252",
}
_MULTIBYTE = (
    "big5",
    "cp932",
    "cp949",
    "cp950",
    "euc",
    "gb",
    "hz",
    "iso2022",
    "johab",
    "shift",
    "utf-7",
    "utf-16",
    "utf-32",
)
# Quadratic (idna, punycode), or not a character set but a notation of Python's.
_NEVER = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem"})


class Decoded(NamedTuple):
    """The text, and in words how it had to be read; `note` is empty when the declaration was right."""

    text: str
    note: str


def decode(data: bytes, declared: str) -> Decoded:
    """The text of `data`, which says it is in the character set `declared` ("" when it says nothing)."""
    codec = _codec(declared)
    multibyte = codec.startswith(_MULTIBYTE)
    if data.isascii() and not multibyte:
        return _seven_bit(data, declared, codec)
    if multibyte:
        text = _strict(data, codec)
        if text is None:
            text = _mostly(data, codec)
        if text is not None:
            return Decoded(text, "")
    return _eight_bit(data, declared, codec)


def _seven_bit(data: bytes, declared: str, codec: str) -> Decoded:
    if b"\x1b$" in data and (text := _strict(data, "iso2022_jp_ext")) is not None:
        return Decoded(text, _but(declared, codec, "iso-2022-jp"))
    return Decoded(data.decode("ascii"), _unknown(declared) if declared and not codec else "")


def _eight_bit(data: bytes, declared: str, codec: str) -> Decoded:
    text = _strict(data, "utf-8")  # not utf-8-sig, which is written in Python
    if text is not None:
        return Decoded(text.removeprefix("\ufeff"), "" if codec == "utf-8" else _but(declared, codec, "utf-8"))
    if codec == "utf-8" and (text := _mostly(data, "utf-8")) is not None:
        return Decoded(text, "some bytes are not UTF-8")
    if codec and codec != "utf-8" and (text := _strict(data, codec)) is not None:
        return Decoded(text, "" if declared.lower() not in {"ascii", "us-ascii"} else _but(declared, codec, codec))
    return _guess(data, declared, codec)


def _guess(data: bytes, declared: str, codec: str) -> Decoded:
    western = _strict(data, "cp1252")
    if western is not None and all(char in _ORDINARY for char in western if char > "\x7f"):
        return Decoded(western, _but(declared, codec, "cp1252"))
    found = cchardet.detect(data[:_GUESS_FROM])
    guess = _codec(found["encoding"] or "") if (found["confidence"] or 0) >= _SURE_ENOUGH else ""
    if guess and (text := _strict(data, guess)) is not None:
        return Decoded(text, _but(declared, codec, guess))
    if western is not None:
        return Decoded(western, _but(declared, codec, "cp1252"))
    return Decoded(data.decode("latin-1"), _but(declared, codec, "latin-1"))


@lru_cache(maxsize=64)
def _codec(declared: str) -> str:
    """Python's name of a declared character set, or "" when it is unknown, empty or dangerous."""
    label = declared.strip().strip("'\"").lower().removeprefix("charset=")
    if (common := _COMMON.get(label)) is not None:
        return common
    try:
        name = codecs.lookup(_ALIASES.get(label, label.removeprefix("x-"))).name
        if name.replace("_", "-") in _NEVER:
            return ""
        b"a".decode(name, "replace")  # LookupError from zlib, base64 and others that are no character sets
    except (LookupError, ValueError):
        return ""
    return _SUPERSETS.get(name, name)


def _strict(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        return None


def _mostly(data: bytes, codec: str) -> str | None:
    """The text with the bad places marked, if it has more good characters beyond ASCII than bad ones."""
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return None
    bad = text.count("\ufffd")
    good = len(text) - len(text.encode("ascii", "ignore")) - bad
    return text if good > bad else None


def _unknown(declared: str) -> str:
    return f"the character set {declared[:40]!r} is unknown"


def _but(declared: str, codec: str, used: str) -> str:
    if not declared:
        return f"no character set is declared, it was read as {used}"
    if not codec:
        return f"{_unknown(declared)}, it was read as {used}"
    return f"{declared[:40]!r} is declared, it was read as {used}"
