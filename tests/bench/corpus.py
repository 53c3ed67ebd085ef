"""Mails for measuring: made from a seed, the same on every machine, and mail number `i` without those before it.

60 % are plain text, 30 % plain and HTML, 10 % carry a file; every fifth answers an earlier mail by In-Reply-To;
400 customers write in German and English; the mean is 6.4 KB. Numbers may be negative: a store is filled with the
mails before 0 and the mails from 0 on arrive in it, so that stores of every size receive the same ones.
"""

import base64
import quopri
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from tests.bench import wording

CUSTOMERS = 400
MEAN_BYTES = 6400
SUPPORT = "support@mustermann-video.example"

_SEED = "mdtickets 1"
_REACH = 800  # an answer comes at most so many mails after what it answers
_FIRST_DATE = datetime(2026, 11, 1, tzinfo=UTC)
_BETWEEN = timedelta(minutes=5)
_BASE64_LINE = 57


class Kind(StrEnum):
    """How a mail is built."""

    PLAIN = "plain"
    ALTERNATIVE = "alternative"
    FILE = "file"


class Mail(Struct, frozen=True, kw_only=True):
    """What is fixed about one mail before its text is written."""

    index: int
    kind: Kind
    customer: int
    topic: int  # the mail that began the conversation
    parent: int | None = None  # the mail it answers

    @property
    def message_id(self) -> str:
        """Its Message-ID without angle brackets."""
        return message_id(self.index)

    @property
    def sender(self) -> tuple[str, str]:
        """Name and address in From."""
        name, address, _ = wording.person(self.customer)
        return name, address

    @property
    def language(self) -> str:
        """`de` or `en`."""
        return wording.person(self.customer)[2]

    @property
    def subject(self) -> str:
        """The subject, decoded."""
        text = wording.subject(random_for("subject", self.topic), self.language)
        return text if self.parent is None else f"Re: {text}"

    @property
    def date(self) -> datetime:
        """The Date header."""
        return _FIRST_DATE + self.index * _BETWEEN


def message_id(index: int) -> str:
    """The Message-ID of a mail of the corpus, without angle brackets."""
    return f"{'n' if index < 0 else 'p'}{abs(index)}.bench@mail.example"


def plan(index: int) -> Mail:
    """What mail number `index` is like."""
    rng = random_for("plan", index)
    share = rng.random()
    kind = Kind.PLAIN if share < 0.6 else Kind.ALTERNATIVE if share < 0.9 else Kind.FILE
    if rng.random() < 0.2:
        parent = plan(index - rng.randrange(1, _REACH))
        return replace(parent, index=index, kind=kind, parent=parent.index)
    return Mail(index=index, kind=kind, customer=rng.randrange(CUSTOMERS), topic=index)


def thread(first: int, length: int, kind: Kind) -> list[Mail]:
    """Mails of one customer, each answering the one before."""
    mails = [replace(plan(first), parent=None, topic=first, kind=kind)]
    for index in range(first + 1, first + length):
        mails.append(replace(mails[-1], index=index, parent=index - 1))
    return mails


def burst(count: int, start: int = 0) -> Iterator[bytes]:
    """The bytes of so many mails, one after another."""
    for index in range(start, start + count):
        yield write(plan(index))


def write(mail: Mail) -> bytes:
    """The mail's bytes, LF line ends as an MTA delivers them."""
    rng = random_for("text", mail.index)
    builder = {Kind.PLAIN: _plain, Kind.ALTERNATIVE: _alternative, Kind.FILE: _with_file}[mail.kind]
    type_headers, body = builder(rng, mail)
    return _headers(mail, rng).encode() + type_headers.encode() + b"\n" + body


def _headers(mail: Mail, rng: Random) -> str:
    name, address = mail.sender
    date = format_datetime(mail.date)
    domain = address.partition("@")[2]
    answered = "" if mail.parent is None else f"In-Reply-To: <{message_id(mail.parent)}>\n"
    references = answered.replace("In-Reply-To", "References")
    return (
        f"Return-Path: <{address}>\n"
        f"Delivered-To: {SUPPORT}\n"
        f"Received: from mx.{domain} (mx.{domain} [198.51.100.{rng.randrange(1, 250)}])\n"
        f"\tby mail.mustermann-video.example (Postfix) with ESMTPS id {rng.randrange(16**10):010X}\n"
        f"\tfor <{SUPPORT}>; {date}\n"
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s1;\n"
        f"\th=from:to:subject:date:message-id; bh={_random_base64(rng, 32)};\n"
        f"\tb={_random_base64(rng, 60)}\n\t {_random_base64(rng, 60)}\n"
        f"From: {_word(name)} <{address}>\nTo: Mustermann Video Support <{SUPPORT}>\nSubject: {_word(mail.subject)}\n"
        f"Date: {date}\nMessage-ID: <{mail.message_id}>\n{answered}{references}"
        f"User-Agent: Mozilla Thunderbird\nMIME-Version: 1.0\n"
    )


def _plain(rng: Random, mail: Mail) -> tuple[str, bytes]:
    return _text_part(rng, mail, _letter(rng, mail, words=290))


def _alternative(rng: Random, mail: Mail) -> tuple[str, bytes]:
    text = _letter(rng, mail, words=270)
    boundary = f"=_alt{rng.randrange(16**12):012x}"
    html = _as_html(text).encode()
    parts = [_text_part(rng, mail, text), _quoted_printable("text/html; charset=utf-8", html)]
    return f'Content-Type: multipart/alternative; boundary="{boundary}"\n', _join(boundary, parts)


def _with_file(rng: Random, mail: Mail) -> tuple[str, bytes]:
    boundary = f"=_mix{rng.randrange(16**12):012x}"
    name = f"{wording.compound(rng, wording.ENGLISH)}.pdf"
    data = b"%PDF-1.4\n" + rng.randbytes(rng.randrange(6000, 26000))
    headers = (
        f'Content-Type: application/pdf; name="{name}"\nContent-Transfer-Encoding: base64\n'
        f'Content-Disposition: attachment; filename="{name}"\n'
    )
    rows = (data[start : start + _BASE64_LINE] for start in range(0, len(data), _BASE64_LINE))
    file = (headers, b"".join(base64.b64encode(row) + b"\n" for row in rows))
    parts = [_text_part(rng, mail, _letter(rng, mail, words=150)), file]
    return f'Content-Type: multipart/mixed; boundary="{boundary}"\n', _join(boundary, parts)


def _letter(rng: Random, mail: Mail, *, words: int) -> str:
    paragraphs = [wording.paragraph(rng, mail.language, max(12, int(words * rng.uniform(0.15, 0.55)))) for _ in "abc"]
    text = [wording.greeting(mail.language), *paragraphs, wording.closing(mail.language, mail.sender[0])]
    if mail.parent is not None:
        earlier = wording.paragraph(random_for("quoted", mail.parent), mail.language, 60)
        quoted = "\n".join(f"> {line}" for line in earlier.split("\n"))
        text.append(f"{wording.wrote(mail.language, f'{mail.date:%d.%m.%Y %H:%M}')}\n{quoted}\n")
    return "\n\n".join(text)


def _text_part(rng: Random, mail: Mail, text: str) -> tuple[str, bytes]:
    """German comes in the three encodings that mail programs use, English in plain ASCII."""
    way = rng.randrange(3) if mail.language == wording.GERMAN else 3
    if way == 0:
        return _quoted_printable("text/plain; charset=utf-8", text.encode())
    if way == 1:
        return _quoted_printable("text/plain; charset=iso-8859-1", text.encode("iso-8859-1"))
    if way == 2:
        return "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n", text.encode()
    return "Content-Type: text/plain; charset=us-ascii; format=flowed\n", text.encode("ascii", "replace")


def _quoted_printable(content_type: str, data: bytes) -> tuple[str, bytes]:
    headers = f"Content-Type: {content_type}\nContent-Transfer-Encoding: quoted-printable\n"
    return headers, quopri.encodestring(data)


def _as_html(text: str) -> str:
    style = "p{margin:0 0 8px 0} .quoted{border-left:2px solid #888;padding-left:6px} td{vertical-align:top}"
    paragraphs = "\n".join(
        f'<p class="text"><span style="font-family:Arial,sans-serif;font-size:10pt">{part}</span></p>'
        for part in text.replace("\n> ", "\n").split("\n\n")
    )
    return f"<html><head><style>{style}</style></head>\n<body>{paragraphs}</body></html>\n"


def _join(boundary: str, parts: list[tuple[str, bytes]]) -> bytes:
    rule = f"--{boundary}\n".encode()
    pieces = b"".join(rule + headers.encode() + b"\n" + body + b"\n" for headers, body in parts)
    return b"This is a multi-part message in MIME format.\n" + pieces + f"--{boundary}--\n".encode()


def _word(text: str) -> str:
    """Text as a header may hold it (RFC 2047 when it is not ASCII)."""
    return text if text.isascii() else f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def _random_base64(rng: Random, size: int) -> str:
    return base64.b64encode(rng.randbytes(size)).decode()


def random_for(use: str, index: int) -> Random:
    """The random numbers of one use for one mail: the same in every run."""
    return Random(f"{_SEED} {use} {index}")
