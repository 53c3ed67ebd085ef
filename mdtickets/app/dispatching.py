"""One run over the outbox: mails claimed, carried away, and what became of them written down, in an order that is safe.

For each mail: `queued` → `sending`, durably → the courier has it → its answer → at once `sent`, or back to `queued` →
the event in the history → the entry leaves. A crash in between leaves it in `sending`, where only the history or the
courier can tell what became of it; if neither can, it is unknown and waits for a person.

Whoever makes a run holds the outbox lock.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.committing import recover
from mdtickets.app.consequences import Consequence, consequence_of, consequence_told
from mdtickets.app.couriers import Courier, Parcel
from mdtickets.app.recording import record_events
from mdtickets.app.session import Session
from mdtickets.domain.delivery import DeliveryState, pause_after, told_state
from mdtickets.domain.event import Event
from mdtickets.mail.outcome import Failed, Outcome, Sent, Unknown
from mdtickets.store.outbox import Move, Outbox, OutboxEntry, delivery_events
from mdtickets.store.outgoing import Outgoing
from mdtickets.store.tickets import read_file

# Mails in hand at once, for a courier that takes many.
_MOST_BYTES = 16 << 20
# So many results are written into the history together, and not later than this.
_MOST_RESULTS = 1000
_LATEST = timedelta(seconds=30)
# So many failures in a row that are not about a mail: nobody is there, the rest waits without being tried.
_MOST_TROUBLE = 3


class SendingResult(Struct, frozen=True, kw_only=True):
    """What became of one mail in one run: sent, failed, unknown, or queued again until `not_before`."""

    number: str
    article: str
    message_id: str
    to: tuple[str, ...]
    state: DeliveryState
    detail: str
    not_before: datetime | None = None


class Dispatch:
    """A run over the outbox; `settle` ends it."""

    def __init__(self, session: Session, courier: Courier, on_result: Callable[[SendingResult], None]) -> None:
        self.results: list[SendingResult] = []
        self._session = session
        self._outbox = Outbox(session.layout, session.disk)
        self._courier = courier
        self._on_result = on_result
        self._pending: list[Consequence] = []  # what the history is still to be told
        self._settled_at = session.now()
        self._trouble = 0

    def finish_interrupted(self) -> None:
        """Find out what became of the mails that a crash left in hand, and write it down."""
        self._outbox.sweep()
        interrupted = self._outbox.listing(DeliveryState.SENDING, DeliveryState.SENT).entries
        if interrupted:
            # what the history was about to say when the crash came, it must say before it is asked
            with self._session.filing():
                recover(self._session)
        for entry in interrupted:
            told = self._told(entry)
            state = told_state(told)
            if state:
                self._take(consequence_told(told[-1], entry, state))
            else:
                self._conclude(entry, self._trace(entry), in_history=bool(told))
        self.settle()

    def send(self, entries: Sequence[OutboxEntry], stop: Callable[[], bool]) -> None:
        """Carry these away, one lot after another, until `stop` says so."""
        waiting = iter(entries)
        for lot in self._lots(entry for entry in waiting if self._is_open(entry)):
            if stop():
                return
            self._carry(lot)
            if self._trouble >= _MOST_TROUBLE:
                self._postpone(list(waiting))
                return
            if len(self._pending) >= _MOST_RESULTS or self._session.now() - self._settled_at >= _LATEST:
                self.settle()

    def settle(self) -> None:
        """Tell the history what happened; only then do the entries leave."""
        while self._pending:
            some = self._pending[:_MOST_RESULTS]
            events = [(one.entry.number, event) for one in some for event in one.events]
            if events:
                record_events(self._session, events)
            sent = [one.entry for one in some if one.state is DeliveryState.SENT]
            self._keep_copies(sent)
            self._outbox.remove(*sent)
            self._outbox.move_all([one.move for one in some if one.state is not DeliveryState.SENT])
            del self._pending[: len(some)]
        self._settled_at = self._session.now()

    def _keep_copies(self, entries: Sequence[OutboxEntry]) -> None:
        """Copies of what agents sent, where the settings want them; automatic mail has no sender and gets none.

        A folder that cannot be written to keeps no mail from being sent: the articles are the record.
        """
        wanted = self._session.settings.sending.sent
        written = [entry for entry in entries if wanted and entry.envelope_from and entry.article]
        if not written:
            return
        folder = Outgoing(self._session.disk, self._session.layout.resolve(wanted))
        with suppress(OSError):
            tickets = self._session.layout.ticket
            folder.keep([(one.message_id, read_file(tickets(one.number) / one.article)) for one in written])

    def _told(self, entry: OutboxEntry) -> tuple[Event, ...]:
        if entry.message:
            return ()  # no history speaks of a notification
        return delivery_events(self._session.layout, entry.number, entry.message_id)

    def _trace(self, entry: OutboxEntry) -> Outcome | None:
        """What the outbox or the courier knows; None: it certainly has not left."""
        if entry.state is DeliveryState.SENT:
            return Sent(detail="accepted just before an interruption")
        match self._courier.trace(entry.message_id):
            case DeliveryState.SENT:
                return Sent(detail="found delivered after an interruption")
            case DeliveryState.QUEUED:
                return None
            case _:
                return Unknown(detail="interrupted while it was sent")

    def _is_open(self, entry: OutboxEntry) -> bool:
        """Whether the history lets the mail leave: it has it queued, and does not say what became of it."""
        if entry.message:
            return True
        told = self._told(entry)
        state = told_state(told)
        if state:
            # an outbox from a backup, or one that lost a change with the power: the history knows better
            self._take(consequence_told(told[-1], entry, state))
        elif not told:
            reason = "its ticket's history does not name it"
            self._conclude(entry, Failed(detail=reason, permanent=False), in_history=False)
        return bool(told) and not state

    def _lots(self, entries: Iterable[OutboxEntry]) -> Iterator[list[OutboxEntry]]:
        """As many together as the courier takes, within memory."""
        lot: list[OutboxEntry] = []
        size = 0
        for entry in entries:
            lot.append(entry)
            size += self._size(entry)
            if len(lot) >= self._courier.most or size >= _MOST_BYTES:
                yield lot
                lot, size = [], 0
        if lot:
            yield lot

    def _size(self, entry: OutboxEntry) -> int:
        try:
            return len(entry.message) or (self._session.layout.ticket(entry.number) / entry.article).stat().st_size
        except OSError:
            return 0

    def _carry(self, lot: Sequence[OutboxEntry]) -> None:
        packed = [(entry, parcel) for entry in lot if (parcel := self._pack(entry))]
        if not packed:
            return
        parcels = [parcel for _, parcel in packed]
        self._courier.prepare(parcels)
        claims = [Move(entry=entry, state=DeliveryState.SENDING) for entry, _ in packed]
        claimed = self._outbox.move_all(claims)
        for entry, outcome in zip(claimed, self._courier.carry(parcels), strict=True):
            self._conclude(entry, outcome)
            nobody_there = isinstance(outcome, Failed) and outcome.server
            self._trouble = self._trouble + 1 if nobody_there else 0

    def _pack(self, entry: OutboxEntry) -> Parcel | None:
        try:
            message = entry.message.encode() or read_file(self._session.layout.ticket(entry.number) / entry.article)
        except OSError as error:
            self._conclude(entry, Failed(detail=f"{entry.article}: {error.strerror}", permanent=False))
            return None
        return Parcel(
            message_id=entry.message_id,
            envelope_from=entry.envelope_from,
            envelope_to=entry.envelope_to,
            message=message,
        )

    def _conclude(self, entry: OutboxEntry, outcome: Outcome | None, *, in_history: bool = True) -> None:
        """Do what follows from an outcome (None: not tried), and report it."""
        if outcome is None:
            self._outbox.move(entry, DeliveryState.QUEUED)
            return
        follows = consequence_of(outcome, entry, self._session.now())
        # a ticket that is gone, or never came to be, has no history to write into; a notification has none at all
        self._take(follows if in_history and not entry.message else replace(follows, events=()))
        self._report(entry, follows.state, str(follows.changes.get("detail", outcome.detail)), follows)

    def _take(self, follows: Consequence) -> None:
        """Change the outbox now as far as it may change before the history knows; remember the rest."""
        if follows.state is DeliveryState.SENT:
            entry = follows.entry
            if entry.state is DeliveryState.SENDING:
                # a note for the next start, should this run end here; worth no sync: without it, it is in doubt
                (entry,) = self._outbox.move_all([Move(entry=entry, state=DeliveryState.SENT)], durable=False)
            self._pending.append(replace(follows, entry=entry))
        elif follows.events:
            self._pending.append(follows)
        else:
            self._outbox.move_all([follows.move])

    def _postpone(self, entries: Sequence[OutboxEntry]) -> None:
        """Nobody is there: the rest waits as long as the last that was tried, and is not counted as tried."""
        last = self.results[-1]
        not_before = last.not_before or self._session.now() + pause_after(1)
        changes = {"not_before": not_before, "detail": last.detail}
        waiting = [Consequence(entry=entry, state=DeliveryState.QUEUED, changes=changes) for entry in entries]
        self._outbox.move_all([one.move for one in waiting])
        for one in waiting:
            self._report(one.entry, one.state, last.detail, one)

    def _report(self, entry: OutboxEntry, state: DeliveryState, detail: str, follows: Consequence) -> None:
        result = SendingResult(
            number=entry.number,
            article=entry.article,
            message_id=entry.message_id,
            to=entry.envelope_to,
            state=state,
            detail=detail,
            not_before=follows.changes.get("not_before"),
        )
        self.results.append(result)
        self._on_result(result)
