"""What every command needs: its Typer app, the options they share, the store it works on, and its output."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec import Struct

from mdtickets.domain.plain import plain_text
from mdtickets.errors import MdticketsError
from mdtickets.render.terminal import Screen, screen_of, show_text

if TYPE_CHECKING:
    from mdtickets.app.glance import Glance, OpenStore
    from mdtickets.app.session import Session
    from mdtickets.domain.settings import Settings

_WORTH_COUNTING = 1000  # tickets: a second


def complete_number(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Ticket numbers that begin so, the newest first, for TAB."""
    from mdtickets.app.completing import complete_numbers

    store = _glance_for_completion(context)
    return complete_numbers(store, incomplete) if store else []


def completes(*kinds: str) -> Callable[[typer.Context, str], list[tuple[str, str]]]:
    """What offers words of these kinds for TAB: number, queue, agent, customer, tag, problem, state, priority."""

    def complete(context: typer.Context, incomplete: str) -> list[tuple[str, str]]:
        from mdtickets.app.completing import complete_words

        store = _glance_for_completion(context)
        if store is None:
            return []
        numbers = complete_number(context, incomplete) if "number" in kinds else []
        words = complete_words(store, [kind for kind in kinds if kind != "number"], incomplete)
        return [*numbers, *((word, "") for word in words)]

    return complete


def _glance_for_completion(context: typer.Context) -> "Glance | None":
    from mdtickets.app.glance import Glance, glance

    here = Invocation(directory=context.find_root().params.get("directory"))
    try:
        return glance(here.directory) or Glance(here.open().layout)
    except (MdticketsError, OSError):
        return None


JsonFlag = Annotated[bool, typer.Option("--json", help="Print one JSON object, for programs.")]
NumberArgument = Annotated[
    str,
    typer.Argument(
        metavar="NUMBER",
        help="A ticket number, an unambiguous part of it, . for the one shown last, - to read it from standard input.",
        show_default=False,
        autocompletion=complete_number,
    ),
]


class Invocation(Struct, frozen=True, kw_only=True):
    """What was said before the command: where the store is, and who asks."""

    directory: Path | None = None
    agent: str = ""

    def open(self) -> "Session":
        """The store, ready for work. Raises NotFoundError or SettingsError."""
        from mdtickets.app.session import open_session

        return open_session(self.directory)

    def open_to_write(self) -> "Session":
        """The same for commands that write much."""
        from mdtickets.app.writing import open_to_write

        return open_to_write(self.directory)

    def settings(self) -> "Settings":
        """What the store's settings say. Raises SettingsError."""
        return self.open().settings


def invocation(context: typer.Context) -> Invocation:
    """What was said before the command."""
    return context.obj if isinstance(context.obj, Invocation) else Invocation()


def glance_at(context: typer.Context) -> "Glance":
    """The store for a look at its catalog alone, as true as git tells. Raises NotFoundError."""
    from mdtickets.app.glance import Glance, glance

    here = invocation(context)
    store = glance(here.directory) or Glance(here.open().layout)
    _keep_true(store, here)
    return store


def open_for_reading(context: typer.Context) -> "Session":
    """The store, its catalog as true as git tells. What that needs is loaded only when something changed."""
    here = invocation(context)
    session = here.open()
    _keep_true(session, here)
    return session


def _keep_true(store: "OpenStore", here: Invocation) -> None:
    from mdtickets.app.staleness import is_stale

    if is_stale(store):
        from mdtickets.app.freshness import refresh_for_reading

        refresh_for_reading(here.open(), show_progress)


def freshen(context: typer.Context, store: "OpenStore", numbers: Iterable[str]) -> bool:
    """Whether files of these tickets had changed without git's knowing; the catalog has read them now."""
    from mdtickets.app.staleness import stale_tickets

    stale = stale_tickets(store, numbers)
    if not stale:
        return False
    from mdtickets.app.catching_up import catch_up

    return catch_up(invocation(context).open(), stale)


def take_up_notes(context: typer.Context, store: "OpenStore", number: str) -> None:
    """Notes that were put into the ticket's directory by hand stand in its history now."""
    from mdtickets.app.dropped import has_dropped

    if has_dropped(store, number):
        from mdtickets.app.catching_up import catch_up_notes

        catch_up_notes(invocation(context).open(), number)


def show_progress(done: int, total: int) -> None:
    """A line that counts, on a terminal, when it takes long enough to wonder."""
    if total >= _WORTH_COUNTING and sys.stderr.isatty():
        sys.stderr.write(f"\r{done:,} of {total:,}" + ("\r\x1b[K" if done >= total else ""))
        sys.stderr.flush()


def new_app() -> typer.Typer:
    """An app for one command. Help is plain: rich would swallow `[words in brackets]` and take 100 ms longer."""
    return typer.Typer(
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )


def examples(*lines: str) -> str:
    """The end of a command's help: lines to copy, kept as they are."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)


def screen() -> Screen:
    """Where standard output will be read."""
    return screen_of(sys.stdout, os.environ)


def show(text: str, remarks: str = "") -> None:
    """Show a finished text, in a pager if need be. Remarks are for people: in a pipe they go to stderr."""
    here = screen()
    if here.is_terminal:
        show_text(text + remarks, here, os.environ)
        return
    sys.stdout.write(text)
    sys.stdout.flush()
    sys.stderr.write(remarks)


def write_bytes(raw: bytes) -> None:
    """Write the very bytes; on a terminal, as text in which nothing can command it."""
    if screen().is_terminal:
        write(plain_text(raw.decode("utf-8", "replace")))
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(raw)


def write(text: str) -> None:
    """Print a finished text."""
    sys.stdout.write(text if text.endswith("\n") or not text else text + "\n")


def write_json(found: Mapping[str, Any]) -> None:
    """Print one JSON object, `"format": 1` in front; on a terminal for reading, else on one line."""
    indent = 2 if sys.stdout.isatty() else None
    sys.stdout.write(json.dumps({"format": 1, **found}, ensure_ascii=False, indent=indent) + "\n")
