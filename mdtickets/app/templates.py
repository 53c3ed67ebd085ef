"""The texts of automatic answers: the store's own templates, and those that come with the program.

A template is the team's file and may compute; what strangers wrote is data that it prints, never a template. Jinja's
sandbox keeps a careless template from reaching Python.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

import mdtickets
from mdtickets.app.jinja_texts import CompiledText, compile_text, new_environment, run_text
from mdtickets.app.settings_kinds import Language
from mdtickets.app.template_problem import TemplateProblemError
from mdtickets.app.texts import PHRASES
from mdtickets.domain.model import Problem
from mdtickets.domain.plain import plain_line
from mdtickets.domain.settings import AckKind, Settings
from mdtickets.store.frontmatter import Document, FrontMatterError, parse
from mdtickets.store.layout import Layout

BUILT_IN = Path(mdtickets.__file__).parent / "templates"

# What a template may name, with a value of each kind, for trying templates out.
SAMPLE: Mapping[str, object] = {
    "number": "2026112410000420",
    "title": "Recorder VR-200 eats tapes",
    "subject": "Recorder VR-200 eats tapes",
    "name": "Kim Lee",
    "quoted": ["Since yesterday the recorder pulls the tape in.", "What can I do?"],
    "more": True,
    "queue": "Support",
    "team": "Mustermann Video GmbH",
    "address": "support@mustermann-video.example",
    "working_hours": "Mon–Fri 08:00–18:00",
    "received_at": datetime(2026, 11, 24, 9, 12, tzinfo=UTC),
}

_KEYS = ("kind", "language", "subject")


class _Compiled(Struct, frozen=True):
    """One template, ready to run, and the state of the file that it was made from."""

    subject: CompiledText
    body: CompiledText
    stamp: tuple[int, int]


class Templates:
    """All templates of a store, each compiled once and again when its file changes."""

    def __init__(self, layout: Layout, language: str = Language.ENGLISH) -> None:
        self._layout = layout
        self._language = language
        self._environment = new_environment()
        self._compiled: dict[Path, _Compiled] = {}
        self._candidates: dict[tuple[str, ...], tuple[Path, ...]] = {}  # by kind and languages

    def render(
        self, kind: str, language: str, context: Mapping[str, object], *, otherwise: Sequence[str] = ()
    ) -> tuple[str, str]:
        """Subject and body of an answer, in the first of these languages that there is a text in.

        `language`, then `otherwise` (the queue's), then the store's, then English; in each the store's own text before
        the one that comes with the program. A template that fails is passed over, so that a mistake in it stops no
        mail: `config check` tells it.
        """
        wanted = (kind, language, *otherwise)
        if wanted not in self._candidates:
            self._candidates[wanted] = tuple(self._find_candidates(kind, (language, *otherwise, self._language)))
        for path in self._candidates[wanted]:
            try:
                return _rendered(self._load(path), context)
            except (OSError, TemplateProblemError):
                continue
        raise ValueError(f"there is no template of the kind {kind!r}")

    def _find_candidates(self, kind: str, languages: Sequence[str]) -> Iterator[Path]:
        """For each language the store's own text, then ours: the right language counts more than the team's words."""
        for language in dict.fromkeys((*languages, Language.ENGLISH)):
            if language.isalpha():
                yield self._layout.templates / f"{kind}.{language}.md"
                yield BUILT_IN / f"{kind}.{language}.md"

    def _load(self, path: Path) -> _Compiled:
        found = path.stat()
        stamp = (found.st_mtime_ns, found.st_size)
        compiled = self._compiled.get(path)
        if compiled is None or compiled.stamp != stamp:
            compiled = _compile(self._environment, parse_template(path.read_bytes()), stamp)
            self._compiled[path] = compiled
        return compiled


@lru_cache(maxsize=4)  # a daemon compiles each text once, not for each slice; changed files are noticed
def templates_of(layout: Layout, language: str) -> Templates:
    """The templates of a store, compiled as far as they were needed before."""
    return Templates(layout, language)


def parse_template(data: bytes) -> Document:
    """The front matter and text of a template file. Raises TemplateProblemError."""
    try:
        document = parse(data)
        for key in _KEYS:
            document.text(key)
    except FrontMatterError as error:
        raise TemplateProblemError(error.line, error.problem) from None
    if not document.text("subject"):
        raise TemplateProblemError(1, '"subject" is missing')
    return document


def check_templates(layout: Layout) -> list[Problem]:
    """Everything that is wrong with the store's templates: each is read, compiled, and run with a sample."""
    environment = new_environment()
    problems = []
    for path in sorted(layout.templates.glob("*.md")):
        if path.name.startswith(".") or path.name.partition(".")[0] in PHRASES:
            continue
        try:
            document = parse_template(path.read_bytes())
            _check_name(path, document)
            _rendered(_compile(environment, document, (0, 0)), SAMPLE)
        except TemplateProblemError as error:
            problems.append(Problem(path=layout.relative(path), line=error.line, problem=error.problem))
        except OSError as error:
            problems.append(Problem(path=layout.relative(path), line=None, problem=str(error.strerror)))
    return problems


def missing_templates(layout: Layout, settings: Settings) -> list[str]:
    """The files that the store lacks for what its queues acknowledge in their languages; built-in texts stand in."""
    wanted = {
        f"{kind}.{queue.language or settings.language}.md"
        for queue in settings.queues.values()
        for kind in queue.acknowledge
    }
    return [
        layout.relative(layout.templates / name) for name in sorted(wanted) if not (layout.templates / name).is_file()
    ]


def built_in_templates() -> dict[str, bytes]:
    """The templates that come with the program, by file name; `init` gives them to a new store."""
    return {path.name: path.read_bytes() for path in sorted(BUILT_IN.glob("*.md"))}


def _compile(environment: ImmutableSandboxedEnvironment, document: Document, stamp: tuple[int, int]) -> _Compiled:
    return _Compiled(
        subject=compile_text(environment, document.text("subject"), document.line("subject")),
        body=compile_text(environment, document.body.replace("\r\n", "\n"), document.front.count("\n") + 3),
        stamp=stamp,
    )


def _rendered(compiled: _Compiled, context: Mapping[str, object]) -> tuple[str, str]:
    subject, body = (run_text(text, context) for text in (compiled.subject, compiled.body))
    return plain_line(subject).strip(), body.rstrip() + "\n"


def _check_name(path: Path, document: Document) -> None:
    kind, _, language = path.name.removesuffix(".md").partition(".")
    if kind not in set(AckKind):
        raise TemplateProblemError(1, f"the name must be KIND.LANGUAGE.md; KIND is one of {', '.join(AckKind)}")
    for key, named in (("kind", kind), ("language", language)):
        if document.text(key) not in {"", named}:
            told = f'"{key}" is {document.text(key)}, but the file is named for {named}'
            raise TemplateProblemError(document.line(key), told)
