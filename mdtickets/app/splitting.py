"""Splitting: one article becomes a ticket of its own."""

from collections.abc import Sequence

from mdtickets.app.acting import Acted, act_together
from mdtickets.app.letter import Letter, read_letter
from mdtickets.app.opening import Opener
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, NewArticle, Staging
from mdtickets.domain import splitting
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.history import find_entries
from mdtickets.domain.settings import Agent
from mdtickets.domain.splitting import Part
from mdtickets.errors import UnreadableError
from mdtickets.store.lookup import find_customer
from mdtickets.store.rows import facts_of_received


def split(
    session: Session, agent: Agent, number: str, position: int, *, minutes: int | None = None, dry_run: bool = False
) -> Acted:
    """Make a ticket of that article. Raises RefusedError when it is none that a customer wrote."""
    splitter = _Splitter(session, position, minutes)
    acted = act_together(session, agent, [number], splitter.decide, dry_run=dry_run, also=splitter.stage)
    acted.opened = (splitter.number,)
    return acted


class _Splitter:
    """Decides on the old ticket and stages the new one."""

    def __init__(self, session: Session, position: int, minutes: int | None) -> None:
        self.number = ""
        self._session = session
        self._opener = Opener(session)
        self._position = position
        self._minutes = minutes
        self._planned: tuple[Situation, Part, Letter] | None = None

    def decide(self, situations: Sequence[Situation]) -> Sequence[Change]:
        """The change of the ticket that the article leaves."""
        (situation,) = situations
        part, letter = self._read(situation)
        self.number = self._opener.number()
        self._planned = (situation, part, letter)
        return [splitting.split(situation, part, self.number, minutes=self._minutes)]

    def stage(self, staging: Staging) -> None:
        """Stage the new ticket with its copy of the article."""
        assert self._planned  # noqa: S101  # decided before
        situation, part, letter = self._planned
        facts = facts_of_received(letter.parse(), is_first=True)
        agent = situation.agent
        self._opener.stage(
            staging,
            Action(
                number=self.number,
                events=splitting.new_events(situation, part),
                ticket=splitting.new_ticket(situation, part, self.number),
                is_new=True,
                articles=(NewArticle(name=part.entry.name, chunks=letter.chunks, facts=facts),),
                author=(agent.name, agent.email or f"{agent.key}@localhost"),
            ),
        )

    def _read(self, situation: Situation) -> tuple[Part, Letter]:
        entry = splitting.choose(situation, tuple(find_entries(situation.events)), self._position)
        path = self._session.layout.ticket(situation.number) / entry.name
        try:
            letter = read_letter(path)
        except OSError as error:
            raise UnreadableError(f"{self._session.layout.relative(path)}: {error.strerror}.") from error
        mail = letter.parse()
        address = mail.author.key if mail.author else ""
        return Part(
            entry=entry,
            subject=mail.subject,
            address=address,
            message_id=mail.message_id,
            customer=find_customer(self._session.catalog, address) if address else None,
        ), letter
