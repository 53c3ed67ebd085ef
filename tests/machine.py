"""What a machine must have for some tests: a container or a bare chroot may lack it."""

import os
from pathlib import Path

import pytest

import mdtickets


def _has_terminals() -> bool:
    try:
        descriptors = os.openpty()
    except OSError:
        return False
    for descriptor in descriptors:
        os.close(descriptor)
    return True


def _is_open_to_all(path: Path) -> bool:
    return all(parent.stat().st_mode & 0o005 == 0o005 for parent in path.resolve().parents)


needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc here")
needs_terminals = pytest.mark.skipif(not _has_terminals(), reason="no pseudo-terminals here")
needs_open_code = pytest.mark.skipif(
    not _is_open_to_all(Path(mdtickets.__file__)), reason="other users may not read this checkout"
)
