"""`init`: a new store."""

from pathlib import Path
from typing import Annotated

import typer

from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, new_app

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets init ~/support",
        'mdtickets init ~/support --name "Mustermann Video" --address support@mustermann-video.example --maildir ~/mail',
    ),
)
def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="A directory that is new or empty.", show_default=False)
    ],
    *,
    name: Annotated[str, typer.Option(help="The team's or firm's name, on every answer.")] = "Example Support",
    address: Annotated[str, typer.Option(help="The address that customers write to.", show_default=False)] = "",
    maildir: Annotated[str, typer.Option(help="Where their mail is delivered.", show_default="../mail")] = "",
    queue: Annotated[str, typer.Option(help="The first queue.")] = "Support",
    language: Annotated[str, typer.Option(help="en or de: of acknowledgements, by default.")] = "en",
    as_json: JsonFlag = False,
) -> None:
    """Make a new store: settings, templates, a git repository. With an address it has one mailbox ready."""
    from mdtickets.app.first_settings import Wishes
    from mdtickets.app.initialize import initialize
    from mdtickets.render.initialize import format_initialized, initialized_as_json

    wishes = Wishes(name=name, address=address, maildir=maildir, queue=queue, language=language)
    made = initialize(directory, wishes)
    if as_json:
        frame.write_json(initialized_as_json(made))
    else:
        frame.write(format_initialized(made))
