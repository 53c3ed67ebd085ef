"""Changing one setting in its file: comments and everything else stay, and nothing wrong is ever written."""

import tomllib
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from mdtickets.app.config import examine, read_sources, settings_error, settings_of
from mdtickets.app.repository import repository_of
from mdtickets.app.session import Session
from mdtickets.app.settings_check import Source
from mdtickets.app.settings_kinds import Toml
from mdtickets.app.settings_reading import Path, find_key, join_name, look_up, read_toml, split_name
from mdtickets.app.settings_schema import FORMAT, TABLES, Shape
from mdtickets.app.toml_edit import edit_toml, with_tables
from mdtickets.domain.settings import Settings
from mdtickets.errors import SettingsError
from mdtickets.store.durable import Disk
from mdtickets.store.git import Postponed
from mdtickets.store.layout import Layout
from mdtickets.store.lockfile import hold

_PATIENCE = 10.0  # seconds for somebody else's change


class Edited(Struct, frozen=True, kw_only=True):
    """A setting that was changed: where, from what (None: it was not there) to what, and whether git has it."""

    key: str
    old: Toml | None
    new: Toml
    file: str
    not_committed: str = ""  # why git does not have it yet


def set_value(session: Session, dotted: str, text: str, *, local: bool = False) -> Edited:
    """Give one key a value, in the tracked file (committed) or in this machine's own.

    Raises SettingsError when key or value is wrong, or when the settings as a whole would be wrong in a new way.
    """
    path = split_name(dotted)
    value = _parse(path, text, local=local)
    layout = session.layout
    session.disk.make_directory(layout.run)
    with hold(layout.run / "settings.lock", wait=_PATIENCE):
        shared, own = sources = read_sources(layout)
        _refuse_unknown_format(shared)
        target = own if local else shared
        text = _with_shared_list(own.text, shared, path) if local else shared.text
        edited = replace(target, text=edit_toml(text, path, value))
        after = (shared, edited) if local else (edited, own)
        _refuse_new_problems(sources, after)
        session.disk.replace_file(layout.root / target.path, edited.text.encode())
    old = look_up(read_toml(target), path)
    done = Edited(key=join_name(path), old=old, new=value, file=target.path)
    return done if local else replace(done, not_committed=_commit(session, done))


def open_unchecked(layout: Layout, disk: Disk | None = None) -> Session:
    """A session for mending settings: wrong ones do not stop it."""
    try:
        settings = settings_of(read_sources(layout))
    except SettingsError:
        settings = Settings(name="")
    return Session(layout=layout, settings=settings, disk=disk or Disk())


def _parse(path: Path, text: str, *, local: bool) -> Toml:
    key = find_key(path)
    if key.only_local and not local:
        raise SettingsError(
            f"{join_name(path)} belongs to one machine.",
            f"Say `mdtickets config set --local {join_name(path)} {text}`.",
        )
    value = key.kind.read(text)
    try:
        key.kind.parse(value)
    except ValueError as error:
        ending = "" if str(error).endswith("?") else "."
        raise SettingsError(f"{join_name(path)}: must be {error}{ending}") from None
    return value


def _with_shared_list(text: str, shared: Source, path: Path) -> str:
    """This machine's text. A list in it replaces the tracked one, so it begins as a copy of that."""
    entries = read_toml(shared).get(path[0])
    is_there = path[0] in tomllib.loads(text)
    if is_there or not entries or path[0] not in TABLES or TABLES[path[0]].shape is not Shape.LIST:
        return text
    return with_tables(text, path[0], entries)


def _refuse_unknown_format(shared: Source) -> None:
    """A store of a later format is read, never written."""
    if read_toml(shared).get("format", FORMAT) != FORMAT:
        raise settings_error(examine([shared])[1])


def _refuse_new_problems(before: Sequence[Source], after: Sequence[Source]) -> None:
    """Wrong settings can be mended one by one, but no change may make a new mistake."""
    known = {(problem.path, problem.problem) for problem in examine(before)[1]}
    new = [problem for problem in examine(after)[1] if (problem.path, problem.problem) not in known]
    if new:
        # the lines are those of a file that was not written
        raise settings_error([replace(problem, line=None) for problem in new])


def _commit(session: Session, done: Edited) -> str:
    was = f" (was {done.old})" if done.old is not None else ""
    outcome = repository_of(session).commit_paths([done.file], f"Set {done.key} to {done.new}{was}", at=session.now())
    return outcome.reason if isinstance(outcome, Postponed) else ""
