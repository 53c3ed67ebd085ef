"""A process that reads one document from standard input and writes its text: other people's parsers on strangers' files.

It limits itself before it loads a parser, so all that a document can do is to end it. Exit status 3: no parser is
installed for it (the extra `text`).
"""

import io
import resource
import sys
from collections.abc import Iterator

MAX_TEXT = 1 << 20  # characters
NO_PARSER = 3
_MAX_PAGES = 200
_MAX_ROWS = 20_000
_CPU = 10  # seconds
_MEMORY = 512 << 20  # bytes


def main(kind: str) -> int:
    """Read, parse, write. Returns the exit status."""
    for limit, most in (
        (resource.RLIMIT_CPU, _CPU),
        (resource.RLIMIT_AS, _MEMORY),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    data = sys.stdin.buffer.read()
    left = MAX_TEXT
    try:
        for text in _pages(data) if kind == "pdf" else _rows(data):
            sys.stdout.buffer.write(text[:left].encode("utf-8", "replace") + b"\n")
            left -= len(text)
            if left <= 0:
                break
    except ImportError:
        return NO_PARSER
    return 0


def _pages(data: bytes) -> Iterator[str]:
    from pypdf import PdfReader

    for page in PdfReader(io.BytesIO(data)).pages[:_MAX_PAGES]:
        yield page.extract_text()


def _rows(data: bytes) -> Iterator[str]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    for name in book.sheet_names:
        for row in book.get_sheet_by_name(name).to_python()[:_MAX_ROWS]:
            yield " ".join(str(cell) for cell in row if cell != "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
