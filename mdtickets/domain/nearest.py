"""The word that somebody may have meant."""

import difflib
from collections.abc import Iterable

from mdtickets.errors import UsageError


def nearest_hint(word: str, allowed: Iterable[str]) -> str:
    """What to say after "there is no such word": the nearest one, or all when none is near."""
    words = list(dict.fromkeys(allowed))
    if not words:
        return "There is none yet."
    by_lower = {one.lower(): one for one in words}
    near = difflib.get_close_matches(word.lower(), by_lower, 1, cutoff=0.5)
    return f'Did you mean "{by_lower[near[0]]}"?' if near else f"Choose of: {', '.join(words)}."


def check_word(option: str, word: str, allowed: Iterable[str]) -> None:
    """Raises UsageError when the word is none of those allowed, naming the nearest one or, of few, all."""
    words = list(dict.fromkeys(allowed))
    if word in words:
        return
    raise UsageError(f'{option}: "{word}" is none.', nearest_hint(word, words))
