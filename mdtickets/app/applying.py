"""From a plan to the files: what the postmaster decided about one mail, as one action on one ticket."""

from collections.abc import Mapping
from typing import assert_never

from msgspec import Struct

from mdtickets.app.acknowledging import Acknowledger
from mdtickets.app.letter import Letter
from mdtickets.app.staging import OURSELVES, Action, NewArticle, Staging
from mdtickets.domain.event import FILED, Event, What
from mdtickets.domain.facts import Facts
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import ArticleKind, Customer, Reason, Ticket
from mdtickets.domain.plan import ChangeTicket, FileArticle, OpenTicket, Plan, Record, SendAcknowledgement, WriteCard
from mdtickets.store.outbox import OutboxEntry
from mdtickets.store.rows import facts_of_received, facts_of_sent


class Mail(Struct, frozen=True, kw_only=True):
    """One mail on its way into the store: bytes, what they say, what is known about it, where it lies."""

    letter: Letter
    incoming: Incoming
    facts: Facts
    path: str  # of the source, for the outbox: nothing leaves while it still lies there


class PlanRunner:
    """Carries out one plan: each action adds its part, the whole is staged once."""

    def __init__(self, mail: Mail, plan: Plan, staging: Staging, acknowledger: Acknowledger) -> None:
        self._mail = mail
        self._plan = plan
        self._staging = staging
        self._acknowledger = acknowledger
        self._now = mail.facts.now
        self._ticket: Ticket | None = None
        self._is_new = False
        self._articles: list[NewArticle] = []
        self._events: list[Event] = []
        self._cards: list[Customer] = []
        self._outbox: list[OutboxEntry] = []

    def run(self) -> Action:
        """The action, staged."""
        for action in self._plan.actions:
            match action:
                case OpenTicket():
                    self._ticket, self._is_new = action.ticket, True
                case ChangeTicket():
                    self._ticket = action.ticket
                case WriteCard():
                    self._cards.append(action.customer)
                case FileArticle():
                    self._file(action)
                case Record():
                    self._record(action)
                case SendAcknowledgement():
                    self._acknowledge(action)
                case _:
                    assert_never(action)
        author = self._mail.incoming.author
        whole = Action(
            number=self._plan.number,
            events=tuple(self._events),
            ticket=self._ticket,
            is_new=self._is_new,
            articles=tuple(self._articles),
            cards=tuple(self._cards),
            outbox=tuple(self._outbox),
            author=(author.name, author.address) if author else OURSELVES,
        )
        self._staging.stage(whole)
        return whole

    def _file(self, action: FileArticle) -> None:
        letter, incoming = self._mail.letter, self._mail.incoming
        received_at = self._mail.facts.received_at
        name = self._staging.article_name(action.number, received_at, letter.sha256, ArticleKind.CUSTOMER)
        self._articles.append(
            NewArticle(name=name, chunks=letter.chunks, facts=facts_of_received(incoming, is_first=self._is_new))
        )
        details: dict[str, object] = {"source": self._source}
        if incoming.message_id:
            details["message_id"] = incoming.message_id
        if action.unverified:
            details["unverified"] = True
        if action.duplicates:
            details["duplicates"] = list(action.duplicates)
        if self._plan.defects:
            details["defects"] = list(self._plan.defects)
        self._add_event(action.what, article=name, why=self._plan.why, details=details)

    def _record(self, action: Record) -> None:
        # a second delivery has no article of its own: its event says where it came from
        details = dict(action.details) | ({"source": self._source} if action.what is What.DUPLICATE else {})
        self._add_event(action.what, article=action.article, why=action.why, details=details)

    def _acknowledge(self, action: SendAcknowledgement) -> None:
        mail = self._mail
        title = self._ticket.title if self._ticket else mail.incoming.subject
        answer = self._acknowledger.compose(action, mail.incoming, mail.facts, title=title)
        name = self._staging.article_name(action.number, self._now, answer.sha256, ArticleKind.ACK)
        facts = facts_of_sent(answer.sha256, answer.message_id)
        self._articles.append(NewArticle(name=name, chunks=answer.message, facts=facts))
        self._outbox.append(answer.entry(action.number, name, self._now, after=mail.path))
        self._add_event(action.what, article=name, why=action.why, details={"answers": self._events[0].article})
        queued = {"message_id": answer.message_id, "to": action.to, "machine": mail.facts.settings.system_id}
        self._add_event(What.QUEUED, article=name, details=queued)

    def _add_event(
        self, what: What, *, article: str | None, details: Mapping[str, object], why: tuple[Reason, ...] = ()
    ) -> None:
        author = self._mail.incoming.author
        by = author.address if what in FILED and author else OURSELVES[0]
        self._events.append(Event(at=self._now, by=by, what=what, article=article, why=why, details=details))

    @property
    def _source(self) -> dict[str, str]:
        source = self._mail.facts.source
        return {"maildir": source.maildir, "name": source.name, "sha256": self._mail.letter.sha256}
