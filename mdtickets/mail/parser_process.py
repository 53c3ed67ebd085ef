"""A process that reads documents from standard input and answers with their text: other people's parsers, kept apart.

Each document has a process of its own, forked when the parser is loaded (that takes longer than most documents), which
limits itself before it looks at the first byte. So all that a stranger's file can do is to end it.
"""

import importlib
import io
import os
import resource
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, BinaryIO

MAX_TEXT = 1 << 20  # characters
REQUEST = struct.Struct(">cI")  # kind, bytes that follow
ANSWER = struct.Struct(">I")  # bytes that follow
PDF, XLS = b"p", b"x"

_MAX_PAGES = 200
_MAX_ROWS = 20_000
_LIMITS = (
    (resource.RLIMIT_CPU, 10),  # seconds
    (resource.RLIMIT_AS, 512 << 20),  # bytes
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
)
# of the extra `text`
_MODULES = {PDF: "pypdf", XLS: "python_calamine"}


def serve(source: BinaryIO, target: BinaryIO) -> None:
    """Answer until the input ends. A kind for which no parser is installed has no text."""
    parsers = {kind: _load(name) for kind, name in _MODULES.items()}
    while len(head := source.read(REQUEST.size)) == REQUEST.size:
        kind, size = REQUEST.unpack(head)
        data = source.read(size)
        text = _apart(parsers[kind], kind, data) if parsers.get(kind) else b""
        target.write(ANSWER.pack(len(text)) + text)
        target.flush()


def limit() -> None:
    """Bound what this process may still use."""
    for what, most in _LIMITS:
        resource.setrlimit(what, (most, most))


def _apart(parser: Any, kind: bytes, data: bytes) -> bytes:
    """What a forked process makes of a document, "" when it comes to no end."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            limit()
            _write(writing, _READERS[kind](parser, data))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return text


def _write(descriptor: int, texts: Iterator[str]) -> None:
    left = MAX_TEXT
    with os.fdopen(descriptor, "wb") as pipe:
        for text in texts:
            pipe.write(text[:left].encode("utf-8", "replace") + b"\n")
            left -= len(text)
            if left <= 0:
                return


def _pages(pypdf: Any, data: bytes) -> Iterator[str]:
    for page in pypdf.PdfReader(io.BytesIO(data)).pages[:_MAX_PAGES]:
        yield page.extract_text()


def _rows(calamine: Any, data: bytes) -> Iterator[str]:
    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        for row in book.get_sheet_by_name(name).to_python()[:_MAX_ROWS]:
            yield " ".join(str(cell) for cell in row if cell != "")


_READERS: Mapping[bytes, Callable[[Any, bytes], Iterator[str]]] = {PDF: _pages, XLS: _rows}


def _load(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


if __name__ == "__main__":
    # what a parser complains of is nobody's business
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    serve(sys.stdin.buffer, sys.stdout.buffer)
