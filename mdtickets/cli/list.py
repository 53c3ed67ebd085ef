"""`list`: the tickets at a glance. Loads neither mail nor YAML: it is the command that is called most."""

from typing import Annotated

import typer
from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.glance import Glance
from mdtickets.app.listing import Found, find_tickets, shorten_all
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, completes, examples, freshen, glance_at, invocation, new_app
from mdtickets.cli.query_command import QueryCommand
from mdtickets.domain.overview import Selection
from mdtickets.render.json import groups_as_json, tickets_as_json
from mdtickets.render.listing import DEFAULT_COLUMNS, Groups, Seen, format_list, format_remarks, parse_columns

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
    list[str] | None,
    typer.Option(metavar="AGENT", help="Only this agent's; me, nobody.", autocompletion=completes("agent")),
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
_View = Annotated[
    str,
    typer.Option(
        "--view", metavar="NAME", help="The list of a view; see `mdtickets views`.", autocompletion=completes("view")
    ),
]
_Sort = Annotated[
    str, typer.Option(metavar="KEY", help="waits (the usual one), or a key of --json: updated_at, title, queue …")
]
_Group = Annotated[
    str,
    typer.Option(
        metavar="KEY",
        help="Group by a key of --json: queue, owner, customer, tags …",
        autocompletion=completes("group"),
    ),
]
_Watch = Annotated[bool, typer.Option("--watch", help="Stay, and follow what happens, until Ctrl-C.")]
_Reverse = Annotated[bool, typer.Option("--reverse", help="The other way round.")]
_Limit = Annotated[int, typer.Option(metavar="N", min=0, help="At most so many; 0 = all.")]
_Offset = Annotated[int, typer.Option(metavar="N", min=0, help="Leave out the first N: the next page.")]
_Columns = Annotated[str, typer.Option(metavar="A,B,…", help="Which columns, in which order.")]


class _Wanted(Struct, frozen=True, kw_only=True):
    """What a list was asked for."""

    selection: Selection
    text: str
    columns: tuple[str, ...]


@app.command(
    cls=QueryCommand,
    epilog=examples(
        "mdtickets list                            open tickets, who waits longest first",
        "mdtickets list müller                     with that word in a mail, a note, or its customer's name",
        "mdtickets list is:mine priority:>normal   yours that are urgent",
        "mdtickets list --view unanswered          see `mdtickets views`",
        "mdtickets list --state closed --sort closed_at --reverse --limit 10",
        "mdtickets list --group queue --columns number,tags,updated_at",
        "mdtickets list --watch                    stays, and follows what happens",
        "mdtickets list --json | jq -r '.tickets[] | select(.lock) | .number'",
    ),
)
def list_(
    context: typer.Context,
    *,
    query: _Words = None,
    view: _View = "",
    state: _State = None,
    queue: _Queue = None,
    owner: _Owner = None,
    customer: _Customer = None,
    tag: _Tag = None,
    sort: _Sort = "",
    reverse: _Reverse = False,
    group: _Group = "",
    limit: _Limit = 50,
    offset: _Offset = 0,
    columns: _Columns = "",
    watch: _Watch = False,
    as_json: JsonFlag = False,
) -> None:
    """Tickets, who waits longest first."""
    states, queues, owners, customers, tags = map(_tuple, (state, queue, owner, customer, tag))
    where = Selection(states=states, queues=queues, owners=owners, customers=customers, tags=tags)
    ordered = replace(where, sort=sort, reverse=reverse, group=group, limit=limit, offset=offset)
    wanted = _Wanted(selection=ordered, text=" ".join(query or ()), columns=parse_columns(columns))
    if view:
        wanted = _viewed(context, wanted, view)
    if watch and not as_json:
        _follow(context, wanted)
    elif as_json:
        _show_json(context, wanted)
    else:
        frame.show(*_texts(context, wanted))


def _show_json(context: typer.Context, wanted: _Wanted) -> None:
    found = _find(context, glance_at(context), wanted)
    groups = {"groups": groups_as_json(found.groups)} if wanted.selection.group else {}
    frame.write_json(tickets_as_json(found.total, found.rows) | groups)


def _texts(context: typer.Context, wanted: _Wanted) -> tuple[str, str]:
    """The table, and the remarks below it."""
    store, screen = glance_at(context), frame.screen()
    found = _find(context, store, wanted)
    columns = wanted.columns or parse_columns(store.list_columns, "list_columns") or DEFAULT_COLUMNS
    group = wanted.selection.group
    groups = Groups(group, dict(found.groups)) if group else None
    remarks = format_remarks(found, screen, is_embedded=store.is_embedded)
    shortened = shorten_all(store, (number for row in found.rows for number in row.possible_duplicates))
    return format_list(found.rows, columns, Seen(store.now(), shortened), screen, groups), remarks


def _find(context: typer.Context, store: Glance, wanted: _Wanted) -> Found:
    """What was asked for; once more when the files of a ticket that was found have changed."""
    settings, plan = invocation(context).settings, None
    selection = wanted.selection if wanted.selection.sort else replace(wanted.selection, sort="waits")
    if not {word.lower() for word in selection.owners}.isdisjoint({"me", "nobody"}):
        from mdtickets.cli.asking import owners_meant

        selection = replace(selection, owners=owners_meant(context, store, selection.owners))
    if wanted.text.strip():
        from mdtickets.cli.asking import ask, within

        asked = ask(context, store, wanted.text)
        selection, plan = within(selection, asked), asked.plan
    found = find_tickets(store, selection, settings, plan)
    stale = freshen(context, store, (row.number for row in found.rows))
    return find_tickets(store, selection, settings, plan) if stale else found


def _viewed(context: typer.Context, wanted: _Wanted, name: str) -> _Wanted:
    """The list of a view; what was said on the command line counts first, and its query narrows that of the view."""
    from mdtickets.app.views import find_view

    view = find_view(glance_at(context).layout, name)
    selection = wanted.selection
    return _Wanted(
        selection=replace(
            selection,
            sort=selection.sort or view.sort,
            reverse=selection.reverse != view.reverse,
            group=selection.group or view.group,
        ),
        text=f"({view.query}) {wanted.text}",
        columns=wanted.columns or parse_columns(",".join(view.columns)),
    )


def _follow(context: typer.Context, wanted: _Wanted) -> None:
    from mdtickets.cli.following import follow

    follow(glance_at(context), lambda: "".join(_texts(context, wanted)))


def _tuple(words: list[str] | None) -> tuple[str, ...]:
    return tuple(words or ())
