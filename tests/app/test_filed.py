"""The record of a sweep: small, and what was put in comes out."""

import tracemalloc

from mdtickets.app.filed import Filed, FiledMails
from mdtickets.domain.event import What


def test_what_was_filed_is_read_again() -> None:
    """All of it, in its order, also names that are no UTF-8."""
    filed = [
        Filed(path="/mail/new/1.M\udcff.host", number="1", what=What.NEW, title="Grüße", duplicates=("2", "3")),
        Filed(path="/mail/new/2.M.host", number="1", what=What.FOLLOW_UP, acknowledged="de", reopened=True),
    ]
    mails = FiledMails()
    mails.extend(filed[:1])
    mails.extend(filed[1:])
    assert [*mails] == filed
    assert (len(mails), mails[-1], mails[:1]) == (2, filed[1], (filed[0],))


def test_a_long_night_takes_little_memory() -> None:
    """A mail costs less than 200 bytes, its own path, number and title included."""
    mails = FiledMails()
    tracemalloc.start()
    try:
        for start in range(0, 2000, 100):
            mails.extend(_filed(count) for count in range(start, start + 100))
        size, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size < 200 * len(mails)


def _filed(count: int) -> Filed:
    path = f"/var/mail/support/new/1732442400.M{count:06d}P1Q1.mail1"
    title = f"Recorder number {count} stops after a minute"
    return Filed(path=path, number=f"20261124100{count:05d}", what=What.NEW, title=title, acknowledged="en")
