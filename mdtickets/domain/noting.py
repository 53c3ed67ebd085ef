"""What an agent notes on a ticket. Anybody may note, whoever holds the lock: notes never contradict each other (OTRS)."""

from msgspec.structs import replace

from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import ArticleKind


def note(situation: Situation, article: str, *, minutes: int | None = None) -> Change:
    """One more note, stored under that name."""
    event = Event(at=situation.now, by=situation.agent.key, what=What.NOTE, article=article, minutes=minutes)
    ticket = situation.ticket
    return Change(ticket=replace(ticket, updated_at=max(situation.now, ticket.updated_at)), events=(event,))


def free_name(situation: Situation, sha256: str, kind: ArticleKind) -> str:
    """The name for a text of the team with that digest; a longer one when the same was noted this very second."""
    name = format_article_name(situation.now, sha256, kind, suffix="md")
    taken = any(event.article == name for event in situation.events)
    return format_article_name(situation.now, sha256, kind, suffix="md", taken=taken)
