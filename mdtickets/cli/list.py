"""`list`: the tickets at a glance. Loads neither mail nor YAML: it is the command that is called most."""

from typing import Annotated

import typer
from msgspec.structs import replace

from mdtickets.app.glance import Glance
from mdtickets.app.listing import Found, find_tickets
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, completes, examples, freshen, glance_at, invocation, new_app
from mdtickets.domain.overview import Selection
from mdtickets.render.json import tickets_as_json
from mdtickets.render.listing import format_list, format_remarks, parse_columns

app = new_app()

_Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[QUERY]", help="Words that must stand in title, number or customer.", show_default=False),
]
_State = Annotated[
    list[str] | None,
    typer.Option(
        metavar="STATE",
        help="A state, a state type, or all. Without it: open tickets.",
        autocompletion=completes("state"),
    ),
]
_Queue = Annotated[
    list[str] | None, typer.Option(metavar="QUEUE", help="Only this queue.", autocompletion=completes("queue"))
]
_Owner = Annotated[
    list[str] | None, typer.Option(metavar="AGENT", help="Only this agent's.", autocompletion=completes("agent"))
]
_Customer = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SLUG",
        help="Only this customer's; the name of the card.",
        autocompletion=completes("customer"),
    ),
]
_Tag = Annotated[
    list[str] | None,
    typer.Option(metavar="WORD", help="Only with this tag; several: with all.", autocompletion=completes("tag")),
]
_Sort = Annotated[str, typer.Option(metavar="KEY", help="waits, or a key of --json: updated_at, title, queue …")]
_Reverse = Annotated[bool, typer.Option("--reverse", help="The other way round.")]
_Limit = Annotated[int, typer.Option(metavar="N", min=0, help="At most so many; 0 = all.")]
_Columns = Annotated[str, typer.Option(metavar="A,B,…", help="Which columns, in which order.")]


@app.command(
    epilog=examples(
        "mdtickets list                            open tickets, who waits longest first",
        "mdtickets list müller                     with that word in title or customer",
        "mdtickets list --state closed --sort closed_at --reverse --limit 10",
        "mdtickets list --columns number,queue,tags,updated_at",
        "mdtickets list --json | jq -r '.tickets[] | select(.lock) | .number'",
    ),
)
def list_(
    context: typer.Context,
    *,
    query: _Words = None,
    state: _State = None,
    queue: _Queue = None,
    owner: _Owner = None,
    customer: _Customer = None,
    tag: _Tag = None,
    sort: _Sort = "waits",
    reverse: _Reverse = False,
    limit: _Limit = 50,
    columns: _Columns = "",
    as_json: JsonFlag = False,
) -> None:
    """Tickets, who waits longest first."""
    store, chosen = glance_at(context), parse_columns(columns)
    words, states, queues, owners, customers, tags = map(_tuple, (query, state, queue, owner, customer, tag))
    where = Selection(words=words, states=states, queues=queues, owners=owners, customers=customers, tags=tags)
    found = _find(context, store, replace(where, sort=sort, reverse=reverse, limit=limit))
    if as_json:
        frame.write_json(tickets_as_json(found.total, found.rows))
        return
    remarks = format_remarks(found, frame.screen(), is_embedded=store.is_embedded)
    frame.show(format_list(found.rows, chosen, store.now(), frame.screen()), remarks)


def _find(context: typer.Context, store: Glance, selection: Selection) -> Found:
    """What was asked for; once more when the files of a ticket that was found have changed."""
    settings = invocation(context).settings
    found = find_tickets(store, selection, settings)
    stale = freshen(context, store, (row.number for row in found.rows))
    return find_tickets(store, selection, settings) if stale else found


def _tuple(words: list[str] | None) -> tuple[str, ...]:
    return tuple(words or ())
