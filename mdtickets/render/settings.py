"""Settings on the screen and for programs."""

from collections.abc import Iterable, Sequence
from typing import Any

from mdtickets.app.config import tell
from mdtickets.app.reviewing import Review
from mdtickets.app.settings_edit import Edited
from mdtickets.app.settings_reading import Setting
from mdtickets.app.settings_schema import toml_value
from mdtickets.domain.plain import plain_line


def format_settings(settings: Sequence[Setting]) -> str:
    """One line a key, as TOML could have it, and where its value comes from."""
    lines = [(f"{each.key} = {plain_line(toml_value(each.value))}", each.origin) for each in settings]
    width = min(max((len(line) for line, _ in lines), default=0), 60)
    return "".join(f"{line:<{width}}  # {origin}\n" for line, origin in lines)


def format_value(settings: Sequence[Setting]) -> str:
    """The bare value of one key, for scripts; several keys as `format_settings` has them."""
    if len(settings) > 1:
        return format_settings(settings)
    value = settings[0].value
    return (", ".join(value) if isinstance(value, list) else str(value)) + "\n"


def settings_as_json(settings: Iterable[Setting]) -> dict[str, Any]:
    """Keys, values, and the file that each is from."""
    return {"settings": [{"key": each.key, "value": each.value, "origin": each.origin} for each in settings]}


def format_edited(edited: Edited) -> str:
    """What was changed and where."""
    was = "" if edited.old is None else f" (was {plain_line(toml_value(edited.old))})"
    kept = f"\nnot committed: {edited.not_committed}" if edited.not_committed else ""
    return f"{edited.file}: {edited.key} = {plain_line(toml_value(edited.new))}{was}{kept}"


def edited_as_json(edited: Edited) -> dict[str, Any]:
    """The change, for programs."""
    return {
        "key": edited.key,
        "old": edited.old,
        "new": edited.new,
        "file": edited.file,
        "not_committed": edited.not_committed,
    }


def format_review(review: Review) -> str:
    """Every problem on its line; templates that are missing as remarks."""
    lines = [tell(problem) for problem in review.problems] or ["Settings and templates are right."]
    lines += [f"{path} is missing; the text that comes with mdtickets is used." for path in review.missing]
    return "".join(f"{plain_line(line)}\n" for line in lines)


def review_as_json(review: Review) -> dict[str, Any]:
    """Problems and missing templates."""
    problems = [{"path": each.path, "line": each.line, "problem": each.problem} for each in review.problems]
    return {"problems": problems, "missing": list(review.missing)}
