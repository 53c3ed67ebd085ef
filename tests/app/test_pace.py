"""When acknowledgements and commits leave: soon when it is quiet, together while mails keep coming, never late."""

from mdtickets.app.pace import NEVER, Pace


def test_nothing_is_due_before_anything_is_filed() -> None:
    """An idle daemon sleeps."""
    pace = Pace()
    assert (pace.send_at, pace.commit_at) == (NEVER, NEVER)


def test_a_mail_alone_waits_for_a_short_quiet() -> None:
    """Sent after 10 ms; committed when that is done, or 50 ms later when a server takes its time."""
    pace = Pace()
    pace.filed(100.0)
    assert (pace.send_at, pace.commit_at) == (100.01, NEVER)
    pace.handed_over(100.01)
    assert (pace.send_at, round(pace.commit_at, 3)) == (NEVER, 100.06)
    pace.sent(100.03)
    assert pace.commit_at == 100.03


def test_mails_that_keep_coming_gather_for_a_second() -> None:
    """Each puts the quiet moment off, but not beyond a second after the first."""
    pace = Pace()
    for mail in range(200):
        pace.filed(100.0 + mail * 0.02)
    assert pace.send_at == 101.0


def test_a_commit_that_is_due_stays_due_while_mails_come() -> None:
    """What is filed meanwhile goes with it, or with the next one."""
    pace = Pace()
    pace.filed(100.0)
    pace.handed_over(100.01)
    due = pace.commit_at
    pace.filed(100.03)
    pace.handed_over(100.05)
    assert pace.commit_at == due


def test_what_was_sent_late_waits_for_the_next_commit_but_not_long() -> None:
    """A slow server costs no round of git of its own while mails come."""
    pace = Pace()
    pace.filed(100.0)
    pace.handed_over(100.01)
    pace.committed()
    pace.sent(103.0)
    assert pace.commit_at == 103.25
