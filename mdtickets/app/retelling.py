"""The git history that a store's files tell: for a store that was copied without its `.git`."""

from collections.abc import Iterator, Mapping

from msgspec import Struct

from mdtickets.domain.commit_message import commit_author, commit_message
from mdtickets.domain.settings import Agent
from mdtickets.store.commit import Commit
from mdtickets.store.customers import parse_card
from mdtickets.store.earlier import Step, steps
from mdtickets.store.indexing import all_numbers, all_slugs
from mdtickets.store.layout import HISTORY_FILE, TICKET_FILE, Layout
from mdtickets.store.tickets import TicketFiles, load_ticket, read_file


def retell(layout: Layout, agents: Mapping[str, Agent]) -> list[Commit]:
    """A commit for each thing that somebody did to a ticket, in the order of time. None of it may be committed yet."""
    teller = _Teller(layout, agents, _names(layout))
    commits = (commit for number in all_numbers(layout) for commit in teller.commits(number))
    return sorted(commits, key=lambda commit: commit.at)


class _Teller(Struct, frozen=True):
    """Who everybody is, to sign commits with."""

    layout: Layout
    agents: Mapping[str, Agent]
    names: Mapping[str, str]  # by address

    def commits(self, number: str) -> Iterator[Commit]:
        """The commits of one ticket."""
        files = load_ticket(self.layout, number)
        for step in steps(files):
            yield self._commit(files, step)

    def _commit(self, files: TicketFiles, step: Step) -> Commit:
        first = step.events[0]
        directory = self.layout.relative(self.layout.ticket(files.number))
        name, email = commit_author(first.by, self.agents, self.names.get(first.by.lower(), ""))
        contents: dict[str, bytes | None] = {f"{directory}/{article}": None for article in step.articles}
        contents[f"{directory}/{TICKET_FILE}"] = step.ticket_bytes
        contents[f"{directory}/{HISTORY_FILE}"] = step.history_bytes
        message = commit_message(
            files.number,
            step.events,
            title=files.ticket.title if files.ticket else "",
            name=name,
            message_id=str(first.details.get("message_id", "")),
        )
        return Commit(author_name=name, author_email=email, at=first.at, message=message, files=contents)


def _names(layout: Layout) -> dict[str, str]:
    cards = [parse_card(read_file(layout.card(slug)), slug) for slug in all_slugs(layout)]
    return {address: card.name for card in cards for address in card.addresses}
