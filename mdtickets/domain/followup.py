"""Which ticket a mail belongs to, and whether its sender may write into it.

The order is RFC 5322's: In-Reply-To, then References from the nearest ancestor back; then what threads show without
them; the number in the subject last, because anybody can type one.
"""

from collections.abc import Callable, Iterator

from msgspec import Struct

from mdtickets.domain.facts import Facts, KnownTicket
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Reason
from mdtickets.domain.number import find_named_numbers, find_numbers


class Match(Struct, frozen=True, kw_only=True):
    """A ticket that a mail refers to, how that was seen, and whether the reference proves that the sender holds our mail."""

    known: KnownTicket
    reason: str
    proven: bool = False


def find_follow_up(incoming: Incoming, facts: Facts) -> Match | None:
    """The ticket that this mail continues: the first match of the first rule that has one."""
    return next((match for rule in _RULES for match in rule(incoming, facts)), None)


def is_verified(match: Match, incoming: Incoming, facts: Facts) -> bool:
    """Whether the sender may continue the ticket: holds a mail of ours, or belongs to the conversation."""
    if match.proven:
        return True
    if incoming.author is None:
        return False
    key = incoming.author.key
    return key in match.known.members or facts.settings.agent_of(key) is not None


def describe_no_match(incoming: Incoming) -> str:
    """Why no ticket was found, in words: what the mail lacks, or that what it names is unknown."""
    clues = (
        ("In-Reply-To", incoming.in_reply_to),
        ("References", incoming.references),
        ("number in the subject", find_numbers(incoming.subject)),
    )
    lacks = [f"no {name}" for name, there in clues if not there]
    return ", ".join(lacks + [f"{name} names nothing we know" for name, there in clues if there])


def _in_reply_to(incoming: Incoming, facts: Facts) -> Iterator[Match]:
    return _by_ids("In-Reply-To", incoming.in_reply_to, facts)


def _references(incoming: Incoming, facts: Facts) -> Iterator[Match]:
    return _by_ids("References", incoming.references[::-1], facts)


def _by_ids(header: str, message_ids: tuple[str, ...], facts: Facts) -> Iterator[Match]:
    for message_id in message_ids:
        mail = facts.by_message_id.get(message_id)
        if mail and mail.number in facts.tickets:
            owner = "our" if mail.is_ours else "the"
            yield Match(
                known=facts.tickets[mail.number],
                reason=f"{header} names {owner} article {mail.article} (<{message_id}>)",
                proven=mail.is_ours,
            )


def _common_ancestor(incoming: Incoming, facts: Facts) -> Iterator[Match]:
    """Two answers to a mail that never came to us belong together."""
    for message_id in (*incoming.in_reply_to, *incoming.references[::-1]):
        number = facts.by_reference.get(message_id, "")
        if number in facts.tickets:
            yield Match(known=facts.tickets[number], reason=f"another mail of the ticket also answers <{message_id}>")


def _late_parent(incoming: Incoming, facts: Facts) -> Iterator[Match]:
    """The answer was faster than the mail it answers."""
    for number in facts.children:
        if number in facts.tickets:
            reason = f"a mail of the ticket answers this one (<{incoming.message_id}>)"
            yield Match(known=facts.tickets[number], reason=reason)


def _subject_number(incoming: Incoming, facts: Facts) -> Iterator[Match]:
    for number in find_named_numbers(incoming.subject):
        if number in facts.tickets:
            yield Match(known=facts.tickets[number], reason=f"the subject names Ticket#{number}")


_RULES: tuple[Callable[[Incoming, Facts], Iterator[Match]], ...] = (
    _in_reply_to,
    _references,
    _common_ancestor,
    _late_parent,
    _subject_number,
)


def follow_up_reason(match: Match, *, verified: bool, author: str) -> tuple[Reason, ...]:
    """Why the mail was put where it is, and what to think of its sender."""
    reasons = (Reason(rule="follow-up", reason=match.reason),)
    if verified:
        return reasons
    doubt = f"{author or 'the sender'} does not belong to the ticket and shows no mail of ours"
    return (*reasons, Reason(rule="unverified", reason=doubt))
