"""How well searches find: recall over all that they find, and nDCG of the first ten (Järvelin and Kekäläinen 2002)."""

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from math import log2
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.searching import respell
from mdtickets.domain.query import Phrase, Prefix, Text, Word
from mdtickets.mail.attachment_text import attachment_texts
from mdtickets.mail.parse import parse
from mdtickets.store.index import Change, Index
from mdtickets.store.index_documents import ArticleRow, article_of_mail
from mdtickets.store.index_words import Indexed
from tests.relevance.letters import Letter
from tests.store.index_world import new_index
from tests.world import NOW

Search = Callable[[str], Sequence[int]]
Queries = Sequence[tuple[str, Mapping[int, int]]]


class Score(Struct, frozen=True):
    """The means over all queries."""

    recall: float
    ndcg: float


def score(search: Search, queries: Queries) -> Score:
    """How well a search does on labelled queries."""
    found = [score_one(search(query), grades) for query, grades in queries]
    return Score(sum(each.recall for each in found) / len(found), sum(each.ndcg for each in found) / len(found))


def score_one(found: Sequence[int], grades: Mapping[int, int]) -> Score:
    """How well one query was answered."""
    return Score(len(set(found) & grades.keys()) / len(grades), _ndcg(found, grades))


def ours(place: Path, letters: Sequence[Letter]) -> Search:
    """The full text, all words of the query in one ticket; where none has them, the words that it says were meant."""
    index = _index(place, letters)

    def find(query: str) -> list[int]:
        leaves = _leaves(query)
        numbers = set.intersection(*(index.tickets(leaf) for leaf in leaves))
        return [int(hit.number[-6:]) for hit in index.rank(leaves, numbers, int(NOW.timestamp()))]

    def search(query: str) -> list[int]:
        found = find(query)
        meant = "" if found else respell(index, _leaves(query), query)
        return find(meant) if meant else found

    return search


def grep(letters: Sequence[Letter]) -> Search:
    """Tickets with a letter in which each word stands as it is, small or large, the newest first."""
    texts = [(letter.home, _text(letter).lower()) for letter in reversed(letters)]

    def search(query: str) -> list[int]:
        words = [part.strip('"*').lower() for part in _parts(query)]
        return list(dict.fromkeys(home for home, text in texts if all(word in text for word in words)))

    return search


def notmuch(place: Path, letters: Sequence[Letter]) -> Search | None:
    """Notmuch on the same mails, by its threads; None when it is not installed."""
    program = shutil.which("notmuch")
    if program is None:
        return None
    mails = place / "mails"
    for name in ("cur", "new", "tmp"):
        (mails / name).mkdir(parents=True)
    for letter in letters:
        (mails / "cur" / f"{letter.number}:2,S").write_bytes(_mail(letter))
    config = place / "notmuch-config"
    config.write_text(f"[database]\npath={mails}\n[user]\nname=B\nprimary_email=b@b.example\n", encoding="utf-8")
    environment = {"NOTMUCH_CONFIG": str(config), "HOME": str(place), "LANG": "C.UTF-8"}
    homes = {letter.number: letter.home for letter in letters}

    def run(*words: str) -> str:
        command = [program, *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    def search(query: str) -> list[int]:
        lines = run("search", "--output=messages", "--", query).split()
        return list(dict.fromkeys(homes[int(line.removeprefix("id:m").partition("@")[0])] for line in lines))

    run("new", "--quiet")
    return search


def _ndcg(found: Sequence[int], grades: Mapping[int, int], first: int = 10) -> float:
    gain = sum(grades.get(number, 0) / log2(place + 2) for place, number in enumerate(found[:first]))
    best = sorted(grades.values(), reverse=True)[:first]
    return gain / sum(grade / log2(place + 2) for place, grade in enumerate(best))


def _index(place: Path, letters: Sequence[Letter]) -> Index:
    changes: dict[int, Change] = {}
    for letter in letters:
        number = f"2026112410{letter.home:06}"
        row = ArticleRow(name=f"{letter.number}.eml", at=_at(letter), sha256="", subject=letter.subject)
        mail = _mail(letter)
        attached = attachment_texts(mail, lambda _document, _kind: "")
        article = article_of_mail(number, row, parse(mail), attached)
        known = changes.get(letter.home, Change(number=number, indexed=Indexed(stamp="s", articles=())))
        changes[letter.home] = replace(known, articles=(*known.articles, article))
    index = new_index(place)
    index.write(changes.values())
    return index


def _at(letter: Letter) -> datetime:
    return NOW - timedelta(minutes=200 - letter.number)


def _text(letter: Letter) -> str:
    names = [name for name, _text in letter.files]
    return "\n".join((letter.sender, letter.to, letter.cc, letter.subject, letter.text, letter.quoted, *names))


def _mail(letter: Letter) -> bytes:
    quoted = "".join(f"> {line}\n" for line in letter.quoted.splitlines())
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = letter.sender, letter.to, letter.subject
    message["Date"] = _at(letter)
    message["Message-ID"] = f"<m{letter.number}@mail.example>"
    if letter.cc:
        message["Cc"] = letter.cc
    if letter.ticket and letter.ticket != letter.number:
        message["References"] = f"<m{letter.ticket}@mail.example>"
    message.set_content(f"{letter.text}\n\n{quoted}" if quoted else f"{letter.text}\n")
    for name, text in letter.files:
        message.add_attachment(text, filename=name)
    return message.as_bytes()


def _parts(query: str) -> list[str]:
    return [query] if query.startswith('"') else query.split()


def _leaves(query: str) -> list[Text]:
    return [_leaf(part) for part in _parts(query)]


def _leaf(part: str) -> Text:
    if part.startswith('"'):
        return Phrase(part.strip('"'))
    return Prefix(part[:-1]) if part.endswith("*") else Word(part)
