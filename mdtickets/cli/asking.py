"""Queries on the command line: read, planned, and said on what the answer does not rest."""

import sys
from typing import TYPE_CHECKING

import typer

from mdtickets.app.querying import Asked, among_states, is_known_owner, plan_of, read_query
from mdtickets.cli.frame import invocation, show_progress
from mdtickets.domain.query import Query, Text, text_leaves
from mdtickets.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mdtickets.app.glance import OpenStore
    from mdtickets.app.session import Session
    from mdtickets.app.text_leaves import Texts
    from mdtickets.domain.overview import Selection
    from mdtickets.domain.periods import Period


def ask(context: typer.Context, store: "OpenStore", text: str) -> Asked:
    """The query that a text means, ready to be asked. Raises QueryError. The full text is loaded only for text in it."""
    query = read(context, store, text)
    leaves = text_leaves(query)
    found = look_up(invocation(context).open(), leaves).found if leaves else {}
    return Asked(text=text, query=query, plan=plan_of(store, query, found))


def ask_texts(context: typer.Context, session: "Session", text: str) -> "tuple[Asked, Texts]":
    """The same, with the full text that found what there is of text."""
    query = read(context, session, text)
    texts = look_up(session, text_leaves(query))
    return Asked(text=text, query=query, plan=plan_of(session, query, texts.found)), texts


def read(context: typer.Context, store: "OpenStore", text: str) -> Query:
    """The query that a text means. Raises QueryError."""
    settings = invocation(context).settings

    def period(words: str, ahead: bool) -> "Period | None":
        from mdtickets.domain.periods import find_period
        from mdtickets.domain.zones import zone_named

        return find_period(words, store.now(), zone_named(settings().timezone), ahead=ahead)

    return read_query(store, text, settings, lambda: _acting(context, store), period)


def look_up(session: "Session", leaves: "tuple[Text, ...]") -> "Texts":
    """The tickets of leaves of text; what the answer does not rest on is said on stderr."""
    from mdtickets.app.text_leaves import find_texts

    texts = find_texts(session, leaves, show_progress)
    for remark in texts.remarks:
        print(f"mdtickets: {remark}", file=sys.stderr)
    return texts


def within(selection: "Selection", asked: Asked) -> "Selection":
    """The selection, which leaves the states to a query that speaks of them."""
    return among_states(selection, asked.query)


def owners_meant(context: typer.Context, store: "OpenStore", words: "Iterable[str]") -> tuple[str, ...]:
    """The keys of owners: `me` is whoever asks, `nobody` is "". Raises UsageError when it is not known who asks."""
    return tuple(_owner_meant(context, store, word) for word in words)


def _owner_meant(context: typer.Context, store: "OpenStore", word: str) -> str:
    match word.lower():
        case "me":
            agent = _acting(context, store)
            if not agent:
                raise UsageError("Nobody of the team is named.", "Say who you are: --as AGENT or MDTICKETS_AGENT.")
            return agent
        case "nobody":
            return ""
        case _:
            return word


def _acting(context: typer.Context, store: "OpenStore") -> str:
    """The key of whoever asks, "" when nobody is named."""
    here = invocation(context)
    if is_known_owner(store, here.agent):
        return here.agent
    from mdtickets.app.agents import find_agent

    agent = find_agent(here.open(), here.agent)
    return agent.key if agent else ""
