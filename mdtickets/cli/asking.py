"""Queries on the command line: read, planned, and said on what the answer does not rest."""

import sys
from typing import TYPE_CHECKING

import typer

from mdtickets.app.querying import Asked, among_states, plan_of, read_query
from mdtickets.cli.frame import invocation
from mdtickets.domain.query import Query, text_leaves

if TYPE_CHECKING:
    from mdtickets.app.glance import OpenStore
    from mdtickets.domain.overview import Selection


def ask(context: typer.Context, store: "OpenStore", text: str) -> Asked:
    """The query that a text means, ready to be asked. Raises QueryError."""
    return plan(context, store, read(context, store, text))


def read(context: typer.Context, store: "OpenStore", text: str) -> Query:
    """The query that a text means. Raises QueryError."""
    return read_query(store, text, invocation(context).settings, lambda: _acting(context))


def plan(context: typer.Context, store: "OpenStore", query: Query) -> Asked:
    """A query, ready to be asked. The full text is loaded only when there is text in it."""
    leaves = text_leaves(query)
    if not leaves:
        return Asked(query=query, plan=plan_of(store, query, {}))
    from mdtickets.app.text_leaves import find_texts

    texts = find_texts(invocation(context).open(), leaves)
    for remark in texts.remarks:
        print(f"mdtickets: {remark}", file=sys.stderr)
    return Asked(query=query, plan=plan_of(store, query, texts.found))


def within(selection: "Selection", asked: Asked) -> "Selection":
    """The selection, which leaves the states to a query that speaks of them."""
    return among_states(selection, asked.query)


def _acting(context: typer.Context) -> str:
    """The key of whoever asks, "" when nobody is named."""
    from mdtickets.app.agents import find_agent

    here = invocation(context)
    agent = find_agent(here.open(), here.agent)
    return agent.key if agent else ""
