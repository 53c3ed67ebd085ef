"""`config`: show, check and change the settings."""

from typing import Annotated

import typer

from mdtickets.app import settings_reading
from mdtickets.app.session import find_layout
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, invocation, new_app
from mdtickets.errors import SettingsError
from mdtickets.render import settings as rendering

app = new_app()

KeyArgument = Annotated[
    str,
    typer.Argument(
        metavar="KEY",
        help="The dotted name of a setting: acknowledge.total, queue.Support.follow_up, mailbox.0.queue.",
        show_default=False,
    ),
]


@app.callback(
    invoke_without_command=True,
    epilog=examples(
        "mdtickets config",
        "mdtickets config check",
        "mdtickets config get acknowledge.total",
        "mdtickets config set queue.Support.follow_up reject",
        "mdtickets config set --local sending.password_file ~/.smtp-password",
        "mdtickets help settings",
    ),
)
def config(context: typer.Context, *, as_json: JsonFlag = False) -> None:
    """Show, check and change the settings; without a command, all that count now and where each is from."""
    if context.invoked_subcommand is None:
        found = settings_reading.show(find_layout(invocation(context).directory))
        _print(rendering.settings_as_json(found) if as_json else rendering.format_settings(found))


@app.command(epilog=examples("mdtickets config check", "mdtickets config check --json"))
def check(context: typer.Context, *, as_json: JsonFlag = False) -> int:
    """Say everything that is wrong with settings and templates; exit code 78 when something is."""
    from mdtickets.app import reviewing

    review = reviewing.check(find_layout(invocation(context).directory))
    _print(rendering.review_as_json(review) if as_json else rendering.format_review(review))
    return SettingsError.exit_code if review.problems else 0


@app.command(epilog=examples("mdtickets config get acknowledge.total", "mdtickets config get queue.Support"))
def get(context: typer.Context, key: KeyArgument, *, as_json: JsonFlag = False) -> None:
    """Print what counts for a key, or for all keys of a table."""
    found = settings_reading.get(find_layout(invocation(context).directory), key)
    _print(rendering.settings_as_json(found) if as_json else rendering.format_value(found))


@app.command(
    name="set",
    epilog=examples(
        "mdtickets config set sending.host mail.example.com",
        "mdtickets config set queue.Support.acknowledge new,follow_up",
        "mdtickets config set mailbox.1.maildir ../sales       the second mailbox; 0 is the first",
        "mdtickets config set agent.anna.email anna@example.com",
        "mdtickets config set --local system_id 11",
    ),
)
def set_(
    context: typer.Context,
    key: KeyArgument,
    value: Annotated[str, typer.Argument(metavar="VALUE", help="The new value.", show_default=False)],
    *,
    local: Annotated[bool, typer.Option("--local", help="For this machine alone; git does not see it.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Give a key a value; comments stay. What would make the settings wrong is refused."""
    from mdtickets.app.settings_edit import open_unchecked, set_value

    edited = set_value(open_unchecked(find_layout(invocation(context).directory)), key, value, local=local)
    _print(rendering.edited_as_json(edited) if as_json else rendering.format_edited(edited))


def _print(found: "str | dict[str, object]") -> None:
    if isinstance(found, str):
        frame.write(found)
    else:
        frame.write_json(found)
