"""Mustermann Video GmbH as the chapters of the story see it: its mailboxes, its agents, its calendar."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from mdtickets.domain.model import ArticleKind, State
from mdtickets.store.frontmatter import Value
from tests.example_store import robots
from tests.example_store.clients import write_mail
from tests.example_store.desk import Act, Desk, note
from tests.example_store.files import File
from tests.example_store.letters import Letter, Ours
from tests.example_store.people import Person, Program

Chapter = Iterator[datetime]

BERLIN = ZoneInfo("Europe/Berlin")


class Mailbox(Struct, frozen=True, kw_only=True):
    """An address of the firm and the folder of its Maildir."""

    address: str
    folder: str

    def new(self, store: Path) -> Path:
        """Where its mail is delivered."""
        return store / "mail" / self.folder / "new"


SUPPORT = Mailbox(address="support@mustermann-video.example", folder="")
SALES = Mailbox(address="sales@mustermann-video.example", folder=".Sales")
REPARATUR = Mailbox(address="reparatur@mustermann-video.example", folder=".Reparatur")
MAILBOXES = (SUPPORT, SALES, REPARATUR)


def at(day: int, time: str) -> datetime:
    """A moment in Berlin, counted in days of November 2026: 34 is 4 December."""
    hour, minute = map(int, time.split(":"))
    return datetime(2026, 11, 1, hour, minute, tzinfo=BERLIN) + timedelta(days=day - 1)


# What comes later waits in the Maildirs.
LAST_SWEEP = at(24, "08:15")


class Firm:
    """The firm's day: whatever a chapter does happens at `now`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._number_of: dict[str, str] = {}
        self._deliveries = 0
        self.chapter = ""
        self.now = at(16, "08:00")

    def go_on(self, chapter: str, moment: datetime) -> None:
        """Let a chapter act at that moment; nobody acts at the full minute."""
        seconds = int(hashlib.sha256(f"{chapter} {moment}".encode()).hexdigest(), 16) % 45
        self.chapter, self.now = chapter, moment + timedelta(seconds=seconds)

    def number_of(self, chapter: str) -> str:
        """The number of the ticket that a chapter is about."""
        return self._number_of[chapter]

    # --- customers

    def receives(
        self,
        person: Person,
        mailbox: Mailbox,
        subject: str,
        text: str,
        *,
        files: tuple[File, ...] = (),
        answers: Ours | None = None,
        html_only: bool = False,
        also_to: Mailbox | None = None,
    ) -> str:
        """A customer's mail arrives; the number of its ticket, "" while it waits."""
        to = (mailbox.address, also_to.address) if also_to else (mailbox.address,)
        letter = Letter(
            sender=person,
            to=to,
            at=self.now - timedelta(seconds=14),
            subject=_answer_subject(person, answers) if answers else subject,
            text=text,
            files=files,
            answers=answers,
            html_only=html_only,
        )
        mail = self._receive(mailbox, person.domain, person.address, write_mail(letter), marked=not also_to)
        if also_to:
            self._put(also_to, mail)
        return self._file()

    def gets_out_of_office(self, person: Person, mailbox: Mailbox, ours: Ours, subject: str, text: str) -> None:
        """A customer's vacation program answers a mail of ours."""
        mail = robots.out_of_office(person, ours, to=mailbox.address, subject=subject, text=text, at=self.now)
        self._receive(mailbox, person.domain, "", mail)
        self._file()

    def gets_back(self, ours: Ours, person: Person, status: str, diagnostic: str) -> None:
        """A mail of ours could not be delivered."""
        mailbox = next(box for box in MAILBOXES if box.address in ours.sender)
        mail = robots.undeliverable(
            self._desk.raw(ours),
            recipient=person.address,
            sender=mailbox.address,
            status=status,
            diagnostic=diagnostic,
            at=self.now,
        )
        self._receive(mailbox, "", "", mail)
        self._file()

    def gets_broken(self, person: Person, mailbox: Mailbox, subject: str, text: str) -> None:
        """A mail of a program that knows nothing of MIME."""
        mail = robots.broken(person, to=mailbox.address, subject=subject, text=text, at=self.now)
        self._receive(mailbox, person.domain, person.address, mail)
        self._file()

    # --- agents

    def answers(
        self,
        agent: str,
        number: str,
        text: str,
        *,
        minutes: int,
        state: State = State.CLOSED_SUCCESSFUL,
        pending_until: datetime | None = None,
        files: tuple[File, ...] = (),
    ) -> Ours:
        """An agent writes to the customer; the ticket is closed unless told otherwise, and is the agent's from now on."""
        act = Act(
            agent=agent,
            at=self.now,
            changes={"owner": agent, "state": state, "pending_until": pending_until},
            minutes=minutes,
        )
        ours = self._desk.answer(number, act, text, files)
        self._pause()
        return ours

    def notes(self, agent: str, number: str, text: str, *, minutes: int) -> None:
        """An agent writes something down for the others."""
        article = note(agent, self.now, text, minutes=minutes)
        self._desk.act(number, Act(agent=agent, at=self.now, article=article, minutes=minutes))
        self._pause()

    def phones(self, agent: str, number: str, text: str, *, minutes: int) -> None:
        """An agent has talked to the customer."""
        article = note(agent, self.now, text, minutes=minutes, kind=ArticleKind.CALL)
        self._desk.act(number, Act(agent=agent, at=self.now, article=article, minutes=minutes))
        self._pause()

    def changes(self, agent: str, number: str, *, minutes: int | None = None, **changes: object) -> None:
        """An agent changes keys of the ticket."""
        self._desk.act(number, Act(agent=agent, at=self.now, changes=changes, minutes=minutes))
        self._pause()

    def merges(self, agent: str, number: str, *, into: str) -> None:
        """An agent finds that two tickets are about the same."""
        self._desk.merge(number, into, agent=agent, at=self.now)
        self._pause()

    def edits(self, agent: str, number: str, keys: Mapping[str, Value], body: str) -> None:
        """An agent writes into `ticket.md` with an editor: keys of the team's own, and text below them."""
        self._desk.edit(agent, number, keys, body, at=self.now)
        self._pause()

    def _pause(self) -> None:
        """Even agents do one thing after the other."""
        self.now += timedelta(seconds=13)

    # --- the mail server

    def _receive(self, mailbox: Mailbox, origin: str, return_path: str, mail: bytes, *, marked: bool = True) -> bytes:
        received = robots.receive(
            mail, origin=origin, return_path=return_path, to=mailbox.address, at=self.now, delivered_to=marked
        )
        self._put(mailbox, received)
        return received

    def _put(self, mailbox: Mailbox, mail: bytes) -> None:
        self._deliveries += 1
        fraction = int(hashlib.sha256(mail).hexdigest(), 16) % 10**6
        name = f"{int(self.now.timestamp())}.M{fraction:06}P4711Q{self._deliveries}.mail1"
        (mailbox.new(self._desk.layout.root) / name).write_bytes(mail)

    def _file(self) -> str:
        if self.now > LAST_SWEEP:
            return ""
        number = self._desk.file(self.now)
        self._number_of.setdefault(self.chapter, number)
        return number


def _answer_subject(person: Person, answers: Ours) -> str:
    """What mail programs make of a subject they answer."""
    german = person.program is Program.OUTLOOK and person.language == "de"
    if german:
        return f"AW: {answers.subject.removeprefix('Re: ')}"
    return answers.subject if answers.subject.startswith("Re: ") else f"Re: {answers.subject}"
