"""The user's own settings: so far, which store is meant outside of any."""

import tomllib
from pathlib import Path

from mdtickets.store.locate import find_root


def named_store(path: Path) -> str:
    """The root of the store under the key `store`, "" when that names none. Raises ValueError when it is no TOML."""
    named = tomllib.loads(path.read_text(encoding="utf-8")).get("store")
    return find_root(str(Path(named).expanduser()), {}) if isinstance(named, str) and named else ""
