"""The store that the user's own settings name: `store = "~/support"`."""

import os
import tomllib
from pathlib import Path

from mdtickets.store.locate import user_settings


def default_store() -> str:
    """Its path, "" when none is named."""
    try:
        found = tomllib.loads(Path(user_settings(os.environ)).read_text(encoding="utf-8")).get("store", "")
    except (OSError, ValueError):
        return ""
    return str(Path(found).expanduser()) if isinstance(found, str) else ""
