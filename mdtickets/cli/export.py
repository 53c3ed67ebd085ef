"""`export`: tickets and their mail for other programs."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mdtickets.app.exporting import (
    Exported,
    Progress,
    export_maildir,
    mbox,
    numbers_to_export,
    rows,
    threads,
    write_file,
)
from mdtickets.cli import frame
from mdtickets.cli.asking import ask
from mdtickets.cli.frame import JsonFlag, examples, freshen, new_app, open_for_reading
from mdtickets.cli.query_command import QueryCommand
from mdtickets.errors import UsageError
from mdtickets.render.exporting import csv_lines, export_as_json, format_export, format_skipped, json_lines
from mdtickets.render.progress import progress_bar

if TYPE_CHECKING:
    from mdtickets.app.session import Session

app = new_app()

_STANDARD_OUTPUT = Path("-")

_Query = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[QUERY]", help="Which tickets, see `mdtickets help queries`; without it all.", show_default=False
    ),
]
_Maildir = Annotated[
    Path | None,
    typer.Option(metavar="DIR", help="Add their mail to a Maildir, what is not there yet.", show_default=False),
]
_Link = Annotated[bool, typer.Option("--link", help="With --maildir: hard links in place of copies.")]
_Mbox = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write their mail into an mbox file (mboxrd).", show_default=False)
]
_Jsonl = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Write what `show --json` says, one ticket a line.", show_default=False),
]
_Csv = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write a table, one ticket a line.", show_default=False)
]
_Trial = Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")]


@app.command(
    cls=QueryCommand,
    epilog=examples(
        "mdtickets export --maildir ~/mail/tickets --link",
        "mdtickets export --mbox lee.mbox from:lee created:2026",
        "mdtickets export --csv - is:open | mlr --icsv --oxtab head",
        "mdtickets export --jsonl - | jq -r '.ticket | .number + \" \" + .articles[0].new_text'",
        "mdtickets export --maildir ~/mail/tickets --dry-run",
    ),
)
def export(
    context: typer.Context,
    query: _Query = None,
    *,
    maildir: _Maildir = None,
    link: _Link = False,
    mbox: _Mbox = None,
    jsonl: _Jsonl = None,
    csv: _Csv = None,
    dry_run: _Trial = False,
    as_json: JsonFlag = False,
) -> int:
    """Give tickets to other programs: their mail as a Maildir or mbox, all of them as JSON lines, a table as CSV."""
    kind, place = _only_one(maildir=maildir, mbox=mbox, jsonl=jsonl, csv=csv)
    is_piped = place == _STANDARD_OUTPUT and kind != "maildir"
    if (is_piped and as_json) or (link and kind != "maildir"):
        raise UsageError("--json tells of a file, not of standard output; --link belongs to --maildir.")
    session = open_for_reading(context)
    numbers = _numbers(context, session, " ".join(query or ()))
    with progress_bar("Exporting") as progress:
        if kind == "maildir":
            found = export_maildir(session, numbers, place, progress, linked=link, trial=dry_run)
        else:
            found = _write(session, kind, place, numbers, progress, trial=dry_run)
    if as_json:
        frame.write_json(export_as_json(found))
    elif not is_piped or dry_run:
        frame.write(format_export(found, str(place), is_mail=kind in {"maildir", "mbox"}, trial=dry_run))
    sys.stderr.write(format_skipped(found))
    return 1 if found.skipped else 0


def _only_one(**places: Path | None) -> tuple[str, Path]:
    given = [(kind, place) for kind, place in places.items() if place is not None]
    if len(given) != 1:
        raise UsageError("Say where to, once: --maildir, --mbox, --jsonl or --csv.")
    return given[0]


def _numbers(context: typer.Context, session: "Session", text: str) -> list[str]:
    """What was asked for; once more when files of these tickets have changed."""
    numbers = numbers_to_export(session, ask(context, session, text))
    if freshen(context, session, numbers):
        return numbers_to_export(session, ask(context, session, text))
    return numbers


def _write(
    session: "Session", kind: str, place: Path, numbers: Sequence[str], progress: Progress | None, *, trial: bool
) -> Exported:
    found = Exported()
    chunks = _chunks(session, kind, numbers, found, progress)
    if trial:
        for _chunk in chunks:
            pass
    elif place == _STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(chunks)
        sys.stdout.buffer.flush()
    else:
        write_file(session, place, chunks)
    return found


def _chunks(
    session: "Session", kind: str, numbers: Sequence[str], found: Exported, progress: Progress | None
) -> Iterator[bytes]:
    match kind:
        case "mbox":
            return mbox(session, numbers, found, progress)
        case "jsonl":
            return json_lines(threads(session, numbers, found, progress))
        case _:
            return csv_lines(rows(session, numbers, found, progress))
