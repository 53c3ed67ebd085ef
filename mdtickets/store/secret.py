"""This machine's key: with it our Message-IDs are the same after a crash, and nobody can guess them."""

import os

from mdtickets.store.durable import Disk
from mdtickets.store.layout import Layout

_BYTES = 32


def message_id_key(layout: Layout, disk: Disk) -> bytes:
    """The key in `.mdtickets/secret`; made when there is none, or none that can be used. Raises OSError."""
    try:
        key = bytes.fromhex(layout.secret.read_text(encoding="ascii").strip())
    except (FileNotFoundError, ValueError):
        key = b""
    return key if len(key) >= _BYTES else _make(layout, disk)


def _make(layout: Layout, disk: Disk) -> bytes:
    key = os.urandom(_BYTES)
    disk.make_directory(layout.private)
    disk.replace_file(layout.secret, f"{key.hex()}\n".encode(), private=True)
    return key
