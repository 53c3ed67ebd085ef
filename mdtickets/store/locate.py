"""Which store is meant: the one that was named, else the one around us.

Imports `os` alone, since `deliver` asks here before a mail is safe.
"""

import os

TYPE_CHECKING = False  # typing itself costs a fifth of Python's start
if TYPE_CHECKING:
    from collections.abc import Mapping

_SETTINGS_FILE = "mdtickets.toml"


def find_root(named: str, environment: "Mapping[str, str]", here: str) -> str:
    """The root of the store that `named` (the option -C) or MDTICKETS_STORE lies in, else of the one around `here`.

    "" when there is none: a store that was named wrongly is not replaced by another.
    """
    directory = os.path.abspath(named or environment.get("MDTICKETS_STORE", "") or here)
    while not os.path.isfile(os.path.join(directory, _SETTINGS_FILE)):
        above = os.path.dirname(directory)
        if above == directory:
            return ""
        directory = above
    return directory


def user_settings(environment: "Mapping[str, str]") -> str:
    """The path of the user's own settings, which may name a store for when we are in none."""
    home = environment.get("XDG_CONFIG_HOME") or os.path.join(environment.get("HOME", ""), ".config")
    return os.path.join(home, _SETTINGS_FILE)
