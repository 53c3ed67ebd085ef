"""Links as they are read: a merge moves none, so one to a merged ticket means the ticket that took over."""

from collections.abc import Iterable

from msgspec import Struct

from mdtickets.app.session import Session
from mdtickets.domain.model import Ticket
from mdtickets.store.merged import follow_merges


class ReadLink(Struct, frozen=True, kw_only=True):
    """A tie to another ticket: the number that stands in the file, and the ticket that took it over."""

    type: str
    number: str
    main: str = ""  # "" = the ticket stands alone

    @property
    def meant(self) -> str:
        """The ticket to look at."""
        return self.main or self.number


def read_links(session: Session, ticket: Ticket | None, old: Iterable[Ticket] = ()) -> tuple[ReadLink, ...]:
    """The links of a ticket, then those of the tickets that it took over, but for those that lead back to it."""
    if ticket is None:
        return ()
    own = [_read(session, link.type, link.number, ticket.number) for link in ticket.links]
    theirs = [_read(session, link.type, link.number, ticket.number) for one in old for link in one.links]
    family = {ticket.number, *(one.number for one in old)}
    return tuple(dict.fromkeys([*own, *(link for link in theirs if link.meant not in family)]))


def _read(session: Session, type_: str, number: str, reader: str) -> ReadLink:
    main = follow_merges(session.catalog, number)
    # what this ticket took over itself is named as it was
    return ReadLink(type=type_, number=number, main="" if main in {number, reader} else main)
