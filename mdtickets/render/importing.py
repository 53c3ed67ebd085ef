"""What an import did."""

from typing import Any

from mdtickets.app.old_mail import Imported
from mdtickets.domain.plain import plain_line


def format_import(done: Imported, *, trial: bool) -> str:
    """One sentence."""
    would = "would be " if trial else ""
    notes = f", {done.notes:,} notes" if done.notes else ""
    there = f", {done.known:,} were there" if done.known else ""
    return f"{done.added:,} of {done.mails:,} mails {would}imported{notes}, {len(done.opened):,} new tickets{there}."


def format_import_remarks(done: Imported) -> str:
    """A line for each mail that could not be read, and why the commit is late."""
    told = [f"mdtickets: {plain_line(each.path)}: {each.problem}; left out" for each in done.skipped]
    if done.postponed:
        told.append(f"mdtickets: not committed yet: {done.postponed}")
    return "".join(f"{line}\n" for line in told)


def import_as_json(done: Imported) -> dict[str, Any]:
    """What `import --json` prints."""
    return {
        "mails": done.mails,
        "added": done.added,
        "notes": done.notes,
        "known": done.known,
        "opened": done.opened,
        "skipped": [{"path": each.path, "problem": each.problem} for each in done.skipped],
    }
