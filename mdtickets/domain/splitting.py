"""One article of a ticket becomes a ticket of its own; it also stays where it came."""

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.agent import Change, Situation, change_to, require_lock
from mdtickets.domain.event import Event, What
from mdtickets.domain.history import Entry
from mdtickets.domain.model import ArticleKind, Customer, Link, Reason, State, Ticket
from mdtickets.domain.number import clean_subject
from mdtickets.errors import RefusedError


class Part(Struct, frozen=True, kw_only=True):
    """The article that goes its own way, as its mail and the cards tell."""

    entry: Entry
    subject: str
    address: str  # of who wrote it, "" when nobody knows
    message_id: str
    customer: Customer | None = None


def choose(situation: Situation, entries: tuple[Entry, ...], position: int) -> Entry:
    """The article of that position. Raises RefusedError when it is none that a customer wrote."""
    found = next((entry for entry in entries if entry.position == position), None)
    if found is None:
        raise RefusedError(f"{situation.number} has no article {position}.", f"It has {len(entries)}.")
    if found.kind is not ArticleKind.CUSTOMER:
        raise RefusedError(
            f"Article {position} of {situation.number} is no received mail ({found.kind.value}).",
            "Only what a customer wrote can become a ticket of its own.",
        )
    return found


def split(situation: Situation, part: Part, number: str, *, minutes: int | None = None) -> Change:
    """The ticket that the article leaves: tied to the new one."""
    require_lock(situation)
    old = situation.ticket
    event = Event(
        at=situation.now, by=situation.agent.key, what=What.SPLIT, article=part.entry.name, details={"into": number}
    )
    after = replace(old, links=(*old.links, Link(type="child", number=number)))
    change = change_to(situation, after, minutes=minutes)
    return replace(change, events=(*change.events, event))


def new_ticket(situation: Situation, part: Part, number: str) -> Ticket:
    """The new ticket: in the same queue, new, of who wrote the article."""
    old = situation.ticket
    card = part.customer
    return Ticket(
        number=number,
        title=clean_subject(part.subject) or old.title,
        state=State.NEW,
        queue=old.queue,
        priority=old.priority,
        customer=card.slug if card else old.customer,
        company=card.company if card else old.company,
        participants=(part.address,) if part.address else old.participants,
        created_at=situation.now,
        updated_at=situation.now,
        links=(Link(type="parent", number=old.number),),
    )


def new_events(situation: Situation, part: Part) -> tuple[Event, ...]:
    """How the new ticket's history begins: with the mail, by who wrote it, and how it came here."""
    old, agent = situation.number, situation.agent.key
    filed = Event(
        at=situation.now,
        by=part.entry.event.by,
        what=What.NEW,
        article=part.entry.name,
        why=(Reason(rule="split", reason=f"article {part.entry.position} of {old}, by {agent}"),),
        details={"message_id": part.message_id} if part.message_id else {},
    )
    return (filed, Event(at=situation.now, by=agent, what=What.SPLIT, details={"from": old}))
