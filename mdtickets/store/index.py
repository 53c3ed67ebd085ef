"""The full text of all articles: which tickets have a word, and which article fits best.

Whoosh does the work; this interface is all that others know of it, so another engine can take its place. Everything is
derived from the files and may be deleted at any time. Readers and one writer work side by side: whoever writes holds
the lock, and a reader sees what was committed last.
"""

import errno
import os
import shutil
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from itertools import chain
from pathlib import Path
from secrets import token_hex
from typing import Any

from msgspec import Struct

from mdtickets.domain.article_terms import ArticleText, analyse
from mdtickets.domain.query import Text
from mdtickets.domain.terms import LANGUAGES, Analyser, fold
from mdtickets.store import index_engine as whoosh
from mdtickets.store import index_search as search
from mdtickets.store import lockfile
from mdtickets.store.durable import Disk
from mdtickets.store.index_merging import Policy, choose, keep_all, merge_due
from mdtickets.store.index_schema import EVERYTHING, NUMBER, is_plain_number, schema
from mdtickets.store.index_segments import NAME, Segments
from mdtickets.store.index_state import DAMAGED, TOKEN, VERSION, VERSION_NOW, WORDS, directory_of, why_unusable
from mdtickets.store.index_storage import Storage
from mdtickets.store.index_trust import is_tracked
from mdtickets.store.index_wanted import terms_of, wanted
from mdtickets.store.index_words import Indexed, Words
from mdtickets.store.index_writing import Writer
from mdtickets.store.layout import Layout

_LOCK = "index.lock"
# what SQLite says of a disk that is full, broken, or not to be written
_NOT_ITS_FAULT = ("full", "disk I/O", "readonly")


class UnusableIndexError(Exception):
    """There is no index that answers. `reason` says why: missing, damaged, outdated or tracked."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or reason)
        self.reason = reason


class Hit(Struct, frozen=True, kw_only=True):
    """A ticket that was found, and its article that fits best."""

    number: str
    article: str  # file name
    score: float  # 0 where nothing was ranked
    at: int  # when the article was written, in seconds since 1970


class Change(Struct, frozen=True, kw_only=True):
    """What the index is to have of a ticket: articles that it has not yet, or all of them anew."""

    number: str
    indexed: Indexed | None  # None: the ticket is gone
    articles: tuple[ArticleText, ...] = ()
    anew: bool = False  # forget what it had of the ticket


class Index:
    """The open index of one store. Everything raises UnusableIndexError when its files are torn."""

    def __init__(self, layout: Layout, words: Words, storage: Storage, segments: Segments) -> None:
        self._layout = layout
        self._words = words
        self._storage = storage
        self._segments = segments
        self._analyser = Analyser(stemmer())
        self._asked: dict[Text, search.Asked] = {}  # of this state of the vocabulary
        self._inode = os.stat(directory_of(layout)).st_ino

    def close(self) -> None:
        """Give its files free."""
        self._words.close()

    @property
    def is_current(self) -> bool:
        """Whether the open files are still those that lie there: somebody may have deleted them under us."""
        try:
            return os.stat(directory_of(self._layout)).st_ino == self._inode
        except FileNotFoundError:
            return False

    def refresh(self) -> None:
        """See what others wrote since."""
        self._asked.clear()
        with _reading():
            self._segments.refresh()

    # asking

    def tickets(self, leaf: Text) -> set[str]:
        """The numbers of the tickets that have an article, or a note, which matches."""
        with _reading():
            return set(map(self._words.number_of, search.tickets(self._segments, self._ask(leaf))))

    def is_too_common(self, leaves: Iterable[Text]) -> bool:
        """Whether these words stand in so many articles that they are not ranked."""
        with _reading():
            return search.postings(self._segments, map(self._ask, leaves)) > search.TOO_COMMON

    def is_cut(self, leaf: Text) -> bool:
        """Whether so many words begin as the leaf says that only the commonest are looked for."""
        with _reading():
            return any(wants.is_cut for wants in self._ask(leaf)[1])

    def rank(
        self, leaves: Sequence[Text], numbers: Collection[str] | None, now: int, limit: int | None = None
    ) -> list[Hit]:
        """The best article of each of these tickets (None: of all) that has any of the leaves, the best first.

        By BM25 over weighted fields, and by age at `now`, in seconds since 1970; what is too common by age alone.
        """
        with _reading():
            asked = [self._ask(leaf) for leaf in leaves]
            among = None if numbers is None else frozenset(map(self._column_number, numbers))
            if search.postings(self._segments, asked) > search.TOO_COMMON:
                found = search.newest(self._segments, asked, among, limit)
            else:
                found = search.rank(self._segments, asked, among, now, limit)
            return [self._hit(each) for each in found]

    def frequency(self, word: str) -> int:
        """How many articles have a word in one of its forms: about, for one may have it in several."""
        with _reading():
            terms = {term for token in self._analyser.seek(word) for term in token.wholes}
            return sum(self._segments.count(EVERYTHING, term) for term in terms)

    def suggest(self, word: str) -> str:
        """A word that was probably meant, folded; "" when this one is known, or nothing is near it."""
        with _reading():
            form = fold(word)
            return "" if len(form) < 3 or self._words.knows(form) else self._words.nearest(form)

    def forms(self, leaves: Iterable[Text]) -> set[str]:
        """All terms that the leaves are looked for by: what is marked in a snippet."""
        with _reading():
            asked = [wants for leaf in leaves for wants in self._ask(leaf)[1]]
        return {term for each in asked for term in terms_of(each)}

    # what it has

    @property
    def token(self) -> str:
        """What tells this index from one made before or after it."""
        return self._words.get(TOKEN)

    def indexed(self, numbers: Sequence[str]) -> dict[str, Indexed]:
        """What it has of these tickets; those that it does not know are not in the answer."""
        return self._words.indexed(numbers)

    def all_numbers(self) -> Iterator[str]:
        """Every ticket that it has."""
        return self._words.all_numbers()

    @property
    def articles(self) -> int:
        """How many articles it has."""
        return self._segments.size

    @property
    def segments(self) -> int:
        """How many segments they lie in."""
        return len(self._segments)

    def torn_files(self) -> list[str]:
        """The files that are not, byte for byte, what they were written as. Reads all. The caller holds the lock."""
        found = self._storage.changed_files(segment.file_name for segment in self._segments)
        return found if self._words.is_whole else [*found, WORDS]

    # writing: the caller holds the lock

    def write(self, changes: Iterable[Change]) -> dict[str, Indexed | None]:
        """Do these changes, durably: all are seen together. Returns what it has of each ticket now.

        Texts are taken one by one, so they need not lie in memory together.
        """
        forms: Counter[tuple[str, str]] = Counter()
        has: dict[str, Indexed | None] = {}
        gone: list[str] = []
        with ExitStack() as stack:
            writer: Any = None
            for change in changes:
                has[change.number] = change.indexed
                if change.anew or change.indexed is None:
                    gone.append(change.number)
                if gone or change.articles:
                    writer = writer or stack.enter_context(self._writer(keep_all))
                for article in change.articles:
                    terms = analyse(article, self._analyser)
                    forms.update(terms.forms)
                    writer.add_article(terms, self._column_number(article.number))
            if gone:
                self._delete(writer, gone)
        with _reading(), self._words.transaction():
            self._words.count_words(forms)
            self._words.note(has)
        self.refresh()
        return has

    def adopt(self, directories: Sequence[Path]) -> None:
        """Take over what lies in these parts (`make_part`), of tickets that this index does not have; they go."""

        def keep_and_take(writer: Any, segments: list[Any]) -> list[Any]:
            return [*keep_all(writer, segments), *chain.from_iterable(map(self._take, directories))]

        with self._writer(keep_and_take):
            pass
        with _reading():
            for directory in directories:
                self._words.adopt(directory / WORDS)
        self.refresh()

    @property
    def merge_is_due(self) -> bool:
        """Whether there are segments to be merged."""
        contents = whoosh.TOC.read(self._storage, NAME, schema=schema())
        return bool(choose(contents.segments))

    def merge(self) -> None:
        """Merge until nothing is due."""
        while self.merge_is_due:
            with self._writer(merge_due):
                pass
        self.refresh()

    def _take(self, directory: Path) -> list[Any]:
        segments: list[Any] = whoosh.TOC.read(Storage(directory), NAME, schema=schema()).segments
        for segment in segments:
            name = segment.make_filename(segment.COMPOUND_EXT)
            (directory / name).rename(directory_of(self._layout) / name)
        return segments

    def _ask(self, leaf: Text) -> search.Asked:
        asked = self._asked.get(leaf)
        if asked is None:
            asked = self._asked[leaf] = (leaf, wanted(leaf, self._analyser, self._words, self._is_known))
        return asked

    def _is_known(self, term: str) -> bool:
        return self._segments.count(EVERYTHING, term) > 0

    def _hit(self, found: search.Found) -> Hit:
        return Hit(
            number=self._words.number_of(found.ticket),
            article=found.segment.article(found.document),
            score=found.score,
            at=found.at,
        )

    def _column_number(self, number: str) -> int:
        return int(number) if is_plain_number(number) else self._words.name_long_number(number)

    @contextmanager
    def _writer(self, policy: Policy) -> Iterator[Any]:
        with _reading():
            self._storage.tidy()
            writer = Writer(self._storage)
        try:
            yield writer
        except BaseException:
            with suppress(Exception):  # a full disk, and the next writer tidies up
                writer.cancel()
            raise
        with _reading():
            writer.commit(mergetype=policy)

    def _delete(self, writer: Any, numbers: Iterable[str]) -> None:
        reader = writer.reader()
        for number in numbers:
            try:
                found = list(reader.postings(NUMBER, number).all_ids())
            except whoosh.TermNotFound:
                continue
            for each in found:
                writer.delete_document(each)


def open_index(layout: Layout) -> Index:
    """The index of a store. Raises UnusableIndexError."""
    if reason := why_unusable(layout):
        raise UnusableIndexError(reason)
    directory = directory_of(layout)
    with _reading():
        words = Words(directory / WORDS, create=False)
        try:
            storage = Storage(directory)
            return Index(layout, words, storage, Segments(storage))
        except BaseException:
            words.close()
            raise


def make_index(layout: Layout, disk: Disk) -> Index:
    """An empty index in place of the one that is there. The caller holds the lock. Raises UnusableIndexError if tracked."""
    if is_tracked(layout):
        raise UnusableIndexError("tracked")
    directory = directory_of(layout)
    aside = directory.with_name(f"{directory.name}.{token_hex(4)}")
    if directory.exists():
        directory.rename(aside)
    disk.make_directory(directory)
    for old in directory.parent.glob(f"{directory.name}.????????"):
        shutil.rmtree(old, ignore_errors=True)
    _create(directory)
    return open_index(layout)


def make_part(layout: Layout, disk: Disk, directory: Path) -> Index:
    """An empty index in a directory of its own, which `adopt` takes over. It may be written without the lock."""
    disk.make_directory(directory)
    _create(directory)
    storage = Storage(directory)
    return Index(layout, Words(directory / WORDS, create=False), storage, Segments(storage))


def _create(directory: Path) -> None:
    whoosh.FileIndex.create(Storage(directory), schema(), NAME)
    words = Words(directory / WORDS, create=True)
    with words.transaction():
        words.put(VERSION, VERSION_NOW)
        words.put(TOKEN, token_hex(8))
    words.close()


@contextmanager
def writing(layout: Layout, disk: Disk, wait: float | None = 0.0) -> Iterator[None]:
    """Be the one who writes. Raises TryAgainError when somebody else does for longer than `wait` seconds."""
    disk.make_directory(layout.run)
    with lockfile.hold(layout.run / _LOCK, wait=wait):
        yield


def condemn(layout: Layout, why: str) -> None:
    """Say that the index is torn, so that whoever may makes it anew."""
    with suppress(OSError):
        (directory_of(layout) / DAMAGED).write_text(f"{why}\n", encoding="utf-8")


def stop_words() -> frozenset[str]:
    """The words of German and English that every text has, folded."""
    return frozenset(fold(word) for language in LANGUAGES for word in whoosh.stoplists[language])


def stemmer() -> Any:
    """Snowball for German and English."""
    stemmers = {"de": whoosh.GermanStemmer(), "en": whoosh.EnglishStemmer()}

    def stem(word: str, language: str) -> str:
        found: str = stemmers[language].stem(word)
        return found

    return stem


@contextmanager
def _reading() -> Iterator[None]:
    """Whatever torn files make Whoosh, pickle, zlib or SQLite raise is one error."""
    try:
        yield
    except (UnusableIndexError, MemoryError):
        raise
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            raise UnusableIndexError("damaged", str(error)) from error
        raise  # a full disk, or one that may not be written
    except sqlite3.OperationalError as error:
        if any(words in str(error) for words in _NOT_ITS_FAULT):
            raise OSError(errno.EIO, str(error)) from error
        raise UnusableIndexError("busy" if "locked" in str(error) else "damaged", str(error)) from error
    except Exception as error:
        raise UnusableIndexError("damaged", f"{type(error).__name__}: {error}") from error
