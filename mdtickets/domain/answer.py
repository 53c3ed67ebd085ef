"""An agent's answer: to whom it goes, what it quotes, what has to be asked before it leaves, what it makes of its ticket.

Pure functions. Those that decide return a `Change` or raise RefusedError, as in `agent`.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, tzinfo

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.agent import Change, LockChange, Situation, events_of, require_lock, with_end_of_lock
from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.draft import Draft
from mdtickets.domain.event import FILED, Event, What
from mdtickets.domain.history import Entry
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address, ArticleKind, Ticket
from mdtickets.domain.settings import AfterReply, Queue
from mdtickets.domain.spent import require_minutes
from mdtickets.domain.states import State, StateType
from mdtickets.domain.timestamps import format_time
from mdtickets.errors import RefusedError

_MOST_QUOTED = 400  # lines
_MOST_REFERENCES = 10
_FINISHED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})
# Words by which people announce a file, in German and English; "attach" covers attached, attachment, attaching.
_ANNOUNCES = re.compile(
    r"\b(?:attach(?:ed|ment|ments|ing)?|enclosed|anbei|angehängt\w*|anhang|anlage|beigefügt\w*|im anhang)\b",
    re.IGNORECASE,
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Ending(Struct, frozen=True, kw_only=True):
    """What the answer makes of the ticket."""

    is_open: bool | None = None  # None: as the queue says
    pending_until: datetime | None = None
    minutes: int | None = None


class Leaving(Struct, frozen=True, kw_only=True):
    """A composed mail of ours, about to be filed and queued."""

    what: What
    article: str  # file name
    message_id: str
    recipients: tuple[str, ...]
    answers: str = ""  # file name of the article that it answers


def choose_article(entries: Sequence[Entry], number: str, position: int | None) -> Entry:
    """The article that is answered: the one named, else the customer's last that a person wrote, else our last mail.

    Raises RefusedError when there is none that has a sender.
    """
    mails = [entry for entry in entries if entry.name.endswith(".eml")]
    if position is not None:
        named = [entry for entry in mails if entry.position == position]
        if not named:
            raise RefusedError(f"Article {position} of {number} is no mail.", f"See `mdtickets show {number}`.")
        return named[0]
    customers = [entry for entry in mails if entry.kind is ArticleKind.CUSTOMER]
    written = [entry for entry in customers if not entry.is_automatic]
    verified = [entry for entry in written if not entry.is_unverified]
    ours = [entry for entry in mails if entry.kind is ArticleKind.AGENT]
    for found in (verified, written, ours, customers):
        if found:
            return found[-1]
    raise RefusedError(f"{number} has no mail to answer.", f"Write one: mdtickets reply {number} --to ADDRESS.")


def recipients_of(
    mail: Incoming, own: Collection[str], *, only_sender: bool = False
) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """To and Cc of an answer to all: who wrote (his Reply-To), and everybody else in To and Cc, never ourselves."""
    writers = [address for address in mail.reply_to if address.key not in own]
    writers = writers or [address for address in (mail.author,) if address and address.key not in own]
    # our own mail: written on to those who got it
    to = _once(writers or mail.to, own)
    if only_sender:
        return to, ()
    return to, _once(mail.recipients, {*own, *(address.key for address in to)})


def references_of(mail: Incoming) -> tuple[str, ...]:
    """What an answer's References hold: the first of the thread and the last ones (RFC 5322 section 3.6.4)."""
    known = tuple(dict.fromkeys((*(mail.references or mail.in_reply_to), mail.message_id)))
    known = tuple(one for one in known if one)
    return known if len(known) <= _MOST_REFERENCES else (known[0], *known[1 - _MOST_REFERENCES :])


def quote(mail: Incoming, language: str, written_at: datetime, zone: tzinfo) -> str:
    """What the customer wrote this time, quoted below a line in his language that says who and when; "" for nothing."""
    lines = mail.new_text.splitlines()
    if not lines:
        return ""
    more = len(lines) - _MOST_QUOTED
    quoted = [f"> {line}".rstrip() for line in lines[:_MOST_QUOTED]]
    quoted += ["> […]"] if more > 0 else []
    return "\n".join([attribution(mail.author, language, written_at.astimezone(zone)), *quoted]) + "\n"


def attribution(author: Address | None, language: str, at: datetime) -> str:
    """`Am 24.11.2026 um 10:00 schrieb Kim Lee:` or its English sister, the same in every locale."""
    if author is None:
        return "Sie schrieben:" if language == "de" else "You wrote:"
    name = (author.name or author.address).replace("\n", " ")
    if language == "de":
        return f"Am {at:%d.%m.%Y} um {at:%H:%M} schrieb {name}:"
    return f"On {at.day} {_MONTHS[at.month - 1]} {at.year} at {at:%H:%M}, {name} wrote:"


def answered_since(events: Sequence[Event], seen: int, agent: str) -> Event | None:
    """The answer that another agent gave after so many events; None when nobody did."""
    return next((one for one in events[seen:] if one.what == What.ANSWERED and one.by != agent), None)


def _answered_by(events: Sequence[Event], agent: str) -> Event | None:
    return next((one for one in events if one.what == What.ANSWERED and one.by == agent), None)


def mails_since(events: Sequence[Event], seen: int) -> tuple[str, ...]:
    """The articles that customers sent after so many events, by name."""
    return tuple(one.article for one in events[seen:] if one.article and one.what in FILED)


def seen_since_lock(events: Sequence[Event], agent: str) -> int:
    """How many events an agent who holds the ticket knows of: those up to the one by which he took it."""
    taken = [place for place, one in enumerate(events, 1) if one.what == What.LOCKED and one.by == agent]
    return taken[-1] if taken else len(events)


def check_answered(
    number: str, events: Sequence[Event], draft: Draft, agent: str, *, holds: bool = False, again: bool = False
) -> None:
    """Refuse what would answer twice: this very draft, or what anybody answered since it was begun.

    Who `holds` the ticket knows what others had done when he took it, and nothing of what they did since. What he
    answered himself after he began this draft, he did on another terminal.
    """
    token = draft.begun.token
    sent = [one for one in events if token and f".{token}@" in str(one.details.get("message_id", ""))]
    if sent:
        raise RefusedError(
            f"This mail of {number} was sent at {format_time(sent[0].at)} already.",
            f"Drop its draft: mdtickets drafts --remove {number}",
        )
    seen = min(draft.begun.seen, seen_since_lock(events, agent)) if holds else draft.begun.seen
    other = answered_since(events, seen, agent) or _answered_by(events[draft.begun.seen :], agent)
    if other and not again:
        who = "You" if other.by == agent else other.by
        raise RefusedError(
            f"{who} answered {number} at {format_time(other.at)}, after you began.",
            f"See `mdtickets show {number}`; --again sends yours as well.",
        )


def check_draft(draft: Draft, text: str) -> None:
    """Refuse a mail to nobody, or one that says nothing."""
    if not draft.recipients:
        raise RefusedError("The mail has no recipient.", "Name one: --to ADDRESS.")
    if not text.strip():
        raise RefusedError("The mail says nothing: nothing was sent.")


def doubts(draft: Draft, text: str, *, participants: Collection[str], named: Collection[str] = ()) -> Iterator[str]:
    """What a careful colleague would ask before this mail leaves, a sentence each.

    `text` is what the agent wrote; `named` are addresses that he gave on the command line.
    """
    if not draft.subject.strip():
        yield "The mail has no subject."
    if not draft.attach and (found := _ANNOUNCES.search(text)):
        yield f'The text says "{found[0]}", but nothing is attached.'
    for address in draft.recipients:
        if address.key in participants or address.key in named:
            continue
        if draft.begun.to and address.key not in draft.begun.to:
            yield f"{address.address} was not among the recipients when you began."
        else:
            yield f"{address.address} does not belong to this ticket."


def written_text(body: str) -> str:
    """What of a draft's body its author may have written: no quoted lines."""
    return "\n".join(line for line in body.splitlines() if not line.startswith(">")).strip()


def answer(situation: Situation, leaving: Leaving, draft: Draft, ending: Ending) -> Change:
    """The ticket answered: closed unless told otherwise, owned by who answered; its mail filed and queued."""
    require_lock(situation)
    require_minutes(situation, ending.minutes)
    after = _after_answer(situation, draft, ending)
    lock = LockChange.RELEASE if after.state.type in _FINISHED else LockChange.KEEP
    changed = events_of(situation.ticket, after, by=situation.agent.key, now=situation.now)
    events = (*filed_and_queued(situation, leaving, minutes=ending.minutes), *changed)
    updated_at = max(situation.now, situation.ticket.updated_at)
    told = with_end_of_lock(situation, events, lock)
    return Change(ticket=replace(after, updated_at=updated_at), events=told, lock=lock)


def pass_on(situation: Situation, leaving: Leaving, *, minutes: int | None = None) -> Change:
    """A mail sent to somebody else: filed and queued; the ticket stays as it is."""
    require_lock(situation)
    updated = replace(situation.ticket, updated_at=max(situation.now, situation.ticket.updated_at))
    return Change(ticket=updated, events=filed_and_queued(situation, leaving, minutes=minutes))


def filed_and_queued(situation: Situation, leaving: Leaving, *, minutes: int | None = None) -> tuple[Event, Event]:
    """What the history says of a mail of ours: who wrote it, and that it may leave from this machine."""
    to = list(leaving.recipients)
    told = {"message_id": leaving.message_id, "answers": leaving.answers, "to": to}
    filed = Event(
        at=situation.now,
        by=situation.agent.key,
        what=leaving.what,
        article=leaving.article,
        minutes=minutes,
        details={key: value for key, value in told.items() if value},
    )
    queued = {
        "message_id": leaving.message_id,
        "to": to[0] if len(to) == 1 else to,
        "machine": situation.settings.system_id,
    }
    return filed, Event(
        at=situation.now, by=situation.agent.key, what=What.QUEUED, article=leaving.article, details=queued
    )


def is_name_taken(situation: Situation, name: str) -> bool:
    """Whether the ticket has an article of that name, of other bytes."""
    return parse_article_name(name) is None or any(event.article == name for event in situation.events)


def _after_answer(situation: Situation, draft: Draft, ending: Ending) -> Ticket:
    ticket = situation.ticket
    own = situation.settings.own_addresses
    joined = (address.key for address in (*draft.to, *draft.cc) if address.key not in own)
    after = replace(
        ticket,
        owner=situation.agent.key,
        participants=tuple(dict.fromkeys((*ticket.participants, *joined))),
        pending_until=ending.pending_until,
        pending_then="",
    )
    if ticket.state in {State.MERGED, State.REMOVED}:
        raise RefusedError(f"{situation.number} is {ticket.state.value}: it is not answered.")
    state = state_after(situation.settings.queue(ticket.queue), ending, situation.now)
    closed_at = (ticket.closed_at or situation.now) if state.type in _FINISHED else None
    return replace(after, state=state, closed_at=closed_at)


def state_after(queue: Queue, ending: Ending, now: datetime) -> State:
    """The state of a ticket that we wrote for. Raises RefusedError when it is to wait for a time that is over."""
    if ending.pending_until:
        if ending.pending_until <= now:
            raise RefusedError(
                f"{format_time(ending.pending_until)} is over.", "Name a time to come: 3d, tomorrow 9:00."
            )
        return State.PENDING_REMINDER
    by_queue = queue.after_reply is AfterReply.OPEN
    return State.OPEN if (by_queue if ending.is_open is None else ending.is_open) else State.CLOSED_SUCCESSFUL


def _once(addresses: Sequence[Address], without: Collection[str]) -> tuple[Address, ...]:
    kept = {address.key: address for address in reversed(addresses) if "@" in address.address}
    return tuple(address for address in reversed(kept.values()) if address.key not in without)
