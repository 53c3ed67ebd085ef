"""The text of a mail for reading, made of those parts that are text."""

from collections.abc import Callable, Sequence
from importlib import import_module

from mdtickets.domain.plain import plain_text
from mdtickets.mail.charset import decode
from mdtickets.mail.defects import Defects
from mdtickets.mail.flowed import join_flowed
from mdtickets.mail.mime import Part

MAX_BODY = 256 << 10  # characters
MAX_TAGS = 10_000  # of all HTML parts together

HtmlToText = Callable[[str, int], tuple[str, str]]


def load_html_to_text() -> HtmlToText:
    """`mail.html.html_to_text`, loaded when the first mail needs it.

    Loaded so, against the rule, because lxml and inscriptis take 55 ms to import: more than all else that `show` does,
    and no mail with a plain text needs them.
    """
    convert: HtmlToText = import_module("mdtickets.mail.html").html_to_text
    return convert


def read_body(texts: Sequence[Part], defects: Defects) -> str:
    """The parts' text with a blank line between them, ended by a newline; 256 KB of it at most, "" when there is none.

    Free of control characters, lines of format=flowed put together again, HTML as text.
    """
    pieces: list[str] = []
    left = MAX_BODY
    tags_left = MAX_TAGS
    for part in texts:
        if left <= 0:
            break
        text = plain_text(decode_part(part, defects))
        if part.type == "text/html":
            tags = text.count("<")
            text, note = load_html_to_text()(text, tags_left)
            tags_left = max(tags_left - tags, 0)
            _note(defects, note)
        elif part.parameters.get("format", "").lower() == "flowed":
            text = join_flowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        if text := text.lstrip("\n").rstrip():
            pieces.append(text)
            left -= len(text)
    if left < 0 or any(part.end - part.start > MAX_BODY for part in texts):
        defects.add(f"The text is longer than {MAX_BODY >> 10} KB; the rest is left out here.")
    return "\n\n".join(pieces)[:MAX_BODY] + "\n" if pieces else ""


def decode_part(part: Part, defects: Defects) -> str:
    """The text of one part as it was written, HTML as HTML; at most 256 KB are looked at."""
    data, wrong = part.payload(MAX_BODY)
    _note(defects, wrong)
    if part.end - part.start > MAX_BODY:
        data = data[: data.rfind(b"\n") + 1] or data  # not in the middle of a character
    text, note = decode(data, part.parameters.get("charset", ""))
    _note(defects, note)
    return text


def _note(defects: Defects, words: str) -> None:
    if words:
        defects.add(f"{words[0].upper()}{words[1:]}.")
