"""Sending what waits in the outbox: what is due, what a person decides to send again, a mail to try the way out.

Only entries of this machine's outbox are ever sent, so only the machine that queued a mail sends it.
"""

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from mdtickets.app.committing import recover
from mdtickets.app.consequences import OURSELVES, delivery_event
from mdtickets.app.couriers import find_courier
from mdtickets.app.dispatching import Dispatch, SendingResult
from mdtickets.app.mailboxes import boxes
from mdtickets.app.recording import record_events
from mdtickets.app.session import Session
from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.delivery import DeliveryState, told_state
from mdtickets.domain.event import DELIVERY, Event, What
from mdtickets.domain.model import ArticleKind
from mdtickets.domain.settings import FiledMode
from mdtickets.errors import NotFoundError, RefusedError
from mdtickets.store import lockfile
from mdtickets.store.outbox import Move, Outbox, OutboxEntry
from mdtickets.store.tickets import TicketFiles, load_ticket


class SendingReport(Struct, frozen=True, kw_only=True):
    """What one run did, mail by mail in its order."""

    results: tuple[SendingResult, ...]

    @property
    def sent(self) -> tuple[SendingResult, ...]:
        """Accepted by somebody else."""
        return self._all(DeliveryState.SENT)

    @property
    def failed(self) -> tuple[SendingResult, ...]:
        """Not sent, and not tried again."""
        return self._all(DeliveryState.FAILED)

    @property
    def postponed(self) -> tuple[SendingResult, ...]:
        """Not sent, to be tried again at `not_before`."""
        return self._all(DeliveryState.QUEUED)

    @property
    def unknown(self) -> tuple[SendingResult, ...]:
        """Perhaps sent: a person decides."""
        return self._all(DeliveryState.UNKNOWN)

    def _all(self, state: DeliveryState) -> tuple[SendingResult, ...]:
        return tuple(result for result in self.results if result.state is state)


def send_due(
    session: Session,
    *,
    only: Collection[str] | None = None,
    on_result: Callable[[SendingResult], None] = lambda _result: None,
    on_wait: Callable[[str], None] | None = None,
    wait: float | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> SendingReport:
    """Send what is due (of the tickets in `only`), after finishing what a crash interrupted.

    Waits for another sender as `wait` says (see `lockfile.hold`); ends after the mail in hand when `stop` says so.
    What cannot be sent is in the report, not an error. Raises TryAgainError, OSError.
    """
    with _outbox_lock(session, wait=wait, on_wait=on_wait), _dispatch(session, on_result) as dispatch:
        dispatch.finish_interrupted()
        dispatch.send(_find_due(session, only), stop)
    return SendingReport(results=tuple(dispatch.results))


def next_due_at(session: Session) -> datetime | None:
    """When `send_due` will have something to do; None when nothing waits that could leave."""
    kept = _kept_folders(session)
    waiting = (entry for entry in _queued(session) if not _stands(session, entry, kept))
    return min((entry.not_before or entry.queued_at for entry in waiting), default=None)


def retry(session: Session, number: str, *, by: str = "") -> tuple[OutboxEntry, ...]:
    """The mails of a ticket, queued again because a person says so: failed, unknown, or waiting for their time.

    Their Message-IDs stay, so that who gets one twice sees it once. When the outbox has nothing of the ticket, what the
    history knows as not sent is queued from there. Raises NotFoundError when there is nothing to send again, RefusedError
    when another machine has it in its outbox.
    """
    with _outbox_lock(session), _dispatch(session) as dispatch:
        dispatch.finish_interrupted()
        outbox = Outbox(session.layout, session.disk)
        now = session.now()
        found = [entry for entry in outbox.listing().entries if entry.number == number]
        rebuilt = [] if found else list(_rebuild(session, number, now))
        if not found and not rebuilt:
            raise NotFoundError(f"Nothing of {number} waits to be sent, failed or is unknown.")
        # the decision is written down first: an entry queued again without it would be settled by the older event
        told = [entry for entry in (*found, *rebuilt) if not entry.message]
        events = [(number, delivery_event(What.RETRIED, entry, now, by or OURSELVES)) for entry in told]
        record_events(session, events)
        for entry in rebuilt:
            outbox.add(entry)
        changes = {"queued_at": now, "attempts": 0, "not_before": now}
        moves = [Move(entry=entry, state=DeliveryState.QUEUED, changes=changes) for entry in found]
        return (*outbox.move_all(moves), *rebuilt)


@contextmanager
def _outbox_lock(
    session: Session, *, wait: float | None = None, on_wait: Callable[[str], None] | None = None
) -> Iterator[None]:
    session.disk.make_directory(session.layout.run)
    with lockfile.hold(session.layout.run / "outbox.lock", wait=wait, on_wait=on_wait):
        yield


@contextmanager
def _dispatch(
    session: Session, on_result: Callable[[SendingResult], None] = lambda _result: None
) -> Iterator[Dispatch]:
    """A run that is settled at its end, also when somebody presses Ctrl-C."""
    courier = find_courier(session)
    dispatch = Dispatch(session, courier, on_result)
    try:
        try:
            yield dispatch
        except KeyboardInterrupt:
            dispatch.settle()
            raise
        dispatch.settle()
    finally:
        courier.close()


def _find_due(session: Session, only: Collection[str] | None) -> list[OutboxEntry]:
    """What may leave now; mails that were never tried first, so that one nobody takes holds up none."""
    now = session.now()
    kept = _kept_folders(session)
    due = [entry for entry in _queued(session) if entry.is_due(now) and (only is None or entry.number in only)]
    if not due:
        return []
    # a mail in the middle of being filed may not be answered yet; once its source is gone for good, the answer stays
    # free to leave, without the lock
    with session.filing():
        recover(session)
        free = [entry for entry in due if not _stands(session, entry, kept)]
        session.disk.sync(_left_folders(session, free))
    return sorted(free, key=lambda entry: (entry.attempts, entry.queued_at, entry.message_id))


def _queued(session: Session) -> list[OutboxEntry]:
    entries = Outbox(session.layout, session.disk).listing().entries
    return [entry for entry in entries if entry.state is DeliveryState.QUEUED]


def _stands(session: Session, entry: OutboxEntry, kept: Collection[str]) -> bool:
    """Whether the mail that this one answers still waits to be filed."""
    if not entry.after:
        return False
    source = session.layout.resolve(entry.after)
    return os.path.lexists(source) and str(source.parent) not in kept


def _kept_folders(session: Session) -> frozenset[str]:
    """The `cur/` in which filed mail stays where it was found: there, a source that stands says nothing."""
    return frozenset(str(box.folder / "cur") for box in boxes(session) if box.mailbox.filed is FiledMode.CUR)


def _left_folders(session: Session, entries: Sequence[OutboxEntry]) -> list[str]:
    """The folders that the sources left; synced, so that no power cut brings them back after their answers left."""
    sources = {session.layout.resolve(entry.after) for entry in entries if entry.after}
    folders = {os.path.realpath(source.parent) for source in sources}
    return sorted(folder for folder in folders if Path(folder).is_dir())


def _rebuild(session: Session, number: str, now: datetime) -> Iterator[OutboxEntry]:
    """Entries for what the history has as queued here and not as sent."""
    files = load_ticket(session.layout, number, session.fronts)
    by_article: dict[str, list[Event]] = {}
    for event in files.events:
        if event.article and event.what in DELIVERY:
            by_article.setdefault(event.article, []).append(event)
    for events in by_article.values():
        queued = next((event for event in events if event.what == What.QUEUED), None)
        if queued is None or told_state(events) is DeliveryState.SENT:
            continue
        machine = queued.details.get("machine")
        if machine != session.settings.system_id:
            raise RefusedError(
                f"{number} was queued on machine {machine}: only there is it known whether it left.",
                "Run `mdtickets send --retry` on that machine.",
            )
        yield _entry_again(session, files, queued, events, now)


def _entry_again(
    session: Session, files: TicketFiles, queued: Event, events: Sequence[Event], now: datetime
) -> OutboxEntry:
    name = parse_article_name(queued.article or "")
    automatic = name is not None and name.kind is ArticleKind.ACK
    queue = session.settings.queue(files.ticket.queue if files.ticket else "")
    got_it = {to for event in events if event.what == What.SENT for to in _recipients(event)}
    return OutboxEntry(
        number=files.number,
        article=queued.article or "",
        message_id=str(queued.details.get("message_id", "")),
        envelope_from="" if automatic else queue.address or session.settings.main_address,
        envelope_to=tuple(to for to in _recipients(queued) if to not in got_it),
        queued_at=now,
        not_before=now,
    )


def _recipients(event: Event) -> list[str]:
    to = event.details.get("to", [])
    return (
        [to] if isinstance(to, str) else [item for item in to if isinstance(item, str)] if isinstance(to, list) else []
    )
