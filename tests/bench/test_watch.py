"""Files are seen to appear and to go."""

import time
from pathlib import Path

from tests.bench.maildir import deliver, make
from tests.bench.watch import Watch


def test_delivery_and_retirement(tmp_path: Path) -> None:
    """A delivered mail appears once, by its final name; it goes when it is moved away."""
    maildir = make(tmp_path / "mail")
    with Watch() as watch:
        watch.add(maildir / "new")
        arrived = deliver(maildir, "1.M1.bench", b"Subject: x\n\n")
        (maildir / "new" / "1.M1.bench").rename(maildir / "cur" / "1.M1.bench")
        seen = list(watch.events(time.monotonic() + 0.05))
    assert [(one.path.name, one.appeared) for one in seen] == [("1.M1.bench", True), ("1.M1.bench", False)]
    assert all(arrived <= one.at for one in seen)


def test_nothing_is_lost_between_two_looks(tmp_path: Path) -> None:
    """Events read together are told one after another, even when the listener stopped in between."""
    with Watch() as watch:
        watch.add(tmp_path)
        (tmp_path / "a").touch()
        (tmp_path / "b").touch()
        first = next(watch.events(time.monotonic() + 1)).path.name
        second = next(watch.events(time.monotonic() + 1)).path.name
    assert [first, second] == ["a", "b"]


def test_drain(tmp_path: Path) -> None:
    """What happened before is forgotten on demand."""
    with Watch() as watch:
        watch.add(tmp_path)
        (tmp_path / "a").touch()
        watch.drain()
        assert list(watch.events(time.monotonic() + 0.02)) == []
