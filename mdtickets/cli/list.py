"""`list`: the tickets at a glance. Loads neither mail nor YAML: it is the command that is called most."""

from typing import Annotated

import typer
from msgspec.structs import replace

from mdtickets.app.glance import Glance
from mdtickets.app.listing import Found, find_tickets
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, completes, examples, freshen, glance_at, invocation, new_app
from mdtickets.cli.query_command import QueryCommand
from mdtickets.domain.overview import Selection
from mdtickets.render.json import tickets_as_json
from mdtickets.render.listing import format_list, format_remarks, parse_columns

app = new_app()

_Words = Annotated[
    list[str] | None,
    typer.Argument(metavar="[QUERY]", help="Words, fields, ranges: see `mdtickets help queries`.", show_default=False),
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
_Offset = Annotated[int, typer.Option(metavar="N", min=0, help="Leave out the first N: the next page.")]
_Columns = Annotated[str, typer.Option(metavar="A,B,…", help="Which columns, in which order.")]


@app.command(
    cls=QueryCommand,
    epilog=examples(
        "mdtickets list                            open tickets, who waits longest first",
        "mdtickets list müller                     with that word in a mail, a note, or its customer's name",
        "mdtickets list is:mine priority:>normal   yours that are urgent",
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
    offset: _Offset = 0,
    columns: _Columns = "",
    as_json: JsonFlag = False,
) -> None:
    """Tickets, who waits longest first."""
    store, chosen = glance_at(context), parse_columns(columns)
    states, queues, owners, customers, tags = map(_tuple, (state, queue, owner, customer, tag))
    where = Selection(states=states, queues=queues, owners=owners, customers=customers, tags=tags)
    ordered = replace(where, sort=sort, reverse=reverse, limit=limit, offset=offset)
    found = _find(context, store, ordered, " ".join(query or ()))
    if as_json:
        frame.write_json(tickets_as_json(found.total, found.rows))
        return
    remarks = format_remarks(found, frame.screen(), is_embedded=store.is_embedded)
    frame.show(format_list(found.rows, chosen, store.now(), frame.screen()), remarks)


def _find(context: typer.Context, store: Glance, selection: Selection, text: str) -> Found:
    """What was asked for; once more when the files of a ticket that was found have changed."""
    settings, plan = invocation(context).settings, None
    if text.strip():
        from mdtickets.cli.asking import ask, within

        asked = ask(context, store, text)
        selection, plan = within(selection, asked), asked.plan
    found = find_tickets(store, selection, settings, plan)
    stale = freshen(context, store, (row.number for row in found.rows))
    return find_tickets(store, selection, settings, plan) if stale else found


def _tuple(words: list[str] | None) -> tuple[str, ...]:
    return tuple(words or ())
