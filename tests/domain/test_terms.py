"""What finds what: words, compounds, codes, addresses, in both languages."""

import pytest

from mdtickets.domain.terms import AS_WRITTEN, Analyser, fold
from mdtickets.store.index import stemmer

# (what stands in the article, its language, what is sought, whether it is found) – compounds are looked up in the
# vocabulary, and tried in tests/store/test_index.py
CASES = [
    ("Häuser", "de", "Haus", True),
    ("Lörrach", "de", "Loerrach", True),
    ("Loerrach", "de", "Lörrach", True),
    ("Müller", "", "mueller", True),
    ("Straße", "de", "strasse", True),
    ("Rechnungen", "de", "Rechnung", True),
    ("die Rechnung", "de", "Rechnungen", True),
    ("invoices", "en", "invoice", True),
    ("crashed", "en", "crashes", True),
    ("Lizenz-Schlüssel", "de", "Lizenzschlüssel", True),
    ("Lizenzschlüssel", "de", "Lizenz-Schlüssel", True),
    ("0x80070005", "de", "0X80070005", True),
    ("ERR-1234", "en", "err-1234", True),
    ("ERR-1234", "en", "ERR1234", True),
    ("v2.14.3", "en", "2.14.3", True),
    ("Version 2.14.3", "de", "2.14.3", True),
    ("[Ticket#2026112410000019]", "", "2026112410000019", True),
    ("anna.huber@lee.example", AS_WRITTEN, "anna.huber@lee.example", True),
    ("anna.huber@lee.example", AS_WRITTEN, "lee.example", True),
    ("anna.huber@lee.example", AS_WRITTEN, "anna.huber", True),
    ("anna.huber@lee.example", AS_WRITTEN, "Huber", True),
    ("https://www.lee.example/shop/index.html", "en", "www.lee.example", True),
    ("café", "en", "cafe", True),
    ("C:/Users/kim/export.csv", "en", "export.csv", True),
    ("foo_bar", "en", "foo_bar", True),
    ("schön", "de", "schon", True),  # deliberately: umlauts are folded
    ("printer", "en", "print", False),
    ("ERR-1234", "en", "ERR-1235", False),
    ("Haus", "de", "Hausmeister", False),
    ("Rechnung", "de", "Rechen", False),
]


@pytest.mark.parametrize(("text", "language", "sought", "found"), CASES)
def test_a_word_finds_its_other_forms(text: str, language: str, sought: str, found: bool) -> None:
    """Stems, folded letters, wholes and parts meet in the index."""
    analyser = Analyser(stemmer())
    there = {term for token in analyser.read(text, language) for terms in token.parts for term in terms}
    there |= {term for token in analyser.read(text, language) for term in token.wholes}
    assert [found] == [bool(there & set(token.wholes)) for token in analyser.seek(sought)]


def test_digraphs_that_are_none_stay() -> None:
    """`ue` after a, e and q is no umlaut."""
    assert [fold(word) for word in ("bauen", "neue", "Quelle", "muell")] == ["bauen", "neue", "quelle", "mull"]


def test_a_word_without_end_is_cut() -> None:
    """A line of base64 makes a few terms, not thousands."""
    (token,) = Analyser(stemmer()).read("/".join(["abc"] * 5000), "en")
    assert len(token.parts) == 12
