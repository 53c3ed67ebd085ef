"""The text of a mail for reading: its plain parts, or its HTML as text when there is nothing else."""

from collections.abc import Callable
from importlib import import_module

from mdtickets.domain.plain import plain_text
from mdtickets.mail.charset import decode
from mdtickets.mail.contents import Contents
from mdtickets.mail.defects import Defects
from mdtickets.mail.mime import Part

MAX_TEXT = 256 << 10  # characters of all parts together
_MAX_BYTES = 1 << 20  # of one part, before it is decoded


def read_body(found: Contents, defects: Defects) -> str:
    """The text parts one after another, a blank line between two, free of control characters."""
    texts: list[str] = []
    room = MAX_TEXT
    for part in found.texts:
        text = _read(part, defects)
        if len(text) > room:
            defects.add(f"The text is longer than {MAX_TEXT >> 10} KB; the rest of it was not looked at.")
        texts.append(text[:room])
        room -= len(texts[-1])
        if room <= 0:
            break
    return "\n\n".join(text.rstrip("\n") for text in texts if text.strip()) + ("\n" if any(texts) else "")


def decode_part(part: Part, defects: Defects) -> str:
    """A part's bytes as text, its line ends as newlines."""
    data, wrong = part.payload(_MAX_BYTES)
    if wrong:
        defects.add(wrong)
    decoded = decode(data, part.parameters.get("charset", ""))
    if decoded.note:
        defects.add(decoded.note)
    return decoded.text.replace("\r\n", "\n").replace("\r", "\n")


def _read(part: Part, defects: Defects) -> str:
    text = decode_part(part, defects)
    if part.type != "text/html":
        return plain_text(_flowed(text) if part.parameters.get("format", "").lower() == "flowed" else text)
    html_to_text = _load_html_to_text()
    text, wrong = html_to_text(text)
    if wrong:
        defects.add(f"{wrong[0].upper()}{wrong[1:]}.")
    return plain_text(text)


def _flowed(text: str) -> str:
    """Lines that a mail program broke put together again (RFC 3676): those that end with a blank go on."""
    lines: list[str] = []
    open_depth = -1
    for line in text.split("\n"):
        stripped = line.lstrip(">")
        depth = len(line) - len(stripped)
        content = stripped.removeprefix(" ")
        if depth == open_depth and content != "-- ":
            lines[-1] += content
        else:
            lines.append(">" * depth + (" " if depth else "") + content)
        open_depth = depth if content.endswith(" ") and content != "-- " else -1
    return "\n".join(lines)


def _load_html_to_text() -> Callable[[str], tuple[str, str]]:
    # lxml and inscriptis take 55 ms to load, and most mail has a plain part: the one measured exception outside cli
    function: Callable[[str], tuple[str, str]] = import_module("mdtickets.mail.html").html_to_text
    return function
