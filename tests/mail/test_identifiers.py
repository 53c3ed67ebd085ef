"""Message-IDs and dates."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.identifiers import format_date, message_ids, parse_date


@pytest.mark.parametrize(
    ("raw", "ids"),
    [
        (b"<a@b>", ("a@b",)),
        (b"<a@b> <c@d>\t<e@f>", ("a@b", "c@d", "e@f")),
        (b"<a@b><a@b>", ("a@b",)),
        (b"<very-long- id@b>", ("very-long-id@b",)),  # folded within
        (b'Message from "Kim" of Tuesday <a@b>', ("a@b",)),
        (b"a@b", ("a@b",)),
        (b"=?utf-8?q?=3Ca=40b=3E?= =?utf-8?q?_=3Cc=40d=3E?=", ("a@b", "c@d")),  # Exchange
        (b"<no-at-sign>", ("no-at-sign",)),
        (b"<a\x00b@c>", ("a\ufffdb@c",)),
        (b"<>", ()),
        (b"<<<a@b>>>", ("a@b",)),
        (b"< >", ()),
        (b"", ()),
        (b"<" + b"x" * 2000 + b"@b>", ()),
    ],
)
def test_ids_of_a_field(raw: bytes, ids: tuple[str, ...]) -> None:
    """Each id once, without brackets."""
    assert message_ids([raw]) == (ids, False)


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        (b"Tue, 24 Nov 2026 10:15:00 +0100", datetime(2026, 11, 24, 10, 15, tzinfo=timezone(timedelta(hours=1)))),
        (b"24 Nov 2026 10:15 GMT", datetime(2026, 11, 24, 10, 15, tzinfo=UTC)),
        (b"Tue, 24 Nov 2026 10:15:00 -0000", datetime(2026, 11, 24, 10, 15, tzinfo=UTC)),
        (b"Tue, 24 Nov 2026 10:15:00", datetime(2026, 11, 24, 10, 15, tzinfo=UTC)),
        (b"", None),
        (b"yesterday", None),
        (b"Tue, 32 Nov 2026 10:15:00 +0100", None),
        (b"Tue, 24 Nov 99999999999999999999 10:15:00 +0100", None),
        (b"Fri, 31 Dec 9999 23:59:59 -1200", None),
        (b"Tue, 24 Nov 1926 10:15:00 +0100", None),
        (b"Tue, 24 Nov 2026 10:15:00 +9999", None),
        (b"9" * 5000, None),
        (b"\xff\x00", None),
    ],
)
def test_date_of_a_mail(raw: bytes, moment: datetime | None) -> None:
    """An aware moment, or None when it cannot be one."""
    assert parse_date(raw) == moment


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100))
def test_any_bytes_are_ids_and_dates_or_none(raw: bytes) -> None:
    """Nothing raises, and every moment can be shown in UTC."""
    ids, _ = message_ids([raw, b"<" + raw + b">"])
    moment = parse_date(raw)
    assert all(ids)
    assert moment is None or moment.astimezone(UTC).year >= 1970


@given(
    moment=st.datetimes(
        min_value=datetime(1970, 1, 3),  # noqa: DTZ001  # Hypothesis wants naive bounds
        max_value=datetime(9990, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    )
)
def test_dates_are_written_and_read_as_the_standard_library_does(moment: datetime) -> None:
    """The usual form needs no `email`, and means the same."""
    text = format_date(moment)
    assert text == format_datetime(moment)
    assert parse_date(text.encode()) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "text", ["Tue, 24 Nov 2026 10:15:00 -0000", "24 Nov 26 10:15 EST", "Tue, 24 Nov 2026 10:15:00 +0100 (CET)"]
)
def test_other_forms_are_read_as_well(text: str) -> None:
    """What few programs write is left to the standard library."""
    found = parsedate_to_datetime(text)
    assert parse_date(text.encode()) == (found if found.tzinfo else found.replace(tzinfo=UTC))
