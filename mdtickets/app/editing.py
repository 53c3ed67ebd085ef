"""`ticket.md` in an editor: on a copy that survives a crash, checked before it counts, joined with others' changes."""

from pathlib import Path

from msgspec import Struct

from mdtickets.app.acting import Acted, Extra, act
from mdtickets.app.committing import put_in_place, recover
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, Staging
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.editing import completed, edited, find_wrong_value, join_fields
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Problem, Ticket
from mdtickets.domain.settings import Agent
from mdtickets.errors import RefusedError
from mdtickets.store import frontmatter
from mdtickets.store.frontmatter import Document, FrontMatterError, Value
from mdtickets.store.layout import TICKET_FILE
from mdtickets.store.tickets import format_ticket, line_of, load_ticket, own_keys, parse_ticket, read_file

_DIRECTORY = "edits"


class Copy(Struct, frozen=True, kw_only=True):
    """The file that the agent edits, and beside it `ticket.md` as it was when he began."""

    number: str
    path: Path
    is_resumed: bool = False

    @property
    def base(self) -> Path:
        """What his changes are told from."""
        return self.path.with_suffix(".base")


def begin_edit(session: Session, agent: Agent, number: str) -> Copy:
    """The copy to edit; the one that an earlier edit left, if it came to nothing. Raises NotFoundError."""
    path = session.layout.private / _DIRECTORY / f"{number}-{agent.key}.md"
    copy = Copy(number=number, path=path)
    if path.exists() and copy.base.exists():
        return Copy(number=number, path=path, is_resumed=True)
    data = load_ticket(session.layout, number).ticket_bytes
    if data is None:
        raise RefusedError(f"{number} has no {TICKET_FILE}.", "Take it out of git: git log -- its directory.")
    _keep(session, copy, data, data)
    return copy


def find_mistake(session: Session, copy: Copy) -> Problem | None:
    """What is wrong with the copy, and in which line; None when it can be taken over."""
    data = read_file(copy.path)
    try:
        after = parse_ticket(data, copy.number)
    except FrontMatterError as error:
        return Problem(path=str(copy.path), line=error.line, problem=error.problem)
    wrong = find_wrong_value(_parsed(read_file(copy.base), copy.number), after, session.settings)
    if wrong is None:
        return None
    key, problem = wrong
    return Problem(path=str(copy.path), line=line_of(data, key), problem=f"{key}: {problem}")


def save_edit(session: Session, agent: Agent, copy: Copy) -> Acted:
    """What was changed, in the store; the copy goes. It must have no mistake.

    Raises RefusedError when others changed the same keys meanwhile: then `ticket.md` is theirs, the copy his.
    """
    acted = _mend(session, agent, copy) if _is_broken(session, copy.number) else _change(session, agent, copy)
    drop_copy(session, copy)
    return acted


def drop_copy(session: Session, copy: Copy) -> None:
    """The edit is stored, or was given up."""
    session.disk.remove(copy.path)
    session.disk.remove(copy.base)


def _change(session: Session, agent: Agent, copy: Copy) -> Acted:
    written: list[bytes] = []

    def decide(found: Situation) -> Change:
        now = read_file(session.layout.ticket(copy.number) / TICKET_FILE)
        joined = _joined(session, copy, now)
        after = completed(found, parse_ticket(joined, copy.number))
        data = format_ticket(after, joined)
        written[:] = [data]
        only_words = after == found.ticket and joined != now  # comments, the order of keys
        others = after.participants != found.ticket.participants or _text_of(data) != _text_of(now)
        return edited(found, after, text_changed=only_words or others)

    def extra(_found: Situation, _change: Change, _staging: Staging) -> Extra:
        return Extra(ticket_bytes=written[0])

    return act(session, agent, [copy.number], decide, extra=extra)


def _mend(session: Session, agent: Agent, copy: Copy) -> Acted:
    """A `ticket.md` that could not be read becomes what the agent made of it."""
    event = Event(at=session.now(), by=agent.key, what=What.EDITED, details={"text": True})
    author = (agent.name, agent.email or f"{agent.key}@localhost")

    def stage(staging: Staging) -> None:
        if staging.load(copy.number).ticket_bytes != read_file(copy.base):
            raise RefusedError(f"{copy.number} was changed meanwhile.", "Your text is kept; edit it again.")
        action = Action(number=copy.number, events=(event,), ticket_bytes=read_file(copy.path), author=author)
        staging.stage(action)

    with session.filing():
        recover(session)
        return Acted(done=(), session=session, batch=put_in_place(session, stage))


def _joined(session: Session, copy: Copy, now: bytes) -> bytes:
    """The file with the agent's changes in it, and everybody else's."""
    base, mine = read_file(copy.base), read_file(copy.path)
    if now == base:
        return mine
    documents = [frontmatter.parse(data) for data in (base, mine, now)]
    joined = join_fields(*(_fields(document) for document in documents))
    changes: dict[str, Value | None] = {key: value for key, value in joined.changes.items() if key}  # type: ignore[misc]
    mine_document, now_document = documents[1:]
    body = mine_document.body if "" in joined.changes else now_document.body
    if not joined.conflicts:
        return frontmatter.replace(now_document, changes, body)
    ours = {key: mine_document.meta.get(key) for key in joined.conflicts if key}
    # the next edit begins with theirs, and with his own where both differ: then he knows what he overrules
    body = mine_document.body if "" in joined.conflicts else body
    _keep(session, copy, frontmatter.replace(now_document, changes | ours, body), now)
    keys = ", ".join(key or "the text" for key in joined.conflicts)
    raise RefusedError(
        f"Somebody changed {keys} of {copy.number} while you did; {TICKET_FILE} has it his way.",
        f"Yours is kept in {copy.path}: see both, then `mdtickets edit {copy.number}` again.",
    )


def _fields(document: Document) -> dict[str, object]:
    """The keys, and the body under no name."""
    return {**document.meta, "": document.body}


def _text_of(data: bytes) -> tuple[str, dict[str, Value]]:
    """What no event tells key by key: the body and the team's own keys."""
    return frontmatter.parse(data).body, own_keys(data)


def _keep(session: Session, copy: Copy, data: bytes, base: bytes) -> None:
    session.disk.make_directory(copy.path.parent)
    session.disk.replace_file(copy.base, base, private=True)
    session.disk.replace_file(copy.path, data, private=True)


def _is_broken(session: Session, number: str) -> bool:
    return load_ticket(session.layout, number).ticket is None


def _parsed(data: bytes, number: str) -> Ticket | None:
    try:
        return parse_ticket(data, number)
    except FrontMatterError:
        return None
