"""Manual pages from the help: every command as a value that `render` makes roff of."""

import contextlib
import io
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from typer.main import get_command

from mdtickets import __version__
from mdtickets.cli import COMMANDS
from mdtickets.cli.root import OPTIONS
from mdtickets.render.manual import Entry, Page, file_name, format_page

_PROGRAM = "mdtickets"
_ABOUT = "Tickets of a team that answers mail, in plain files and git. Each command has a page of its own."
_GAP = "  "


def pages() -> dict[str, str]:
    """Every page, by the name of its file."""
    commands = [_page(name) for name in COMMANDS]
    names = [page.name for page in commands]
    first = {file_name(root_page()): format_page(root_page(), __version__, names)}
    return first | {file_name(page): format_page(page, __version__, [_PROGRAM]) for page in commands}


def root_page() -> Page:
    """The page of the program itself."""
    options, _, examples = OPTIONS.partition("Examples:\n")
    listed = tuple(Entry(term=name, text=text) for name, (_heading, _module, text) in COMMANDS.items())
    return Page(
        name=_PROGRAM,
        synopsis=f"{_PROGRAM} [-C DIR] [--as AGENT] COMMAND ...",
        summary="tickets in plain files",
        text=_ABOUT,
        entries=tuple(_listed(options)),
        commands=listed,
        examples=tuple(line.removeprefix(_GAP) for line in examples.splitlines()),
    )


def _page(name: str) -> Page:
    summary = COMMANDS[name][2]
    module = import_module(f"mdtickets.cli.{COMMANDS[name][1]}")
    full = f"{_PROGRAM}-{name}"
    if not hasattr(module, "app"):
        help_text = _own_help(module)
        usage = help_text.partition("\n")[0].removeprefix("Usage: ")
        return Page(name=full, synopsis=usage, summary=summary, verbatim=help_text.partition("\n")[2].strip("\n"))
    return _describe(get_command(module.app), full, f"{_PROGRAM} {name}", summary)


def _describe(command: Any, name: str, called: str, summary: str = "") -> Page:
    parts = {part: found for part, found in getattr(command, "commands", {}).items() if not found.hidden}
    return Page(
        name=name,
        synopsis=" ".join([called, *_usage(command), *(["COMMAND ..."] if parts else [])]),
        summary=summary,
        text=command.help or "",
        entries=tuple(_entries(command)),
        parts=tuple(_describe(found, f"{name}-{part}", f"{called} {part}") for part, found in parts.items()),
        examples=tuple(_examples(command.epilog or "")),
    )


def _usage(command: Any) -> Iterator[str]:
    if any(_is_option(parameter) for parameter in command.params):
        yield "[OPTIONS]"
    yield from (_term(parameter) for parameter in command.params if not _is_option(parameter))


def _entries(command: Any) -> Iterator[Entry]:
    for parameter in command.params:
        if not getattr(parameter, "hidden", False):
            yield Entry(term=_term(parameter), text=parameter.help or "")


def _term(parameter: Any) -> str:
    if not _is_option(parameter):
        return str(parameter.metavar or parameter.name.upper())
    names = ", ".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or parameter.name.upper()}"


def _is_option(parameter: Any) -> bool:
    return bool(parameter.opts[0].startswith("-"))


def _examples(epilog: str) -> list[str]:
    """The lines to copy of a help's end."""
    _before, _, lines = epilog.partition("Examples:\n")
    return [line.removeprefix(_GAP) for line in lines.splitlines()]


def _listed(text: str) -> Iterator[Entry]:
    """The options of the root help: each on its line, what it is for behind a gap."""
    for line in text.splitlines():
        term, _, told = line.strip().partition(_GAP)
        if term.startswith("-"):
            yield Entry(term=term, text=told)


def _own_help(module: Any) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as told:
        module.main(["--help"])
    return told.getvalue()
