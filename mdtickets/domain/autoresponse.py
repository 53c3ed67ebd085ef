"""Whether a mail is acknowledged, to whom, in which language. Loop protection and budgets (OTRS SendAutoResponse, RFC 3834).

Every refusal has its reason, so that `why` can answer the customer who asks why nobody told him.
"""

import re
from collections.abc import Callable

from msgspec import Struct

from mdtickets.domain.event import What
from mdtickets.domain.facts import Facts
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address, Reason
from mdtickets.domain.plan import SendAcknowledgement
from mdtickets.domain.settings import AckKind, Budget, Queue

WHAT_OF_KIND = {
    AckKind.NEW: What.AUTO_REPLY,
    AckKind.FOLLOW_UP: What.AUTO_FOLLOW_UP,
    AckKind.REJECT: What.AUTO_REJECT,
    AckKind.NEW_AFTER_CLOSED: What.AUTO_NEW_AFTER_CLOSED,
}

# Deliberately narrower than RFC 5322: what we answer must survive every mail server on its way.
_ANSWERABLE = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.?")


class Occasion(Struct, frozen=True, kw_only=True):
    """One mail that might be acknowledged: as what, and what is known about it by now."""

    kind: AckKind
    number: str
    queue: Queue
    automatic: bool = False
    acknowledged_of_ticket: int = 0


def decide_acknowledgement(incoming: Incoming, occasion: Occasion, facts: Facts) -> SendAcknowledgement | Reason:
    """The acknowledgement to send, or the reason why there is none. Only a real sender's mail gets this far."""
    recipient = find_recipient(incoming, facts.settings.acknowledge.reply_to_of)
    if recipient is None:
        return _refusal("From is no address that can be answered")
    for refuse in _REFUSALS:
        if why_not := refuse(recipient, occasion, facts):
            return _refusal(why_not)
    language, language_from = choose_language(incoming, occasion.queue, facts)
    budget = facts.settings.acknowledge.per_address
    used = f"; {facts.acks.address} of {budget} to {recipient.address}" if budget else ""
    why = f"kind {occasion.kind}, language {language} from {language_from}{used}"
    return SendAcknowledgement(
        number=occasion.number,
        kind=occasion.kind,
        what=WHAT_OF_KIND[occasion.kind],
        to=recipient.address,
        language=language,
        why=(Reason(rule="acknowledged", reason=why),),
    )


def find_recipient(incoming: Incoming, reply_to_of: tuple[str, ...]) -> Address | None:
    """Whom an automatic answer may go to: From; Reply-To only within its domain or of a known form (design rule)."""
    author = incoming.author
    if author is None or not _ANSWERABLE.fullmatch(author.address):
        return None
    if not incoming.reply_to:
        return author
    trusted = author.key in {address.lower() for address in reply_to_of}
    for address in incoming.reply_to:
        if _ANSWERABLE.fullmatch(address.address) and (trusted or address.domain == author.domain):
            return address
    return author


def choose_language(incoming: Incoming, queue: Queue, facts: Facts) -> tuple[str, str]:
    """The language to write in and where it is known from: card, mail, queue, settings, in that order."""
    if facts.customer and facts.customer.language:
        return facts.customer.language, "the customer's card"
    if incoming.language:
        return incoming.language, incoming.language_from or "the text"
    if queue.language:
        return queue.language, f"queue {queue.name}"
    return facts.settings.language, "the settings"


def _refusal(reason: str) -> Reason:
    return Reason(rule="not acknowledged", reason=reason)


def _queue_does_not(_recipient: Address, occasion: Occasion, _facts: Facts) -> str:
    queue = occasion.queue
    if occasion.kind in queue.acknowledge:
        return ""
    return f"queue {queue.name} acknowledges: {', '.join(sorted(queue.acknowledge)) or 'nothing'}"


def _ourselves(recipient: Address, _occasion: Occasion, facts: Facts) -> str:
    return f"{recipient.address} is our own address" if recipient.key in facts.settings.own_addresses else ""


def _too_old(_recipient: Address, _occasion: Occasion, facts: Facts) -> str:
    age = facts.now - facts.dated_at
    limit = facts.settings.acknowledge.max_age
    return f"received {age.days} days ago, the limit is {limit.days} days" if age > limit else ""


def _over_budget(recipient: Address, occasion: Occasion, facts: Facts) -> str:
    limits = facts.settings.acknowledge
    counted: tuple[tuple[Budget | None, int, str], ...] = (
        (limits.per_address, facts.acks.address, f"to {recipient.address}"),
        (limits.per_ticket, occasion.acknowledged_of_ticket, "for this ticket"),
        (limits.per_domain, facts.acks.domain, f"to {recipient.domain}"),
        (limits.total, facts.acks.total, "in all"),
    )
    spent = (
        f"loop protection: {used} of {budget} {whom}"
        for budget, used, whom in counted
        if budget and used >= budget.count
    )
    return next(spent, "")


_REFUSALS: tuple[Callable[[Address, Occasion, Facts], str], ...] = (
    _queue_does_not,
    _ourselves,
    _too_old,
    _over_budget,
)
