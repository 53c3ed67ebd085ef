"""Other forms of a word that no stemmer brings together, and how far apart two spellings are. Pure.

What is made here by rules is mostly no word at all: only what some text has is looked for. All words are folded.
"""

from collections.abc import Iterator

_SHORTEST = 4  # letters of a word that is changed
_SHORTEST_STEM = 3

# verbs of which the prefix comes off: `ab-ge-stürzt`
_PREFIXES = (
    *("ab", "an", "auf", "aus", "bei", "durch", "ein", "fest", "fort", "frei", "her", "heraus", "herein", "herunter"),
    *("hin", "hinzu", "hoch", "los", "mit", "nach", "um", "vor", "weg", "weiter", "wieder", "wiederher", "zu"),
    *("zuruck", "zusammen"),
)
_ENDS_OF_ADJECTIVE = ("", "e", "en", "em", "er", "es")
_ENDS_OF_VERB = ("t", "te", "ten", "et", "ete", "eten")
_ENDS_OF_PARTICIPLE = (*_ENDS_OF_VERB, "en", "ene", "enen")

# (as words end, what stands there in others of the same family)
_FAMILIES = (
    (("ation", "ationen", "ations"), ("ieren", "iert", "ierung")),
    (("ieren", "iert", "ierte", "ierten", "ierung", "ierungen"), ("ieren", "iert", "ierung", "ation")),
    (("t", "te", "ten"), ("en",)),
)
# (in one spelling, in another, what may follow): British and American
_SPELLINGS = (
    ("our", "or", ("", "s", "ed", "ing", "ful", "ite", "able")),
    ("enc", "ens", ("e", "es", "ed", "ing")),
    ("is", "iz", ("e", "es", "ed", "er", "ing", "ation")),
    ("ys", "yz", ("e", "es", "ed", "er", "ing")),
    ("tre", "ter", ("", "s")),
    ("ogue", "og", ("", "s")),
)


def other_forms(form: str) -> set[str]:
    """Forms that may belong to the same word: German verbs and their participles, British and American spelling."""
    if len(form) < _SHORTEST or not form.isascii() or not form.isalpha():
        return set()
    return {*_of_verbs(form), *_with_other_ends(form), *_of_spelling(form)} - {form}


def is_near(one: str, other: str, most: int) -> bool:
    """Whether so many edits (a letter more, less or another, two swapped) make one of the other.

    The optimal string alignment distance (Boytsov 2011, Indexing methods for approximate dictionary searching).
    """
    if abs(len(one) - len(other)) > most:
        return False
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        above, row = row, [place]
        for column, another in enumerate(other, 1):
            cost = min(above[column] + 1, row[-1] + 1, above[column - 1] + (letter != another))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == another:
                cost = min(cost, before[column - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return False
        before = above
    return row[-1] <= most


def _of_verbs(form: str) -> Iterator[str]:
    for prefix, rest in (("", form), *((each, form[len(each) :]) for each in _PREFIXES if form.startswith(each))):
        if rest.startswith("ge"):
            yield from (f"{prefix}{stem}en" for stem in _stems_of_participle(rest[2:], is_noun_sooner=not prefix))
        stem = rest[:-1].removesuffix("e")
        if rest.endswith("n") and len(stem) >= _SHORTEST_STEM:
            yield from (f"{prefix}ge{stem}{end}" for end in _ENDS_OF_PARTICIPLE)
            yield from (f"{prefix}{stem}{end}" for end in _ENDS_OF_VERB)
    # as in `gecrasht`
    yield from (f"ge{form}{end}" for end in ("t", "te", "ten"))


def _stems_of_participle(word: str, *, is_noun_sooner: bool) -> Iterator[str]:
    """Of a participle without its `ge`. One in -en may be a noun, as `Geräten` is."""
    for end in ("t",) if is_noun_sooner else ("t", "en"):
        for tail in _ENDS_OF_ADJECTIVE:
            stem = word.removesuffix(end + tail)
            if stem != word and len(stem) >= _SHORTEST_STEM:
                yield stem.removesuffix("e")


def _with_other_ends(form: str) -> Iterator[str]:
    for ends, others in _FAMILIES:
        for end in ends:
            if form.endswith(end):
                yield from (form.removesuffix(end) + other for other in others)


def _of_spelling(form: str) -> Iterator[str]:
    for british, american, tails in _SPELLINGS:
        for one, other in ((british, american), (american, british)):
            yield from (form.removesuffix(one + tail) + other + tail for tail in tails if form.endswith(one + tail))
