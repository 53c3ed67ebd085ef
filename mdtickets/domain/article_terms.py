"""What an article is found by: its words with their weights, their places, and the fields that can be asked alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain

from msgspec import Struct, field

from mdtickets.domain.query import TextField
from mdtickets.domain.terms import AS_WRITTEN, Analyser, Token

# Weights are added before the ranking's saturation, so a word of the subject counts as three of the text.
_SUBJECT = 3.0
_ADDRESS = 1.0
_NEW = 1.0
_QUOTED = 0.3
_FILE_NAME = 1.0
_ATTACHED = 0.3

BODY_STARTS_AT = 1000  # place of the first word of the text; the subject's stand before it
_MOST_IN_SUBJECT = 500  # words
_MOST_IN_TEXT = 30_000  # words of one article's new text, and
_MOST_QUOTED = 10_000  # of what it quotes,
_MOST_ATTACHED = 30_000  # and of all its attachments


class ArticleText(Struct, frozen=True, kw_only=True):
    """The text of one article, as far as it is searched."""

    number: str  # of its ticket
    name: str  # its file
    at: int  # seconds since 1970
    language: str = ""  # "de", "en", "" = not known
    subject: str = ""
    sender: str = ""  # names and addresses
    recipients: str = ""
    new: str = ""
    quoted: str = ""
    is_note: bool = False
    file_names: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()  # the text in attachments


class ArticleTerms(Struct, kw_only=True):
    """The terms of one article."""

    number: str
    name: str
    at: int
    weights: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))  # of everything
    # of subject and new text, rising
    places: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    fields: dict[TextField, set[str]] = field(default_factory=dict)
    forms: set[tuple[str, str]] = field(default_factory=set)  # (form, term)


def analyse(article: ArticleText, analyser: Analyser) -> ArticleTerms:
    """The terms that an article is found by."""
    found = ArticleTerms(number=article.number, name=article.name, at=article.at)
    subject = analyser.read(article.subject, article.language, _MOST_IN_SUBJECT)
    _add(found, subject, _SUBJECT, TextField.SUBJECT)
    _place(found, subject, 0)
    new = analyser.read(article.new, article.language, _MOST_IN_TEXT)
    _add(found, new, _NEW, TextField.NOTE if article.is_note else None)
    _place(found, new, BODY_STARTS_AT)
    _add(found, analyser.read(article.quoted, article.language, _MOST_QUOTED), _QUOTED)
    _add(found, analyser.read(article.sender, AS_WRITTEN), _ADDRESS, TextField.FROM)
    _add(found, analyser.read(article.recipients, AS_WRITTEN), _ADDRESS, TextField.TO)
    _add(found, analyser.read("\n".join(article.file_names), ""), _FILE_NAME, TextField.FILENAME)
    attached = analyser.read("\n".join(article.attached), article.language, _MOST_ATTACHED)
    _add(found, attached, _ATTACHED, TextField.ATTACHMENT)
    return found


def _add(found: ArticleTerms, tokens: Sequence[Token], weight: float, into: TextField | None = None) -> None:
    counts = Counter(chain.from_iterable([token.terms for token in tokens]))
    weights = found.weights
    for term, count in counts.items():
        weights[term] += weight * count
    found.forms.update(chain.from_iterable([token.forms for token in tokens]))
    if into and tokens:
        found.fields.setdefault(into, set()).update(counts)


def _place(found: ArticleTerms, tokens: Iterable[Token], start: int) -> None:
    places = found.places
    place = start
    for token in tokens:
        for terms in token.parts:
            for term in terms:
                places[term].append(place)
            place += 1
