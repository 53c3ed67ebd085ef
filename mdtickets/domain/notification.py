"""Who of the team is told of an event: pure. Never of one's own actions, and only of what each wants to hear (OTRS 2.12)."""

from collections.abc import Iterable

from msgspec import Struct

from mdtickets.domain.event import Event, What
from mdtickets.domain.model import Ticket
from mdtickets.domain.settings import Agent, HookTrust, Occasion, Settings

_OCCASIONS = {
    What.NEW: Occasion.NEW,
    What.FOLLOW_UP: Occasion.FOLLOW_UP,
    What.NOTE: Occasion.NOTE,
    What.REMINDED: Occasion.REMINDER,
    What.WARNED: Occasion.WARNING,
    What.ESCALATED: Occasion.ESCALATION,
    What.FAILED: Occasion.FAILED,
    What.UNKNOWN: Occasion.FAILED,
}
_TIMEOUT = "timeout"


class Notice(Struct, frozen=True, kw_only=True):
    """One agent who is to be told of an event, and what it is to him."""

    agent: Agent
    occasion: Occasion
    command: str = ""  # the program that tells him; "" = a mail does


def notices(event: Event, ticket: Ticket, settings: Settings) -> tuple[Notice, ...]:
    """Everybody who is to be told, each once."""
    occasion = find_occasion(event)
    if occasion is None:
        return ()
    agents = (settings.agents.get(key) for key in dict.fromkeys(_audience(occasion, event, ticket, settings)))
    return tuple(
        Notice(agent=agent, occasion=occasion, command=_command(agent, settings))
        for agent in agents
        if agent and occasion in agent.notify and _can_be_told(agent, event, settings)
    )


def is_wanted(event: Event, settings: Settings) -> bool:
    """Whether anybody may want to hear of it; who, only its ticket can tell."""
    occasion = find_occasion(event)
    return occasion is not None and any(occasion in agent.notify for agent in settings.agents.values())


def find_occasion(event: Event) -> Occasion | None:
    """What an event is to those it concerns; None when it concerns nobody."""
    if event.what == What.CHANGED:
        return Occasion.ASSIGNED if list(_assigned(event)) else None
    if event.what == What.LOCKED:
        return Occasion.STOLEN if event.details.get("from") else None
    if event.what == What.UNLOCKED:
        return Occasion.UNLOCKED if event.details.get("reason") == _TIMEOUT else None
    return next((occasion for what, occasion in _OCCASIONS.items() if what == event.what), None)


def _audience(occasion: Occasion, event: Event, ticket: Ticket, settings: Settings) -> Iterable[str]:
    in_charge = [key for key in (ticket.owner, ticket.responsible) if key]
    subscribers = [agent.key for agent in settings.agents.values() if ticket.queue in agent.queues]
    match occasion:
        case Occasion.NEW:
            return subscribers
        case Occasion.FOLLOW_UP:
            return [*in_charge, *ticket.watchers] or subscribers
        case Occasion.NOTE | Occasion.WARNING | Occasion.ESCALATION:
            others = [] if occasion is Occasion.NOTE else subscribers
            return [*in_charge, *ticket.watchers, *others]
        case Occasion.ASSIGNED:
            return _assigned(event)
        case Occasion.STOLEN | Occasion.UNLOCKED:
            return [str(event.details.get("from", ""))]
        case Occasion.REMINDER | Occasion.FAILED:
            return in_charge or subscribers


def _assigned(event: Event) -> Iterable[str]:
    """The new owner and the new responsible."""
    changes = event.details.get("changes")
    for key in ("owner", "responsible"):
        pair = changes.get(key) if isinstance(changes, dict) else None
        if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], str) and pair[1]:
            yield pair[1]


def _can_be_told(agent: Agent, event: Event, settings: Settings) -> bool:
    """Not of what he did, and not at an address whose mail becomes tickets."""
    address = agent.email.lower()
    if event.by.lower() in {agent.key.lower(), address}:
        return False
    return bool(_command(agent, settings)) or (bool(address) and address not in settings.own_addresses)


def _command(agent: Agent, settings: Settings) -> str:
    """It may have come with a clone, as hooks do, and is run where they are."""
    return agent.notify_command if settings.hooks is HookTrust.TRUSTED else ""
