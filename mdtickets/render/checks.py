"""What `fsck` found, for people and for programs."""

from typing import Any

from mdtickets.app.fsck import Checked
from mdtickets.domain.model import Problem
from mdtickets.domain.plain import plain_line


def checked_text(checked: Checked) -> str:
    """One line for each thing mended and each problem left, then the sum."""
    lines = [f"mended: {plain_line(what)}" for what in checked.mended]
    lines += [_line(problem) for problem in checked.problems]
    found = _counted(len(checked.problems), "problem") if checked.problems else "no problems"
    return "\n".join([*lines, f"{_counted(checked.tickets, 'ticket')} checked, {found}."])


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"


def checked_json(checked: Checked) -> dict[str, Any]:
    """The object of `fsck --json`."""
    problems = [{"path": one.path, "line": one.line, "problem": one.problem} for one in checked.problems]
    return {"tickets": checked.tickets, "problems": problems, "mended": list(checked.mended)}


def _line(problem: Problem) -> str:
    line = f":{problem.line}" if problem.line else ""
    where = f"{plain_line(problem.path)}{line}: " if problem.path else ""
    return f"! {where}{plain_line(problem.problem)}"
