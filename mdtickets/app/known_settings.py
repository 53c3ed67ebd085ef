"""The settings as they were checked last time, for as long as both files say the same: no TOML, no schema is loaded.

`.mdtickets/run/settings-UID.json` is derived and may be deleted at any time. What it says counts only when it was
written by the same program, by this user, for exactly the texts that the files have now; anything else is as none.
"""

import codecs
import os
from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct

import mdtickets
from mdtickets.domain.settings import Settings
from mdtickets.store.durable import Disk, temporary_name
from mdtickets.store.layout import Layout

# What decides on the meaning of a text, besides the version: a checkout changes without it.
_MEANING = tuple(
    Path(mdtickets.__file__).parent / name
    for name in (
        "app/config.py",
        "app/settings_check.py",
        "app/settings_kinds.py",
        "app/settings_schema.py",
        "domain/money.py",
        "domain/settings.py",
    )
)

Texts = tuple[str, str]  # of the tracked settings, of this machine's


class _Known(Struct, frozen=True, kw_only=True):
    program: str
    texts: Texts
    settings: Settings


def read_texts(layout: Layout) -> Texts | None:
    """What both files say now; None when one cannot be read: `config.load_settings` tells why."""
    try:
        local = layout.local_settings
        own = local.read_bytes() if os.path.lexists(local) else b""
        return _text(layout.settings.read_bytes()), _text(own)
    except (OSError, UnicodeDecodeError):
        return None


def recall_settings(layout: Layout, texts: Texts) -> Settings | None:
    """The settings that these texts mean; None when nobody has checked them yet."""
    path = _path(layout)
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_uid != os.geteuid() or found.st_mode & 0o022:
                return None
            known = msgspec.json.decode(file.read(), type=_Known)
        return known.settings if known.texts == texts and known.program == _program() else None
    except (OSError, ValueError):
        return None


def remember_settings(layout: Layout, texts: Texts, settings: Settings) -> None:
    """Note what these texts mean. Nothing is lost when that cannot be written."""
    disk = Disk()
    path = _path(layout)
    with suppress(OSError):
        known = _Known(program=_program(), texts=texts, settings=settings)
        temporary = f"{temporary_name(path)}-{os.getpid()}"
        disk.make_directory(path.parent)
        disk.write(temporary, msgspec.json.encode(known), private=True)
        disk.rename(temporary, path)


def _text(data: bytes) -> str:
    # not utf-8-sig, which is written in Python
    return data.removeprefix(codecs.BOM_UTF8).decode()


def _path(layout: Layout) -> Path:
    return layout.run / f"settings-{os.geteuid()}.json"


def _program() -> str:
    changed = (path.stat().st_mtime_ns for path in _MEANING)
    return " ".join(map(str, (mdtickets.__version__, *changed)))
