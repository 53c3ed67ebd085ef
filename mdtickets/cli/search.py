"""`search`: find tickets by all that is known of them, the best first."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.searching import Searched, article_files, search
from mdtickets.cli import frame
from mdtickets.cli.asking import ask_texts
from mdtickets.cli.frame import JsonFlag, examples, freshen, new_app, open_for_reading
from mdtickets.cli.query_command import QueryCommand
from mdtickets.domain.overview import Selection
from mdtickets.render.searching import excerpt_width, format_search, format_search_remarks, search_as_json

if TYPE_CHECKING:
    from mdtickets.app.session import Session

app = new_app()

_PAGE = 20  # tickets

_Query = Annotated[
    list[str],
    typer.Argument(metavar="QUERY", help="Words, fields, ranges: see `mdtickets help queries`.", show_default=False),
]
_Sort = Annotated[
    str, typer.Option(metavar="KEY", help="relevance, or a key of --json: updated_at, title …", show_default=False)
]
_Reverse = Annotated[bool, typer.Option("--reverse", help="The other way round.")]
_Limit = Annotated[
    int | None,
    typer.Option(
        metavar="N", min=0, help="At most so many, else 20, and all with --files; 0 = all.", show_default=False
    ),
]
_Offset = Annotated[int, typer.Option(metavar="N", min=0, help="Leave out the first N: the next page.")]
_Files = Annotated[
    bool, typer.Option("--files", help="Print the path of each ticket's best article, and nothing else.")
]


@app.command(
    cls=QueryCommand,
    epilog=examples(
        "mdtickets search drive belt",
        "mdtickets search 'from:lee \"drive belt\" -tag:spam'",
        "mdtickets search ERR-4711 created:last-month.. --sort created_at",
        "mdtickets search --files subject:invoice | xargs grep -l VAT",
        "mdtickets search druck* --json | jq -r '.tickets[] | .number + \" \" + .snippet'",
    ),
)
def search_(
    context: typer.Context,
    query: _Query,
    *,
    sort: _Sort = "",
    reverse: _Reverse = False,
    limit: _Limit = None,
    offset: _Offset = 0,
    files: _Files = False,
    as_json: JsonFlag = False,
) -> None:
    """Find tickets in any state by words, people, dates, and all else that is known of them."""
    most = limit if limit is not None else 0 if files else _PAGE
    selection = Selection(states=("all",), sort=sort, reverse=reverse, limit=most, offset=offset)
    if files:
        _print_files(context, " ".join(query), selection)
        return
    found, session = _find(context, " ".join(query), selection)
    if as_json:
        frame.write_json(search_as_json(found))
        return
    screen = frame.screen()
    frame.show(format_search(found, session.now(), screen), format_search_remarks(found, screen))


def _find(context: typer.Context, text: str, selection: Selection) -> "tuple[Searched, Session]":
    """What was asked for; once more when the files of a ticket that was found have changed."""
    session = open_for_reading(context)
    asked, texts = ask_texts(context, session, text)
    width = excerpt_width(frame.screen())
    found = search(session, asked, texts, selection, width)
    if freshen(context, session, (match.row.number for match in found.matches)):
        asked, texts = ask_texts(context, session, text)
        found = search(session, asked, texts, selection, width)
    return found, session


def _print_files(context: typer.Context, text: str, selection: Selection) -> None:
    session = open_for_reading(context)
    asked, texts = ask_texts(context, session, text)
    sys.stdout.writelines(f"{path}\n" for path in article_files(session, asked, texts, selection))
