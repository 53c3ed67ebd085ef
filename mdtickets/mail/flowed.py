"""format=flowed (RFC 3676): lines that a mail program broke for sending, put together again for reading."""


def join_flowed(text: str, *, delete_space: bool) -> str:
    """The text with each paragraph on one line, quoted ones too.

    A line that ends with a space goes on in the next one of the same quote depth; `delete_space` (DelSp=yes) drops
    that space. The line `-- ` before a signature never goes on (section 4.3).
    """
    lines: list[list[str]] = []
    open_depth = -1  # of the paragraph that goes on
    for line in text.split("\n"):
        content = line.lstrip(">")
        depth = len(line) - len(content)
        content = content.removeprefix(" ")  # space-stuffing (section 4.4)
        goes_on = content.endswith(" ") and content != "-- "
        piece = content[:-1] if goes_on and delete_space else content
        if depth == open_depth and content != "-- ":
            lines[-1].append(piece)
        else:
            lines.append([f"{'>' * depth} " if depth else "", piece])
        open_depth = depth if goes_on else -1
    return "\n".join("".join(pieces) for pieces in lines)
