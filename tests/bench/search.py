"""The full text: making it, one mail more, and questions, beside notmuch, mu and SQLite's FTS5 on the same mails.

Everything is judged by CPU of whole processes (user and system), ours through typer as an agent calls it.
"""

import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path

from msgspec import Struct, field

from tests.bench import corpus, maildir
from tests.bench.bench import Bench
from tests.bench.process import Usage, mdtickets
from tests.bench.stores import Store
from tests.bench.table import Bound, Clock, Row
from tests.bench.units import Series

_FIRST = "20"
_MEMORY_MB = 300
_SIZE = 3  # × the raw mails
_IGNORED = "ticket.md;history.jsonl;lock;.git;.mdtickets;/.*[.](md|toml|jsonl)$/"
_FTS5 = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); print(c.execute(sys.argv[2], sys.argv[3:]).fetchall())"
_FTS5_FIND = "SELECT rowid FROM mail WHERE mail MATCH ? ORDER BY bm25(mail) LIMIT 20"


class Words(Struct, frozen=True, kw_only=True):
    """Words of the corpus that are as common as is wanted."""

    rare: str
    middle: str
    common: str  # in about 18 % of the articles
    phrase: str


class Question(Struct, frozen=True, kw_only=True):
    """One kind of question, in the words of each program; "" where it cannot ask so."""

    name: str
    ours: str
    notmuch: str = ""
    mu: str = ""
    fts5: str = ""
    typers: float | None = 4.0  # T that it may cost


class Asked(Struct):
    """What the questions took on one store."""

    store: Store
    words: Words
    runs: dict[tuple[str, str], Series] = field(default_factory=dict)  # by question and program


def measure(bench: Bench) -> list[Row]:
    """The rows of the section."""
    rows: list[Row] = []
    alone: dict[int, float] = {}
    for size in bench.effort.tickets:
        store = bench.stores.copy(size, f"search-{size}")
        rows += _built(bench, store)
        rows += _questions(bench, store)
        added, alone[size] = _added(bench, store)
        rows += added
        bench.stores.remove(store)
    base = bench.effort.smallest
    for size in bench.effort.tickets:
        if size != base:
            bound = Bound(limit=1.5, formula="")
            what = f"one mail added, {size} tickets / {base}"
            rows.append(Row(what=what, measured=alone[size] / alone[base], bound=bound, clock=Clock.CPU))
    return rows


def _built(bench: Bench, store: Store) -> list[Row]:
    """Our index, and those of the others."""
    where = f"{store.tickets} tickets"
    usage = bench.launcher.run(_program("build", store.path))
    made = json.loads(usage.stdout)
    raw = sum(path.stat().st_size for path in (store.path / "tickets").rglob("*.eml"))
    rate = made["articles"] / usage.cpu
    size = _size(store.path / ".mdtickets" / "index")
    notmuch = _notmuch_new(bench, store)
    bound = Bound(limit=made["articles"] / notmuch.cpu, formula="1 × notmuch new", at_least=True) if notmuch else None
    rows = [
        Row(what=f"{where}: build, articles per CPU-s", measured=rate, bound=bound, clock=Clock.CPU),
        Row(
            what=f"{where}: build, peak memory",
            measured=usage.peak_bytes / 1e6,
            unit="MB",
            bound=Bound(limit=_MEMORY_MB, formula=""),
        ),
        Row(what=f"{where}: index / raw mails", measured=size / raw, bound=Bound(limit=_SIZE, formula="")),
    ]
    rows += _peers_built(bench, store, made["articles"], raw, notmuch)
    return rows


def _peers_built(bench: Bench, store: Store, articles: int, raw: int, notmuch: Usage | None) -> list[Row]:
    where = f"{store.tickets} tickets"
    fts5 = bench.launcher.run(_program("fts5-build", store.path, _fts5(store)))
    mu = _mu_index(bench, store)
    sizes = {"notmuch": store.path / ".notmuch", "mu": _mu_home(store), "FTS5": _fts5(store)}
    return [
        Row(
            what=f"{where}: {name}, articles per CPU-s",
            measured=articles / usage.cpu if usage else None,
            clock=Clock.CPU,
            note=f"{usage.peak_bytes / 1e6:.0f} MB; index / raw {_size(sizes[name]) / raw:.2f}" if usage else "",
        )
        for name, usage in (("notmuch", notmuch), ("mu", mu), ("FTS5", fts5))
    ]


def _questions(bench: Bench, store: Store) -> list[Row]:
    asked = Asked(store=store, words=_find_words(store))
    questions = _kinds(asked.words)
    typer = Series()
    for turn in range(-1, bench.effort.runs):
        unit = bench.units.run_typer()
        if turn >= 0:
            typer.add(unit)
        for question in questions:
            for name, command, env in _commands(store, question):
                usage = bench.launcher.run(command, env=env, accept=frozenset({0, 1, 2, 4}))
                if turn >= 0:
                    asked.runs.setdefault((question.name, name), Series()).add(usage)
    rows = [_row_of(store, question, asked, typer) for question in questions]
    return rows + _warm(bench, store, asked.words, typer)


def _kinds(words: Words) -> list[Question]:
    both = f"{words.middle} {words.common}"
    quoted = f'"{words.phrase}"'
    prefix = f"{words.middle[:5]}*"
    return [
        _alike("absent word", "xyzzyx"),
        _alike("rare word", words.rare),
        _alike("word", words.middle),
        _alike("word in 18 %", words.common, typers=5.0),
        Question(name="AND", ours=both, notmuch=both, mu=both, fts5=f"{words.middle} AND {words.common}"),
        Question(name="phrase", ours=quoted, notmuch=quoted, mu=quoted, fts5=quoted),
        Question(name="prefix", ours=prefix, notmuch=prefix, mu=prefix, fts5=prefix),
        Question(name="from:", ours="from:schmidt", notmuch="from:schmidt", mu="from:schmidt"),
        Question(
            name="word and date",
            ours=f"{words.common} created:last-week..",
            notmuch=f"{words.common} date:1week..",
            mu=f"{words.common} date:1w..",
        ),
        Question(name="field and word", ours=f"state:open {words.common}", typers=5.0),
        Question(name="subject:", ours=f"subject:{words.middle}", notmuch=f"subject:{words.middle}"),
    ]


def _alike(name: str, word: str, typers: float = 4.0) -> Question:
    return Question(name=name, ours=word, notmuch=word, mu=word, fts5=word, typers=typers)


def _commands(store: Store, question: Question) -> list[tuple[str, list[str | Path], dict[str, str]]]:
    found: list[tuple[str, list[str | Path], dict[str, str]]] = [
        ("ours", mdtickets(store.path, "search", question.ours, "--limit", _FIRST), {})
    ]
    if question.notmuch and (program := shutil.which("notmuch")):
        env = {"NOTMUCH_CONFIG": str(_notmuch_config(store))}
        found.append(("notmuch", [program, "search", f"--limit={_FIRST}", question.notmuch], env))
    if question.mu and (program := shutil.which("mu")):
        words: list[str | Path] = [program, "find", f"--muhome={_mu_home(store)}", "-n", _FIRST, question.mu]
        found.append(("mu", words, {}))
    if question.fts5:
        words = [sys.executable, "-S", "-E", "-c", _FTS5, _fts5(store), _FTS5_FIND, question.fts5]
        found.append(("FTS5", words, {}))
    return found


def _row_of(store: Store, question: Question, asked: Asked, typer: Series) -> Row:
    ours = asked.runs[question.name, "ours"]
    t = typer.median_cpu * 1000
    bound = question.typers and Bound(limit=question.typers * t, formula=f"{question.typers:g} T")
    others = [
        f"{name} {asked.runs[question.name, name].median_cpu * 1000:.0f}"
        for name in ("notmuch", "mu", "FTS5")
        if (question.name, name) in asked.runs
    ]
    return Row(
        what=f"{store.tickets} tickets: {question.name}, CPU",
        measured=ours.median_cpu * 1000,
        unit="ms",
        bound=bound or None,
        clock=Clock.CPU,
        note=", ".join([f"min {min(ours.cpu) * 1000:.0f}", *others]),
    )


def _warm(bench: Bench, store: Store, words: Words, typer: Series) -> list[Row]:
    asked = {
        "rare word": [("word", words.rare)],
        "word": [("word", words.middle)],
        "word in 18 %": [("word", words.common)],
        "AND": [("word", words.middle), ("word", words.common)],
        "phrase": [("phrase", words.phrase)],
        "prefix": [("prefix", words.middle[:5])],
    }
    found = json.loads(bench.launcher.run(_program("warm", store.path, json.dumps(asked))).stdout)
    t = typer.median_cpu * 1000
    return [
        Row(
            what=f"{store.tickets} tickets: {name}, the index open, CPU",
            measured=figures["cpu"] * 1000,
            unit="ms",
            bound=Bound(limit=2 * t, formula="2 T")
            if name == "word in 18 %"
            else Bound(limit=1.5 * t, formula="1.5 T"),
            clock=Clock.CPU,
            note=f"{figures['tickets']} tickets",
        )
        for name, figures in found.items()
    ]


def _added(bench: Bench, store: Store) -> tuple[list[Row], float]:
    box = bench.scratch / f"added-{store.tickets}"
    maildir.make(box)
    for index, raw in enumerate(corpus.burst(60, start=500_000)):
        (box / "new" / f"{index:03}").write_bytes(raw)
    found = json.loads(bench.launcher.run(_program("add", store.path, box / "new")).stdout)
    python = bench.units.python.median_cpu * 1000
    where = f"{store.tickets} tickets"
    note = f"longest {found['longest'] * 1000:.0f} ms, {found['segments']} segments at the end"
    alone = Row(what=f"{where}: one mail added, CPU", measured=found["alone"] * 1000, unit="ms", clock=Clock.CPU)
    mean = Row(
        what=f"{where}: one mail added, with the merges it causes, CPU",
        measured=found["mean"] * 1000,
        unit="ms",
        bound=Bound(limit=4 * python, formula="4 P"),
        clock=Clock.CPU,
        note=note,
    )
    return [alone, mean], found["alone"]


def _find_words(store: Store) -> Words:
    """By the vocabulary of our index: words of letters in so many articles."""
    with sqlite3.connect(store.path / ".mdtickets" / "index" / "words.sqlite") as connection:
        rows = connection.execute("SELECT form, sum(articles) FROM word GROUP BY form").fetchall()
    known: dict[str, int] = {form: count for form, count in rows if form.isalpha() and len(form) >= 6}
    most = 2 * store.tickets

    def near(share: float) -> str:
        return min(known, key=lambda form: (abs(known[form] - share * most), form))

    return Words(rare=near(0.001), middle=near(0.03), common=near(0.18), phrase=_phrase(store))


def _phrase(store: Store) -> str:
    """Two words that stand together in some mail."""
    for path in sorted((store.path / "tickets").rglob("*-customer.eml")):
        for line in path.read_text(encoding="utf-8", errors="replace").partition("\n\n")[2].splitlines():
            words = line.split()
            if len(words) > 4 and all(word.isascii() and word.isalpha() and len(word) > 4 for word in words[1:3]):
                return f"{words[1]} {words[2]}"
    raise AssertionError("no mail has two words in a row")


def _program(name: str, *words: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "tests.bench.search_programs", name, *words]


def _notmuch_config(store: Store) -> Path:
    return store.path.parent / "notmuch-config"


def _notmuch_new(bench: Bench, store: Store) -> Usage | None:
    program = shutil.which("notmuch")
    if program is None:
        return None
    words = f"[database]\npath={store.path}\n[user]\nname=B\nprimary_email=b@bench.example\n[new]\nignore={_IGNORED}\n"
    _notmuch_config(store).write_text(words, encoding="utf-8")
    return bench.launcher.run([program, "new", "--quiet"], env={"NOTMUCH_CONFIG": str(_notmuch_config(store))})


def _mu_home(store: Store) -> Path:
    return store.path.parent / "mu"


def _mu_index(bench: Bench, store: Store) -> Usage | None:
    """Mu looks into cur/ and new/ alone: the same mails as hard links in a Maildir."""
    program = shutil.which("mu")
    if program is None:
        return None
    box = store.path.parent / "linked"
    maildir.make(box)
    for index, path in enumerate(sorted((store.path / "tickets").rglob("*.eml"))):
        os.link(path, box / "cur" / f"{index:07}.{path.stem}:2,S")
    bench.launcher.run([program, "init", f"--muhome={_mu_home(store)}", f"--maildir={box}"])
    return bench.launcher.run([program, "index", f"--muhome={_mu_home(store)}", "--quiet"])


def _fts5(store: Store) -> Path:
    return store.path.parent / "fts5.sqlite"


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(each.stat().st_size for each in path.rglob("*") if each.is_file())
