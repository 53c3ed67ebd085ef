"""What a stranger can send to slow a program down: each is read in bounded time, and what was cut is named.

The bound is generous, for a machine that also does other things; quadratic reading would take minutes.
"""

import time
from collections.abc import Callable

import pytest

from mdtickets.domain.incoming import Incoming
from mdtickets.mail.attachments import extract
from mdtickets.mail.parse import LIMIT, parse

SECONDS = 2.0
MEGABYTE = 1 << 20
HEADER = b"From: Kim Lee <kim@lee.example>\nSubject: Recorder\n"


def fill(piece: bytes, size: int = LIMIT - 4096) -> bytes:
    """The piece again and again, that many bytes of it."""
    return (piece * (size // len(piece) + 1))[:size]


def text(body: bytes) -> bytes:
    """A mail with this text."""
    return HEADER + b"Content-Type: text/plain; charset=utf-8\n\n" + body


def html(body: bytes) -> bytes:
    """A mail with nothing but this HTML."""
    return HEADER + b"Content-Type: text/html; charset=utf-8\n\n" + body


def nested(depth: int, rest: bytes = b"deep\n") -> bytes:
    """A multipart in a multipart, in a multipart."""
    opening = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth))
    return HEADER + b"".join(opening) + b"\n" + rest


def parts(head: bytes, count: int) -> bytes:
    """A multipart of so many parts with this header."""
    return HEADER + b"Content-Type: multipart/mixed; boundary=x\n\n" + (b"--x\n" + head + b"\na\n") * count + b"--x--\n"


def timed(raw: bytes, read: Callable[[bytes], object]) -> float:
    """The seconds of CPU that reading takes."""
    begin = time.process_time()
    read(raw)
    return time.process_time() - begin


MAILS = {
    "newlines": lambda: fill(b"\n"),
    "newlines as text": lambda: text(fill(b"\n")),
    "bare CR": lambda: fill(b"\r"),
    "NUL": lambda: fill(b"\0"),
    "one line": lambda: text(fill(b"x")),
    "8-bit rubbish": lambda: text(fill(bytes(range(128, 256)))),
    "a million fields": lambda: fill(b"a:b\n"),
    "a million folds": lambda: b"Subject:" + fill(b"\n x"),
    "a field of 1 MB": lambda: b"Subject: " + fill(b"x", MEGABYTE) + b"\n" + text(b"Hello\n"),
    "Received without end": lambda: fill(b"Received: from a by b; Tue, 24 Nov 2026 10:15:00 +0100\n"),
    "encoded words": lambda: b"Subject: " + fill(b"=?a?q?", MEGABYTE) + b"\n\n",
    "encoded words in every field": lambda: fill(b"X: " + b"=?utf-8?q?a?= =?latin-1?q?b?= " * 250 + b"\n", MEGABYTE),
    "100,000 recipients": lambda: b"To: " + b", ".join(b"r%d@kunde.example" % n for n in range(100_000)) + b"\n\n",
    "parentheses": lambda: b"From: " + fill(b"(", MEGABYTE) + b"\n\n",
    "quotes": lambda: b"To: " + fill(b'\\"', MEGABYTE) + b'"\n\n',
    "angle brackets": lambda: b"To: " + fill(b"<", MEGABYTE) + b"\nReferences: " + fill(b"<", MEGABYTE) + b"\n\n",
    "references": lambda: b"References: " + fill(b"<a@b> ", MEGABYTE) + b"\n\n",
    "a huge date": lambda: b"Date: " + fill(b"9", MEGABYTE) + b"\n\n",
    "semicolons": lambda: b"Content-Type: text/html " + fill(b"; ", 14_000) + b"\n\n<p>x",
    "semicolons and quotes": lambda: parts(b"Content-Type: multipart/mixed; " + fill(b';"', 4000) + b"\n", 1000),
    "parameters": lambda: parts(b"Content-Type: text/plain; " + fill(b"a*0*=%00;", 4000) + b"\n", 1000),
    "10,000 parts": lambda: parts(b"Content-Type: text/plain\n", 10_000),
    "500,000 delimiters": lambda: HEADER + b"Content-Type: multipart/mixed; boundary=x\n\n" + fill(b"--xy\n"),
    "nested 1000 deep": lambda: nested(1000),
    "nested, with lines like boundaries": lambda: nested(50, fill(b"--b1x\n")),
    "parts of base64": lambda: parts(b"Content-Transfer-Encoding: base64\nContent-Type: image/png\n", 1000),
    "quoted-printable": lambda: HEADER + b"Content-Transfer-Encoding: quoted-printable\n\n" + fill(b"=\n"),
    "uuencode": lambda: HEADER + b"Content-Transfer-Encoding: x-uuencode\n\n" + fill(b"\n#x"),
    "Am Am Am": lambda: text(fill(b"Am ")),
    "many Von": lambda: text(fill(b"Von: x\n")),
    "many On wrote": lambda: text(fill(b"On 1\nwrote\nx:\n")),
    "many signatures": lambda: text(fill(b"--\nx\n")),
    "quoted and not": lambda: text(fill(b"> x\nx\n")),
    "HTML comments": lambda: html(fill(b"<!--")),
    "CDATA": lambda: html(fill(b"<![<![")),
    "table cells": lambda: html(b"<table><tr>" + fill(b"<td>x", 49_000)),
    "a wide table": lambda: html(
        b"<table><tr><td>" + fill(b"x", 100_000) + b"</td></tr>" + b"<tr><td>y</td></tr>" * 2000
    ),
    "padding": lambda: html(fill(b'<p style="padding-left:99999999px;margin-top:99999999em">x', 100_000)),
    "blockquotes": lambda: html(fill(b"<blockquote>x", 100_000)),
    "a huge reference": lambda: html(b"&#" + fill(b"9", 100_000) + b";"),
    "a thousand HTML parts": lambda: parts(b"Content-Type: text/html\n\n" + b"<p>x" * 900, 1000),
    "punycode": lambda: HEADER + b"Content-Type: text/plain; charset=punycode\n\n" + fill(b"a-\xff"),
}


@pytest.mark.parametrize("name", MAILS)
def test_hostile_mail_is_read_in_bounded_time(name: str) -> None:
    """Up to 4 MB of the worst are parsed, and their attachments taken out, within two seconds of CPU."""
    raw = MAILS[name]()
    seconds = {"parse": timed(raw, parse), "extract": timed(raw, lambda mail: list(extract(mail)))}
    assert not {what: took for what, took in seconds.items() if took > SECONDS}


def defects_of(raw: bytes) -> str:
    """All that is said to be wrong with a mail."""
    return " ".join(parse(raw).defects)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (fill(b"a:b\n"), "more than 500 fields"),
        (fill(b"Received: " + b"x" * 5000 + b"\n"), "longer than 1024 KB"),
        (b"Subject: " + b"x" * 9000 + b"\n\n", "The field Subject is longer than 8 KB"),
        (b"To: " + b"a@b.example, " * 2000 + b"\n\n", "To has too many addresses; the first 1000 are kept"),
        (b"References: " + b" ".join(b"<%d@b>" % n for n in range(200)) + b"\n\n", "the last 100 of its ids are kept"),
        (parts(b"", 1001), "more than 1000 parts"),
        (nested(60), "nested more than 50 deep"),
        (text(b"x\n" * 200_000), "The text is longer than 256 KB"),
        (html(b"<p>x" * 20_000), "too many tags"),
        (b"x" * (LIMIT + 1), "larger than 4 MB"),
    ],
)
def test_what_was_cut_is_named(raw: bytes, said: str) -> None:
    """A person can see that a limit was met, and which one."""
    assert said in defects_of(raw)


def test_the_last_references_are_kept() -> None:
    """The nearest ancestors stand at the end of the field."""
    raw = b"References: " + b" ".join(b"<%d@b>" % n for n in range(200)) + b"\n\n"
    assert parse(raw).references[-2:] == ("198@b", "199@b")


def limits_of(mail: Incoming) -> dict[str, int]:
    """How much of each thing there is."""
    return {
        "headers": len(mail.headers),
        "longest header": max((len(value) for _, value in mail.headers), default=0),
        "recipients": len(mail.to),
        "references": len(mail.references),
        "attachments": len(mail.attachments),
        "body": len(mail.body),
        "defects": len(mail.defects),
    }


@pytest.mark.parametrize(
    "name",
    ["newlines", "NUL", "a million fields", "a field of 1 MB", "100,000 recipients", "references", "10,000 parts"],
)
def test_a_hostile_mail_is_a_small_value(name: str) -> None:
    """Whatever was sent, what is kept of it is bounded."""
    bounds = {
        "headers": 500,
        "longest header": 8192,
        "recipients": 1000,
        "references": 100,
        "attachments": 1000,
        "body": (256 << 10) + 1,
        "defects": 50,
    }
    kept = limits_of(parse(MAILS[name]()))
    assert not {what: size for what, size in kept.items() if size > bounds[what]}
