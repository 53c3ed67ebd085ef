"""The documentation that is shipped with the program, for `help`."""

import difflib
from collections.abc import Mapping
from pathlib import Path

import mdtickets
from mdtickets.errors import NotFoundError

_DIRECTORY = Path(mdtickets.__file__).parent / "docs"


def topics() -> tuple[str, ...]:
    """The names of all chapters."""
    return tuple(sorted(path.stem for path in _DIRECTORY.glob("*.md")))


def chapter(topic: str) -> str:
    """The Markdown of one chapter. Raises NotFoundError, naming the nearest one."""
    wanted = topic.lower().removesuffix(".md")
    wanted = next((name for name in topics() if wanted in {name, *_singulars(name)}), wanted)
    if wanted not in topics():
        near = difflib.get_close_matches(wanted, topics(), 1, cutoff=0.5)
        raise NotFoundError(
            f'There is no chapter "{topic}".',
            f'Did you mean "{near[0]}"?' if near else f"There are: {', '.join(topics())}.",
        )
    return (_DIRECTORY / f"{wanted}.md").read_text(encoding="utf-8")


def contents() -> str:
    """The chapters with their headings, one a line."""
    width = max(map(len, topics()), default=0)
    lines = [f"  {topic:<{width}}  {_heading(topic)}" for topic in topics()]
    return "\n".join(["Chapters, read with `mdtickets help TOPIC`:", *lines, ""])


def write_pages(directory: Path, pages: Mapping[str, str]) -> str:
    """Write these files into a directory, made if need be; what was done, in one line. Raises OSError."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (directory / name).write_text(text, encoding="ascii")
    return f"{len(pages)} pages in {directory}\n"


def _singulars(name: str) -> tuple[str, str]:
    """What one of them is called: `help query`."""
    return name.removesuffix("s"), name.removesuffix("ies") + "y"


def _heading(topic: str) -> str:
    first = chapter(topic).partition("\n")[0]
    return first.lstrip("# ").strip()
