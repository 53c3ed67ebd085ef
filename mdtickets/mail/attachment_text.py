"""The text in what came with a mail, for the search: plain text, HTML, office documents, PDF."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Self

from mdtickets.domain.incoming import Attachment
from mdtickets.domain.plain import plain_text
from mdtickets.mail.attachments import extract
from mdtickets.mail.body import load_html_to_text
from mdtickets.mail.charset import decode
from mdtickets.mail.office import TYPES, office_text
from mdtickets.mail.parser_process import ANSWER, PDF, REQUEST, XLS

MAX_TEXT = 256 << 10  # characters of one attachment
_MAX_BYTES = 16 << 20  # of one attachment; a larger one is no letter
_MOST = 20  # attachments of one mail
_MAX_TAGS = 10_000
_OLE = b"\xd0\xcf\x11\xe0"  # the container of Office before 2007
_PATIENCE = 15.0  # seconds for one document; the process ends itself after ten of CPU
_PROCESS = "mdtickets.mail.parser_process"
_PLAIN = frozenset(
    {"txt", "log", "csv", "md", "json", "xml", "ini", "cfg", "conf", "yaml", "yml", "toml", "sql", "vcf", "ics"}
)

# (document, its kind: PDF or XLS) -> its text
Parser = Callable[[bytes, bytes], str]


class Parsers:
    """The parsers of the extra `text` in a process of their own, started with the first document. Call it for a text."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def __call__(self, data: bytes, kind: bytes) -> str:
        """The text of a document, "" when it cannot be read in time, or when no parser is installed."""
        try:
            return self._ask(data, kind).decode("utf-8", "replace")
        except (OSError, TimeoutError):
            self.close()
            return ""

    def close(self) -> None:
        """End the process."""
        if self._process is None:
            return
        self._process.kill()
        self._process.communicate()
        self._process = None

    def _ask(self, data: bytes, kind: bytes) -> bytes:
        process = self._process = self._process or subprocess.Popen(
            [sys.executable, "-m", _PROCESS], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin  # noqa: S101  # asked for
        assert process.stdout  # noqa: S101  # asked for
        process.stdin.write(REQUEST.pack(kind, len(data)) + data)
        process.stdin.flush()
        until = time.monotonic() + _PATIENCE
        (size,) = ANSWER.unpack(_read(process.stdout.fileno(), ANSWER.size, until))
        return _read(process.stdout.fileno(), size, until)


def _read(descriptor: int, size: int, until: float) -> bytes:
    """So many bytes. Raises TimeoutError, and OSError when there are fewer."""
    found = bytearray()
    while len(found) < size:
        if not select.select([descriptor], [], [], max(0.0, until - time.monotonic()))[0]:
            raise TimeoutError
        some = os.read(descriptor, size - len(found))
        if not some:
            raise BrokenPipeError
        found += some
    return bytes(found)


def attachment_texts(raw: bytes, parser: Parser) -> Iterator[str]:
    """The text of each attachment of a mail that has any. Never raises."""
    for count, (attachment, data) in enumerate(extract(raw)):
        if count >= _MOST:
            return
        if len(data) <= _MAX_BYTES and (text := _text_of(attachment, data, parser).strip()):
            yield plain_text(text[:MAX_TEXT])


def _text_of(attachment: Attachment, data: bytes, parser: Parser) -> str:
    suffix = attachment.name.rpartition(".")[2].lower()
    if suffix in TYPES or data.startswith(b"PK\x03\x04"):
        return office_text(data, suffix) if suffix in TYPES else ""
    if data.startswith(b"%PDF-"):
        return parser(data, PDF) if b"endobj" in data else ""  # a torn one: its parser would look for long
    if suffix == "xls" and data.startswith(_OLE):
        return parser(data, XLS)
    if suffix in {"html", "htm"} or attachment.type == "text/html":
        return load_html_to_text()(decode(data[:MAX_TEXT], "")[0], _MAX_TAGS)[0]
    if (suffix in _PLAIN or attachment.type.startswith("text/")) and b"\0" not in data[:MAX_TEXT]:
        return decode(data[:MAX_TEXT], "")[0]
    return ""
