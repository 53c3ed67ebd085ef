"""The keys of front matters as they were read last time, and where they stand: whoever finds a text so needs no YAML.

Kept in the catalog, path by path, with the very text they were read from: a digest of it would cost every command
the library that makes digests. They are derived and may be missing: then the text is read.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from mdtickets.store.catalog import Catalog
from mdtickets.store.front_keys import Entry

if TYPE_CHECKING:  # whoever only opens a store reads no front matter
    from mdtickets.store.frontmatter import Document

_PREFIX = "front "
_DECODER = msgspec.json.Decoder(tuple[str, dict[str, Entry]])


class KnownFronts:
    """What a catalog remembers of front matters. Writing is part of the caller's transaction, if there is one."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def at(self, path: str) -> Callable[[str], dict[str, Entry] | None]:
        """What `frontmatter.parse` asks about the file of that path in the store."""
        return lambda front: self._find(path, front)

    def _find(self, path: str, front: str) -> dict[str, Entry] | None:
        noted = self._catalog.get(_PREFIX + path)
        try:
            text, entries = _DECODER.decode(noted) if noted else (None, {})
        except msgspec.DecodeError:
            return None
        return entries if text == front else None

    def note(self, path: str, document: "Document") -> None:
        """Remember the keys of a file in place of what stood at that path before."""
        known = (document.front, document.entries)
        self._catalog.put(_PREFIX + path, msgspec.json.encode(known).decode())
