"""A text that an agent writes in the editor. Its file stays until the text is in the store, whatever crashes."""

from pathlib import Path
from typing import TYPE_CHECKING

from mdtickets.cli.editor import edit
from mdtickets.domain.plain import plain_line
from mdtickets.errors import RefusedError, UnavailableError

if TYPE_CHECKING:
    from mdtickets.app.session import Session

_MARK = "<!-- mdtickets: "


def written_text(session: "Session", place: Path, heading: str, head: str = "") -> str:
    """What the agent wrote below a line that tells what it is for. Raises RefusedError when he wrote nothing.

    `head` stands there already. What an earlier editor left at that place is what he goes on with.
    """
    if not place.exists():
        session.disk.make_directory(place.parent)
        told = plain_line(heading).replace("--", "-").replace(">", "")
        session.disk.replace_file(place, f"{_MARK}{told} -->\n{head}\n".encode(), private=True)
    try:
        edit(place)
    except UnavailableError as error:
        if _read(place).strip() == head.strip():
            forget(session, place)
            raise
        raise UnavailableError(
            f"{error.message} What you wrote is kept.", "The same command goes on with it."
        ) from error
    text = _read(place)
    if text.strip() == head.strip():
        forget(session, place)
        raise RefusedError("Nothing was written, so nothing was done.")
    return text


def _read(place: Path) -> str:
    return without_heading(place.read_text(encoding="utf-8", errors="replace"))


def without_heading(text: str) -> str:
    """The text without the line that we put above it."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(_MARK))


def forget(session: "Session", place: Path) -> None:
    """The text is stored, or was given up."""
    session.disk.remove(place)
