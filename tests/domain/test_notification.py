"""Who of the team is told of what."""

from typing import Any

import pytest

from mdtickets.domain.event import Event, What
from mdtickets.domain.notification import notices
from mdtickets.domain.settings import Agent, Occasion, Settings
from tests.domain.builders import KIM, NOW, OURS, make_settings, make_ticket

EVERYTHING = frozenset(Occasion)


def _agent(key: str, **fields: Any) -> Agent:
    return Agent(**{"key": key, "name": key.title(), "email": f"{key}@firm.example", "notify": EVERYTHING, **fields})


def _settings(*agents: Agent) -> Settings:
    return make_settings(agents={agent.key: agent for agent in agents})


TEAM = _settings(_agent("anna"), _agent("bert"), _agent("chris"), _agent("dora", queues=("Support",)))


def _event(what: str, by: str = KIM, **details: Any) -> Event:
    return Event(at=NOW, by=by, what=what, details=details)


def _told(event: Event, settings: Settings = TEAM, **ticket: Any) -> list[str]:
    return [notice.agent.key for notice in notices(event, make_ticket(**ticket), settings)]


CHARGE = {"owner": "anna", "responsible": "bert", "watchers": ("chris",)}


@pytest.mark.parametrize(
    ("event", "ticket", "told"),
    [
        (_event(What.NEW), {}, ["dora"]),
        (_event(What.NEW), {"queue": "Sales"}, []),
        (_event(What.FOLLOW_UP), CHARGE, ["anna", "bert", "chris"]),
        (_event(What.FOLLOW_UP), {}, ["dora"]),
        (_event(What.NOTE, by="anna"), CHARGE, ["bert", "chris"]),
        (_event(What.NOTE, by="bert"), {}, []),
        (_event(What.CHANGED, by="anna", changes={"owner": ["", "bert"]}), {}, ["bert"]),
        (_event(What.CHANGED, by="anna", changes={"owner": ["bert", ""]}), {}, []),
        (_event(What.CHANGED, by="anna", changes={"responsible": ["", "chris"]}), {}, ["chris"]),
        (_event(What.CHANGED, by="anna", changes={"title": ["x", "y"]}), CHARGE, []),
        (_event(What.LOCKED, by="anna", **{"from": "bert"}), CHARGE, ["bert"]),
        (_event(What.LOCKED, by="anna"), CHARGE, []),
        (_event(What.UNLOCKED, by="mdtickets", reason="timeout", **{"from": "anna"}), CHARGE, ["anna"]),
        (_event(What.UNLOCKED, by="anna"), CHARGE, []),
        (_event(What.REMINDED, by="mdtickets"), CHARGE, ["anna", "bert"]),
        (_event(What.REMINDED, by="mdtickets"), {}, ["dora"]),
        (_event(What.WARNED, by="mdtickets", target="update"), CHARGE, ["anna", "bert", "chris", "dora"]),
        (_event(What.ESCALATED, by="mdtickets", target="agreed"), {}, ["dora"]),
        (_event(What.FAILED, by="mdtickets"), CHARGE, ["anna", "bert"]),
        (_event(What.UNKNOWN, by="mdtickets"), CHARGE, ["anna", "bert"]),
        (_event(What.SENT, by="mdtickets"), CHARGE, []),
        (_event(What.AUTOMATIC), CHARGE, []),
        (_event("a word of a later version"), CHARGE, []),
    ],
)
def test_who_is_told(event: Event, ticket: dict[str, Any], told: list[str]) -> None:
    """As OTRS does it: those in charge, those who watch, those who have the queue."""
    assert _told(event, **ticket) == told


def test_nobody_is_told_of_what_he_did() -> None:
    """Neither as an agent nor by a mail of his own."""
    assert _told(_event(What.NOTE, by="anna"), owner="anna") == []
    assert _told(_event(What.FOLLOW_UP, by="anna@firm.example"), owner="anna") == []


def test_each_is_told_what_he_wants_to_hear() -> None:
    """`notify` is his own list; by default it is empty."""
    settings = _settings(_agent("anna", notify=frozenset({Occasion.REMINDER})), Agent(key="bert", name="Bert"))
    assert _told(_event(What.FOLLOW_UP), settings, **CHARGE) == []
    assert _told(_event(What.REMINDED), settings, **CHARGE) == ["anna"]


@pytest.mark.parametrize("email", ["", OURS])
def test_no_mail_goes_where_it_would_become_a_ticket(email: str) -> None:
    """An agent who gave the team's own address would be told for ever."""
    assert _told(_event(What.FOLLOW_UP), _settings(_agent("anna", email=email)), owner="anna") == []
