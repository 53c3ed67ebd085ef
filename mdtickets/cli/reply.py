"""`reply`: an answer to the customer, written in an editor or given on the command line."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app import answering, drafting, drafts, phrases
from mdtickets.app.listing import row_of
from mdtickets.app.numbers import LAST_SHOWN, resolve
from mdtickets.cli import frame, mailing
from mdtickets.cli.acting import MinutesOption, open_as_agent
from mdtickets.cli.editor import can_ask, given_text
from mdtickets.cli.frame import JsonFlag, NumberArgument, examples, new_app
from mdtickets.domain.answer import Ending
from mdtickets.domain.draft import Draft
from mdtickets.domain.draft_name import go_on_with
from mdtickets.domain.plain import plain_line
from mdtickets.errors import RefusedError, UnreadableError

if TYPE_CHECKING:
    from mdtickets.app.session import Session
    from mdtickets.domain.settings import Agent

app = new_app()

_MOST_SOLVED = 3

_List = Annotated[bool, typer.Option("-T", "--templates", help="List the answers of templates/answer/.")]
_OnlySender = Annotated[bool, typer.Option("--only-sender", help="To who wrote alone, not to everybody.")]
_Again = Annotated[bool, typer.Option("--again", help="Send it although somebody answered meanwhile.")]
_Resume = Annotated[bool, typer.Option("--resume", help="Go on with the draft that you left.")]


class _Work(Struct, frozen=True, kw_only=True):
    """One answer being written: who, which ticket, what was asked for."""

    session: "Session"
    agent: "Agent"
    number: str
    wish: drafting.Wish
    ending: Ending
    again: bool
    yes: bool
    dry_run: bool
    as_json: bool


@app.command(
    epilog=examples(
        "mdtickets reply 0042                            in your editor, headers on top",
        'mdtickets reply 0042 -m "Please hold Eject for ten seconds." --minutes 10',
        "mdtickets reply 0042 --template cassette --attach manual.pdf --pending 3d",
        "mdtickets reply 0042 --resume                   the draft that you left",
        "mdtickets reply 0042 -m Done. --dry-run         the very bytes, nothing sent",
    ),
)
def reply(
    context: typer.Context,
    number: NumberArgument = "",
    *,
    message: mailing.MessageOption = None,
    to: mailing.ToOption = None,
    cc: mailing.CcOption = None,
    bcc: mailing.BccOption = None,
    only_sender: _OnlySender = False,
    article: mailing.ArticleOption = None,
    template: mailing.TemplateOption = "",
    list_templates: _List = False,
    attach: mailing.AttachOption = None,
    is_open: mailing.OpenOption = False,
    close: mailing.CloseOption = False,
    pending: mailing.PendingOption = "",
    minutes: MinutesOption = None,
    again: _Again = False,
    resume: _Resume = False,
    yes: mailing.YesFlag = False,
    dry_run: mailing.SendDryRunFlag = False,
    as_json: JsonFlag = False,
) -> int:
    """Answer a ticket: to everybody in the conversation, quoting what is new; it is closed unless you say otherwise.

    Without a number it is the ticket shown last.
    """
    if list_templates:
        return _list_templates(frame.open_for_reading(context), as_json=as_json)
    session, agent = open_as_agent(context)
    work = _Work(
        session=session,
        agent=agent,
        number=resolve(session, number or LAST_SHOWN),
        wish=drafting.Wish(
            to=mailing.addresses(to),
            cc=mailing.addresses(cc),
            bcc=mailing.addresses(bcc),
            only_sender=only_sender,
            article=article,
            template=template,
            attach=mailing.files(attach),
        ),
        ending=mailing.ending(session, is_open=is_open, close=close, pending=pending, minutes=minutes),
        again=again,
        yes=yes,
        dry_run=dry_run,
        as_json=as_json,
    )
    if resume:
        return _go_on(work)
    text = given_text(message)
    text = "" if text is None and (dry_run or (template and yes)) else text
    return _write(work) if text is None else _send_text(work, text)


def _send_text(work: _Work, text: str) -> int:
    """Without an editor: composed, looked over, sent."""
    draft = drafting.begin_reply(work.session, work.agent, work.number, work.wish, text)
    if work.dry_run:
        return _show_bytes(work, draft)
    written = draft.body if work.wish.template else text
    found = _review(work, draft, written)
    if mailing.ask(found, yes=work.yes) is not mailing.Reply.YES:
        raise RefusedError("Nothing was sent.")
    return _send(work, draft, found.seen)


def _write(work: _Work) -> int:
    """In the editor: the ticket is taken and the draft durable before it opens."""
    session, agent, number = work.session, work.agent, work.number
    drafts.check_no_draft(session, number, agent.key)
    draft = _with_solved(work, drafting.begin_reply(session, agent, number, work.wish))
    taken = drafting.take_ticket(session, agent, number)
    path = drafts.keep_draft(session, number, agent.key, draft)
    _edit(path, number)
    edited = _load(work, draft)
    if drafting.is_blank(edited):
        refused = mailing.given_up(session, number, agent.key)
        if taken:
            drafting.give_free(session, agent, number)
        raise refused
    return _look_over(work, edited)


def _with_solved(work: _Work, draft: Draft) -> Draft:
    """The draft with what was answered before in such cases; said on the terminal, too, which the editor may cover."""
    if not can_ask():
        return draft
    from mdtickets.app.similar import solved_before
    from mdtickets.render.similar import hints

    lines = hints(solved_before(work.session, work.number, _MOST_SOLVED))
    sys.stderr.writelines(f"solved before: {line}\n" for line in lines)
    return replace(draft, solved=lines)


def _go_on(work: _Work) -> int:
    """With the draft that a closed editor, a crash or a doubt left."""
    session, agent, number = work.session, work.agent, work.number
    draft = drafting.with_begun(drafts.load_draft(session, number, agent.key))
    if work.dry_run:
        return _show_bytes(work, draft)
    if not work.yes:
        drafting.take_ticket(session, agent, number)
        _edit(drafts.draft_path(session.layout, number, agent.key), number)
        draft = _load(work, draft)
    return _look_over(work, draft)


def _look_over(work: _Work, draft: Draft) -> int:
    path = drafts.draft_path(work.session.layout, work.number, work.agent.key)
    while True:
        found = _review(work, draft)
        to = ", ".join(plain_line(address.address) for address in draft.recipients)
        said = mailing.ask(found, yes=work.yes, confirm=f"Send it to {to}?", go_on=go_on_with(work.number))
        if said is mailing.Reply.YES:
            return _send(work, draft, found.seen, is_kept=True)
        if said is mailing.Reply.NO:
            raise RefusedError("Nothing was sent; your draft is kept.", go_on_with(work.number))
        _edit(path, work.number)
        draft = _load(work, draft)


def _load(work: _Work, before: Draft) -> Draft:
    try:
        draft = drafts.load_draft(work.session, work.number, work.agent.key)
    except UnreadableError as error:
        raise UnreadableError(error.message, f"Mend it: {go_on_with(work.number)}") from None
    return drafting.with_begun(draft, before.begun)


def _review(work: _Work, draft: Draft, text: str | None = None) -> answering.Review:
    return answering.review(work.session, work.agent, work.number, draft, named=work.wish.named, text=text)


def _send(work: _Work, draft: Draft, seen: int, *, is_kept: bool = False) -> int:
    queue = row_of(work.session, work.number).queue
    work = replace(work, ending=mailing.ask_minutes(work.session, queue, work.ending))
    sent = _reply(work, draft, seen)
    acted = answering.send_reply(work.session, work.agent, work.number, sent)
    if is_kept:
        drafts.drop_draft(work.session, work.number, work.agent.key)
    assert sent.mailing is not None  # noqa: S101  # it was sent
    return mailing.finish_mailing(
        work.session, acted, sent.mailing, sent.article, as_json=work.as_json, ending=work.ending
    )


def _show_bytes(work: _Work, draft: Draft) -> int:
    sent = _reply(work, draft, None)
    answering.send_reply(work.session, work.agent, work.number, sent, dry_run=True)
    assert sent.mailing is not None  # noqa: S101  # it was decided
    frame.write_bytes(sent.mailing.message)
    return 0


def _reply(work: _Work, draft: Draft, seen: int | None) -> answering.Reply:
    return answering.Reply(
        session=work.session,
        draft=draft,
        ending=work.ending,
        again=work.again,
        seen=seen,
        to_html=mailing.html_maker(work.session),
    )


def _edit(path: Path, number: str) -> None:
    mailing.edit_draft(path, number, f"Your draft is kept: {path}")


def _list_templates(session: "Session", *, as_json: bool) -> int:
    found = phrases.answer_templates(session.layout)
    if as_json:
        frame.write_json(
            {"templates": [{"name": one.name, "language": one.language, "title": one.title} for one in found]}
        )
        return 0
    lines = [f"{one.name:<20} {one.language or '-':<3} {plain_line(one.title)}".rstrip() for one in found]
    frame.write("\n".join(lines) or "There are no answer templates: write templates/answer/NAME.md.")
    if not found:
        sys.stdout.flush()
    return 0
