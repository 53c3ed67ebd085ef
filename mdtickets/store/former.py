"""A file as it was: earlier versions, from git."""

import os
import re
from collections.abc import Callable, Iterator

from mdtickets.store.git_process import Git, GitError

# Most often it is the version before the last commit; looking for more of them walks the whole history.
_LOOKS = (1, 20)
_BLOBS = re.compile(rb":[0-7]{6} [0-7]{6} ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [A-Z]")


def find_former(git: Git, path: str, is_wanted: Callable[[bytes], bool]) -> bytes | None:
    """The newest earlier version of a file that is wanted; None when git has none such among the last."""
    seen: set[str] = set()
    try:
        for commits in _LOOKS:
            for blob in _blobs(git, path, commits):
                if blob in seen:
                    continue
                seen.add(blob)
                data = git.run("cat-file", "blob", blob)
                if is_wanted(data):
                    return data
    except GitError:
        return None
    return None


def _blobs(git: Git, path: str, commits: int) -> Iterator[str]:
    output = git.run(
        *("log", f"--max-count={commits}", "--format=", "--raw", "--no-abbrev", "--no-renames", "-z", "HEAD"),
        *("--", os.fspath(path)),
    )
    for old, new in _BLOBS.findall(output):
        yield from (blob.decode() for blob in (new, old) if blob.strip(b"0"))
