"""Notes of the team: as many as they like, any number of agents at once."""

import hashlib
from collections.abc import Sequence

from mdtickets.app.acting import Acted, Extra, act
from mdtickets.app.session import Session
from mdtickets.app.staging import NewArticle, Staging
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.model import ArticleKind
from mdtickets.domain.noting import free_name, note
from mdtickets.domain.settings import Agent
from mdtickets.domain.timestamps import format_time
from mdtickets.errors import RefusedError
from mdtickets.store import frontmatter
from mdtickets.store.frontmatter import Value
from mdtickets.store.rows import ArticleFacts


def write_note(
    session: Session,
    agent: Agent,
    numbers: Sequence[str],
    text: str,
    *,
    minutes: int | None = None,
    visible: bool = False,
    dry_run: bool = False,
) -> Acted:
    """Add the note to each ticket. Raises RefusedError when it has no words."""
    if not text.strip():
        raise RefusedError("A note must have words; nothing was noted.")

    def bytes_of(found: Situation) -> bytes:
        return _note_bytes(found, text, minutes, visible=visible)

    def decide(found: Situation) -> Change:
        return note(found, free_name(found, _digest(bytes_of(found)), ArticleKind.NOTE), minutes=minutes)

    def extra(found: Situation, change: Change, _staging: Staging) -> Extra:
        data = bytes_of(found)
        name = change.events[0].article or ""
        return Extra(articles=(NewArticle(name=name, chunks=data, facts=ArticleFacts(sha256=_digest(data))),))

    return act(session, agent, numbers, decide, dry_run=dry_run, extra=extra)


def _note_bytes(found: Situation, text: str, minutes: int | None, *, visible: bool) -> bytes:
    meta: dict[str, Value] = {"author": found.agent.key, "created_at": format_time(found.now)}
    if minutes:
        meta["minutes"] = str(minutes)
    return frontmatter.write(
        meta | {"visible": "yes" if visible else "no"}, text.replace("\r\n", "\n").strip("\n") + "\n"
    )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
