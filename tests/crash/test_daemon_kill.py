"""The daemon, killed at random while mail flows: nothing is lost, nothing happens twice."""

import hashlib
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from email.parser import BytesHeaderParser
from pathlib import Path

import pytest

from mdtickets.app.freshness import reindex
from mdtickets.store.delivery import deliver
from mdtickets.store.durable import Disk
from tests.app.daemons import Daemon, wait_until
from tests.world import git, mail, make_world, open_world

KILLS = 20
MAILS_A_ROUND = 10

# every customer writes so often that the budget for acknowledgements never decides
_SENDER = "Kim Lee <kim{}@lee.example>"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_world(tmp_path)


def mails() -> Iterator[tuple[str, bytes]]:
    """What arrives, with the name it arrives under: new requests, follow-ups, an old one again, an automatic one."""
    begin = int(time.time())
    for number in range(KILLS * MAILS_A_ROUND):
        yield f"{begin + number // 50}.M{number:06}P1Q{number}.mail1", _mail(number).encode()


def _mail(number: int) -> str:
    own = f"Message-ID: <m{number}@lee.example>\n"
    sender = _SENDER.format(number // 4)
    match number % 4:
        case 1:
            return mail(
                f"Re: Request {number - 1}", sender=sender, headers=f"{own}In-Reply-To: <m{number - 1}@lee.example>\n"
            )
        case 2:
            return _mail(number - 2)  # delivered a second time
        case 3:
            return mail(f"Out of office {number}", sender=sender, headers=f"{own}Auto-Submitted: auto-replied\n")
        case _:
            return mail(f"Request {number}", sender=sender, headers=own)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_twenty_times_it_files_each_mail_once(root: Path) -> None:
    """200 mails, 20 times kill -9: each mail stored once, each acknowledgement sent once, git and catalog whole."""
    chance = random.Random(20261124)  # a failure can be looked at again
    flow = mails()
    raw: set[bytes] = set()
    daemon = Daemon(root)
    try:
        for kill in range(KILLS):
            daemon.start()
            arrived = [
                (data, Path(deliver(Disk(), root.parent / "mail", data, unique=name)))
                for name, data in (next(flow) for _ in range(MAILS_A_ROUND))
            ]
            raw.update(data for data, _ in arrived)
            if kill % 2:  # while it commits and sends; else while it files
                wait_until(lambda source=arrived[0][1]: not source.exists(), "a mail is filed")  # type: ignore[misc]
            time.sleep(chance.uniform(0, 0.3))
            daemon.signal(signal.SIGKILL)
            daemon.wait()
            daemon.close()
        daemon.start()
        wait_until(lambda: not _waits(root), "everything filed and sent")
        assert daemon.stop() == 0
    finally:
        daemon.close()
    assert "Traceback" not in daemon.log
    _check(root, raw)


def _waits(root: Path) -> bool:
    outbox = root / ".mdtickets" / "outbox"
    return any((root.parent / "mail" / "new").iterdir()) or any(path.is_file() for path in outbox.rglob("*"))


def _check(root: Path, raw: set[bytes]) -> None:
    articles = [path.read_bytes() for path in root.glob("tickets/*/*/*/*/*-customer.eml")]
    assert Counter(map(_digest, articles)) == Counter(map(_digest, raw))
    requests = {f"kim{number}@lee.example" for number in range(KILLS * MAILS_A_ROUND // 4)}
    acks = list(root.glob("tickets/*/*/*/*/*-ack.eml"))
    sent = list((root / ".mdtickets" / "outgoing" / "new").iterdir())
    assert Counter(map(_recipient, acks)) == Counter(map(_recipient, sent)) == Counter(requests)
    assert git(root, "status", "--porcelain") == ""
    assert git(root, "fsck", "--strict") == ""
    session = open_world(root)
    before = session.catalog.dump()
    with session.filing():
        reindex(session)
    assert before == session.catalog.dump()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _recipient(path: Path) -> str:
    return str(BytesHeaderParser().parsebytes(path.read_bytes())["To"])
