"""Which parts of a mail are its text for reading, and which are attachments."""

from collections.abc import Iterator

from msgspec import Struct, field

from mdtickets.mail.mime import Part

# Text to programs, not to people. Any other text/* is read as plain text (RFC 2046 section 4.1.4).
_FOR_PROGRAMS = frozenset(
    {
        "text/calendar",
        "text/css",
        "text/csv",
        "text/directory",
        "text/javascript",
        "text/rfc822-headers",
        "text/rtf",
        "text/vcard",
        "text/x-amp-html",
        "text/x-vcard",
        "text/xml",
    }
)


class Contents(Struct):
    """The leaves of a mail, sorted. An alternative that was not chosen is in neither list, unless it is no text."""

    texts: list[Part] = field(default_factory=list)
    attachments: list[Part] = field(default_factory=list)


def contents(root: Part) -> Contents:
    """What there is to read in a mail, and what comes with it, both in the order of the mail."""
    found = Contents()
    _sort(root, found)
    return found


def first_html(root: Part) -> Part | None:
    """The part that a mail program with a browser would show; None when nothing of the mail is HTML."""
    return next((part for part in leaves(root) if part.type == "text/html" and part.disposition != "attachment"), None)


def leaves(part: Part) -> Iterator[Part]:
    """Every part that has no parts, in the order of the mail."""
    if not part.children:
        yield part
    for child in part.children:
        yield from leaves(child)


def _sort(part: Part, found: Contents) -> None:
    if not part.children:
        (found.texts if _is_text(part, found) else found.attachments).append(part)
    elif part.type == "multipart/alternative":
        _choose(part, found)
    elif part.type == "multipart/related":
        _sort_related(part, found)
    else:
        for child in part.children:
            _sort(child, found)


def _is_text(part: Part, found: Contents) -> bool:
    if part.type.startswith("multipart/"):
        return True  # one whose parts could not be told apart
    if not part.type.startswith("text/") or part.disposition == "attachment" or part.type in _FOR_PROGRAMS:
        return False
    # a text with a name is a file, unless it is all there is to read (Apple Mail, fetchmail)
    return not part.filename or not found.texts


def _choose(part: Part, found: Contents) -> None:
    """Read the plain alternative, or the last one there is when the plain one is blank (RFC 2046 section 5.1.4)."""
    options = []
    for child in part.children:
        option = Contents()
        _sort(child, option)
        options.append(option)
    readable = [option for option in options if option.texts]
    plain = [option for option in readable if _is_plain(option)]
    chosen = plain[0] if plain else readable[-1] if readable else None
    for option in options:
        if option is chosen:
            found.texts.extend(option.texts)
        found.attachments.extend(option.attachments)


def _is_plain(option: Contents) -> bool:
    return all(text.type != "text/html" for text in option.texts) and any(
        text.payload(_BLANK_UNTIL)[0].strip() for text in option.texts
    )


_BLANK_UNTIL = 4096  # bytes of white space after which an alternative counts as blank


def _sort_related(part: Part, found: Contents) -> None:
    """Read the root of the compound (RFC 2387 section 3.2); its images and style sheets are attachments."""
    start = part.parameters.get("start", "").strip("<> ")
    roots = [child for child in part.children if start and start.encode() in child.fields.first("content-id")]
    root = roots[0] if roots else part.children[0]
    for child in part.children:
        if child is root:
            _sort(child, found)
        else:
            found.attachments.extend(leaves(child))
