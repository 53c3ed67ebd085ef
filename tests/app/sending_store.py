"""A store with acknowledgements in its outbox, and a sendmail program that keeps what it is given."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from msgspec import Struct, field

from mdtickets.app.session import Session
from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.event import Event, What, format_event
from mdtickets.domain.model import ArticleKind, Ticket
from mdtickets.domain.settings import Queue, Sending, Settings, Transport
from mdtickets.store.durable import Disk
from mdtickets.store.layout import Layout
from mdtickets.store.outbox import Outbox, OutboxEntry, delivery_events
from mdtickets.store.syncfs import sync_paths
from mdtickets.store.tickets import format_ticket
from tests.store.git_store import git, new_store

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SUPPORT = "support@mustermann-video.example"
KIM = "kim@lee.example"
SYSTEM_ID = "10"

Step = Callable[[str, str], None]


class Clock(Struct):
    """A clock that tests turn."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **span: float) -> None:
        """Let that much time pass."""
        self.now += timedelta(**span)


class SendingStore(Struct):
    """A store, its clock, and what a test wants to see of it."""

    root: Path
    sending: Sending = field(default_factory=Sending)
    clock: Clock = field(default_factory=Clock)

    @property
    def layout(self) -> Layout:
        return Layout(self.root)

    @property
    def outbox(self) -> Outbox:
        return Outbox(self.layout, Disk())

    def session(self, before_step: Step | None = None, *, quick: bool = False) -> Session:
        """The store opened anew, as after a restart."""
        settings = Settings(
            name="Mustermann Video",
            system_id=SYSTEM_ID,
            queues={"Support": Queue(name="Support", address=SUPPORT)},
            sending=self.sending,
        )
        disk = Disk(before_step, sync_paths) if quick else Disk(before_step)
        return Session(layout=self.layout, settings=settings, disk=disk, clock=self.clock)

    def places(self) -> dict[str, str]:
        """By ticket: the state of its mail in the outbox."""
        return {entry.number: entry.state.value for entry in self.outbox.entries()}

    def told(self, entry: OutboxEntry) -> list[str]:
        """What the history says of a mail's way, word by word."""
        return [event.what for event in delivery_events(self.layout, entry.number, entry.message_id)]

    def details(self, entry: OutboxEntry) -> str:
        """The words of the last event of a mail's way."""
        return str(delivery_events(self.layout, entry.number, entry.message_id)[-1].details.get("detail", ""))

    @property
    def outgoing(self) -> list[str]:
        """The names of the mails in the Maildir of the transport."""
        folder = self.root / ".mdtickets" / "outgoing"
        return sorted(path.name for part in ("new", "cur") for path in (folder / part).glob("*"))

    def put_ticket(
        self,
        counter: int,
        *,
        to: tuple[str, ...] = (KIM,),
        kind: ArticleKind = ArticleKind.ACK,
        queue: bool = True,
        machine: str = SYSTEM_ID,
        after: str = "",
    ) -> OutboxEntry:
        """A ticket whose acknowledgement was queued just now; its entry, which lies in the outbox if `queue` says so."""
        number = f"20261124{SYSTEM_ID}{counter:05d}0"
        message_id = f"{number}.1f2e@mustermann-video.example"
        raw = f"From: {SUPPORT}\r\nMessage-ID: <{message_id}>\r\n\r\nThank you, {counter}.\r\n".encode()
        article = format_article_name(NOON, hashlib.sha256(raw).hexdigest(), kind)
        ticket = Ticket(number=number, title="VR-200", queue="Support", created_at=NOON, updated_at=NOON)
        queued = {"message_id": message_id, "to": list(to) if len(to) > 1 else to[0], "machine": machine}
        events = (
            Event(at=NOON, by="mdtickets", what=What.AUTO_REPLY, article=article),
            Event(at=NOON, by="mdtickets", what=What.QUEUED, article=article, details=queued),
        )
        directory = self.layout.ticket(number)
        directory.mkdir(parents=True)
        (directory / article).write_bytes(raw)
        (directory / "ticket.md").write_bytes(format_ticket(ticket, None))
        (directory / "history.jsonl").write_text("".join(map(format_event, events)), encoding="utf-8")
        entry = OutboxEntry(
            number=number,
            article=article,
            message_id=message_id,
            envelope_from="" if kind is ArticleKind.ACK else SUPPORT,
            envelope_to=to,
            queued_at=NOON,
            after=after,
        )
        if queue:
            self.outbox.add(entry)
        return entry

    def commit(self) -> None:
        """Put what was written by hand into git."""
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", "tickets")

    def interrupt(self, entry: OutboxEntry) -> OutboxEntry:
        """Leave a mail as a crash in the middle of sending does."""
        return self.outbox.move(entry, DeliveryState.SENDING)


def make_store(root: Path) -> SendingStore:
    """An empty store."""
    return SendingStore(new_store(root).root)


class Sendmail(Struct):
    """A sendmail program made of a few lines of shell; it keeps what it is given, and ends as it is told."""

    directory: Path

    @property
    def sending(self) -> Sending:
        """Settings that use it."""
        return Sending(transport=Transport.SENDMAIL, sendmail=str(self.directory / "sendmail"), timeout=1)

    def end_with(self, code: int, words: str = "", also: str = "") -> None:
        """How it ends from now on."""
        program = self.directory / "sendmail"
        script = f'#!/bin/sh\n{also}\ncat >>"{self.directory}/mails"\necho "$@" >>"{self.directory}/calls"\n'
        program.write_text(f"{script}echo '{words}' >&2\nexit {code}\n", encoding="utf-8")
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        """Its arguments, one line a call."""
        try:
            return (self.directory / "calls").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    @property
    def mails(self) -> bytes:
        """Everything that it was given."""
        return (self.directory / "mails").read_bytes()


def make_sendmail(directory: Path) -> Sendmail:
    """A program that accepts everything."""
    directory.mkdir(parents=True, exist_ok=True)
    made = Sendmail(directory)
    made.end_with(0)
    return made
