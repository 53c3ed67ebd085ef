"""The holidays of a country or a part of it, by name: what the library said, noted for as long as it is the same.

`.mdtickets/holidays/` is derived and may be deleted at any time. The library (extra `holidays`) is loaded by a process
of its own, once for each country and each version of it.
"""

import importlib.util
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

import msgspec
from msgspec import Struct

from mdtickets.app.holidays_words import Answer
from mdtickets.domain.settings import CalendarRules
from mdtickets.errors import UnavailableError
from mdtickets.store.durable import Disk, temporary_name
from mdtickets.store.layout import Layout

_LIBRARY = "holidays"


class _Noted(Struct, frozen=True, kw_only=True):
    library: str
    days: dict[str, str]


def holidays_of(layout: Layout, rules: CalendarRules, language: str) -> Mapping[date, str]:
    """Day and name of each holiday from 1990 to 2100; none without a country, and none without the library.

    Raises UnavailableError when the library does not know the country, or does not answer.
    """
    if not rules.country:
        return {}
    library = library_token()
    path = layout.private / "holidays" / f"{rules.country}-{rules.region}-{language}.json"
    noted = _recall(path)
    if noted and noted.library == library:
        return _days(noted.days)
    found = _ask(rules, language) if library else None
    if found is None or not found.is_known:
        if noted or not library:
            return _days(noted.days) if noted else {}
        where = " ".join(filter(None, (rules.country, rules.region)))
        raise UnavailableError(f"The holidays of {where} are not known.", "See `mdtickets config check`.")
    _remember(path, _Noted(library=library, days=found.days))
    return _days(found.days)


def library_token() -> str:
    """What differs once another version of the library is installed; "" when there is none. Loads nothing."""
    spec = importlib.util.find_spec(_LIBRARY)
    if spec is None or not spec.origin:
        return ""
    version = Path(spec.origin).with_name("version.py")
    with suppress(OSError):
        return str(version.stat().st_mtime_ns)
    return spec.origin


def _ask(rules: CalendarRules, language: str) -> Answer | None:
    from mdtickets.app.holidays_library import ask

    return ask(rules.country, rules.region, language)


def _days(noted: Mapping[str, str]) -> Mapping[date, str]:
    return {date.fromisoformat(day): name for day, name in noted.items()}


def _recall(path: Path) -> _Noted | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Noted)
    except (OSError, ValueError):
        return None


def _remember(path: Path, noted: _Noted) -> None:
    disk = Disk()
    with suppress(OSError):
        temporary = f"{temporary_name(path)}-{os.getpid()}"
        disk.make_directory(path.parent)
        disk.write(temporary, msgspec.json.encode(noted))
        disk.rename(temporary, path)
