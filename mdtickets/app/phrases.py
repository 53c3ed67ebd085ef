"""The words around an answer: the salutation, answers written beforehand, signatures. All of them the team's files.

`templates/salutation.LANGUAGE.md`, `templates/answer/NAME.md` (or `NAME.LANGUAGE.md`), and the signatures that the
settings name. They are Jinja texts like those of acknowledgements; what strangers wrote is only printed.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from mdtickets.app.template_problem import TemplateProblemError
from mdtickets.app.texts import PHRASES, render_text
from mdtickets.domain.model import Problem
from mdtickets.domain.settings import Agent, Queue
from mdtickets.errors import NotFoundError, UnreadableError
from mdtickets.store.frontmatter import FrontMatterError, parse
from mdtickets.store.layout import Layout

_SUFFIX = ".md"
_ANSWERS = "answer"
# What these texts may name, with a value of each kind.
_SAMPLE: Mapping[str, object] = {
    "number": "2026112410000420",
    "title": "Recorder VR-200 eats tapes",
    "name": "Kim Lee",
    "agent": "Anna Beispiel",
    "queue": "Support",
    "team": "Mustermann Video GmbH",
    "address": "support@mustermann-video.example",
}


class AnswerTemplate(Struct, frozen=True, kw_only=True):
    """An answer written beforehand."""

    name: str
    language: str  # "" = any
    title: str
    path: Path


def answer_templates(layout: Layout) -> tuple[AnswerTemplate, ...]:
    """All answers written beforehand, by name."""
    return tuple(map(_template, _answer_files(layout)))


def _answer_files(layout: Layout) -> list[Path]:
    directory = layout.templates / _ANSWERS
    found = directory.glob(f"*{_SUFFIX}") if directory.is_dir() else ()
    return [path for path in sorted(found) if not path.name.startswith(".")]


def answer_text(layout: Layout, name: str, languages: Sequence[str], context: Mapping[str, object]) -> str:
    """The answer of that name in the first of these languages that there is one in. Raises NotFoundError."""
    named = [template for template in answer_templates(layout) if template.name == name]
    if not named:
        known = ", ".join(dict.fromkeys(template.name for template in answer_templates(layout)))
        hint = f"There are: {known}." if known else f"Write one: templates/{_ANSWERS}/{name}{_SUFFIX}"
        raise NotFoundError(f'There is no answer template "{name}".', hint)
    wanted = (*languages, "")
    named.sort(key=lambda template: wanted.index(template.language) if template.language in wanted else len(wanted))
    return _render(layout, named[0].path, context)


def salutation(layout: Layout, languages: Sequence[str], context: Mapping[str, object]) -> str:
    """How the customer is addressed; "" when the team wrote nothing for his language."""
    for language in languages[:1]:
        path = layout.templates / f"salutation.{language}{_SUFFIX}"
        if path.is_file():
            return _render(layout, path, context)
    return ""


def signature(layout: Layout, agent: Agent, queue: Queue, context: Mapping[str, object]) -> str:
    """The agent's own signature, and below it the queue's."""
    parts = [_signature(layout, text, context) for text in (agent.signature, queue.signature) if text]
    return "\n".join(part for part in parts if part)


def check_phrases(layout: Layout) -> list[Problem]:
    """Everything that is wrong with these texts: each is read and run with a sample."""
    own = [path for path in layout.templates.glob(f"*{_SUFFIX}") if path.name.partition(".")[0] in PHRASES]
    return [problem for path in (*sorted(own), *_answer_files(layout)) if (problem := _problem_of(layout, path))]


def _problem_of(layout: Layout, path: Path) -> Problem | None:
    name, data = layout.relative(path), b""
    try:
        data = path.read_bytes()
        render_text(_body(data), _SAMPLE)
    except FrontMatterError as error:
        return Problem(path=name, line=error.line, problem=error.problem)
    except TemplateProblemError as error:
        return Problem(path=name, line=_first_line(data) + error.line, problem=error.problem)
    except OSError as error:
        return Problem(path=name, line=None, problem=error.strerror or "cannot be read")
    return None


def _first_line(data: bytes) -> int:
    """How many lines stand above the text of a file."""
    return parse(data).front.count("\n") + 2 if data.startswith(b"---") else 0


def _signature(layout: Layout, text: str, context: Mapping[str, object]) -> str:
    path = layout.templates / text
    is_file = text.endswith(_SUFFIX) and "/" not in text and not text.startswith(".") and path.is_file()
    return _render(layout, path, context) if is_file else text.strip()


def _template(path: Path) -> AnswerTemplate:
    name, _, language = path.name.removesuffix(_SUFFIX).partition(".")
    try:
        title = parse(path.read_bytes()).text("title")
    except (OSError, FrontMatterError):
        title = ""
    return AnswerTemplate(name=name, language=language, title=title, path=path)


def _render(layout: Layout, path: Path, context: Mapping[str, object]) -> str:
    name = layout.relative(path)
    try:
        return render_text(_body(path.read_bytes()), context).strip("\n")
    except FrontMatterError as error:
        raise UnreadableError(f"{name}:{error.line}: {error.problem}.") from None
    except TemplateProblemError as error:
        raise UnreadableError(f"{name}:{_first_line(path.read_bytes()) + error.line}: {error.problem}.") from None
    except OSError as error:
        raise UnreadableError(f"{name}: {error.strerror}.") from error


def _body(data: bytes) -> str:
    """The text of a file, with or without front matter."""
    text = parse(data).body if data.startswith(b"---") else data.decode("utf-8-sig", "replace")
    return text.replace("\r\n", "\n")
