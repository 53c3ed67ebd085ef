"""Address lists (RFC 5322 section 3.4) as they are written, right or wrong, in linear time.

By hand: whom we answer must not depend on the Python that runs. `email.utils.getaddresses` makes two mailboxes of
`a@evil.example <b@good.example>` in 3.11 and an empty one in 3.13, and recurses once for each parenthesis.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice

from mdtickets.domain.model import Address
from mdtickets.domain.plain import plain_line
from mdtickets.mail.words import decode_words, header_text

MAX_ADDRESSES = 1000
MAX_LIST = 1 << 17  # bytes of one field
MAX_TOKENS = 20_000  # of all fields together
MAX_ADDRESS = 320  # characters: 64 for the local part, 255 for the domain, one @ (RFC 3696 erratum 1690 allows less)
MAX_NAME = 256
_SHORT = 256  # bytes of a field that is remembered: ours in To, those of people who write often

_TOKEN = re.compile(
    r"""
      (?P<quoted>  "(?:[^"\\]|\\.)*+"? )
    | (?P<comment> \((?:[^()\\]|\\.)*+\)? )
    | (?P<angle>   <(?:[^<>]*+>|[^<>,]*+) )
    | (?P<mark>    [,;:] )
    | (?P<text>    [^"(<,;:]++ )
    """,
    re.DOTALL | re.VERBOSE,
)
_SIMPLE = re.compile(r"""(?:"([^"\\<>]*+)"|([^"\\<>(),:;@]*+))\s*<([^\s<>"(),:;@]++@[^\s<>"(),:;@]++)>\Z""")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_IS_ADDRESS = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}\Z")
_IS_LOCAL = re.compile(r"[A-Za-z0-9._+*-]{1,64}\Z")
_AROUND_AT = re.compile(r"\s*@\s*")


def parse_addresses(values: Sequence[bytes]) -> tuple[tuple[Address, ...], bool]:
    """The mailboxes of all these fields, the first thousand, and whether there were more.

    Groups are their members. A name without an address is nobody, unless it is one word: `MAILER-DAEMON`.
    """
    if not values:
        return (), False
    if len(values) == 1 and len(values[0]) <= _SHORT:
        return _read_short(values[0]), False
    found: list[Address] = []
    cut = False
    tokens = 0
    for raw in values:
        tokens += _read_list(header_text(raw[:MAX_LIST]), MAX_TOKENS - tokens, found)
        cut = cut or len(raw) > MAX_LIST or tokens == MAX_TOKENS
    return tuple(found[:MAX_ADDRESSES]), cut or len(found) > MAX_ADDRESSES


@lru_cache(maxsize=256)
def _read_short(raw: bytes) -> tuple[Address, ...]:
    found: list[Address] = []
    _read_list(header_text(raw), MAX_TOKENS, found)
    return tuple(found)


def _read_list(text: str, limit: int, found: list[Address]) -> int:
    """Add the mailboxes of one list; the answer is how many tokens were read."""
    if "@" not in text:
        text = decode_words(text)  # some programs encode the whole field, angle brackets and all
    if simple := _SIMPLE.match(text):
        found.append(_address(simple[1] or simple[2] or "", simple[3]))
        return 1
    mailbox = _Mailbox()
    count = 0
    for count, token in enumerate(islice(_tokens(text), limit), 1):  # noqa: B007  # the last one is the answer
        kind = token.lastgroup
        if kind != "mark":
            mailbox.add(kind or "", token[0])
        elif token[0] == ":":
            mailbox.end_group_name()
        elif mailbox.is_surname and token[0] == ",":
            mailbox.add("text", ",")
        else:
            found.extend(mailbox.finish())
            mailbox = _Mailbox()
    found.extend(mailbox.finish())
    return count


def _tokens(text: str) -> Iterator[re.Match[str]]:
    for token in _TOKEN.finditer(text):
        if token["quoted"] and (len(token[0]) == 1 or not token[0].endswith('"')):
            # a quote that is never closed is no quote: what follows it is read without any
            yield from _TOKEN.finditer(text[token.start() :].replace('"', ""))
            return
        yield token


class _Mailbox:
    """One entry of an address list under construction: its words, its angle brackets, its comments."""

    def __init__(self) -> None:
        self._words: list[str] = []  # quoted ones with their quotes
        self._angle: str | None = None
        self._comments: list[str] = []

    @property
    def is_surname(self) -> bool:
        """Whether these words have no address yet, as `Müller` in `Müller, Max <max@…>`, which lacks its quotes."""
        return self._angle is None and 0 < len(self._words) <= 2 and not any("@" in word for word in self._words)

    def add(self, kind: str, token: str) -> None:
        """One token that ends nothing."""
        if kind == "comment":
            self._comments.append(_QUOTED_PAIR.sub(r"\1", token.strip("()")))
        elif kind == "angle":
            self._angle = token.strip("<>")
        elif self._angle is None and token.strip():
            if token.startswith("@") and self._words and self._words[-1].startswith('"'):
                self._angle = self._words.pop() + token.split(maxsplit=1)[0]  # a quoted local part
            else:
                self._words.append(token)

    def end_group_name(self) -> None:
        """What stood before a colon was the name of a group (or the source route of RFC 822, which is obsolete)."""
        self._words.clear()

    def finish(self) -> list[Address]:
        """The mailbox; empty when the words name none."""
        if self._angle is not None:
            address = _AROUND_AT.sub("@", self._angle.rpartition(":")[2].strip())
            return [_address(self._name(self._words), address)] if address else []
        words = _AROUND_AT.sub("@", " ".join(self._words)).split()
        with_at = [word for word in words if "@" in word]
        if with_at:
            return [_address(self._name([word for word in words if word is not with_at[-1]]), with_at[-1])]
        comment = " ".join(self._comments)
        if _IS_ADDRESS.match(comment):
            return [_address(self._name(words), comment)]
        return [_address(comment, words[0])] if len(words) == 1 and _IS_LOCAL.match(words[0]) else []

    def _name(self, words: list[str]) -> str:
        name = " ".join(filter(None, map(_unquote, words))).replace(" , ", ", ")
        return name or " ".join(self._comments)


def _unquote(word: str) -> str:
    word = word.strip()
    return _QUOTED_PAIR.sub(r"\1", word[1:-1]) if word.startswith('"') else word


def _address(name: str, address: str) -> Address:
    # white space has no place in an address, except between quotes; Outlook puts single quotes around both
    address = address if address.startswith('"') else "".join(address.split()).strip("'")
    return Address(
        name=plain_line(" ".join(decode_words(name).split())).strip("'")[:MAX_NAME],
        address=plain_line(address)[:MAX_ADDRESS],
    )
