"""One waiting mail, read: its digest over all bytes, and as much of them as anybody looks at."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.incoming import Incoming
from mdtickets.mail.parse import LIMIT, parse
from mdtickets.store.durable import StrPath, read_chunks


class Letter(Struct, frozen=True, kw_only=True):
    """A mail's bytes: all of them when it is small, else its beginning and the file to copy the rest from."""

    path: StrPath
    sha256: str
    size: int
    head: bytes

    @property
    def chunks(self) -> bytes | Iterator[bytes]:
        """All bytes, exactly those that were counted. Raises OSError when the file was changed meanwhile."""
        return self.head if self.size == len(self.head) else self._again()

    def parse(self) -> Incoming:
        """What the mail says."""
        return parse(self.head, sha256=self.sha256, size=self.size)

    def _again(self) -> Iterator[bytes]:
        digest = hashlib.sha256()
        for chunk in read_chunks(self.path):
            digest.update(chunk)
            yield chunk
        if digest.hexdigest() != self.sha256:
            raise OSError(f"{Path(self.path).name} was changed while it was filed")


def read_letter(path: StrPath) -> Letter:
    """The mail in that file. Raises OSError."""
    digest = hashlib.sha256()
    head = b""
    size = 0
    for chunk in read_chunks(path):
        digest.update(chunk)
        if size < LIMIT:
            head = chunk if not head else head + chunk
        size += len(chunk)
    return Letter(path=path, sha256=digest.hexdigest(), size=size, head=head[: max(LIMIT, 0)])
