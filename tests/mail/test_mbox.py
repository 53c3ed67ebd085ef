"""mbox files of all dialects: what is written comes back, and other programs' files are taken apart."""

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.mbox import format_mbox_mail, split_mbox, unquoted

AT = datetime(2026, 11, 24, 9, 5, 7, tzinfo=UTC)
_SEPARATOR = b"From kim@lee.example Tue Nov 24 09:05:07 2026\n"
_LINES = (_SEPARATOR, b">" + _SEPARATOR, b"From here on\n", b">>From \n", b"\n", b"\r\n", b"text\n", b"x\r\n")


def mails_of(data: bytes) -> list[bytes]:
    pieces = split_mbox(data)
    return [unquoted(data[each.start : each.end]) if each.is_quoted else data[each.start : each.end] for each in pieces]


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(_LINES), max_size=6).map(b"".join), max_size=4))
def test_what_is_written_comes_back(texts: list[bytes]) -> None:
    """Each mail with the bytes it had, whatever lines it has."""
    mails = [b"Subject: a\n\n" + text for text in texts]
    assert mails_of(b"".join(b"".join(format_mbox_mail([mail], AT)) for mail in mails)) == mails


@settings(max_examples=40)
@given(st.lists(st.binary(min_size=1, max_size=6), max_size=8))
def test_lines_are_quoted_wherever_they_are_cut(chunks: list[bytes]) -> None:
    """A mail read in pieces is written as one read at once."""
    chunks = [b"a\n>Fr", b"om b\nFro", b"m", b" c", *chunks]
    assert b"".join(format_mbox_mail(chunks, AT)) == b"".join(format_mbox_mail([b"".join(chunks)], AT))


def test_a_mail_without_a_last_line_end_gets_one() -> None:
    """Else the next separator would be a part of it."""
    assert b"".join(format_mbox_mail([b"a"], AT)) == b"From MAILER-DAEMON Tue Nov 24 09:05:07 2026\na\n\n"


def test_the_separator_tells_the_time() -> None:
    """With seconds or without, with a zone or without; what is no time is none."""
    lines = (
        b"From a Tue Nov 24 09:05:07 2026\n",
        b"From a Tue Nov 24 09:05 CET 2026\n",
        b"From a Tue Nov 31 9:05 2026\n",
    )
    found = [next(split_mbox(line + b"Subject: a\n\n"), None) for line in lines]
    assert [each.at if each else None for each in found] == [AT, AT.replace(second=0), None]


def _counted(*bodies: bytes) -> bytes:
    head = b"Subject: a\nContent-Length: %d\n\n"
    return b"".join(_SEPARATOR + head % len(body) + body + b"\n" for body in bodies)


def test_a_right_content_length_counts() -> None:
    """mboxcl2: a separator within the length is text, and nothing was quoted."""
    bodies = (b"x\n\n" + _SEPARATOR + b">From y\n", b"z\n")
    assert [mail.partition(b"\n\n")[2] for mail in mails_of(_counted(*bodies))] == list(bodies)


def test_a_quoted_mail_with_a_content_length() -> None:
    """mboxcl: counted and quoted."""
    assert mails_of(_counted(b">From y\n", b"z\n"))[0].endswith(b"\n\nFrom y\n")


def test_a_wrong_content_length_does_not_count() -> None:
    """A mail was changed after it was counted: it ends before the next separator."""
    data = _counted(b"x\n", b"z\n").replace(b"Content-Length: 2", b"Content-Length: 5")
    assert [mail[-3:] for mail in mails_of(data)] == [b"\nx\n", b"\nz\n"]


def test_lines_that_are_no_separators_are_text() -> None:
    """Nobody quoted this one: no time, or no empty line before it."""
    mail = b"Subject: a\n\nFrom here on\n\nFrom there\nx\n" + _SEPARATOR
    data = _SEPARATOR + mail + b"\n" + _SEPARATOR + b"Subject: b\n\n"
    assert mails_of(data)[0] == mail


def test_windows_line_ends() -> None:
    """A file whose lines end with CR LF."""
    data = (_SEPARATOR + b"Subject: a\n\nx\n\n").replace(b"\n", b"\r\n") * 2
    assert mails_of(data) == [b"Subject: a\r\n\r\nx\r\n"] * 2


def test_what_is_no_mbox_has_no_mails() -> None:
    """Nothing, or something else."""
    assert mails_of(b"") == mails_of(b"Subject: a\n\nx\n") == mails_of(b"From nobody\n") == []
