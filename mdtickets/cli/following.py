"""A list that stays on the screen and follows what happens, until Ctrl-C."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mdtickets.app.staleness import catalog_token, is_stale
from mdtickets.cli.frame import screen

if TYPE_CHECKING:
    from mdtickets.app.glance import OpenStore

_LOOK_EVERY = 1.0  # seconds
_REFRESH_EVERY = 30  # looks: times since something happened are shown in minutes

# The terminal's other screen, so that what stood there comes back (xterm, all its likes); then home, clear to the end.
_ENTER, _LEAVE, _HOME, _CLEAR = "\x1b[?1049h", "\x1b[?1049l", "\x1b[H", "\x1b[J"


def follow(store: "OpenStore", text: Callable[[], str]) -> None:
    """Show the text again whenever something changed, and every half minute on a terminal. Ends with Ctrl-C."""
    with _shown() as show:
        while True:
            show(text())
            _wait(store, catalog_token(store))


def _wait(store: "OpenStore", seen: object) -> None:
    """Until something changed, or half a minute on a terminal, where times go on."""
    looks = 0
    while catalog_token(store) == seen and not is_stale(store):
        time.sleep(_LOOK_EVERY)
        looks += 1
        if looks >= _REFRESH_EVERY and screen().is_terminal:
            return


@contextmanager
def _shown() -> Iterator[Callable[[str], None]]:
    """How a text is shown: in place of the last one on a terminal, below it in a pipe."""
    on_terminal = screen().is_terminal
    if on_terminal:
        sys.stdout.write(_ENTER)
    try:
        yield _show_in_place if on_terminal else _show_below
    except KeyboardInterrupt:
        return
    finally:
        if on_terminal:
            sys.stdout.write(_LEAVE)
            sys.stdout.flush()


def _show_in_place(text: str) -> None:
    lines = text.splitlines()[: screen().height - 1]
    sys.stdout.write(_HOME + "".join(f"{line}\x1b[K\n" for line in lines) + _CLEAR)
    sys.stdout.flush()


def _show_below(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
