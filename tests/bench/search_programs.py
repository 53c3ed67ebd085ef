"""What is measured of the search in processes of their own: building, adding, asking warm. Each prints its figures as JSON.

`python -m tests.bench.search_programs build|add|warm STORE …` for ours; `fts5-build|fts5-find` for SQLite's own.
"""

import gc
import json
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from mdtickets.__main__ import _OBJECTS_BEFORE_COLLECTION
from mdtickets.app.full_text import make_anew
from mdtickets.app.session import Session, open_session
from mdtickets.domain.article_terms import ArticleText
from mdtickets.domain.query import Phrase, Prefix, Text, Word
from mdtickets.mail.parse import parse
from mdtickets.store.durable import Disk
from mdtickets.store.index import Change, open_index, writing
from mdtickets.store.index_words import Indexed

_ADDED = 60
_WARM = 5


def build(store: str) -> dict[str, Any]:
    """Make the full text anew, on one core: where the benchmark gives two, its processes' CPU counts as well."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)  # as the program begins
    session = open_session(Path(store))
    start = time.process_time()
    articles = make_anew(session)
    return {"articles": articles, "cpu": time.process_time() - start}


def add(store: str, mails: str) -> dict[str, Any]:
    """Add mails one by one, each a commit of its own, with the merges that they cause; parsing is not counted."""
    session = open_session(Path(store))
    articles = [_article(which, path) for which, path in enumerate(sorted(Path(mails).iterdir())[:_ADDED])]
    times = []
    with writing(session.layout, Disk()):
        index = open_index(session.layout)
        for article in articles:
            start = time.process_time()
            indexed = Indexed(stamp="", articles=())
            index.write([Change(number=article.number, indexed=indexed, articles=(article,))])
            alone = time.process_time() - start
            if index.merge_is_due:
                index.merge()
            times.append((alone, time.process_time() - start))
    return {
        "alone": sorted(alone for alone, _all in times)[len(times) // 2],
        "mean": sum(whole for _alone, whole in times) / len(times),
        "longest": max(whole for _alone, whole in times),
        "segments": index.segments,
    }


def warm(store: str, words: str) -> dict[str, Any]:
    """The CPU of questions to an index that is open: sets and the first twenty; the best of some."""
    session = open_session(Path(store))
    index = open_index(session.layout)
    found = {}
    for name, leaves in json.loads(words).items():
        asked = [_leaf(*leaf) for leaf in leaves]
        times = []
        numbers: set[str] = set()
        for _turn in range(_WARM):
            start = time.process_time()
            numbers = set.intersection(*(index.tickets(leaf) for leaf in asked))
            index.rank(asked, numbers, int(session.now().timestamp()), 20)
            times.append(time.process_time() - start)
        found[name] = {"cpu": min(times), "tickets": len(numbers)}
    return found


def fts5_build(store: str, database: str) -> dict[str, Any]:
    """The same mails into a contentless FTS5 table, by our parser, words as they are."""
    session = open_session(Path(store))
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE VIRTUAL TABLE mail USING fts5(text, content='')")
        rows = ((f"{mail.subject}\n{mail.author}\n{mail.body}",) for mail in _mails(session))
        connection.executemany("INSERT INTO mail (text) VALUES (?)", rows)
        count: int = connection.execute("SELECT count(*) FROM mail_docsize").fetchone()[0]
    return {"articles": count, "cpu": time.process_time()}


def _mails(session: Session) -> Iterator[Any]:
    for path in sorted(session.layout.tickets.rglob("*.eml")):
        yield parse(path.read_bytes())


def _article(which: int, path: Path) -> ArticleText:
    mail = parse(path.read_bytes())
    return ArticleText(
        number=f"2099010110{which:06}",
        name=path.name,
        at=2_000_000_000,
        language=mail.language,
        subject=mail.subject,
        sender=str(mail.author),
        new=mail.new_text,
    )


def _leaf(kind: str, text: str) -> Text:
    kinds: Mapping[str, Callable[[str], Text]] = {"word": Word, "phrase": Phrase, "prefix": Prefix}
    return kinds[kind](text)


PROGRAMS: Mapping[str, Callable[..., dict[str, Any]]] = {
    "build": build,
    "add": add,
    "warm": warm,
    "fts5-build": fts5_build,
}


if __name__ == "__main__":
    print(json.dumps(PROGRAMS[sys.argv[1]](*sys.argv[2:])))
