"""HTML mail as text for reading: by inscriptis, within limits, else with the tags stripped.

Importing this module costs 55 ms (lxml and inscriptis), so `mail.body` loads it when a mail has nothing but HTML.

What the limits are for, measured on 256 KB: 3 s for 50,000 table cells; 1.4 GB for one `padding` of a million, and as
much for a long line in a table of a thousand rows, whose other cells are padded to its width.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape

from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.html_engine import Inscriptis
from inscriptis.model.config import ParserConfig
from inscriptis.model.html_document_state import HtmlDocumentState
from inscriptis.model.table import Table, TableCell
from inscriptis.model.tag import CustomHtmlTagHandlerMapping
from inscriptis.model.tag.table_tag import table_start_handler
from lxml.html import HtmlElement, document_fromstring

from mdtickets.domain.plain import REPLACEMENT

MAX_HTML = 256 << 10  # characters; what follows is cut
MAX_TAGS = 10_000  # opening and closing ones; the worst (table cells that are never closed) take 0.6 s
MAX_TABLES = 2 << 20  # characters that all tables together may be padded to
_DEEPEST = 20  # quotations within each other
MAX_LINK = 150  # a longer target is tracking, and nothing to read

# Characters of the private use area stand in the tree where a quotation begins and ends, until lines are made of it.
_OPEN, _CLOSE = "\ue000", "\ue001"
_HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*>")
_MARKS = re.compile(f"[{_OPEN}{_CLOSE}]")


class _TooLargeError(Exception):
    """A table would be padded beyond all reading."""


def html_to_text(html: str, max_tags: int = MAX_TAGS) -> tuple[str, str]:
    """The text of an HTML document, and in words what could not be done properly ("" when all went well).

    Quotations (`blockquote`) become lines that begin with `>`, links show where they lead, hidden text is left out.
    A document of more than `max_tags` tags is not laid out. Never raises.
    """
    note = f"the HTML was cut at {MAX_HTML >> 10} KB" if len(html) > MAX_HTML else ""
    html = _MARKS.sub(REPLACEMENT, html[:MAX_HTML])
    if html.count("<") > max_tags:
        return strip_tags(html), "the HTML has too many tags, they were only stripped"
    try:
        return _tidy(_quote(_render(html).split("\n"))), note
    except Exception:  # noqa: BLE001  # other people's parser on a stranger's input: whatever it raises, the mail is read
        return strip_tags(html), "the HTML could not be laid out, its tags were only stripped"


def _render(html: str) -> str:
    html = _XML_DECLARATION.sub("", html, count=1)
    if not html.strip():
        return ""
    tree = document_fromstring(html)
    for element in list(tree.iter("*")):
        _simplify(element)
    budget = _Budget(MAX_TABLES)

    def bounded_table(state: HtmlDocumentState, attributes: dict[str, str]) -> None:
        table_start_handler(state, attributes)
        table = state.current_table[-1]
        state.current_table[-1] = _BoundedTable(table.left_margin_len, table.cell_separator, budget)

    handlers = CustomHtmlTagHandlerMapping(start_tag_mapping={"table": bounded_table}, end_tag_mapping={})
    # the other profile, "relaxed", indents each div: mail has a dozen of them inside each other
    config = ParserConfig(css=CSS_PROFILES["strict"], custom_html_tag_handler_mapping=handlers)
    text: str = Inscriptis(tree, config).get_text()
    return text


def _simplify(element: HtmlElement) -> None:
    """Take away what lays out, keep what is read: no styles, marked quotations, visible targets of links."""
    style = element.attrib.pop("style", "")
    if element.getparent() is not None and (_HIDDEN.search(style) or "hidden" in element.attrib):
        element.drop_tree()
    elif element.tag == "blockquote":
        element.tag = "div"
        element.text = _OPEN + (element.text or "")
        _append(element, _CLOSE)
    elif element.tag == "a":
        _append(element, _target(element))


def _append(element: HtmlElement, text: str) -> None:
    if len(element):
        element[-1].tail = (element[-1].tail or "") + text
    else:
        element.text = (element.text or "") + text


def _target(link: HtmlElement) -> str:
    """` <where it leads>`; empty when the text of the link says so already, or shows nothing."""
    target = link.get("href", "").strip()
    shown = "".join(link.itertext()).strip()
    if not shown or len(target) > MAX_LINK or not target.startswith(("https://", "http://", "mailto:")):
        return ""
    bare = target.removeprefix("https://").removeprefix("http://").removeprefix("mailto:")
    return "" if bare.rstrip("/") in shown else f" <{target.removeprefix('mailto:')}>"


class _Budget:
    """How many characters tables may still take."""

    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise _TooLargeError


class _BoundedTable(Table):  # type: ignore[misc]  # inscriptis ships without types
    """A table that says how large it would be before it is."""

    def __init__(self, left_margin_len: int, cell_separator: str, budget: _Budget) -> None:
        super().__init__(left_margin_len, cell_separator)
        self.budget = budget

    def get_text(self) -> str:
        """The table with its columns aligned."""
        widths: dict[int, int] = {}
        height = 0
        for row in self.rows:
            lines = [_lines(cell) for cell in row.columns]
            height += max(map(len, lines), default=0)
            for number, cell in enumerate(lines):
                widths[number] = max(widths.get(number, 0), *map(len, cell), 1)
        self.budget.spend(height * (sum(widths.values()) + 2 * len(widths)))
        text: str = super().get_text()
        return text


def _lines(cell: TableCell) -> list[str]:
    cell.flush_inline()  # inline text at the end of a cell is not in its blocks yet
    return [line for block in cell.blocks for line in block.split("\n")]


def _quote(lines: Iterable[str]) -> Iterator[str]:
    """The lines with `>` for each quotation that they stand in; blank ones only between two of a quotation."""
    above = 0
    blank = False
    for depth, text in _depths(lines):
        if not text:
            blank = True
            continue
        if blank:
            yield ">" * min(above, depth)
        yield f"{'>' * depth} {text}" if depth else text
        above, blank = depth, False


def _depths(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Each line without its marks, and how many quotations it stands in."""
    depth = 0
    for line in lines:
        depth += line.count(_OPEN)
        text = _MARKS.sub("", line).rstrip()
        if text or not _MARKS.search(line):
            yield min(depth, _DEEPEST), text
        depth = max(depth - line.count(_CLOSE), 0)


def strip_tags(html: str) -> str:
    """The text between the tags, in linear time whatever the HTML; blocks become lines."""
    for name in ("!--", "head", "script", "style", "title"):
        html = _without(html, name)
    html = _ANY_TAG.sub("", _BLOCK_TAG.sub("\n", " ".join(html.split())))
    html = unescape(_HUGE_REFERENCE.sub(REPLACEMENT, html))
    return _tidy(" ".join(line.split()) for line in html.split("\n"))


_BLOCK_TAG = re.compile(r"<(?:br|hr|/?(?:p|div|tr|li|ul|ol|table|h[1-6]|blockquote|pre|dt|dd))\b[^<>]*>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]*>")
_HUGE_REFERENCE = re.compile(r"&#x?[0-9a-f]{8,};?", re.IGNORECASE)  # int() refuses more than 4300 digits


def _without(html: str, name: str) -> str:
    """The HTML without comments or one kind of element; one that is never closed goes to the end."""
    opening = re.compile(rf"<{name}" if name == "!--" else rf"<{name}\b", re.IGNORECASE)
    closing = re.compile("-->" if name == "!--" else rf"</{name}\s*>", re.IGNORECASE)
    kept = []
    position = 0
    while begin := opening.search(html, position):
        kept.append(html[position : begin.start()])
        end = closing.search(html, begin.end())
        if not end:
            return "".join(kept)
        position = end.end()
    kept.append(html[position:])
    return "".join(kept)


def _tidy(lines: Iterable[str]) -> str:
    """The lines without blank ones at the ends, and never two of them together."""
    kept: list[str] = []
    for line in lines:
        stripped = line.rstrip()
        if stripped or (kept and kept[-1]):
            kept.append(stripped)
    return "\n".join(kept).strip("\n")
