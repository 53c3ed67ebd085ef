"""format=flowed (RFC 3676): lines that a mail program broke for sending, put together again for reading."""

import re

# The end of a line that goes on. The line `-- ` before a signature does not, and nothing goes on in it.
# Letters first and the look behind after them: so the search jumps from one end of a line to the next.
_SOFT_BREAK = re.compile(r" \n(?<!\n-- \n)(?!-- (?:\n|\Z))")


def join_flowed(text: str, *, delete_space: bool) -> str:
    """The text with each paragraph on one line, quoted ones too.

    A line that ends with a space goes on in the next one of the same quote depth; `delete_space` (DelSp=yes) drops
    that space. The line `-- ` before a signature never goes on (section 4.3).
    """
    if delete_space or text.startswith(">"):
        return _join_line_by_line(text, delete_space)
    unquoted, newline, rest = text.partition("\n>")
    joined = _join_unquoted(unquoted)
    return f"{joined}\n{_join_line_by_line(f'>{rest}', delete_space)}" if newline else joined


def _join_unquoted(text: str) -> str:
    """The same where no line is quoted, at a tenth of the price."""
    unstuffed = f"\n{text}".replace("\n ", "\n")  # space-stuffing (section 4.4)
    return _SOFT_BREAK.sub(" ", unstuffed)[1:]


def _join_line_by_line(text: str, delete_space: bool) -> str:
    lines: list[list[str]] = []
    open_depth = -1  # of the paragraph that goes on
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")
        goes_on = content.endswith(" ") and content != "-- "
        piece = content[:-1] if goes_on and delete_space else content
        if depth == open_depth and content != "-- ":
            lines[-1].append(piece)
        else:
            lines.append([f"{'>' * depth} " if depth else "", piece])
        open_depth = depth if goes_on else -1
    return "\n".join("".join(pieces) for pieces in lines)
