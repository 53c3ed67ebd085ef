"""Writing customers' cards: some keys of one, or two cards joined with all their tickets, in one commit."""

from collections.abc import Iterator, Sequence

from msgspec import Struct, field

from mdtickets.app.acting import Acted, DecideTogether, act_together
from mdtickets.app.session import Session
from mdtickets.app.staging import CardChange, Staging
from mdtickets.domain import cards
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.cards import Assignment, Changes, Neighbours
from mdtickets.domain.contract import check_terms
from mdtickets.domain.model import Customer
from mdtickets.domain.settings import Agent
from mdtickets.domain.slug import is_slug
from mdtickets.errors import NotFoundError, RefusedError, UsageError
from mdtickets.store.customers import Card, format_card, load_card
from mdtickets.store.people import company_domains, holders_of, names_of, people_of, tickets_of


class CardsChanged(Struct, kw_only=True):
    """What became of the cards, by slug and key: [old, new]; and of the tickets."""

    slug: str
    acted: Acted
    changes: dict[str, dict[str, list[object]]] = field(default_factory=dict)


class _Work(Struct, kw_only=True):
    """The cards that one command writes, collected under the filing lock."""

    session: Session
    agent: Agent
    subject: str = ""
    written: list[CardChange] = field(default_factory=list)
    changes: dict[str, dict[str, list[object]]] = field(default_factory=dict)

    def write(self, card: Card, wanted: Changes, notes: str | None = None, *, is_new: bool = False) -> None:
        """Have these keys written on the card; nothing when they stand there already."""
        new = card.changed(wanted, notes)
        if new == card.data and not is_new:
            return
        self.written.append(CardChange(slug=card.customer.slug, old=None if is_new else card.data, new=new))
        changed = _changes(card, wanted)
        if notes is not None and notes != card.notes:
            changed["notes"] = [card.notes, notes]
        self.changes[card.customer.slug] = changed

    def stage(self, staging: Staging) -> None:
        """Put the cards among what is staged."""
        if self.written:
            email = self.agent.email or f"{self.agent.key}@localhost"
            staging.stage_cards(self.written, f"{self.subject} by {self.agent.name}", (self.agent.name, email))


def set_card(
    session: Session, agent: Agent, slug: str, assignments: Sequence[Assignment], *, is_new: bool, dry_run: bool
) -> CardsChanged:
    """Write keys on a card, or on a new one. Raises RefusedError when another card has the address or the domain."""
    work = _Work(session=session, agent=agent)

    def decide() -> Iterator[str]:
        card = _new_card(session, slug) if is_new else load_card(session.layout, slug)
        wanted = cards.set_keys(card.customer, assignments)
        check_terms(wanted)
        cards.check_neighbours(slug, wanted, _neighbours(session, wanted))
        work.write(card, wanted, is_new=is_new)
        told = ", ".join(work.changes.get(slug, {}))
        work.subject = f"customer {slug}: {'new' if is_new else f'{told} changed'}"
        yield from ()

    return _carry_out(work, slug, decide(), lambda _situations: [], dry_run=dry_run)


def merge_cards(session: Session, agent: Agent, slug: str, into: str, *, dry_run: bool) -> CardsChanged:
    """Make one customer of two: addresses, notes and tickets of the first go to the second. All of it or nothing."""
    work = _Work(session=session, agent=agent)

    def decide() -> Iterator[str]:
        gone, taker = load_card(session.layout, slug), load_card(session.layout, into)
        taken, left = cards.join_cards(gone.customer, gone.own, taker.customer, taker.own)
        notes = taker.notes
        if gone.notes.strip() and gone.notes.strip() not in notes:
            notes = f"{notes.rstrip()}\n\n{gone.notes.strip()}\n".lstrip("\n")
        work.write(taker, taken, notes)
        work.write(gone, left)
        for person in people_of(session.catalog, slug, ""):
            if person != into:
                work.write(load_card(session.layout, person), {"company": into})
        numbers = tickets_of(session.catalog, [slug], all_states=True)
        count = f"{len(numbers)} ticket{'' if len(numbers) == 1 else 's'}"
        work.subject = f"customer {slug} merged into {into} with {count}"
        yield from numbers

    def hand_over(situations: Sequence[Situation]) -> list[Change]:
        return [cards.hand_over(situation, slug, into) for situation in situations]

    return _carry_out(work, into, decide(), hand_over, dry_run=dry_run)


def _carry_out(
    work: _Work,
    slug: str,
    numbers: Iterator[str],
    decide_tickets: DecideTogether,
    *,
    dry_run: bool,
) -> CardsChanged:
    # the cards are looked at where the numbers are asked for: under the lock, before anything is staged
    acted = act_together(work.session, work.agent, numbers, decide_tickets, dry_run=dry_run, also=work.stage)
    return CardsChanged(slug=slug, acted=acted, changes=work.changes)


def _new_card(session: Session, slug: str) -> Card:
    if not is_slug(slug):
        raise UsageError(f'"{slug}" cannot name a card.', "Use a-z, 0-9 and -, at most 40 of them.")
    try:
        load_card(session.layout, slug)
    except NotFoundError:
        customer = Customer(slug=slug, name=slug)
        return Card(customer=customer, data=format_card(customer), notes="", own={})
    raise RefusedError(f"There is a card {slug} already.", f"mdtickets customer show {slug}")


def _neighbours(session: Session, wanted: Changes) -> Neighbours:
    return Neighbours(
        holders=holders_of(session.catalog, wanted.get("addresses") or ()),
        domains=company_domains(session.catalog),
        slugs=frozenset(names_of(session.catalog)),
    )


def _changes(card: Card, wanted: Changes) -> dict[str, list[object]]:
    """By key: [old, new], for those that really change."""
    old = {key: _plain(getattr(card.customer, key, None) or card.own.get(key)) for key in wanted}
    return {key: [old[key], _plain(value)] for key, value in wanted.items() if old[key] != _plain(value)}


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value or None
