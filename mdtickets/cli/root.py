"""The program's own options, its help, and the commands, each loaded when asked for."""

import difflib
import os
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

import mdtickets
from mdtickets.cli import COMMANDS
from mdtickets.cli.frame import Invocation, completes, new_app, open_for_reading
from mdtickets.errors import NotFoundError, UsageError

app = new_app()


class LazyGroup(TyperGroup):
    """Commands from the table, imported one by one."""

    def list_commands(self, _context: Any) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of that name; one that does not exist is refused with the nearest that does."""
        if cmd_name in COMMANDS:
            module = import_module(f"mdtickets.cli.{COMMANDS[cmd_name][1]}")
            command = get_command(module.app if hasattr(module, "app") else _plain_app(module.main))
            command.name = cmd_name
            return command
        if ctx.resilient_parsing:
            return None
        near = difflib.get_close_matches(cmd_name, COMMANDS, 1)
        meant = f'Did you mean "{near[0]}"?' if near else "See `mdtickets --help`."
        raise UsageError(f'"{cmd_name}" is no command.', meant)

    def format_help(self, _context: Any, formatter: Any) -> None:
        """The root help, without loading any command."""
        formatter.write(_help())


def _help() -> str:
    width = max(map(len, COMMANDS))
    lines = [
        "Usage: mdtickets [-C DIR] [--as AGENT] COMMAND …",
        "",
        "The shared mailbox as tickets, in plain files and git.",
    ]
    heading = ""
    for name, (chapter, _module, text) in COMMANDS.items():
        if chapter != heading:
            heading = chapter
            lines += ["", f"{chapter}:"]
        lines.append(f"  {name:<{width}}  {text}")
    return "\n".join(lines) + "\n" + OPTIONS


def _plain_app(main: Callable[[Sequence[str]], int]) -> typer.Typer:
    """An app around a command that reads its arguments itself, for help and completion: `deliver`."""
    plain = new_app()

    @plain.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
    def run_plainly(
        arguments: Annotated[list[str] | None, typer.Argument(metavar="[OPTIONS]", show_default=False)] = None,
    ) -> int:
        return main(arguments or [])

    return plain


OPTIONS = """
Options, before the command:
  -C DIR       the store; else $MDTICKETS_STORE, else upward from here to mdtickets.toml
  --as AGENT   who you are; else $MDTICKETS_AGENT, else the agent with git's user.email
  --version    print the version

Examples:
  mdtickets demo                    a store with mail in it, to look around
  mdtickets                         what waits
  mdtickets show 0042               a ticket by part of its number
  mdtickets COMMAND --help          how to use a command
"""


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mdtickets {mdtickets.__version__}")
        raise typer.Exit


@app.callback(cls=LazyGroup, invoke_without_command=True)
def root(
    context: typer.Context,
    directory: Annotated[Path | None, typer.Option("-C", metavar="DIR", show_default=False)] = None,
    agent: Annotated[
        str, typer.Option("--as", metavar="AGENT", envvar="MDTICKETS_AGENT", autocompletion=completes("agent"))
    ] = "",
    _version: Annotated[bool, typer.Option("--version", callback=_print_version, is_eager=True)] = False,
) -> None:
    """Tickets in plain files."""
    context.obj = Invocation(directory=directory, agent=agent)
    if context.invoked_subcommand is None:
        _show_desk_or_help(context)


def _show_desk_or_help(context: typer.Context) -> None:
    asked: Invocation = context.obj
    try:
        session = open_for_reading(context)
    except NotFoundError:
        if asked.directory or "MDTICKETS_STORE" in os.environ:
            raise
        # nowhere near a store: whoever types the bare name wants to know what this is
        typer.echo(context.get_help())
        return
    from mdtickets.cli.desk import show_desk

    show_desk(session, asked.agent)
