"""One mail outside any ticket, to see whether mail leaves, and what the server says."""

import secrets
from typing import assert_never

from msgspec import Struct

from mdtickets.app.couriers import Parcel, find_courier
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.model import Address
from mdtickets.domain.outgoing import Outgoing
from mdtickets.domain.settings import Transport
from mdtickets.errors import SettingsError, UsageError
from mdtickets.mail.compose import compose
from mdtickets.mail.outcome import Failed, Outcome, Sent, Unknown, wire_address

_SUBJECT = "mdtickets: a mail to try the way out"
_BODY = """\
This is no ticket. Somebody of {team} tried whether mail leaves the ticket system:
it left by {transport}, with the sender {sender}.
"""


class Trial(Struct, frozen=True, kw_only=True):
    """What became of the mail, and how it was sent."""

    address: str
    message_id: str
    transport: Transport
    state: DeliveryState  # sent, failed, queued (not now, but perhaps later) or unknown
    detail: str  # the server's words


def send_test_mail(session: Session, address: str) -> Trial:
    """Send one mail to that address, now, past the outbox and without a ticket.

    Raises UsageError when it is no address, SettingsError when the team has none to send from.
    """
    settings = session.settings
    if wire_address(address, utf8=True) is None:
        raise UsageError(f'"{address}" is no mail address.')
    sender = Address(name=settings.name, address=settings.main_address)
    if not sender.address:
        raise SettingsError(
            "There is no address to send from.", "Give a queue one: mdtickets config set queue.Support.address …"
        )
    transport = settings.sending.transport
    message_id = f"test.{secrets.token_hex(10)}@{sender.domain}"
    message = compose(
        Outgoing(
            sender=sender,
            to=(Address(address=address),),
            subject=_SUBJECT,
            body=_BODY.format(team=settings.name, transport=transport, sender=sender.address),
            message_id=message_id,
            date=session.now().astimezone(zone_of(session)),
            headers=(("Auto-Submitted", "auto-generated"),),
        )
    )
    parcel = Parcel(message_id=message_id, envelope_from=sender.address, envelope_to=(address,), message=message)
    courier = find_courier(session)
    try:
        courier.prepare([parcel])
        (outcome,) = courier.carry([parcel])
    finally:
        courier.close()
    state, detail = _read(outcome)
    return Trial(address=address, message_id=message_id, transport=transport, state=state, detail=detail)


def _read(outcome: Outcome) -> tuple[DeliveryState, str]:
    match outcome:
        case Sent():
            return DeliveryState.SENT, outcome.detail
        case Failed():
            return DeliveryState.FAILED if outcome.permanent else DeliveryState.QUEUED, outcome.detail
        case Unknown():
            return DeliveryState.UNKNOWN, outcome.detail
        case _:
            assert_never(outcome)
