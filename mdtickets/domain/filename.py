"""A name that a stranger gave to a file, made into one that is safe to create."""

import re
import unicodedata

from mdtickets.domain.plain import REPLACEMENT, plain_line

# ext4 and most others allow 255 bytes; this leaves room for a suffix that tells two files of one name apart.
MAX_BYTES = 200

_MOST_LOOKED_AT = 4096  # characters from the end, where the extension is
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,12}\Z")
_FORBIDDEN = re.compile(r'[<>:"|?*]')  # Windows and its network drives refuse them; a shell obeys some
_SPACES = re.compile(r"\s+")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:\.|\Z)", re.IGNORECASE)


def safe_filename(name: str, number: int) -> str:
    """One path component, at most 200 bytes of UTF-8, never hidden, never an option, never a device of Windows.

    What stands before the last slash or backslash is dropped; the extension is kept when it is short and plain.
    `number` is the attachment's place in its mail and names it (`attachment-3`) when nothing of its name is left.
    Two attachments may get the same name: whoever creates the file must not overwrite.
    """
    base = re.split(r"[/\\]", name[-_MOST_LOOKED_AT:])[-1]
    clean = plain_line(unicodedata.normalize("NFC", base)).replace(REPLACEMENT, "_")
    clean = _SPACES.sub(" ", _FORBIDDEN.sub("_", clean))
    clean = clean.lstrip(".-~ ").rstrip(". ")
    if _RESERVED.match(clean):
        clean = f"_{clean}"
    return _shorten(clean) or f"attachment-{number}"


def _shorten(name: str) -> str:
    if len(name.encode()) <= MAX_BYTES:
        return name
    found = _EXTENSION.search(name)
    extension = found[0] if found else ""
    stem = name[: len(name) - len(extension)].encode()[: MAX_BYTES - len(extension)]
    return stem.decode(errors="ignore").rstrip(". ") + extension
