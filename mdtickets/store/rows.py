"""From files to catalog rows: the one place that says what the catalog knows of a ticket, an article, a card.

Filing and `reindex` both use it, so that a catalog that followed along equals one made anew.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.due import Reckon, as_agreed
from mdtickets.domain.event import AUTO_RESPONSES, Event, What, format_time
from mdtickets.domain.history import Entry, Summary, summarise
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import ArticleKind, Customer, Priority, Problem, State
from mdtickets.domain.number import clean_subject
from mdtickets.domain.similarity import opening_of
from mdtickets.domain.timed import timed_at
from mdtickets.store.customers import Terms
from mdtickets.store.tickets import TicketFiles

Row = Mapping[str, object]

_UNKNOWN_QUEUE = ""
_NO_TERMS = Terms()


class TicketRows(Struct, frozen=True, kw_only=True):
    """All rows of one ticket."""

    ticket: Row
    articles: tuple[Row, ...]
    tags: tuple[Row, ...]
    own: tuple[Row, ...]
    references: tuple[Row, ...]
    sources: tuple[Row, ...]
    acknowledgements: tuple[Row, ...]


class CardRow(Struct, frozen=True, kw_only=True):
    """The rows of one card."""

    card: Row
    addresses: tuple[str, ...]


class ArticleFacts(Struct, frozen=True, kw_only=True):
    """What the catalog wants to know of an article's bytes."""

    sha256: str
    message_id: str = ""
    author: str = ""
    subject: str = ""
    refers_to: tuple[str, ...] = ()
    opening: str = ""
    attachments: int = 0


def facts_of_received(incoming: Incoming, *, is_first: bool) -> ArticleFacts:
    """What is remembered of a mail that came in; of a ticket's first one also what its text is compared by."""
    return ArticleFacts(
        sha256=incoming.sha256,
        message_id=incoming.message_id,
        author=incoming.author.key if incoming.author else "",
        subject=incoming.subject,
        refers_to=tuple(dict.fromkeys((*incoming.in_reply_to, *incoming.references))),
        opening=opening_of(incoming.new_text) if is_first else "",
        attachments=len(incoming.attachments),
    )


def message_id_of_sent(incoming: Incoming) -> str:
    """The Message-ID by which a mail of ours is known: one that we sent on as it was keeps its author's as well."""
    resent = incoming.header("resent-message-id")
    return resent.strip().strip("<>") if resent else incoming.message_id


def facts_of_sent(sha256: str, message_id: str) -> ArticleFacts:
    """What is remembered of a mail of ours: an answer to it names its Message-ID."""
    return ArticleFacts(sha256=sha256, message_id=message_id)


def make_rows(
    files: TicketFiles, facts: Mapping[str, ArticleFacts], stamp: str, reckon: Reckon = as_agreed
) -> TicketRows:
    """The rows of a ticket. `facts` has those articles that are new to the catalog (all of them for a new row).

    `reckon` tells when it is due.
    """
    summary = summarise(files.events)
    known = [(entry, facts[entry.name]) for entry in summary.entries if entry.name in facts]
    return TicketRows(
        ticket={**_ticket_row(files, summary, facts, stamp), **times_row(files, reckon)},
        articles=tuple(_article_row(files.number, entry, fact) for entry, fact in known),
        tags=tuple({"number": files.number, "tag": tag} for tag in (files.ticket.tags if files.ticket else ())),
        own=tuple(_own(files)),
        references=tuple(_references(files.number, known)),
        sources=tuple(_sources(files)),
        acknowledgements=tuple(_acknowledgements(files)),
    )


def make_card_row(
    customer: Customer | None, slug: str, stamp: str, problem: Problem | None = None, terms: Terms = _NO_TERMS
) -> CardRow:
    """The rows of a card; of one that cannot be read, that it is there."""
    card = {
        "slug": slug,
        "name": customer.name if customer else slug,
        "domain": customer.domain if customer else "",
        "company": customer.company if customer else "",
        "language": customer.language if customer else "",
        "rate": terms.rate,
        "budget": terms.budget,
        "merged_into": customer.merged_into if customer else "",
        "broken": note_problem(problem) if problem else "",
        "stamp": stamp,
    }
    return CardRow(card=card, addresses=customer.addresses if customer else ())


def times_row(files: TicketFiles, reckon: Reckon) -> Row:
    """When a ticket is due, and when the clock has something to do with it: all that settings decide on, too."""
    if files.ticket is None:
        return {"due_at": None, "timed_at": None}
    upcoming = reckon(files.ticket, files.events)
    times = [time for time in (timed_at(files.ticket, files.events), upcoming.next_at) if time]
    return {"due_at": _time(upcoming.due_at), "timed_at": _time(min(times)) if times else None}


def note_problem(problem: Problem) -> str:
    """A problem as the catalog notes it: JSON of path, line (or null), what is wrong."""
    return json.dumps(_noted(problem))


def _noted(problem: Problem) -> tuple[str, int | None, str]:
    return (problem.path, problem.line, problem.problem)


def _ticket_row(files: TicketFiles, summary: Summary, facts: Mapping[str, ArticleFacts], stamp: str) -> Row:
    row = _state_of_ticket(files) if files.ticket else _state_of_broken(files, summary, facts)
    return {
        **row,
        "waits_since": _time(summary.waits_since),
        "articles": len(summary.entries),
        "minutes": summary.minutes,
        "possible_duplicates": _list(summary.possible_duplicates),
        "undelivered": int(summary.undelivered),
        "unverified": int(any(entry.is_unverified for entry in summary.entries)),
        "bounced": int(any(entry.event.what == What.BOUNCE for entry in summary.entries)),
        "broken": note_problem(files.problem) if files.problem else "",
        "problems": _list([_noted(problem) for problem in files.problems]),
        "stamp": stamp,
    }


def _state_of_ticket(files: TicketFiles) -> Row:
    ticket = files.ticket
    assert ticket is not None  # noqa: S101  # asked by the caller
    return {
        "number": ticket.number,
        "title": ticket.title,
        "state": ticket.state.value,
        "state_type": ticket.state.type.value,
        "queue": ticket.queue,
        "priority": ticket.priority.value,
        "owner": ticket.owner,
        "responsible": ticket.responsible,
        "customer": ticket.customer,
        "company": ticket.company,
        "participants": _list(ticket.participants),
        "tags": _list(ticket.tags),
        "problem": ticket.problem,
        "created_at": format_time(ticket.created_at),
        "updated_at": format_time(ticket.updated_at),
        "pending_until": _time(ticket.pending_until),
        "closed_at": _time(ticket.closed_at),
        "merged_into": ticket.merged_into,
        "links": len(ticket.links),
        "watchers": json.dumps(ticket.watchers),
    }


def _state_of_broken(files: TicketFiles, summary: Summary, facts: Mapping[str, ArticleFacts]) -> Row:
    """What the history and the articles still say of a ticket whose `ticket.md` cannot be read."""
    state = summary.last_state or State.NEW
    received = [entry for entry in summary.entries if entry.kind is ArticleKind.CUSTOMER]
    subject = facts[received[0].name].subject if received and received[0].name in facts else ""
    senders = [event.by for event in files.events if event.what == What.NEW and "@" in event.by]
    first = files.events[0].at if files.events else None
    last = files.events[-1].at if files.events else None
    day = f"{files.number[:4]}-{files.number[4:6]}-{files.number[6:8]}T00:00:00Z"
    empty = ("owner", "responsible", "customer", "company", "problem", "merged_into")
    return {
        "number": files.number,
        "title": clean_subject(subject),
        "state": state.value,
        "state_type": state.type.value,
        "queue": _UNKNOWN_QUEUE,
        "priority": Priority.NORMAL.value,
        **dict.fromkeys(empty, ""),
        "participants": json.dumps(senders),
        "tags": "[]",
        "links": 0,
        "watchers": "[]",
        "created_at": _time(first) or day,
        "updated_at": _time(last) or day,
        "pending_until": None,
        "closed_at": None,
    }


def _article_row(number: str, entry: Entry, facts: ArticleFacts) -> Row:
    return {
        "number": number,
        "position": entry.position,
        "name": entry.name,
        "kind": entry.kind.value,
        "at": format_time(entry.at),
        "message_id": facts.message_id,
        "sha256": facts.sha256,
        "author": facts.author,
        "subject": facts.subject,
        "opening": facts.opening,
        "attachments": facts.attachments,
    }


def _own(files: TicketFiles) -> Iterable[Row]:
    """The team's own keys; of a list, each of its values."""
    for key, value in files.own.items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and text:
                yield {"number": files.number, "key": key, "value": text}


def _references(number: str, known: Iterable[tuple[Entry, ArticleFacts]]) -> Iterable[Row]:
    for _entry, facts in known:
        for message_id in facts.refers_to:
            yield {"message_id": message_id, "number": number}


def _sources(files: TicketFiles) -> Iterable[Row]:
    for event in files.events:
        source = event.details.get("source")
        if isinstance(source, dict):
            texts = {key: str(source.get(key, "")) for key in ("name", "maildir", "sha256")}
            yield {**texts, "number": files.number}


def _acknowledgements(files: TicketFiles) -> Iterable[Row]:
    automatic = {event.article for event in files.events if event.what in AUTO_RESPONSES}
    for event in files.events:
        if event.what == What.QUEUED and event.article in automatic:
            yield _acknowledgement(files.number, event)


def _acknowledgement(number: str, event: Event) -> Row:
    name = parse_article_name(event.article or "")
    address = str(event.details.get("to", "")).lower()
    return {
        "number": number,
        "article": event.article,
        "address": address,
        "domain": address.rpartition("@")[2],
        "at": format_time(name.at if name else event.at),
    }


def _list(items: Sequence[object]) -> str:
    return json.dumps(items) if items else "[]"


def _time(moment: datetime | None) -> str | None:
    return format_time(moment) if moment else None
