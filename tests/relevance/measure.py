"""How well searches find: recall over all that they find, and nDCG of the first ten (Järvelin and Kekäläinen 2002)."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from math import log2
from pathlib import Path

from msgspec import Struct

from mdtickets.domain.query import Phrase, Prefix, Text, Word
from mdtickets.mail.parse import parse
from mdtickets.store.index import Change, Index
from mdtickets.store.index_documents import ArticleRow, article_of_mail
from mdtickets.store.index_words import Indexed
from tests.relevance.letters import LETTERS, QUERIES, Letter
from tests.store.index_world import new_index
from tests.world import NOW

Search = Callable[[str], Sequence[int]]


class Score(Struct, frozen=True):
    """The means over all queries."""

    recall: float
    ndcg: float


def score(search: Search) -> Score:
    """How well a search does on the labelled set."""
    recalls, gains = [], []
    for query, grades in QUERIES:
        found = search(query)
        recalls.append(len(set(found) & grades.keys()) / len(grades))
        gains.append(_ndcg(found, grades))
    return Score(sum(recalls) / len(recalls), sum(gains) / len(gains))


def ours(place: Path) -> Search:
    """The full text, all words of the query in one ticket."""
    index = _index(place)

    def search(query: str) -> list[int]:
        leaves = [_leaf(part) for part in _parts(query)]
        numbers = set.intersection(*(index.tickets(leaf) for leaf in leaves))
        return [int(hit.number[-6:]) for hit in index.rank(leaves, numbers, int(NOW.timestamp()))]

    return search


def grep(query: str) -> list[int]:
    """Letters in which each word stands as it is, small or large, the newest first."""
    words = [part.strip('"*').lower() for part in _parts(query)]
    texts = {letter.number: f"{letter.sender}\n{letter.subject}\n{letter.text}".lower() for letter in LETTERS}
    return [number for number, text in reversed(texts.items()) if all(word in text for word in words)]


def notmuch(place: Path) -> Search | None:
    """Notmuch on the same mails; None when it is not installed."""
    program = shutil.which("notmuch")
    if program is None:
        return None
    mails = place / "mails"
    for name in ("cur", "new", "tmp"):
        (mails / name).mkdir(parents=True)
    for letter in LETTERS:
        (mails / "cur" / f"{letter.number}:2,S").write_bytes(_mail(letter))
    config = place / "notmuch-config"
    config.write_text(f"[database]\npath={mails}\n[user]\nname=B\nprimary_email=b@b.example\n", encoding="utf-8")
    environment = {"NOTMUCH_CONFIG": str(config), "HOME": str(place), "LANG": "C.UTF-8"}

    def run(*words: str) -> str:
        command = [program, *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    run("new", "--quiet")
    return lambda query: [
        int(line.removeprefix("id:m").partition("@")[0]) for line in run("search", "--output=messages", query).split()
    ]


def _ndcg(found: Sequence[int], grades: Mapping[int, int], first: int = 10) -> float:
    gain = sum(grades.get(number, 0) / log2(place + 2) for place, number in enumerate(found[:first]))
    best = sorted(grades.values(), reverse=True)[:first]
    return gain / sum(grade / log2(place + 2) for place, grade in enumerate(best))


def _index(place: Path) -> Index:
    changes = []
    for letter in LETTERS:
        number = f"2026112410{letter.number:06}"
        row = ArticleRow(name=f"{letter.number}.eml", at=NOW, sha256="", subject=letter.subject)
        article = article_of_mail(number, row, parse(_mail(letter)))
        changes.append(Change(number=number, indexed=Indexed(stamp="s", articles=()), articles=(article,)))
    index = new_index(place)
    index.write(changes)
    return index


def _mail(letter: Letter) -> bytes:
    date = f"Tue, 24 Nov 2026 10:{letter.number:02}:00 +0100"
    head = (
        f"From: {letter.sender}\nTo: support@mustermann-video.example\nSubject: {letter.subject}\nDate: {date}\n"
        f"Message-ID: <m{letter.number}@mail.example>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
    )
    return f"{head}\n{letter.text}\n".encode()


def _parts(query: str) -> list[str]:
    return [query] if query.startswith('"') else query.split()


def _leaf(part: str) -> Text:
    if part.startswith('"'):
        return Phrase(part.strip('"'))
    return Prefix(part[:-1]) if part.endswith("*") else Word(part)
