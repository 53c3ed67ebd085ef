"""Whether there is an index that answers, and how far it is: asked by commands that do not load the engine."""

import sqlite3
from pathlib import Path

from msgspec import Struct

from mdtickets.store.catalog import Catalog
from mdtickets.store.index_trust import is_tracked
from mdtickets.store.index_words import Words
from mdtickets.store.layout import Layout

# Another number, and the index is made anew: of terms, fields or files; and the engine that wrote them.
VERSION_NOW = "3/2.7.4"

WORDS = "words.sqlite"
DAMAGED = "damaged"
VERSION, TOKEN = "version", "token"  # what is noted of an index
FOLLOWED_BY = "full_text"  # noted in the catalog: the token of the index that its notes are for

UP_TO_DATE, BEHIND = "up to date", "behind"
_DIRECTORY = "index"


class IndexState(Struct, frozen=True, kw_only=True):
    """The state of the full text: `up to date`, `behind`, or why it does not answer."""

    state: str
    behind: int  # tickets that it does not have as they are

    @property
    def answers(self) -> bool:
        """Whether it can be asked, be it behind or not."""
        return self.state in {UP_TO_DATE, BEHIND}


def directory_of(layout: Layout) -> Path:
    """Where the index lies."""
    return layout.private / _DIRECTORY


def why_unusable(layout: Layout) -> str:
    """`missing`, `outdated` (another version wrote it), `damaged`, `tracked` (git has it: a stranger's); "" = usable."""
    directory = directory_of(layout)
    if not (directory / WORDS).exists():
        return "missing"
    if is_tracked(layout):
        return "tracked"
    if (directory / DAMAGED).exists():
        return "damaged"
    return _check_words(directory / WORDS)


def state_of(layout: Layout, catalog: Catalog) -> IndexState:
    """How far the index is, by what the catalog noted for it."""
    count: int = catalog.query("SELECT count(*) FROM ticket")[0][0]
    if reason := why_unusable(layout):
        return IndexState(state=reason, behind=count)
    words = Words(directory_of(layout) / WORDS, create=False)
    try:
        followed = words.get(TOKEN) == catalog.get(FOLLOWED_BY)
    finally:
        words.close()
    behind = count_behind(catalog) if followed else count
    return IndexState(state=BEHIND if behind or not followed else UP_TO_DATE, behind=behind)


def count_behind(catalog: Catalog) -> int:
    """How many tickets the index must look at."""
    count: int = catalog.query("SELECT count(*) FROM unindexed")[0][0]
    return count


def _check_words(path: Path) -> str:
    try:
        words = Words(path, create=False)
    except sqlite3.DatabaseError:
        return "damaged"
    try:
        return "" if words.get(VERSION) == VERSION_NOW else "outdated"
    except sqlite3.DatabaseError:
        return "damaged"
    finally:
        words.close()
