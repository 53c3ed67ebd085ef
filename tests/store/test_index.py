"""The full text: what a leaf of a query finds, and in which order."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mdtickets.domain.query import Phrase, Prefix, Text, Word
from mdtickets.errors import TryAgainError
from mdtickets.store.durable import Disk
from mdtickets.store.index import Change, Index, UnusableIndexError, make_index, open_index, writing
from mdtickets.store.index_search import TOO_COMMON
from mdtickets.store.index_words import Indexed
from mdtickets.store.layout import Layout
from tests.store.index_world import NOW, addition, new_index, number, text, which

ARTICLES = (
    text(
        1,
        "Der Rechnungsdrucker in der Halle druckt nicht.",
        subject="Drucker defekt",
        sender="Anna Huber <anna@lee.example>",
    ),
    text(2, "Die Lizenz-Schlüssel für Version v2.14.3 fehlen: 0x80070005.", recipients="support@lee.example"),
    text(3, "The invoices are wrong again.", language="en", subject="Invoice 4711", file_names=("Angebot.pdf",)),
    text(4, "Danke!", quoted="Die Rechnung ist falsch.", attached=("Kabel und Stecker",)),
    text(5, "Kunde rief an wegen Lörrach.", is_note=True),
)

CASES: list[tuple[Text, list[int]]] = [
    (Word("drucker"), [1]),
    (Word("Rechnungsdrucker"), [1]),
    (Word("Rechnung"), [1, 4]),
    (Word("invoice"), [3]),
    (Word("Lizenzschlüssel"), [2]),
    (Word("2.14.3"), [2]),
    (Word("0x80070005"), [2]),
    (Word("80070005"), [2]),
    (Word("kabelstecker"), [4]),
    (Word("rechnungshallen"), []),
    (Word("druckerhalle"), [1]),
    (Word("hallendrucker"), [1]),
    (Word("err4711"), []),
    (Word("invoice4711"), [3]),
    (Word("angebotpdf"), [3]),
    (Word("angerufen"), []),
    (Word("drucken"), [1]),
    (Word("loerrach"), [5]),
    (Word("anna@lee.example"), [1]),
    (Word("lee.example"), [1, 2]),
    (Word("nirgends"), []),
    (Word("..."), []),
    (Word("anna", "from"), [1]),
    (Word("anna", "to"), []),
    (Word("support", "to"), [2]),
    (Word("defekt", "subject"), [1]),
    (Word("defekt", "body"), []),
    (Word("halle", "body"), [1]),
    (Word("lörrach", "note"), [5]),
    (Word("halle", "note"), []),
    (Word("stecker", "attachment"), [4]),
    (Word("angebot", "filename"), [3]),
    (Word("angebot.pdf"), [3]),
    (Phrase("Drucker defekt"), [1]),
    (Phrase("defekt Drucker"), []),
    (Phrase("in der Halle"), [1]),
    (Phrase("Anna Huber"), [1]),
    (Phrase("Version v2.14.3"), [2]),
    (Phrase("Drucker defekt", "body"), []),
    (Phrase("Drucker defekt", "subject"), [1]),
    (Phrase("halle"), [1]),
    (Prefix("rechn"), [1, 4]),
    (Prefix("rechnungsdr"), [1]),
    (Prefix("Lör"), [5]),
    (Prefix("ann", "from"), [1]),
    (Prefix("zzz"), []),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """Five tickets."""
    index = new_index(tmp_path_factory.mktemp("index"), ARTICLES)
    yield index
    index.close()


@pytest.mark.parametrize(("leaf", "expected"), CASES)
def test_a_leaf_finds_the_tickets_that_have_it(index: Index, leaf: Text, expected: list[int]) -> None:
    """Words in their forms and parts, phrases, prefixes, and fields."""
    assert which(index.tickets(leaf)) == expected


def test_the_subject_counts_more_than_the_text_and_the_text_more_than_a_quotation(tmp_path: Path) -> None:
    """Of three tickets with the word, the one about it is first."""
    filler = "Wir haben gestern lange darüber gesprochen und sind zu keinem Ergebnis gekommen."
    articles = (
        text(1, filler, quoted="Kabel"),
        text(2, f"{filler} Kabel"),
        text(3, filler, subject="Kabel"),
        text(4, filler),
    )
    index = new_index(tmp_path, articles)
    assert [which([hit.number]) for hit in index.rank([Word("kabel")], None, NOW)] == [[3], [2], [1]]


def test_the_newer_of_equals_is_first(tmp_path: Path) -> None:
    """Age counts where the words do not decide."""
    index = new_index(tmp_path, (text(1, "Kabel", days_ago=700), text(2, "Kabel"), text(3, "Kabel", days_ago=30)))
    assert [hit.article for hit in index.rank([Word("kabel")], None, NOW)] == ["2.eml", "3.eml", "1.eml"]


def test_a_ticket_is_shown_with_its_best_article(tmp_path: Path) -> None:
    """One hit a ticket."""
    one = text(1, "Kabel")
    other = text(1, "Kabel Kabel Kabel", days_ago=1)
    changes = [
        Change(
            number=one.number,
            indexed=Indexed(stamp="s", articles=()),
            articles=(one, text(1, "nichts")),
        )
    ]
    index = new_index(tmp_path)
    index.write(changes)
    index.write([Change(number=one.number, indexed=Indexed(stamp="t", articles=()), articles=(other,))])
    (hit,) = index.rank([Word("kabel")], None, NOW)
    assert (hit.at, index.segments - 1) == (NOW - 86_400, 1)


def test_only_the_tickets_asked_for_are_ranked(index: Index) -> None:
    """The planner says which tickets count, and how many are wanted."""
    leaves = [Word("rechnung"), Word("drucker")]
    assert [hit.number for hit in index.rank(leaves, {number(4)}, NOW)] == [number(4)]
    assert [hit.number for hit in index.rank(leaves, None, NOW, 1)] == [number(1)]


def test_a_word_that_was_meant(index: Index) -> None:
    """One letter more, less, another, or two swapped; nothing for a word that is there."""
    assert [index.suggest(word) for word in ("Druker", "druckker", "drucket", "durcker", "Drucker", "xyzzy")] == [
        "drucker", "drucker", "drucker", "drucker", "", "",
    ]  # fmt: skip


def test_what_is_removed_is_found_no_more(tmp_path: Path) -> None:
    """A ticket that is gone, and one that is read anew."""
    index = new_index(tmp_path, ARTICLES)
    changed = text(2, "Jetzt anders.")
    index.write(
        [
            Change(number=number(1), indexed=None),
            Change(number=number(2), indexed=Indexed(stamp="t", articles=("x",)), articles=(changed,), anew=True),
        ]
    )
    assert [which(index.tickets(Word(word))) for word in ("drucker", "0x80070005", "anders")] == [[], [], [2]]
    assert [number(2), number(3), number(4), number(5)] == sorted(index.all_numbers())


def test_long_and_odd_ticket_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    """Imported tickets keep numbers that no column holds."""
    numbers = ["20261124" + "9" * 20, "20261124", "0020112400000123"]
    articles = [text(1, "Kabel").__class__(number=each, name="a.eml", at=NOW, new="Kabel") for each in numbers]
    index = new_index(tmp_path, articles)
    assert index.tickets(Word("kabel")) == set(numbers)
    index.write([Change(number=numbers[0], indexed=None)])
    assert index.tickets(Word("kabel")) == set(numbers[1:])


def test_a_reader_sees_what_another_process_wrote(tmp_path: Path) -> None:
    """After `refresh`, and not half of it before."""
    writer = new_index(tmp_path, ARTICLES)
    reader = open_index(Layout(tmp_path))
    writer.write(addition(text(6, "Kabel neu")))
    assert which(reader.tickets(Word("neu"))) == []
    reader.refresh()
    assert which(reader.tickets(Word("neu"))) == [6]


def test_there_is_one_writer(tmp_path: Path) -> None:
    """The second is told so."""
    new_index(tmp_path)
    layout = Layout(tmp_path)
    with writing(layout, Disk()), pytest.raises(TryAgainError), writing(layout, Disk()):
        pass


def test_too_common_is_not_ranked(index: Index) -> None:
    """Few postings are ranked whatever the word is."""
    assert TOO_COMMON == 50_000
    assert not index.is_too_common([Word("der")])


def test_a_missing_index_is_said(tmp_path: Path) -> None:
    """Nothing is made by looking."""
    with pytest.raises(UnusableIndexError) as caught:
        open_index(Layout(tmp_path))
    assert caught.value.reason == "missing"
    assert list(tmp_path.iterdir()) == []


def test_an_index_of_another_version_is_said(tmp_path: Path) -> None:
    """It is made anew by whoever may."""
    index = new_index(tmp_path)
    index._words.put("version", "0/1.0")
    with pytest.raises(UnusableIndexError) as caught:
        open_index(Layout(tmp_path))
    assert caught.value.reason == "outdated"
    assert make_index(Layout(tmp_path), Disk()).articles == 0


@pytest.mark.parametrize("pattern", ["*.toc", "*.seg", "words.sqlite", "sums"])
@pytest.mark.parametrize("size", [0, 0.5])
def test_a_torn_file_is_said(tmp_path: Path, pattern: str, size: float) -> None:
    """Whatever Whoosh, pickle or SQLite raise, it is one error."""
    new_index(tmp_path, ARTICLES).close()
    (torn,) = (tmp_path / ".mdtickets" / "index").glob(pattern)
    data = torn.read_bytes()
    torn.write_bytes(data[: int(len(data) * size)])
    with pytest.raises(UnusableIndexError) as caught:
        open_index(Layout(tmp_path)).tickets(Word("kabel"))
    assert caught.value.reason in {"damaged", "outdated"}


def test_a_flipped_bit_is_found(tmp_path: Path) -> None:
    """In a segment by who looks at all bytes, in the table of contents by whoever opens it."""
    new_index(tmp_path, ARTICLES).close()
    directory = tmp_path / ".mdtickets" / "index"
    (segment,), (contents,) = directory.glob("*.seg"), directory.glob("*.toc")
    index = open_index(Layout(tmp_path))
    assert index.torn_files() == []
    _flip(segment)
    assert index.torn_files() == [segment.name]
    index.close()
    _flip(contents)
    with pytest.raises(UnusableIndexError, match="not what was written"):
        open_index(Layout(tmp_path))


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_an_index_that_was_removed_under_a_reader_is_noticed(tmp_path: Path) -> None:
    """It answers from what it has mapped, and says that this is not what lies there."""
    index = new_index(tmp_path, ARTICLES)
    make_index(Layout(tmp_path), Disk())
    assert (which(index.tickets(Word("drucker"))), index.is_current) == ([1], False)
