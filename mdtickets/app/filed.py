"""What one mail became, and the record of a whole sweep, which may be of ten thousands of mails."""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

from msgspec import Struct, convert
from msgspec.structs import astuple

from mdtickets.domain.event import What

_BLOCK = 100  # mails that are read together


class Filed(Struct, frozen=True, kw_only=True):
    """One mail that has its place now."""

    path: str  # the source
    number: str
    what: What
    title: str = ""
    acknowledged: str = ""  # the language of the acknowledgement, "" when there is none
    reopened: bool = False
    finished: bool = False  # it was filed before; a crash had left it in the Maildir
    unverified: bool = False
    duplicates: tuple[str, ...] = ()  # tickets that may be about the same


class FiledMails(Sequence[Filed]):
    """What was filed, in its order. Kept as text and read whenever it is looked at: a third of the memory."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []
        self._count = 0

    def extend(self, filed: Iterable[Filed]) -> None:
        """Add what was filed after the rest."""
        rows = [astuple(each) for each in filed]
        self._count += len(rows)
        self._blocks += [_packed(rows[start : start + _BLOCK]) for start in range(0, len(rows), _BLOCK)]

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, index: int) -> Filed: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Filed, ...]: ...
    def __getitem__(self, index: int | slice) -> Filed | tuple[Filed, ...]:
        return tuple(self)[index]

    def __iter__(self) -> Iterator[Filed]:
        for block in self._blocks:
            for row in json.loads(block.decode(errors="surrogatepass")):
                yield convert(dict(zip(Filed.__struct_fields__, row, strict=True)), Filed)


def _packed(rows: Sequence[tuple[object, ...]]) -> bytes:
    # names of files that are no UTF-8 have half surrogate pairs
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(errors="surrogatepass")
