"""What happens to one incoming mail: the ordered table, and the plan each row makes.

Read `_MARKS` and `_ROWS` first. The marks are set whatever follows; of the rows, the first that fits ends it. A new rule
is a new row. Nothing here reads a clock, a file or the network: the same mail and facts always give the same plan.
"""

from collections.abc import Callable

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.automatic import Automatic, find_automatic
from mdtickets.domain.autoresponse import Occasion, decide_acknowledgement
from mdtickets.domain.event import What
from mdtickets.domain.facts import Facts, KnownMail, KnownTicket
from mdtickets.domain.followup import Match, describe_no_match, find_follow_up, follow_up_reason, is_verified
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Customer, Link, Reason, State, StateType, Ticket
from mdtickets.domain.number import clean_subject
from mdtickets.domain.plan import (
    Action,
    ChangeTicket,
    FileArticle,
    OpenTicket,
    Plan,
    Record,
    SendAcknowledgement,
    WriteCard,
)
from mdtickets.domain.settings import AckKind, FollowUpPolicy, Unverified
from mdtickets.domain.similarity import find_alike, opening_of

LONGEST_TITLE = 200
_MOST_PARTICIPANTS = 50
_FINISHED = frozenset({StateType.CLOSED, StateType.REMOVED})


class Marks(Struct, frozen=True, kw_only=True):
    """What is noted about a mail before a row decides on it."""

    automatic: Automatic | None = None
    match: Match | None = None  # the ticket it continues, whether its sender may or not
    defects: tuple[str, ...] = ()


def decide(incoming: Incoming, facts: Facts) -> Plan:
    """The plan for one mail. Every mail gets one; the last row takes what no other did."""
    marks = Marks()
    for mark in _MARKS:
        marks = mark(incoming, marks, facts)
    plan = next(plan for row in _ROWS if (plan := row(incoming, marks, facts)))
    return replace(plan, defects=marks.defects)


# --- marks


def _mark_reused_message_id(incoming: Incoming, marks: Marks, facts: Facts) -> Marks:
    """A scanner with a constant id, or a forger: the id says nothing, so the mail counts as having none."""
    if facts.same_message_id and not facts.same_bytes and not _same_letter(incoming, facts):
        other = facts.same_message_id[0]
        return replace(marks, defects=(*marks.defects, f"Message-ID already used by another mail in {other.number}"))
    return marks


def _mark_automatic(incoming: Incoming, marks: Marks, facts: Facts) -> Marks:
    return replace(marks, automatic=find_automatic(incoming, facts.settings.own_addresses))


def _mark_match(incoming: Incoming, marks: Marks, facts: Facts) -> Marks:
    return replace(marks, match=find_follow_up(incoming, facts))


# --- rows


def _second_delivery(_incoming: Incoming, _marks: Marks, facts: Facts) -> Plan | None:
    """The same bytes again, under another name or in another mailbox: one article is enough."""
    mail = facts.same_bytes
    if mail is None:
        return None
    why = (Reason(rule="second delivery", reason=f"the same bytes are article {mail.article}"),)
    queue = {"queue": facts.source.queue} if facts.source.queue else {}
    record = Record(number=mail.number, what=What.DUPLICATE, why=why, details=queue)
    return Plan(what=What.DUPLICATE, number=mail.number, actions=(record,), why=why)


def _further_copy(incoming: Incoming, _marks: Marks, facts: Facts) -> Plan | None:
    """The same letter by another way (a list's copy, a second mailbox): kept, but nobody is told twice."""
    mail = _same_letter(incoming, facts)
    if mail is None or mail.number not in facts.tickets:
        return None
    known = facts.tickets[mail.number]
    reason = f"Message-ID, From and Subject are those of article {mail.article} in {mail.number}"
    why = (Reason(rule="further copy", reason=reason),)
    return _file_quietly(known, What.DUPLICATE, why)


def _bounce_of_ours(incoming: Incoming, marks: Marks, facts: Facts) -> Plan | None:
    """A delivery report goes to the ticket of the mail that bounced and marks that article (RFC 3464)."""
    mail = facts.by_message_id.get(incoming.bounced_message_id)
    if mail is None or not marks.automatic or not marks.automatic.is_bounce or mail.number not in facts.tickets:
        return None
    number = facts.tickets[mail.number].ticket.number
    why = (marks.automatic.reason, Reason(rule="follow-up", reason=f"it returns our article {mail.article}"))
    actions: tuple[Action, ...] = (FileArticle(number=number, what=What.BOUNCE),)
    if mail.is_ours and incoming.delivery_action in {"failed", ""}:
        details = {"message_id": mail.message_id, "detail": incoming.delivery_detail or incoming.subject}
        actions += (Record(number=number, what=What.FAILED, article=mail.article, details=details),)
    return Plan(what=What.BOUNCE, number=number, actions=actions, why=why)


def _automatic_follow_up(incoming: Incoming, marks: Marks, facts: Facts) -> Plan | None:
    """Out-of-office and the like: filed where it belongs, and nothing else changes."""
    match = marks.match
    if match is None or marks.automatic is None:
        return None
    verified = is_verified(match, incoming, facts)
    what = What.BOUNCE if marks.automatic.is_bounce else What.AUTOMATIC
    why = (marks.automatic.reason, *follow_up_reason(match, verified=verified, author=_author(incoming)))
    return _file_quietly(match.known, what, why, unverified=not verified)


def _unverified_follow_up(incoming: Incoming, marks: Marks, facts: Facts) -> Plan | None:
    """A stranger names the ticket: shown there, but it opens nothing and nobody is told; or a ticket of its own."""
    match = marks.match
    if match is None or is_verified(match, incoming, facts):
        return None
    if facts.settings.queue(match.known.ticket.queue).unverified is Unverified.NEW:
        return None
    why = follow_up_reason(match, verified=False, author=_author(incoming))
    return _file_quietly(match.known, What.FOLLOW_UP, why, unverified=True)


def _follow_up(incoming: Incoming, marks: Marks, facts: Facts) -> Plan | None:
    """The customer writes again; on a closed ticket the queue's policy decides."""
    match = marks.match
    if match is None or not is_verified(match, incoming, facts):
        return None
    ticket = match.known.ticket
    policy = facts.settings.queue(ticket.queue).follow_up
    if ticket.state.type not in _FINISHED or policy is FollowUpPolicy.REOPEN:
        return _continue(incoming, match, facts)
    if policy is FollowUpPolicy.REJECT:
        return _reject(incoming, match, facts)
    return None  # the new-ticket policy: the last row opens one and links it


def _new_ticket(incoming: Incoming, marks: Marks, facts: Facts) -> Plan:
    """Nothing it belongs to: a request of its own."""
    match = marks.match
    alike = () if marks.automatic else _find_alike(incoming, facts)
    ticket = _make_ticket(incoming, marks, facts, match)
    why = (*_automatic_reason(marks), *_why_new(incoming, match, facts), *_why_alike(alike))
    actions: tuple[Action, ...] = ()
    if ticket.customer and facts.customer is None and incoming.author:
        actions += (WriteCard(customer=make_card(incoming, ticket.customer, ticket.company)),)
    duplicates = tuple(number for number, _why in alike)
    what = _what_new(marks)
    actions += (OpenTicket(ticket=ticket), FileArticle(number=ticket.number, what=what, duplicates=duplicates))
    kind = AckKind.NEW_AFTER_CLOSED if match and is_verified(match, incoming, facts) else AckKind.NEW
    if marks.automatic:
        return Plan(what=what, number=ticket.number, actions=actions, why=why)
    occasion = Occasion(kind=kind, number=ticket.number, queue=facts.settings.queue(ticket.queue))
    return _with_acknowledgement(
        Plan(what=what, number=ticket.number, actions=actions, why=why), incoming, occasion, facts
    )


_MARKS: tuple[Callable[[Incoming, Marks, Facts], Marks], ...] = (
    _mark_reused_message_id,
    _mark_automatic,
    _mark_match,
)

_ROWS: tuple[Callable[[Incoming, Marks, Facts], Plan | None], ...] = (
    # seen before: whatever else it is, it is not new
    _second_delivery,
    _further_copy,
    # automatic mail first: a vacation note must never reach the rows that reopen and answer
    _bounce_of_ours,
    _automatic_follow_up,
    # strangers before members: what is unverified must not reach the row that reopens
    _unverified_follow_up,
    _follow_up,
    _new_ticket,
)


# --- parts of plans


def _file_quietly(known: KnownTicket, what: What, why: tuple[Reason, ...], *, unverified: bool = False) -> Plan:
    number = known.ticket.number
    return Plan(
        what=what, number=number, actions=(FileArticle(number=number, what=what, unverified=unverified),), why=why
    )


def _continue(incoming: Incoming, match: Match, facts: Facts) -> Plan:
    known = match.known
    before = known.ticket
    after = _after_follow_up(before, incoming, facts)
    why = follow_up_reason(match, verified=True, author=_author(incoming))
    actions: tuple[Action, ...] = (FileArticle(number=before.number, what=What.FOLLOW_UP),)
    if not known.broken:
        actions = (ChangeTicket(ticket=after), *actions)
        if after.state is not before.state:
            actions += (_state_event(before, after, facts),)
    plan = Plan(what=What.FOLLOW_UP, number=before.number, actions=actions, why=why)
    return _with_acknowledgement(plan, incoming, _occasion(AckKind.FOLLOW_UP, known, facts), facts)


def _reject(incoming: Incoming, match: Match, facts: Facts) -> Plan:
    ticket = match.known.ticket
    why = (
        *follow_up_reason(match, verified=True, author=_author(incoming)),
        Reason(rule="rejected", reason=f'the ticket is {ticket.state}; queue {ticket.queue}: follow_up = "reject"'),
    )
    plan = _file_quietly(match.known, What.FOLLOW_UP, why)
    return _with_acknowledgement(plan, incoming, _occasion(AckKind.REJECT, match.known, facts), facts)


def _with_acknowledgement(plan: Plan, incoming: Incoming, occasion: Occasion, facts: Facts) -> Plan:
    answer = decide_acknowledgement(incoming, occasion, facts)
    if isinstance(answer, SendAcknowledgement):
        return replace(plan, actions=(*plan.actions, answer))
    return replace(plan, why=(*plan.why, answer))


def _occasion(kind: AckKind, known: KnownTicket, facts: Facts) -> Occasion:
    ticket = known.ticket
    queue = facts.settings.queue(ticket.queue)
    return Occasion(kind=kind, number=ticket.number, queue=queue, acknowledged_of_ticket=known.acknowledged)


def _after_follow_up(ticket: Ticket, incoming: Incoming, facts: Facts) -> Ticket:
    """A new ticket stays new; every other one is open again, and what it waited for is over (OTRS FollowUp)."""
    state = State.NEW if ticket.state is State.NEW else State.OPEN
    return ticket.change(
        state=state,
        updated_at=max(facts.received_at, ticket.updated_at),
        participants=participants_of(incoming, facts, ticket.participants),
        pending_until=None,
        pending_then="",
        closed_at=None,
    )


def _state_event(before: Ticket, after: Ticket, facts: Facts) -> Record:
    finished = before.state.type in _FINISHED
    reason = f'queue {before.queue}: follow_up = "{facts.settings.queue(before.queue).follow_up}"'
    why = Reason(rule="reopened", reason=reason) if finished else Reason(rule="opened", reason=f"it was {before.state}")
    details = {"from": str(before.state), "to": str(after.state)}
    return Record(number=before.number, what=What.STATE, why=(why,), details=details)


def _make_ticket(incoming: Incoming, marks: Marks, facts: Facts, match: Match | None) -> Ticket:
    customer = facts.customer.slug if facts.customer else facts.next_slug
    title = clean_subject(incoming.subject)[:LONGEST_TITLE] or _first_line(incoming.new_text) or "(no subject)"
    created_at = min(facts.received_at, facts.now)
    return Ticket(
        number=facts.next_number,
        title=title,
        queue=facts.source.queue,
        customer="" if marks.automatic and not facts.customer else customer,
        company="" if marks.automatic else facts.company,
        participants=() if marks.automatic else participants_of(incoming, facts),
        created_at=created_at,
        updated_at=created_at,
        links=(Link(type="normal", number=match.known.ticket.number),) if match else (),
    )


def participants_of(incoming: Incoming, facts: Facts, before: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Who belongs to the conversation: its author and those he names, ourselves left out."""
    author = (incoming.author,) if incoming.author else ()
    named = [address.key for address in (*author, *incoming.recipients) if "@" in address.address]
    others = (key for key in (*before, *named) if key not in facts.settings.own_addresses)
    return tuple(dict.fromkeys(others))[: max(_MOST_PARTICIPANTS, len(before))]


def make_card(incoming: Incoming, slug: str, company: str) -> Customer:
    """The card that a sender gets with his first mail."""
    author = incoming.author
    assert author is not None  # noqa: S101  # the caller asked before; mypy cannot know
    return Customer(slug=slug, name=author.name or author.address, addresses=(author.key,), company=company)


def _what_new(marks: Marks) -> What:
    if marks.automatic is None:
        return What.NEW
    return What.BOUNCE if marks.automatic.is_bounce else What.AUTOMATIC


def _automatic_reason(marks: Marks) -> tuple[Reason, ...]:
    return (marks.automatic.reason,) if marks.automatic else ()


def _why_new(incoming: Incoming, match: Match | None, facts: Facts) -> tuple[Reason, ...]:
    if match is None:
        return (Reason(rule="new ticket", reason=describe_no_match(incoming)),)
    ticket = match.known.ticket
    queue = facts.settings.queue(ticket.queue)
    if is_verified(match, incoming, facts):
        policy = f'{ticket.number} is {ticket.state}; queue {queue.name}: follow_up = "{queue.follow_up}"'
    else:
        policy = f'queue {queue.name}: unverified = "{queue.unverified}"'
    verified = is_verified(match, incoming, facts)
    return (
        *follow_up_reason(match, verified=verified, author=_author(incoming)),
        Reason(rule="new ticket", reason=policy),
    )


def _why_alike(alike: tuple[tuple[str, str], ...]) -> tuple[Reason, ...]:
    return tuple(Reason(rule="possible duplicate", reason=f"{number}: {why}") for number, why in alike)


def _find_alike(incoming: Incoming, facts: Facts) -> tuple[tuple[str, str], ...]:
    if not facts.earlier:
        return ()
    return find_alike(incoming.subject, opening_of(incoming.new_text), facts.earlier)


def _same_letter(incoming: Incoming, facts: Facts) -> KnownMail | None:
    author = _author(incoming).lower()
    same = (m for m in facts.same_message_id if m.author == author and m.subject == incoming.subject)
    return next(same, None)


def _author(incoming: Incoming) -> str:
    return incoming.author.address if incoming.author else ""


def _first_line(text: str) -> str:
    return next((line.strip()[:LONGEST_TITLE] for line in text.splitlines() if line.strip()), "")
