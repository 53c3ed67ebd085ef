"""One sweep without a daemon: file what waits, then send what is due. For `file`, `deliver` and `demo`."""

from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import Struct

from mdtickets.app.filing import FilingReport, Progress, file_waiting, preview
from mdtickets.app.listing import shorten_all
from mdtickets.app.notifying import telling
from mdtickets.app.sending import SendingReport, send_due
from mdtickets.app.session import Session
from mdtickets.app.trouble import sentence_of
from mdtickets.errors import MdticketsError, TryAgainError


class Swept(Struct, frozen=True, kw_only=True):
    """What a sweep did. What was filed stays filed when sending has trouble."""

    filing: FilingReport
    sending: SendingReport
    is_foreseen: bool = False  # nothing of it has happened
    trouble: str = ""  # why nothing was sent, "" when all went well

    @property
    def exit_code(self) -> int:
        """75 when mail had to stay where it is: the same call may file it later."""
        return TryAgainError.exit_code if self.filing.failed else 0


def sweep(
    session: Session,
    only: Sequence[Path] = (),
    on_progress: Progress | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Swept:
    """File what waits (in the Maildirs of `only`, else in all mailboxes) and send what is due.

    `on_wait` is told who holds a lock that we wait for. Raises as `file_waiting` does.
    """
    filing = file_waiting(session, only=only, on_progress=on_progress, on_wait=on_wait)
    try:
        with telling(session):
            return Swept(filing=filing, sending=send_due(session, on_wait=on_wait))
    except (MdticketsError, OSError) as error:
        return Swept(filing=filing, sending=SendingReport(results=()), trouble=sentence_of(error))


def shorten_named(session: Session, report: FilingReport) -> dict[str, str]:
    """By number: the shortest forms of the tickets that the mails may be about as well."""
    return shorten_all(session, (number for each in report.filed for number in each.duplicates))


def foresee(session: Session, only: Sequence[Path] = ()) -> Swept:
    """What a sweep would file now; nothing is changed."""
    return Swept(filing=preview(session, only=only), sending=SendingReport(results=()), is_foreseen=True)
