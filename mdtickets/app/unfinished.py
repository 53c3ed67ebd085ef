"""A mail that is filed but still lies in its Maildir: a crash came between. Nothing is filed again; what is missing is done.

As long as the source lies there, nothing that answers it can have left (see the outbox's `after`): so an entry that is
gone may be made again, and only then.
"""

from collections.abc import Iterator

from mdtickets.app.session import Session
from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.event import Event, What
from mdtickets.domain.history import deliveries
from mdtickets.store.outbox import Outbox, OutboxEntry
from mdtickets.store.tickets import TicketFiles


def missing_entries(session: Session, files: TicketFiles, source: dict[str, str], path: str) -> list[OutboxEntry]:
    """The outbox entries of acknowledgements of this mail that were queued here and are not there any more."""
    filed = next((event for event in files.events if event.details.get("source") == source), None)
    if filed is None or filed.article is None or _is_old(session, filed):
        return []
    present = {entry.message_id for entry in Outbox(session.layout, session.disk).entries()}
    return [entry for entry in _queued(session, files, filed.article, path) if entry.message_id not in present]


def _queued(session: Session, files: TicketFiles, answered: str, path: str) -> Iterator[OutboxEntry]:
    answers = {event.article for event in files.events if event.details.get("answers") == answered}
    last = deliveries(files.events)
    for event in files.events:
        ours = event.details.get("machine") == session.settings.system_id
        if event.what == What.QUEUED and event.article in answers and ours and last[event.article or ""] == What.QUEUED:
            yield OutboxEntry(
                number=files.number,
                article=event.article or "",
                message_id=str(event.details.get("message_id", "")),
                envelope_from="",
                envelope_to=(str(event.details.get("to", "")),),
                queued_at=event.at,
                after=path,
            )


def _is_old(session: Session, filed: Event) -> bool:
    """A mailbox restored from a backup brings old sources back: their answers left long ago."""
    name = parse_article_name(filed.article or "")
    return name is None or session.now() - name.at > session.settings.acknowledge.max_age
