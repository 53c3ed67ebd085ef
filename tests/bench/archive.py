"""The tickets of a big store, written straight in the store's format: what years of work would have left.

100 tickets a day; nine of ten are closed; every mail is acknowledged. The last ticket holds ten plain mails, the one
before it ten with HTML, for `show`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.event import Event, What, format_event, format_time
from mdtickets.domain.model import Reason, State
from mdtickets.domain.number import make_number
from tests.bench import corpus, wording
from tests.bench.corpus import Kind, Mail

SYSTEM_ID = "10"
TICKETS_A_DAY = 100
THREAD = 10  # articles of the two tickets for `show`

_STILL_OPEN = 10  # one ticket of so many
_MINUTE = timedelta(minutes=1)
_THREADS_FROM = -200_000  # a store of 100,000 tickets begins at mail -125,000


class StoredTicket(Struct, frozen=True, kw_only=True):
    """One ticket's directory."""

    number: str
    author: str  # Name <address>
    created_at: datetime
    files: dict[str, bytes]

    @property
    def path(self) -> str:
        """Its directory, relative to the store."""
        day = self.number[:8]
        return f"tickets/{day[:4]}/{day[4:6]}/{day[6:]}/{self.number}"


def cards() -> Iterator[tuple[str, bytes]]:
    """Path and text of the card of every customer of the corpus."""
    for customer in range(corpus.CUSTOMERS):
        name, address, language = wording.person(customer)
        text = f"---\nname: {name}\naddresses:\n- {address}\nlanguage: {language}\n---\n"
        yield f"customers/{slug(customer)}.md", text.encode()


def slug(customer: int) -> str:
    """The name of a customer's card."""
    return f"customer-{customer}"


def tickets(count: int, last_day: date) -> Iterator[StoredTicket]:
    """So many tickets, the oldest first, the youngest of `last_day`."""
    for place, mails in enumerate(_conversations(count)):
        days = (count - 1 - place) // TICKETS_A_DAY
        counter = TICKETS_A_DAY - (count - 1 - place) % TICKETS_A_DAY
        yield _ticket(mails, day=last_day - timedelta(days=days), counter=counter, is_open=place % _STILL_OPEN == 0)


def _conversations(count: int) -> Iterator[list[Mail]]:
    """The mails before number 0, by conversation; answers to a mail that lies further back are left out."""
    by_index: dict[int, list[Mail]] = {}
    conversations = []
    for mail in map(corpus.plan, range(-_mails_of(count - 2), 0)):
        if mail.parent is None:
            by_index[mail.index] = [mail]
            conversations.append(by_index[mail.index])
        elif mail.parent in by_index:
            by_index[mail.index] = by_index[mail.parent]
            by_index[mail.index].append(mail)
    yield from conversations
    yield corpus.thread(_THREADS_FROM, THREAD, Kind.ALTERNATIVE)
    yield corpus.thread(_THREADS_FROM + THREAD, THREAD, Kind.PLAIN)


def _mails_of(conversations: int) -> int:
    """How far before number 0 that many conversations begin."""
    index = 0
    while conversations > 0:
        index -= 1
        conversations -= corpus.plan(index).parent is None
    return -index


def _ticket(mails: list[Mail], *, day: date, counter: int, is_open: bool) -> StoredTicket:
    number = make_number(day, SYSTEM_ID, counter)
    start = datetime.combine(day, time(8), UTC) + counter * _MINUTE
    files: dict[str, bytes] = {}
    events: list[Event] = []
    for place, mail in enumerate(mails):
        events += _file_mail(mail, start + 5 * place * _MINUTE, files, number, is_first=place == 0)
    state = State.NEW if is_open else State.CLOSED_SUCCESSFUL
    files["ticket.md"] = _ticket_md(number, mails[0], state, start, events[-1].at)
    written = {"ticket_md": hashlib.sha256(files["ticket.md"]).hexdigest()[:16]}
    if is_open:
        events[-1] = replace(events[-1], details={**events[-1].details, **written})
    else:
        words = {"from": State.NEW, "to": state, **written}
        events.append(Event(at=events[-1].at, by="anna", what=What.STATE, details=words))
    files["history.jsonl"] = "".join(format_event(event) for event in events).encode()
    name, address = mails[0].sender
    return StoredTicket(number=number, author=f"{name} <{address}>", created_at=start, files=files)


def _file_mail(mail: Mail, at: datetime, files: dict[str, bytes], number: str, *, is_first: bool) -> Iterable[Event]:
    raw = corpus.write(mail)
    article = _keep(files, raw, at, "customer")
    source = {
        "maildir": "../mail",
        "name": f"{int(at.timestamp())}.M{mail.index}.bench",
        "sha256": hashlib.sha256(raw).hexdigest(),
    }
    reason = Reason(rule="new_ticket" if is_first else "in_reply_to", reason="a mail of the benchmark's archive")
    what = What.NEW if is_first else What.FOLLOW_UP
    by = mail.sender[1]
    yield Event(at=at, by=by, what=what, article=article, why=(reason,), details={"source": source})
    if not is_first:
        return
    ours = f"{number}.bench@mustermann-video.example"
    ack = _keep(files, _acknowledgement(mail, ours, at, number), at + _MINUTE, "ack")
    yield Event(at=at, by="mdtickets", what=What.AUTO_REPLY, article=ack, details={"answers": article})
    way = {"message_id": ours, "to": by}
    yield Event(at=at, by="mdtickets", what=What.QUEUED, article=ack, details={**way, "machine": SYSTEM_ID})
    yield Event(at=at + _MINUTE, by="mdtickets", what=What.SENT, article=ack, details=way)


def _keep(files: dict[str, bytes], raw: bytes, at: datetime, kind: str) -> str:
    name = f"{at:%Y%m%dT%H%M%SZ}-{hashlib.sha256(raw).hexdigest()[:8]}-{kind}.eml"
    files[name] = raw
    return name


def _acknowledgement(mail: Mail, ours: str, at: datetime, number: str) -> bytes:
    text = wording.paragraph(corpus.random_for("ack", mail.index), wording.ENGLISH, 60)
    return (
        f"From: Mustermann Video <{corpus.SUPPORT}>\nTo: {mail.sender[1]}\n"
        f"Subject: [Ticket#{number}] We have your mail\nDate: {format_datetime(at)}\nMessage-ID: <{ours}>\n"
        f"In-Reply-To: <{mail.message_id}>\nReferences: <{mail.message_id}>\nAuto-Submitted: auto-replied\n"
        f"X-Loop: {corpus.SUPPORT}\nPrecedence: bulk\nMIME-Version: 1.0\nContent-Type: text/plain; charset=us-ascii\n\n"
        f"{text}\n"
    ).encode("ascii")


def _ticket_md(number: str, mail: Mail, state: State, created_at: datetime, updated_at: datetime) -> bytes:
    lines = [
        f"number: {json.dumps(number)}",
        f"title: {json.dumps(mail.subject, ensure_ascii=False)}",
        f"state: {state}",
        "queue: Support",
        "priority: 3 normal",
        f"customer: {slug(mail.customer)}",
        f"participants:\n- {mail.sender[1]}",
        f"created_at: {format_time(created_at)}",
        f"updated_at: {format_time(updated_at)}",
    ]
    if state is State.CLOSED_SUCCESSFUL:
        lines += ["owner: anna", f"closed_at: {format_time(updated_at)}"]
    return ("---\n" + "\n".join(lines) + "\n---\n").encode()
