"""The text in what came with a mail, for the search: plain text, HTML, office documents, PDF."""

import subprocess
import sys
from collections.abc import Callable, Iterator

from mdtickets.domain.incoming import Attachment
from mdtickets.domain.plain import plain_text
from mdtickets.mail.attachments import extract
from mdtickets.mail.body import load_html_to_text
from mdtickets.mail.charset import decode
from mdtickets.mail.office import TYPES, office_text

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

# (document, "pdf" or "xls") -> its text
Parser = Callable[[bytes, str], str]


def parse_apart(data: bytes, kind: str) -> str:
    """The text of a document by a process of its own; "" when it cannot be read in time, or no parser is installed."""
    command = [sys.executable, "-m", _PROCESS, kind]
    try:
        done = subprocess.run(command, input=data, capture_output=True, check=False, timeout=_PATIENCE)
    except (subprocess.TimeoutExpired, OSError):
        return ""
    return done.stdout.decode("utf-8", "replace")


def attachment_texts(raw: bytes, parser: Parser = parse_apart) -> Iterator[str]:
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
        return parser(data, "pdf")
    if suffix == "xls" and data.startswith(_OLE):
        return parser(data, "xls")
    if suffix in {"html", "htm"} or attachment.type == "text/html":
        return load_html_to_text()(decode(data[:MAX_TEXT], "")[0], _MAX_TAGS)[0]
    if (suffix in _PLAIN or attachment.type.startswith("text/")) and b"\0" not in data[:MAX_TEXT]:
        return decode(data[:MAX_TEXT], "")[0]
    return ""
