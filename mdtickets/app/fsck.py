"""Checking a whole store, and mending what can be mended without asking: what is derived, and what a crash left."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from mdtickets.app.committing import recover
from mdtickets.app.config import find_problems, read_sources
from mdtickets.app.freshness import refresh, reindex, scan
from mdtickets.app.full_text_check import check_full_text, mend_full_text
from mdtickets.app.phrases import check_phrases
from mdtickets.app.repository import journal_of, repository_of
from mdtickets.app.session import Session
from mdtickets.app.templates import check_templates
from mdtickets.app.wrong_terms import find_wrong_terms
from mdtickets.domain.model import Problem
from mdtickets.store import git_upkeep
from mdtickets.store.catalog import Catalog
from mdtickets.store.checking import check_ticket, find_temporaries
from mdtickets.store.git import Committed, GitError
from mdtickets.store.indexing import all_numbers, rebuild
from mdtickets.store.layout import PRIVATE
from mdtickets.store.mounts import remote_kind
from mdtickets.store.outbox import Outbox
from mdtickets.store.yaml_read import has_c_parser

Progress = Callable[[int, int], None]


class Checked(Struct, frozen=True, kw_only=True):
    """What was found, and what was mended; what is left is for a person."""

    tickets: int
    problems: tuple[Problem, ...]
    mended: tuple[str, ...]


def check_store(session: Session, *, repair: bool = False, progress: Progress | None = None) -> Checked:
    """Look at everything; with `repair`, mend first what nobody has to decide."""
    with session.filing():
        mended = tuple(_mend(session)) if repair else ()
        numbers = list(all_numbers(session.layout))
        problems = list(_check_surroundings(session))
        for done, number in enumerate(numbers, 1):
            problems += check_ticket(session.layout, number)
            if progress:
                progress(done, len(numbers))
        problems += _check_catalog(session)
        problems += find_wrong_terms(session)
    # filing goes on meanwhile
    torn = list(check_full_text(session))
    if torn and repair:
        mended += tuple(mend_full_text(session, progress))
        torn = list(check_full_text(session))
    return Checked(tickets=len(numbers), problems=(*problems, *torn), mended=mended)


def _check_surroundings(session: Session) -> Iterator[Problem]:
    layout = session.layout
    kind = remote_kind(layout.root)
    if kind:
        yield _whole(f"the store lies on {kind}, a network file system: locks do not hold there. Clone it instead")
    if not has_c_parser():
        yield _whole("PyYAML was built without libyaml: reading tickets is eight times slower")
    yield from find_problems(read_sources(layout))
    yield from check_templates(layout)
    yield from check_phrases(layout)
    yield from Outbox(layout, session.disk).listing().problems
    for path in find_temporaries(layout):
        yield _at(session, path, "left by a crash; fsck --repair removes it")
    yield from _check_git(session)


def _check_git(session: Session) -> Iterator[Problem]:
    try:
        wrong = git_upkeep.wrong_settings(session.layout.root)
        obstacle = repository_of(session).obstacle()
    except GitError as error:
        yield _whole(str(error))
        return
    if wrong:
        yield _whole(f"git is not set as a store needs it ({', '.join(wrong)}); fsck --repair does it")
    if obstacle:
        yield _whole(obstacle)
    waiting = journal_of(session).waiting()
    if waiting:
        yield _whole(f"{waiting} commits are still to be made; fsck --repair or the next filing makes them")


def _check_catalog(session: Session) -> Iterator[Problem]:
    # what only nobody has looked at yet is no fault: a pull, an edit, a catalog of another version
    refresh(session)
    scan(session)
    with tempfile.TemporaryDirectory() as place:
        fresh = Catalog(Path(place) / "catalog.sqlite")
        rebuild(session.layout, fresh, reckon=session.reckon)
        differs = [table for table, rows in fresh.dump().items() if rows != session.catalog.dump()[table]]
        fresh.close()
    if differs:
        problem = f"does not say what the files say ({', '.join(differs)}); reindex or fsck --repair makes it anew"
        yield _at(session, session.layout.catalog, problem)


def _mend(session: Session) -> Iterator[str]:
    recover(session)
    made_up = journal_of(session).make_up(thorough=True, agents=session.settings.agents)
    if isinstance(made_up.outcome, Committed) and made_up.outcome.count:
        yield f"{made_up.outcome.count} commits made"
    for path in find_temporaries(session.layout):
        _remove(session, path)
        yield f"{session.layout.relative(path)} removed"
    if git_upkeep.wrong_settings(session.layout.root):
        git_upkeep.configure(session.layout.root)
        yield "git set as a store needs it"
    yield from repository_of(session).housekeeping(session.now())
    yield f"catalog made anew from {reindex(session)} tickets"


def _remove(session: Session, path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        for entry in path.iterdir():
            session.disk.remove(entry)
        path.rmdir()
    else:
        session.disk.remove(path)


def _whole(problem: str) -> Problem:
    return Problem(path="", line=None, problem=problem)


def _at(session: Session, path: Path, problem: str) -> Problem:
    inside = session.layout.private in path.parents or session.layout.root in path.parents
    return Problem(path=session.layout.relative(path) if inside else PRIVATE, line=None, problem=problem)
