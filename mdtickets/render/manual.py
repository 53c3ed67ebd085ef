"""Manual pages in roff (man(7)): what --help says, as `man` shows it.

Nothing of a text can become a request: a line never begins with a dot or a quote, a backslash is a character, and signs
beyond ASCII are named by their code, so that a page is right in every locale.
"""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

# The sentences of docs/exit-codes.md, in one line each.
EXIT_CODES = (
    (0, "Done."),
    (1, "Refused by a rule: locked by somebody else, not found, a check failed."),
    (2, "The command line is wrong."),
    (65, "A file of the store cannot be understood."),
    (69, "A server or a program is not available."),
    (73, "Cannot write: disk full, read-only, no permission."),
    (75, "Try again later; nothing was lost."),
    (78, "The settings are wrong."),
)

# What roff takes for something else than the character: man(7), groff_char(7).
_ESCAPES = {"\\": "\\(rs", "-": "\\-", "'": "\\(aq", "`": "\\(ga", "^": "\\(ha", "~": "\\(ti", '"': "\\(dq"}
_SPECIAL = re.compile(r"[\\\-'`^~\"]|[^\x20-\x7e\n]")


class Entry(Struct, frozen=True, kw_only=True):
    """An option or an argument: how it is written, and what it is for."""

    term: str
    text: str


class Page(Struct, frozen=True, kw_only=True):
    """One command, as its help describes it. `parts` are the commands of its own; `commands` have pages of their own."""

    name: str  # mdtickets, or mdtickets-list
    synopsis: str
    summary: str
    text: str = ""
    entries: tuple[Entry, ...] = ()
    parts: tuple["Page", ...] = ()
    commands: tuple[Entry, ...] = ()
    examples: tuple[str, ...] = ()
    verbatim: str = ""  # help of a command that writes its own


def file_name(page: Page) -> str:
    """What the page's file is called."""
    return f"{page.name}.1"


def format_page(page: Page, version: str, see_also: Sequence[str] = ()) -> str:
    """The page in roff."""
    lines = [f'.TH {_quoted(page.name.upper())} 1 "" {_quoted("mdtickets " + version)} "mdtickets"']
    lines += [".SH NAME", f"{escape(page.name)} \\- {escape(page.summary.rstrip('.'))}"]
    lines += [".SH SYNOPSIS", ".nf", *_lines(page.synopsis), ".fi", ".SH DESCRIPTION", *_lines(page.text)]
    if page.verbatim:
        lines += _as_is(page.verbatim.splitlines())
    if page.entries:
        lines += [".SH OPTIONS", *_entries(page.entries)]
    if page.commands or page.parts:
        lines += [".SH COMMANDS", *_entries(page.commands)]
        for part in page.parts:
            lines += [f".SS {_quoted(part.synopsis)}", *_lines(part.text), *_entries(part.entries)]
            lines += [".PP", *_as_is(part.examples)] if part.examples else []
    if page.examples:
        lines += [".SH EXAMPLES", *_as_is(page.examples)]
    lines += [".SH EXIT STATUS", *_entries([Entry(term=str(code), text=text) for code, text in EXIT_CODES])]
    if see_also:
        lines += [".SH SEE ALSO", ",\n".join(f".BR {escape(name)} (1)" for name in see_also).replace(",\n", " ,\n")]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    """The text so that roff sets each of its characters as it is."""
    return _SPECIAL.sub(_named, text)


def _named(match: re.Match[str]) -> str:
    return _ESCAPES.get(match[0]) or (" " if match[0] < " " else f"\\[u{ord(match[0]):04X}]")


def _quoted(text: str) -> str:
    return f'"{escape(text)}"'


def _lines(text: str) -> list[str]:
    """Lines of text: none is taken for a request, an empty one begins a paragraph."""
    return [_guarded(line) if line.strip() else ".PP" for line in text.strip("\n").split("\n")] if text else []


def _guarded(line: str) -> str:
    escaped = escape(line.strip())
    return f"\\&{escaped}" if escaped.startswith((".", "\\(aq")) else escaped


def _as_is(lines: Sequence[str]) -> Iterator[str]:
    """Lines to copy, as they stand."""
    yield ".EX"
    yield from (f"\\&{escape(line.rstrip())}" for line in lines)
    yield ".EE"


def _entries(entries: Sequence[Entry]) -> Iterator[str]:
    for entry in entries:
        yield ".TP"
        yield f".B {_quoted(entry.term)}"
        yield from _lines(" ".join(entry.text.split())) or ["\\&"]
