"""The mail server dies while an agent's answer leaves: it leaves once in the end, or nobody knows and a person decides."""

from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from mdtickets.app import answering, drafting
from mdtickets.app.sending import retry, send_due
from mdtickets.app.session import Session
from mdtickets.domain.event import DELIVERY
from tests.app.desk_world import FIRST, anna, files_of, make_desk
from tests.mail.servers import CLOSE, RESET, scripted
from tests.world import NOW, check_whole, open_world

_TEXT = "Hold Eject for ten seconds.\n"
# More than the kernel keeps for us, so that the server's end is noticed before the final dot.
_LARGE = 8_000_000


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A store whose acknowledgements have left; its next mail goes by SMTP."""
    with closing(open_world(make_desk(tmp_path))) as session:
        send_due(session)
    yield tmp_path
    check_whole(tmp_path)


def _open(place: Path, port: int, hours: int = 0) -> Session:
    local = place / "store" / ".mdtickets" / "local.toml"
    sending = f'[sending]\ntransport = "smtp"\nhost = "127.0.0.1"\nport = {port}\ntls = "none"\n'
    local.write_text(f'system_id = "10"\n{sending}', encoding="utf-8")
    return open_world(place / "store", now=NOW + timedelta(hours=hours))


def _reply(session: Session, size: int) -> None:
    manual = session.layout.root.parent / "manual.bin"
    manual.write_bytes(b"x" * size)
    draft = drafting.begin_reply(session, anna(session), FIRST, drafting.Wish(attach=(str(manual),)), _TEXT)
    answering.send_reply(session, anna(session), FIRST, answering.Reply(session=session, draft=draft)).finish()
    send_due(session)


def _deliveries(session: Session) -> list[str]:
    events = files_of(session, FIRST).events
    answer = next(event.article for event in events if event.what == "answered")
    return [event.what for event in events if event.article == answer and event.what in DELIVERY]


def _sent_later(place: Path, *, by_hand: bool = False) -> tuple[int, list[str]]:
    """How many answers a server that works gets in the next days, whoever comes by and sends; what the history says."""
    with scripted() as server:
        for hours in (8, 16, 24, 48):
            with closing(_open(place, server.port, hours)) as session:
                if by_hand and hours == 8:
                    retry(session, FIRST, by="anna")
                send_due(session)
        found = sum(b"Hold Eject" in raw for raw in server.mails)
    with closing(_open(place, server.port)) as session:
        return found, _deliveries(session)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", [CLOSE, RESET])
@pytest.mark.parametrize("stage", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT"])
def test_before_and_in_the_text_it_is_sent_later_and_once(place: Path, stage: str, end: str) -> None:
    """The server cannot have it: it waits in the outbox, and leaves when the server is there again."""
    with scripted(**{stage: end}) as server, closing(_open(place, server.port)) as session:
        _reply(session, _LARGE if stage == "TEXT" else 1)
        assert _deliveries(session) == ["queued"]
    assert _sent_later(place) == (1, ["queued", "sent"])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("end", [CLOSE, RESET])
def test_after_the_text_nobody_knows_and_a_person_decides(place: Path, end: str) -> None:
    """The server has it all, and no answer came: it is not sent again by itself, however long one waits."""
    with scripted(DOT=end) as server, closing(_open(place, server.port)) as session:
        _reply(session, 1)
        assert Counter(b"Hold Eject" in raw for raw in server.mails)[True] == 1
        assert _deliveries(session) == ["queued", "unknown"]
    assert _sent_later(place) == (0, ["queued", "unknown"])
    assert _sent_later(place, by_hand=True) == (1, ["queued", "unknown", "retried", "sent"])
