"""The firm's desk: mail is filed by the program itself; what agents do is written in the store's format by hand.

It is written by hand because the program has no command for it yet: articles, `ticket.md`, the lines of
`history.jsonl`, the outbox entry of an answer, one commit. When a command comes, it is called here instead.
"""

import hashlib
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from mdtickets.app.config import load_settings
from mdtickets.app.sending import send_due
from mdtickets.app.session import Session
from mdtickets.app.sweeping import sweep
from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.event import Event, What, format_time
from mdtickets.domain.model import ArticleKind, Link, State, StateType, Ticket
from mdtickets.store import frontmatter
from mdtickets.store.frontmatter import Value
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE, Layout
from mdtickets.store.outbox import Outbox, OutboxEntry
from mdtickets.store.tickets import TicketFiles, load_ticket
from tests.example_store.answers import customer_address, write_answer
from tests.example_store.files import File
from tests.example_store.letters import Ours

_FINISHED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})
_SILENT = frozenset({"updated_at", "closed_at"})  # follow from the events themselves


class Article(Struct, frozen=True, kw_only=True):
    """What an agent wrote: its bytes, and what kind of article they are."""

    data: bytes
    kind: ArticleKind
    suffix: str
    what: What

    def name(self, at: datetime) -> str:
        """Its file name, when it was written at that moment."""
        return format_article_name(at, hashlib.sha256(self.data).hexdigest(), self.kind, suffix=self.suffix)


class Act(Struct, frozen=True, kw_only=True):
    """One thing an agent does to one ticket."""

    agent: str
    at: datetime
    changes: Mapping[str, object] = field(default_factory=dict)  # keys of `Ticket`
    article: Article | None = None
    minutes: int | None = None
    more: tuple[Event, ...] = ()  # what the program adds: `queued`


def note(agent: str, at: datetime, text: str, *, minutes: int, kind: ArticleKind = ArticleKind.NOTE) -> Article:
    """A note or a telephone call: front matter and Markdown."""
    meta: dict[str, Value] = {
        "author": agent,
        "created_at": format_time(at),
        "minutes": str(minutes),
        "visible": "no",
    }
    what = What.CALL if kind is ArticleKind.CALL else What.NOTE
    return Article(data=frontmatter.write(meta, text + "\n"), kind=kind, suffix="md", what=what)


class Desk:
    """A store at work. Its clock stands where the story is."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout

    def file(self, now: datetime) -> str:
        """File, acknowledge and send what waits; the number of the ticket that the last mail went to."""
        swept = sweep(self._session(now + timedelta(seconds=1)))
        trouble = (*swept.filing.failed, *swept.filing.skipped, swept.filing.postponed, swept.trouble)
        assert not any(trouble), trouble
        return swept.filing.filed[-1].number

    def act(self, number: str, act: Act) -> None:
        """Do it, and commit."""
        _carry_out(self.layout, number, act)
        self._commit(act.agent, f"{number}: {', '.join(act.changes) or 'note'} by {act.agent}", act.at)

    def merge(self, number: str, into: str, *, agent: str, at: datetime) -> None:
        """Let one ticket take over another, and commit."""
        _merge(self.layout, number, into, agent=agent, at=at)
        self._commit(agent, f"{number}: merged into {into} by {agent}", at)

    def edit(self, agent: str, number: str, keys: Mapping[str, Value], body: str, *, at: datetime) -> None:
        """Change `ticket.md` as an editor does: the history says nothing of it before the program looks again."""
        path = self.layout.ticket(number) / TICKET_FILE
        path.write_bytes(frontmatter.replace(frontmatter.parse(path.read_bytes()), {**keys}, f"{body}\n"))
        self._commit(agent, f"Note what we know about {number}", at)

    def answer(self, number: str, act: Act, text: str, files: tuple[File, ...]) -> Ours:
        """Write to the customer: an article, and an entry in the outbox that is sent at once."""
        session = self._session(act.at)
        before = load_ticket(self.layout, number)
        mail, ours = write_answer(session, before, agent=act.agent, at=act.at, text=text, attached=files)
        article = Article(data=mail, kind=ArticleKind.AGENT, suffix="eml", what=What.ANSWERED)
        name = article.name(act.at)
        to = customer_address(before)
        told = {"message_id": ours.message_id, "to": to, "machine": session.system_id}
        queued = Event(at=act.at, by="mdtickets", what=What.QUEUED, article=name, details=told)
        self.act(number, replace(act, article=article, more=(queued,)))
        sender = parseaddr(ours.sender)[1]
        Outbox(self.layout, session.disk).add(
            OutboxEntry(
                number=number,
                article=name,
                message_id=ours.message_id,
                envelope_from=sender,
                envelope_to=(to,),
                queued_at=act.at,
            )
        )
        send_due(self._session(act.at + timedelta(seconds=1)))
        return ours

    def raw(self, ours: Ours) -> bytes:
        """The bytes of a mail of ours."""
        number = ours.message_id.partition(".")[0]
        mails = (path.read_bytes() for path in self.layout.ticket(number).glob("*.eml"))
        return next(mail for mail in mails if f"Message-ID: <{ours.message_id}>".encode() in mail)

    def _session(self, now: datetime) -> Session:
        return Session(layout=self.layout, settings=load_settings(self.layout), clock=lambda: now.astimezone(UTC))

    def _commit(self, agent: str, message: str, now: datetime) -> None:
        git = (
            "git",
            "-C",
            str(self.layout.root),
            "-c",
            f"user.name={agent}",
            "-c",
            f"user.email={agent}@mustermann-video.example",
        )
        moment = {"GIT_AUTHOR_DATE": now.isoformat(), "GIT_COMMITTER_DATE": now.isoformat()}
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", message], check=True, env={**os.environ, **moment})


def _carry_out(layout: Layout, number: str, act: Act) -> None:
    files = load_ticket(layout, number)
    assert files.ticket is not None
    before = files.ticket
    after = _changed(before, act)
    directory = layout.ticket(number)
    if act.article:
        (directory / act.article.name(act.at)).write_bytes(act.article.data)
    written = files.with_ticket(after).with_events(*_events(act, before, after), *act.more)
    _write(layout, written)


def _merge(layout: Layout, number: str, into: str, *, agent: str, at: datetime) -> None:
    """The articles stay where they are, mail to the old number goes to the new one."""
    old, main = load_ticket(layout, number), load_ticket(layout, into)
    assert old.ticket is not None
    assert main.ticket is not None
    merged = old.ticket.change(
        state=State.MERGED,
        merged_into=into,
        closed_at=at,
        updated_at=at,
        links=(*old.ticket.links, Link(type="parent", number=into)),
    )
    took_over = main.ticket.change(updated_at=at, links=(*main.ticket.links, Link(type="child", number=number)))
    changes = {"links": _pair(old.ticket, merged, "links"), "merged_into": ["", into]}
    state = {"from": str(old.ticket.state), "to": str(State.MERGED)}
    _write(
        layout,
        old.with_ticket(merged).with_events(
            Event(at=at, by=agent, what=What.MERGED, details={"into": into}),
            Event(at=at, by=agent, what=What.CHANGED, details={"changes": changes}),
            Event(at=at, by=agent, what=What.STATE, details=state),
        ),
    )
    _write(
        layout,
        main.with_ticket(took_over).with_events(
            Event(at=at, by=agent, what=What.MERGED, details={"from": number}),
            Event(
                at=at,
                by=agent,
                what=What.CHANGED,
                details={"changes": {"links": _pair(main.ticket, took_over, "links")}},
            ),
        ),
    )


def _changed(before: Ticket, act: Act) -> Ticket:
    after = before.change(**act.changes, updated_at=act.at)
    if after.state.type in _FINISHED and before.state.type not in _FINISHED:
        return after.change(closed_at=act.at)
    return after


def _events(act: Act, before: Ticket, after: Ticket) -> list[Event]:
    events: list[Event] = []
    if act.article:
        name = act.article.name(act.at)
        events.append(Event(at=act.at, by=act.agent, what=act.article.what, article=name))
    keys = [
        key
        for key in act.changes
        if key not in {*_SILENT, "state"} and _pair(before, after, key)[0] != _pair(before, after, key)[1]
    ]
    if keys:
        changed = {key: _pair(before, after, key) for key in keys}
        events.append(Event(at=act.at, by=act.agent, what=What.CHANGED, details={"changes": changed}))
    if after.state is not before.state:
        details = {"from": str(before.state), "to": str(after.state)}
        events.append(Event(at=act.at, by=act.agent, what=What.STATE, details=details))
    return [replace(events[0], minutes=act.minutes), *events[1:]]


def _pair(before: Ticket, after: Ticket, key: str) -> list[Any]:
    return [_word(getattr(before, key)), _word(getattr(after, key))]


def _word(value: object) -> object:
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, tuple):
        return [f"{item.type} {item.number}" if isinstance(item, Link) else item for item in value]
    return "" if value is None else str(value)


def _write(layout: Layout, files: TicketFiles) -> None:
    directory = layout.ticket(files.number)
    (directory / TICKET_FILE).write_bytes(files.ticket_bytes or b"")
    (directory / HISTORY_FILE).write_bytes(files.history_bytes)
