"""What is said about a mail of ours: before it leaves, once it is queued, once it was sent."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from mdtickets.app.acting import Acted
from mdtickets.app.answering import Mailing, Review
from mdtickets.app.drafts import KeptDraft
from mdtickets.app.zone import zone_of
from mdtickets.domain.answer import Ending
from mdtickets.domain.event import format_time
from mdtickets.domain.plain import plain_line, plain_text
from mdtickets.render.acted import acted_as_json
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.times import ago, moment

if TYPE_CHECKING:
    from mdtickets.app.dispatching import SendingResult

_MOST_LINES = 12
_MOST_NAMED = 3


def format_review(review: Review) -> str:
    """What a person should know before the mail leaves; "" when there is nothing."""
    parts = []
    for new in review.new_mails:
        author = plain_line(str(new.mail.author)) if new.mail.author else "Somebody"
        lines = plain_text(new.mail.new_text).splitlines()
        shown = [f"  | {line}" for line in lines[:_MOST_LINES]] + (["  | …"] if len(lines) > _MOST_LINES else [])
        parts.append("\n".join([f"{author} wrote after you began:", *shown]))
    parts += [plain_line(doubt) for doubt in review.doubts]
    return "".join(f"{part}\n" for part in parts)


def number_of(acted: Acted) -> str:
    """The ticket that the mail belongs to: the one it opened, else the one it was written for."""
    return acted.opened[0] if acted.opened else acted.done[0].number


def format_answered(acted: Acted, mailing: Mailing, ending: Ending, screen: Screen) -> str:
    """One line: to whom, queued, what the ticket is now, until when it waits."""
    named = ", ".join(map(plain_line, mailing.recipients[:_MOST_NAMED]))
    more = len(mailing.recipients) - _MOST_NAMED
    to = f"{named} and {more} more" if more > 0 else named
    words = []
    for done in acted.done:
        if done.change.ticket.state is not done.before.state:
            words.append(done.change.ticket.state.value)
        words += ["unlocked"] if done.is_given_free else []
        minutes = sum(event.minutes or 0 for event in done.change.events)
        words += [f"{minutes} min"] if minutes else []
    if ending.pending_until:
        words.append(f"until {moment(ending.pending_until, acted.session.now(), zone_of(acted.session))}")
    state = f" ({', '.join(words)})" if words else ""
    return f"{screen.paint(number_of(acted), Style.LINK)}  queued to {to}{state}\n"


def answered_as_json(
    acted: Acted, mailing: Mailing, article: str, result: "SendingResult | None", waits: str
) -> dict[str, Any]:
    """The result of a command that sends a mail."""
    return {
        **acted_as_json(acted),
        "number": number_of(acted),
        "article": article,
        "message_id": mailing.message_id,
        "to": list(mailing.recipients),
        "delivery": {
            "state": result.state.value if result else "queued",
            "detail": result.detail if result else waits,
        },
    }


def format_drafts(drafts: tuple[KeptDraft, ...], now: datetime) -> str:
    """One line a draft: of which ticket, since when, to whom, about what."""
    return "".join(_draft(kept, now) for kept in drafts) or "You have no drafts.\n"


def drafts_as_json(drafts: tuple[KeptDraft, ...]) -> dict[str, Any]:
    """All drafts of an agent."""
    return {
        "drafts": [
            {
                "number": kept.number,
                "path": str(kept.path),
                "changed_at": format_time(kept.changed_at),
                "to": [address.address for address in kept.draft.to] if kept.draft else [],
                "subject": kept.draft.subject if kept.draft else "",
                "problem": kept.problem,
                "opening": kept.opening,
            }
            for kept in drafts
        ]
    }


def _draft(kept: KeptDraft, now: datetime) -> str:
    if kept.draft is None:
        return f"{kept.number}  {ago(kept.changed_at, now)}  {plain_line(kept.problem or kept.opening)}\n"
    to = ", ".join(plain_line(address.address) for address in kept.draft.to)
    return f"{kept.number}  {ago(kept.changed_at, now)}  to {to}  {plain_line(kept.draft.subject)}\n"
