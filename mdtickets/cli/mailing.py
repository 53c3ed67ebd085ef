"""What `reply`, `forward` and `compose` share: questions before a mail leaves, and what is said once it is filed."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.structs import replace

from mdtickets.app.acting import Acted
from mdtickets.app.answering import Mailing, Review
from mdtickets.app.drafts import drop_draft
from mdtickets.app.passing_on import PassingOn, pass_mail_on
from mdtickets.app.zone import zone_of
from mdtickets.cli import frame
from mdtickets.cli.acting import warn_of_budgets
from mdtickets.cli.editor import can_ask, edit
from mdtickets.domain.answer import Ending
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.draft_name import go_on_with
from mdtickets.domain.plain import plain_line
from mdtickets.errors import RefusedError, UnavailableError, UnreadableError, UsageError
from mdtickets.mail.draft import read_addresses
from mdtickets.render.answered import answered_as_json, format_answered, format_review, number_of

if TYPE_CHECKING:
    from datetime import datetime

    from mdtickets.app.answering import ToHtml
    from mdtickets.app.session import Session
    from mdtickets.domain.model import Address
    from mdtickets.domain.settings import Agent

MessageOption = Annotated[
    list[str] | None,
    typer.Option(
        "-m", "--message", metavar="TEXT", help="What to write; again for another paragraph. Else: an editor."
    ),
]
ToOption = Annotated[list[str] | None, typer.Option("--to", metavar="ADDRESS", help="To whom; several times.")]
CcOption = Annotated[list[str] | None, typer.Option("--cc", metavar="ADDRESS", help="Who else gets it.")]
BccOption = Annotated[
    list[str] | None, typer.Option("--bcc", metavar="ADDRESS", help="Who else gets it without the others' knowing.")
]
AttachOption = Annotated[list[str] | None, typer.Option("--attach", metavar="FILE", help="A file to send with it.")]
TemplateOption = Annotated[
    str, typer.Option("--template", metavar="NAME", help="Begin with this answer of templates/answer/.")
]
ArticleOption = Annotated[
    int | None,
    typer.Option("--article", metavar="N", help="Which article; else the customer's last.", show_default=False),
]
YesFlag = Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing; say what would have been asked.")]
SendDryRunFlag = Annotated[bool, typer.Option("--dry-run", help="Print the mail's bytes; change and send nothing.")]


OpenOption = Annotated[bool, typer.Option("--open", help="The ticket is open afterwards.")]
CloseOption = Annotated[bool, typer.Option("--close", help="The ticket is closed afterwards.")]
PendingOption = Annotated[
    str, typer.Option("--pending", metavar="DATE", help="Remind me then: 3d, friday 9:00, in 2 Wochen.")
]


class Reply(StrEnum):
    """What somebody said to a question."""

    YES = "y"
    NO = "n"
    EDIT = "e"


def edit_draft(place: Path, name: str, kept: str = "Your draft is kept.") -> None:
    """Open the editor on the draft of a mail. Raises UnavailableError, with how to go on, when that fails."""
    try:
        edit(place)
    except UnavailableError as error:
        raise UnavailableError(f"{error.message} {kept}", f"Go on: {go_on_with(name)}") from error


def given_up(session: "Session", name: str, agent: str) -> RefusedError:
    """What to raise for a draft in which nothing was written, which goes."""
    drop_draft(session, name, agent)
    return RefusedError("Nothing was written: nothing was sent, and the draft is gone.")


def addresses(texts: list[str] | None) -> "tuple[Address, ...]":
    """The addresses given with an option. Raises UsageError for what is none."""
    try:
        return read_addresses(texts or ())
    except UnreadableError as error:
        raise UsageError(error.message, "It is written as kim@lee.example or Kim Lee <kim@lee.example>.") from None


def files(names: list[str] | None) -> tuple[str, ...]:
    """The files given with --attach, so that a draft finds them from anywhere."""
    return tuple(str(Path(name).expanduser().absolute()) for name in names or ())


def ending(session: "Session", *, is_open: bool, close: bool, pending: str, minutes: int | None) -> Ending:
    """What the mail makes of its ticket. Raises UsageError for what excludes each other, RefusedError for no date."""
    if is_open + close + bool(pending) > 1:
        raise UsageError("--open, --close and --pending exclude each other.")
    until = _date(session, pending) if pending else None
    return Ending(is_open=True if is_open else False if close else None, pending_until=until, minutes=minutes)


def _date(session: "Session", text: str) -> "datetime":
    from mdtickets.app.desk_values import moment_meant

    return moment_meant(session, text)


def ask(review: Review, *, yes: bool, confirm: str = "", go_on: str = "") -> Reply:
    """Show what should be asked and hear the answer. With nothing to ask, `confirm` is asked, if there is one.

    `go_on` is the command that goes on with the draft.

    Raises RefusedError when there is something to ask, and nobody to answer.
    """
    told = format_review(review)
    sys.stderr.write(told)
    if yes or not (told or (confirm and can_ask())):
        return Reply.YES
    if not can_ask():
        hint = f"Your draft is kept: {go_on}; --yes sends it all the same." if go_on else "--yes sends it all the same."
        raise RefusedError(f"Not sent: {_first(told)}", hint)
    sys.stderr.write(f"{confirm or 'Send it?'} [{'y/N/e' if told else 'Y/n/e'}] ")
    sys.stderr.flush()
    said = sys.stdin.readline().strip().lower()[:1]
    return Reply(said) if said in set(Reply) else (Reply.NO if told else Reply.YES)


def ask_minutes(session: "Session", queue: str, given: Ending) -> Ending:
    """What the mail makes of its ticket, the minutes asked for where the queue wants them and somebody can answer."""
    if given.minutes is not None or not session.settings.queue(queue).time_required or not can_ask():
        return given
    sys.stderr.write("Minutes spent? ")
    sys.stderr.flush()
    said = sys.stdin.readline().strip()
    if not said.isdecimal():
        raise UsageError(f'"{plain_line(said)}" is no number of minutes.', "Nothing was sent; --minutes N says it.")
    return replace(given, minutes=int(said))


def html_maker(session: "Session") -> "ToHtml | None":
    """What makes HTML of Markdown, where a queue wants it; None saves loading it."""
    if not any(queue.markdown for queue in session.settings.queues.values()):
        return None
    from mdtickets.app.markdown import to_html

    return to_html


def pass_on(
    session: "Session",
    agent: "Agent",
    number: str,
    passing: PassingOn,
    *,
    dry_run: bool,
    as_json: bool,
    kept: str = "",
) -> int:
    """Send a mail of the ticket on, or print its bytes; the draft `kept` goes once it is stored. Returns the exit code."""
    acted = pass_mail_on(session, agent, number, passing, dry_run=dry_run)
    if kept and not dry_run:
        drop_draft(session, kept, agent.key)
    assert passing.mailing is not None  # noqa: S101  # it was decided
    if dry_run:
        frame.write_bytes(passing.mailing.message)
        return 0
    return finish_mailing(session, acted, passing.mailing, passing.article, as_json=as_json)


def finish_mailing(
    session: "Session", acted: Acted, mailing: Mailing, article: str, *, as_json: bool, ending: Ending | None = None
) -> int:
    """Tell that it is queued (it is durable by now), commit, send, tell what became of it. Returns the exit code."""
    number = number_of(acted)
    if not as_json:
        frame.write(format_answered(acted, mailing, ending or Ending(), frame.screen()))
        sys.stdout.flush()
    postponed = acted.finish()
    from mdtickets.app.leaving import send_now
    from mdtickets.render.sending import format_delivery

    result, waits = send_now(session, number, mailing.message_id)
    if as_json:
        frame.write_json(answered_as_json(acted, mailing, article, result, waits))
    else:
        frame.write(format_delivery(number, result, waits, session.now(), zone_of(session)))
    if postponed:
        print(f"mdtickets: done, the commit follows: {postponed}", file=sys.stderr)
    warn_of_budgets(acted)
    return 1 if result and result.state in {DeliveryState.FAILED, DeliveryState.UNKNOWN} else 0


def _first(told: str) -> str:
    return next((line.strip() for line in told.splitlines() if line.strip()), "")
