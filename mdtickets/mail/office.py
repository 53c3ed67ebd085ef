"""The text in office documents, by hand: a zip with XML in it, read within limits.

A library for it is 15 MB and slower; what a search needs is the words. A stranger packed the zip, so what a part claims
to be is checked before, and what it turns out to be while it is read.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape

MAX_PART = 8 << 20  # bytes of one part, unpacked
_MAX_PARTS = 20

# Where the words are, by the ending of the file's name.
_PARTS = {
    "docx": re.compile(r"word/(?:document|header\d*|footer\d*|footnotes|comments)\.xml"),
    "odt": re.compile(r"content\.xml"),
    "ods": re.compile(r"content\.xml"),
    "odp": re.compile(r"content\.xml"),
    "pptx": re.compile(r"ppt/(?:slides|notesSlides)/[a-zA-Z]+\d+\.xml"),
    "xlsx": re.compile(r"xl/sharedStrings\.xml|xl/worksheets/sheet\d+\.xml"),
}
TYPES = frozenset(_PARTS)

_PARAGRAPH_END = re.compile(
    r"</(?:w:p|text:p|text:h|a:p|si|row|table:table-row)>|<(?:w:br|w:tab|text:tab|text:s)\b[^>]*>"
)
_CELL_END = re.compile(r"</(?:c|v|t|table:table-cell|w:tc)>")
_SHARED = re.compile(r'<c\b[^>]*\bt="s"[^>]*>.*?</c>', re.DOTALL)  # a cell that only names a shared text
_TAG = re.compile(r"<[^>]*>")


def office_text(data: bytes, kind: str) -> str:
    """The words of a document of that kind (one of TYPES), "" when it cannot be read. Never raises."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return "\n".join(_texts(archive, kind))
    # a stranger's zip: what the module raises on torn ones is not documented
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, KeyError):
        return ""


def _texts(archive: zipfile.ZipFile, kind: str) -> Iterator[str]:
    wanted = [part for part in archive.infolist() if _PARTS[kind].fullmatch(part.filename)]
    for part in wanted[:_MAX_PARTS]:
        with archive.open(part) as file:
            xml = file.read(MAX_PART).decode("utf-8", "replace")
        yield _words(xml, is_sheet="worksheets" in part.filename)


def _words(xml: str, *, is_sheet: bool) -> str:
    if is_sheet:
        xml = _SHARED.sub(" ", xml)
    xml = _CELL_END.sub(" ", _PARAGRAPH_END.sub("\n", xml))
    return unescape(_TAG.sub("", xml))
