"""Names of cards: short words that are safe as file names, whatever a stranger calls himself."""

import re
import unicodedata
from collections.abc import Callable, Mapping

LONGEST = 40
FALLBACK = "customer"

# German writes these with two letters; everything else loses its accents.
_FOLDED: Mapping[int, str] = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "ß": "ss",
        "æ": "ae",
        "ø": "o",
        "œ": "oe",
        "å": "a",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "&": " und ",
    }
)
_OTHER = re.compile(r"[^a-z0-9]+")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
# Names that Windows keeps for devices: a clone there could not check them out.
_DEVICES = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9]")


def slug_of(name: str, address: str) -> str:
    """A slug for somebody: of the name, else of the part before the @, else "customer"."""
    for text in (name, address.rpartition("@")[0]):
        slug = _fold(text)
        if slug:
            return f"{FALLBACK}-{slug}" if _DEVICES.fullmatch(slug) else slug
    return FALLBACK


def free_slug(wanted: str, is_taken: Callable[[str], bool]) -> str:
    """The slug, or its first `-2`, `-3` … that nobody has."""
    slug, number = wanted, 1
    while is_taken(slug):
        number += 1
        ending = f"-{number}"
        slug = wanted[: LONGEST - len(ending)].rstrip("-") + ending
    return slug


def is_slug(text: str) -> bool:
    """Whether a text may name a card."""
    return _SLUG.fullmatch(text) is not None


def _fold(text: str) -> str:
    # only so much of a name: a stranger's may be as long as a mail
    composed = unicodedata.normalize("NFKC", text[:200]).lower().translate(_FOLDED)
    words = _OTHER.sub("-", _without_marks(composed)).strip("-")
    if len(words) <= LONGEST:
        return words
    cut = words[: LONGEST + 1].rpartition("-")[0]
    return cut if len(cut) > LONGEST // 2 else words[:LONGEST].rstrip("-")


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(character for character in decomposed if not unicodedata.combining(character))
