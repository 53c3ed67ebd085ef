"""`compose`: a first mail to somebody; it opens a ticket."""

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from mdtickets.app import answering, drafting, drafts
from mdtickets.app.composing import FirstMail, begin_mail, queue_named
from mdtickets.cli import frame, mailing
from mdtickets.cli.acting import MinutesOption, open_as_agent
from mdtickets.cli.editor import given_text
from mdtickets.cli.frame import JsonFlag, completes, examples, new_app
from mdtickets.domain.answer import Ending
from mdtickets.domain.draft import Draft
from mdtickets.domain.draft_name import NEW, go_on_with
from mdtickets.errors import RefusedError

if TYPE_CHECKING:
    from mdtickets.app.session import Session
    from mdtickets.domain.settings import Agent, Queue

app = new_app()

_GO_ON = go_on_with(NEW)


class _Work(Struct, frozen=True, kw_only=True):
    session: "Session"
    agent: "Agent"
    queue: "Queue"
    ending: Ending
    yes: bool
    dry_run: bool
    as_json: bool


@app.command(
    epilog=examples(
        'mdtickets compose --to kim@lee.example --subject "Your recorder" -m "It is ready."',
        "mdtickets compose --to kim@lee.example --queue Sales      in your editor",
        "mdtickets compose --resume                                the draft that you left",
    )
)
def compose(
    context: typer.Context,
    *,
    to: mailing.ToOption = None,
    subject: Annotated[str, typer.Option("--subject", "-s", metavar="TEXT", help="What it is about.")] = "",
    message: mailing.MessageOption = None,
    cc: mailing.CcOption = None,
    bcc: mailing.BccOption = None,
    queue: Annotated[
        str,
        typer.Option(
            "--queue", metavar="QUEUE", help="Whose ticket it is; else the first.", autocompletion=completes("queue")
        ),
    ] = "",
    attach: mailing.AttachOption = None,
    is_open: mailing.OpenOption = False,
    close: mailing.CloseOption = False,
    pending: mailing.PendingOption = "",
    minutes: MinutesOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the draft that you left.")] = False,
    yes: mailing.YesFlag = False,
    dry_run: mailing.SendDryRunFlag = False,
    as_json: JsonFlag = False,
) -> int:
    """Write to somebody first: the mail opens a ticket, and what he answers comes to it."""
    session, agent = open_as_agent(context)
    work = _Work(
        session=session,
        agent=agent,
        queue=queue_named(session, queue),
        ending=mailing.ending(session, is_open=is_open, close=close, pending=pending, minutes=minutes),
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
    )
    if resume:
        return _write(work, None)
    draft = Draft(
        to=mailing.addresses(to),
        cc=mailing.addresses(cc),
        bcc=mailing.addresses(bcc),
        subject=subject,
        body="",
        attach=mailing.files(attach),
    )
    text = given_text(message)
    begun = begin_mail(session, agent, work.queue, draft, text)
    return _write(work, begun) if text is None else _send(work, begun)


def _write(work: _Work, draft: Draft | None) -> int:
    """In the editor; None goes on with the draft that is there."""
    session, key = work.session, work.agent.key
    if draft:
        drafts.keep_draft(session, NEW, key, draft)
    else:
        draft = drafting.with_begun(drafts.load_draft(session, NEW, key))
    while True:
        mailing.edit_draft(drafts.draft_path(session.layout, NEW, key), NEW)
        draft = drafting.with_begun(drafts.load_draft(session, NEW, key), draft.begun)
        if drafting.is_blank(draft):
            raise mailing.given_up(session, NEW, key)
        said = mailing.ask(answering.review_first(draft), yes=work.yes, confirm="Send it?", go_on=_GO_ON)
        if said is mailing.Reply.NO:
            raise RefusedError("Nothing was sent; your draft is kept.", _GO_ON)
        if said is mailing.Reply.YES:
            return _finish(work, draft, is_kept=True)


def _send(work: _Work, draft: Draft) -> int:
    if not work.dry_run and mailing.ask(answering.review_first(draft), yes=work.yes) is not mailing.Reply.YES:
        raise RefusedError("Nothing was sent.")
    return _finish(work, draft, is_kept=False)


def _finish(work: _Work, draft: Draft, *, is_kept: bool) -> int:
    first = FirstMail(
        session=work.session,
        agent=work.agent,
        queue=work.queue,
        draft=draft,
        ending=work.ending,
        to_html=mailing.html_maker(work.session),
    )
    if work.dry_run:
        frame.write_bytes(first.foresee())
        return 0
    acted = first.send()
    if is_kept:
        drafts.drop_draft(work.session, NEW, work.agent.key)
    assert first.mailing is not None  # noqa: S101  # it was sent
    return mailing.finish_mailing(
        work.session, acted, first.mailing, first.article, as_json=work.as_json, ending=work.ending
    )
