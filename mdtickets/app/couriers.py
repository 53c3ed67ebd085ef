"""Those who carry mail away: the Maildir on this machine, an SMTP server, the sendmail program."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, assert_never

from msgspec import Struct

from mdtickets.app.secrets import read_password
from mdtickets.app.session import Session
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.settings import Sending, Transport
from mdtickets.errors import MdticketsError, SettingsError
from mdtickets.mail import sendmail
from mdtickets.mail.outcome import Failed, Outcome, Sent
from mdtickets.store.layout import Layout
from mdtickets.store.outgoing import Outgoing

if TYPE_CHECKING:
    from mdtickets.mail.smtp import SmtpConnection

# sendmail queues, but msmtp and its like speak SMTP themselves, filters of the other side included.
_SENDMAIL_PATIENCE = 10  # times the timeout


class Parcel(Struct, frozen=True, kw_only=True):
    """A mail as a courier takes it: its envelope and its bytes."""

    message_id: str
    envelope_from: str
    envelope_to: tuple[str, ...]
    message: bytes


class Courier(Protocol):
    """One way out. `prepare` is called before the outbox says that the mails are in hand, `carry` after."""

    most: int  # how many mails it takes in hand at once: what a crash may leave in doubt

    def trace(self, message_id: str) -> DeliveryState | None:
        """What the courier itself can tell of a mail that a crash left in its hand: sent, queued, or None."""

    def prepare(self, parcels: Sequence[Parcel]) -> None:
        """Make ready what can be made ready without sending."""

    def carry(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """What became of each."""

    def close(self) -> None:
        """End what was begun."""


def find_courier(session: Session) -> Courier:
    """The courier that the settings name."""
    sending = session.settings.sending
    match sending.transport:
        case Transport.MAILDIR:
            return MaildirCourier(Outgoing(session.disk, session.layout.resolve(sending.maildir)), sending.maildir)
        case Transport.SMTP:
            return SmtpCourier(session.layout, sending)
        case Transport.SENDMAIL:
            return SendmailCourier(sending)
        case _:
            assert_never(sending.transport)


class MaildirCourier:
    """Puts mail into a Maildir, many at the price of one, and never twice."""

    most = 1000

    def __init__(self, outgoing: Outgoing, name: str) -> None:
        self._outgoing = outgoing
        self._name = name

    def trace(self, message_id: str) -> DeliveryState | None:
        """Found in the Maildir it was sent, made ready in its `tmp/` it was not; else somebody took it, or nobody knows."""
        if self._outgoing.find([message_id]):
            return DeliveryState.SENT
        return DeliveryState.QUEUED if self._outgoing.is_staged(message_id) else None

    def prepare(self, parcels: Sequence[Parcel]) -> None:
        """Write them into `tmp/`."""
        there = self._outgoing.find(parcel.message_id for parcel in parcels)
        self._outgoing.stage([(one.message_id, one.message) for one in parcels if one.message_id not in there])

    def carry(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Let them appear in `new/`."""
        there = self._outgoing.find(parcel.message_id for parcel in parcels)
        self._outgoing.deliver([parcel.message_id for parcel in parcels if parcel.message_id not in there])
        return [Sent(detail=f"put into {self._name}")] * len(parcels)

    def close(self) -> None:
        """Nothing is open."""


class _OneByOne:
    """Takes one mail in hand at a time, and cannot tell afterwards what became of it."""

    most = 1

    def trace(self, _message_id: str) -> DeliveryState | None:
        return None

    def prepare(self, parcels: Sequence[Parcel]) -> None:
        pass

    def close(self) -> None:
        pass


class SmtpCourier(_OneByOne):
    """Hands mail to an SMTP server, one connection for all of a run."""

    def __init__(self, layout: Layout, sending: Sending) -> None:
        self._layout = layout
        self._sending = sending
        self._connection: SmtpConnection | None = None

    def carry(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Hand them over; a password that is not to be had is no mail's fault."""
        try:
            connection = self._connected()
        except MdticketsError as error:
            return [Failed(detail=str(error), permanent=False, server=True)] * len(parcels)
        return [connection.send(parcel.message, parcel.envelope_from, parcel.envelope_to) for parcel in parcels]

    def close(self) -> None:
        """Take leave of the server."""
        if self._connection:
            self._connection.close()

    def _connected(self) -> "SmtpConnection":
        if not self._sending.host:
            raise SettingsError('[sending] has transport = "smtp" and no host.', "Name the server: sending.host")
        if self._connection is None:
            from mdtickets.mail.smtp import SmtpConnection

            # only now: a run with nothing to send asks no password manager
            self._connection = SmtpConnection(self._sending, read_password(self._layout, self._sending))
        return self._connection


class SendmailCourier(_OneByOne):
    """Gives mail to the sendmail program."""

    def __init__(self, sending: Sending) -> None:
        self._program = sending.sendmail
        self._timeout = sending.timeout * _SENDMAIL_PATIENCE

    def carry(self, parcels: Sequence[Parcel]) -> list[Outcome]:
        """Start the program once for each."""
        return [
            sendmail.send(
                parcel.message,
                parcel.envelope_from,
                parcel.envelope_to,
                program=self._program,
                timeout=self._timeout,
            )
            for parcel in parcels
        ]
