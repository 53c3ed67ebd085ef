"""What TAB offers. Loads the catalog and nothing else, for somebody waits with a finger on the key.

Shells evaluate what they are offered (zsh does so literally), and tickets hold what strangers wrote: only words of a
safe alphabet are offered, and of titles only their letters, digits and spaces.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from mdtickets.app.glance import Glance
from mdtickets.app.listing import SHORTEST
from mdtickets.domain.states import Priority, State, StateType
from mdtickets.domain.view import BUILT_IN
from mdtickets.store.listing import GROUP_KEYS, numbers_ending
from mdtickets.store.tally import numbers_starting, words_in_use

_MOST = 50
_SAFE = re.compile(r"[^\W_][\w.@+-]*")
_UNSAFE_IN_TITLE = re.compile(r"[^\w .,-]+|_")
_LONGEST_TITLE = 50
# [queue.Support], [agent."anna"]; what the settings say otherwise is the business of commands that load them
_TABLE = re.compile(r"""^[ \t]*\[[ \t]*(queue|agent)[ \t]*\.[ \t]*["']?([^"'\]\n]+?)["']?[ \t]*\]""", re.MULTILINE)


def complete_numbers(store: Glance, beginning: str) -> list[tuple[str, str]]:
    """The newest ticket numbers that begin so, each with its title, harmless and cut; else the only one that ends so."""
    if not (beginning.isascii() and beginning.isdecimal()) and beginning:
        return []
    found = numbers_starting(store.catalog, beginning, _MOST)
    if not found and len(beginning) >= SHORTEST:
        # several would be replaced by what they have in common, and that is less than was typed
        ends = numbers_ending(store.catalog, beginning)
        found = numbers_starting(store.catalog, ends[0], 1) if len(ends) == 1 else []
    return [(number, _title(title)) for number, title in found]


def complete_words(store: Glance, kinds: Iterable[str], beginning: str) -> list[str]:
    """The words of these kinds (queue, agent, customer, tag, problem, state, priority, view, group) that begin so."""
    found = dict.fromkeys(word for kind in kinds for word in _KINDS[kind](store))
    wanted = beginning.lower()
    return [word for word in found if word.lower().startswith(wanted) and _SAFE.fullmatch(word)][:_MOST]


def _queues(store: Glance) -> Iterable[str]:
    return (*_tables(store, "queue"), *words_in_use(store.catalog, "queue"))


def _agents(store: Glance) -> Iterable[str]:
    return (*_tables(store, "agent"), *words_in_use(store.catalog, "owner"))


def _states(_store: Glance) -> Iterable[str]:
    return ("all", *(kind.value for kind in StateType), *(state.value for state in State))


def _priorities(_store: Glance) -> Iterable[str]:
    return (priority.value.partition(" ")[2] for priority in Priority)


def _views(store: Glance) -> Iterable[str]:
    return (*BUILT_IN, *sorted(path.stem for path in store.layout.views.glob("*.toml")))


def _groups(_store: Glance) -> Iterable[str]:
    return GROUP_KEYS


def _in_use(kind: str) -> Callable[[Glance], Iterable[str]]:
    return lambda store: words_in_use(store.catalog, kind)


_KINDS: Mapping[str, Callable[[Glance], Iterable[str]]] = {
    "queue": _queues,
    "agent": _agents,
    "state": _states,
    "priority": _priorities,
    "view": _views,
    "group": _groups,
    "customer": _in_use("customer"),
    "tag": _in_use("tag"),
    "problem": _in_use("problem"),
}


def _tables(store: Glance, kind: str) -> list[str]:
    """The names of queues or agents in the settings, by their headings."""
    return [name for path in (store.layout.settings, store.layout.local_settings) for name in _named(path, kind)]


def _named(path: Path, kind: str) -> list[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [name for found, name in _TABLE.findall(text) if found == kind]


def _title(text: str) -> str:
    return " ".join(_UNSAFE_IN_TITLE.sub(" ", text[: 2 * _LONGEST_TITLE]).split())[:_LONGEST_TITLE].rstrip()
