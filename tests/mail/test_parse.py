"""A whole mail as a value."""

import hashlib
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address
from mdtickets.mail.parse import parse
from tests.mail.builders import parsed


def test_digest_and_size_are_those_of_the_bytes() -> None:
    """Reckoned here when nobody gives them."""
    raw = b"Subject: x\r\n\r\nHello"
    mail = parse(raw)
    assert (mail.sha256, mail.size) == (hashlib.sha256(raw).hexdigest(), len(raw))


def test_the_beginning_of_a_large_mail() -> None:
    """Digest and size of the whole come with it."""
    mail = parse(b"Subject: x\n\nHello", sha256="ab" * 32, size=64 << 20)
    assert (mail.sha256, mail.size, mail.subject) == ("ab" * 32, 64 << 20, "x")
    assert mail.defects[0] == "The mail is larger than 4 MB; only its beginning was looked at."


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", ("The mail is empty.",)),
        (b"\n", ("The mail has no header.",)),
        (b"only text\n", ("The mail has no header.",)),
        (b"\x00", ("The mail has no header.", "There are NUL bytes in the mail.")),
        (
            b"Subject: x\n\n",
            ("There is no From field.", "There is no Message-ID field.", "There is no Date field."),
        ),
    ],
)
def test_what_is_missing_is_told(raw: bytes, said: tuple[str, ...]) -> None:
    """In sentences for people."""
    assert parse(raw).defects == said


@pytest.mark.parametrize(
    ("line", "return_path"),
    [
        ("Return-Path: <>", ""),
        ("Return-Path: <a@b.example>", "a@b.example"),
        ("Return-Path: a@b.example", "a@b.example"),
        ("X: y", None),
    ],
)
def test_return_path(line: str, return_path: str | None) -> None:
    """The null path is not the same as none."""
    assert parsed(f"{line}\n\n").return_path == return_path


@pytest.mark.parametrize(
    ("header", "body", "language"),
    [
        ("Content-Language: de-DE", "Where is my order?", ("de", "Content-Language")),
        ("Content-Language: fr", "Where is my order?", ("en", "the text")),
        ("X: y", "Wo ist meine Bestellung?\n\n> Where is my order? What is it that you want?", ("de", "the text")),
        ("X: y", "4711", ("", "")),
    ],
)
def test_language(header: str, body: str, language: tuple[str, str]) -> None:
    """What the mail declares, else a guess from what its author wrote."""
    mail = parsed(f"{header}\n\n{body}\n")
    assert (mail.language, mail.language_from) == language


def test_the_first_mailbox_of_from_is_the_author() -> None:
    """Whoever else stands there."""
    assert parsed("From: Kim <kim@lee.example>, max@kunde.example\n\n").author == Address(
        name="Kim", address="kim@lee.example"
    )


def test_header_names_are_lower_case_and_values_one_line() -> None:
    """As rules and filters want them."""
    mail = parsed("X-Note: one\n two\nx-note: \x1b[2J\n\n")
    assert mail.all_headers("X-Note") == ("one two", "\ufffd[2J")


def test_only_a_mail_of_html_loads_the_library() -> None:
    """Both lxml and inscriptis take longer to load than all else."""
    program = """
import sys
from mdtickets.mail.parse import parse
parse(b"Subject: x\\n\\nHello")
assert "lxml" not in sys.modules and "inscriptis" not in sys.modules
assert parse(b"Content-Type: text/html\\n\\n<p>Hello").body == "Hello\\n"
assert "inscriptis" in sys.modules
"""
    subprocess.run([sys.executable, "-c", program], check=True)


PIECES = st.sampled_from(
    [
        *(
            b"From: ",
            b"To: a@b, ",
            b"Subject: =?utf-8?q?",
            b"Date: ",
            b"Message-ID: <",
            b"References: <a@b>",
            b"\n",
            b"\r\n",
        ),
        *(
            b"Content-Type: multipart/mixed; boundary=b\n",
            b"Content-Type: text/html\n",
            b"Content-Type: message/rfc822\n",
        ),
        *(b"Content-Transfer-Encoding: base64\n", b"Content-Disposition: attachment; filename*=x'y'%FF\n", b"\n--b\n"),
        *(b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n", b"--b--", b"\xff\xfe", b"\x00"),
        *(b"<p>", b"> ", b"-- \n", b"On 1 wrote:\n", b"?=", b'"', b"(", b"\r", b"\x1b$B", b" ", b"text"),
    ]
)


def controls_in(text: str) -> set[str]:
    """What a terminal would obey, and what is no character at all."""
    return {char for char in text if unicodedata.category(char) in {"Cc", "Cs"}}


def texts_of(mail: Incoming) -> str:
    """All that a stranger wrote of it."""
    people = [mail.author, mail.sender, *mail.reply_to, *mail.to, *mail.cc]
    return " ".join(
        [
            *(f"{person.name} {person.address}" for person in people if person),
            *(f"{name} {value}" for name, value in mail.headers),
            *(f"{attachment.name} {attachment.type}" for attachment in mail.attachments),
            *(mail.message_id, *mail.in_reply_to, *mail.references, mail.return_path or "", mail.bounced_message_id),
            *(mail.subject, mail.content_type, mail.report_type, mail.delivery_action, mail.delivery_detail),
            *mail.defects,
        ],
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60).map(b"".join) | st.binary(max_size=300))
def test_any_bytes_at_all_are_a_mail(raw: bytes) -> None:
    """Nothing raises, the same bytes give the same value, and nothing of it reaches a terminal unclean."""
    mail = parse(raw)
    assert mail == parse(raw)
    assert not controls_in(texts_of(mail))
    assert controls_in(mail.body + mail.new_text) <= {"\n", "\t"}
