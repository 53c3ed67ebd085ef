"""What an agent changed in `ticket.md` with an editor: checked, joined with what others changed meanwhile, told."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.domain.agent import Change, LockChange, Situation, changes_of, require_lock, with_end_of_lock
from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Settings
from mdtickets.domain.states import StateType

# Kept by the program; whoever changes something else need not agree on them.
_KEPT = frozenset({"updated_at", "closed_at"})
_FINISHED = frozenset({StateType.CLOSED, StateType.MERGED, StateType.REMOVED})
_PENDING = frozenset({StateType.PENDING_REMINDER, StateType.PENDING_AUTO})


class Joined(Struct, frozen=True, kw_only=True):
    """Two people's changes of one file, key by key: what to change in theirs (None removes), and where both differ."""

    changes: Mapping[str, object | None]
    conflicts: tuple[str, ...] = ()


def join_fields(base: Mapping[str, object], mine: Mapping[str, object], theirs: Mapping[str, object]) -> Joined:
    """What I changed since `base`, to be put into theirs; a key that both changed to different values is a conflict."""
    changes: dict[str, object | None] = {}
    conflicts: list[str] = []
    for key in dict.fromkeys((*mine, *base)):
        old, wanted, found = base.get(key), mine.get(key), theirs.get(key)
        if wanted in (old, found):
            continue
        if found == old or key in _KEPT:
            changes[key] = wanted
        else:
            conflicts.append(key)
    return Joined(changes=changes, conflicts=tuple(conflicts))


def find_wrong_value(before: Ticket | None, after: Ticket, settings: Settings) -> tuple[str, str] | None:
    """The first key whose new value cannot be, and why; None when all can. What was there before may stay."""
    for key in ("owner", "responsible"):
        value = getattr(after, key)
        if value and value not in settings.agents and (before is None or value != getattr(before, key)):
            return key, f'there is no agent "{value}". Choose of: {", ".join(settings.agents)}'
    if after.queue not in settings.queues and (before is None or after.queue != before.queue):
        return "queue", f'there is no queue "{after.queue}". Choose of: {", ".join(settings.queues)}'
    if after.state.type in _PENDING and after.pending_until is None:
        return "state", f'"{after.state}" needs a time to wait for: pending_until'
    return _find_wrong_merge(before, after)


def _find_wrong_merge(before: Ticket | None, after: Ticket) -> tuple[str, str] | None:
    """Merging and its opposite change two tickets, so they are not done in the editor."""
    was_merged = before is not None and before.state.type is StateType.MERGED
    is_merged = after.state.type is StateType.MERGED
    if was_merged and not is_merged:
        return "state", "use `mdtickets unmerge`"
    if is_merged and not after.merged_into:
        return "state", "use `mdtickets merge`"
    if before and after.merged_into not in {"", before.merged_into}:
        return "merged_into", "use `mdtickets merge`"
    return None


def completed(situation: Situation, after: Ticket) -> Ticket:
    """The ticket with the keys that follow from what was written: when it was closed, what it no longer waits for."""
    before = situation.ticket
    if after.state is not before.state:
        is_finished = after.state.type in _FINISHED
        closed_at = (before.closed_at or situation.now) if is_finished else None
        after = replace(after, closed_at=after.closed_at if is_finished and after.closed_at else closed_at)
        if after.state.type not in _PENDING:
            after = replace(after, pending_until=None, pending_then="")
    if after == before:
        return after
    return replace(after, updated_at=max(situation.now, before.updated_at))


def edited(situation: Situation, after: Ticket, *, text_changed: bool) -> Change:
    """What an agent made of the ticket with an editor. `text_changed`: also the body, or keys of the team's own."""
    before = situation.ticket
    moved = after.state is not before.state or after.queue != before.queue
    if moved:
        require_lock(situation)
    changes = changes_of(before, after)
    if not (changes or moved or text_changed):
        return Change(ticket=before)
    details: dict[str, object] = {"changes": changes} | ({"text": True} if text_changed else {})
    events = [Event(at=situation.now, by=situation.agent.key, what=What.EDITED, details=details)]
    if after.state is not before.state:
        told = {"from": before.state.value, "to": after.state.value}
        events.append(Event(at=situation.now, by=situation.agent.key, what=What.STATE, details=told))
    ends = moved and (after.state.type in _FINISHED or after.queue != before.queue)
    lock = LockChange.RELEASE if ends else LockChange.KEEP
    return Change(ticket=after, events=with_end_of_lock(situation, tuple(events), lock), lock=lock)
