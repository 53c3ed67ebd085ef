"""Sending at once what a command has queued. Apart from it, so that nothing of this is loaded before it is queued."""

from mdtickets.app.dispatching import SendingResult
from mdtickets.app.sending import send_due
from mdtickets.app.session import Session
from mdtickets.errors import MdticketsError

_PATIENCE = 3.0  # seconds for another sender; it takes our mail along


def send_now(session: Session, number: str, message_id: str) -> tuple[SendingResult | None, str]:
    """Send what is due of a ticket; what became of that mail, None and why while it still waits."""
    try:
        report = send_due(session, only=[number], wait=_PATIENCE)
    except MdticketsError as error:
        return None, str(error)
    mine = [result for result in report.results if result.message_id == message_id]
    return (mine[-1], "") if mine else (None, "it is sent by the next `mdtickets send`")
