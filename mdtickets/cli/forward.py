"""`forward`: a mail of the ticket to somebody else, with some words."""

from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct

from mdtickets.app import drafting, drafts
from mdtickets.app.answering import Review
from mdtickets.app.numbers import resolve
from mdtickets.app.passing_on import Forwarding, begin_forward, check_free, find_original, original_of
from mdtickets.cli import mailing
from mdtickets.cli.acting import MinutesOption, open_as_agent
from mdtickets.cli.editor import given_text, is_at_terminal
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app
from mdtickets.domain.draft_name import forward_of, go_on_with
from mdtickets.domain.plain import plain_line
from mdtickets.errors import RefusedError

if TYPE_CHECKING:
    from mdtickets.app.session import Session
    from mdtickets.domain.draft import Draft
    from mdtickets.domain.settings import Agent

app = new_app()


class _Work(Struct, frozen=True, kw_only=True):
    session: "Session"
    agent: "Agent"
    number: str
    minutes: int | None
    yes: bool
    dry_run: bool
    as_json: bool

    @property
    def name(self) -> str:
        """Of the draft."""
        return forward_of(self.number)


@app.command(
    epilog=examples(
        "mdtickets forward 0042 --to workshop@example.com                in your editor",
        'mdtickets forward 0042 --to workshop@example.com -m "Do you know this one?"',
        "mdtickets forward 0042 --to workshop@example.com --article 3 --inline --yes",
        "mdtickets forward 0042 --resume                                 the draft that you left",
    )
)
def forward(
    context: typer.Context,
    number: NumberArgument,
    *,
    message: mailing.MessageOption = None,
    to: mailing.ToOption = None,
    cc: mailing.CcOption = None,
    bcc: mailing.BccOption = None,
    article: mailing.ArticleOption = None,
    inline: Annotated[bool, typer.Option("--inline", help="Its text in ours, not the whole mail attached.")] = False,
    attach: mailing.AttachOption = None,
    minutes: MinutesOption = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the draft that you left.")] = False,
    yes: mailing.YesFlag = False,
    dry_run: mailing.SendDryRunFlag = False,
    as_json: JsonFlag = False,
) -> int:
    """Send a mail of the ticket to somebody else; the ticket stays as it is, and his answer comes to it."""
    session, agent = open_as_agent(context)
    found = resolve(session, number)
    work = _Work(session=session, agent=agent, number=found, minutes=minutes, yes=yes, dry_run=dry_run, as_json=as_json)
    if resume:
        draft = drafting.with_begun(drafts.load_draft(session, work.name, agent.key))
        return _pass_on(work, draft, is_kept=True) if yes or dry_run else _write(work, draft)
    text = given_text(message)
    in_editor = text is None and not (yes or dry_run) and is_at_terminal()
    wish = drafting.Wish(
        to=mailing.addresses(to), cc=mailing.addresses(cc), bcc=mailing.addresses(bcc), attach=mailing.files(attach)
    )
    draft = begin_forward(session, found, find_original(session, found, article), wish, text, inline=inline)
    if not in_editor:
        return _pass_on(work, draft, is_kept=False)
    return _write(work, draft, is_new=True)


def _write(work: _Work, draft: "Draft", *, is_new: bool = False) -> int:
    """In the editor, on a draft that is durable."""
    check_free(work.session, work.agent, work.number)
    if is_new:
        drafts.keep_draft(work.session, work.name, work.agent.key, draft)
    session, key, go_on = work.session, work.agent.key, go_on_with(work.name)
    while True:
        mailing.edit_draft(drafts.draft_path(session.layout, work.name, key), work.name)
        draft = drafting.with_begun(drafts.load_draft(session, work.name, key), draft.begun)
        if not draft.recipients and drafting.is_blank(draft):
            raise mailing.given_up(session, work.name, key)
        if not draft.recipients:
            raise RefusedError("The mail has no recipient; your draft is kept.", f"Name one behind To: {go_on}")
        to = ", ".join(plain_line(address.address) for address in draft.recipients)
        said = mailing.ask(Review(seen=0), yes=work.yes, confirm=f"Send it to {to}?")
        if said is mailing.Reply.NO:
            raise RefusedError("Nothing was sent; your draft is kept.", go_on)
        if said is mailing.Reply.YES:
            return _pass_on(work, draft, is_kept=True)


def _pass_on(work: _Work, draft: "Draft", *, is_kept: bool) -> int:
    passing = Forwarding(
        session=work.session,
        original=original_of(work.session, work.number, draft),
        to=draft.recipients,
        draft=draft,
        token=draft.begun.token,
        minutes=work.minutes,
    )
    return mailing.pass_on(
        work.session,
        work.agent,
        work.number,
        passing,
        dry_run=work.dry_run,
        as_json=work.as_json,
        kept=work.name if is_kept else "",
    )
