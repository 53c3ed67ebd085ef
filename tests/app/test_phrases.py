"""The team's words around answers: by language, checked to the line, never run when a stranger wrote them."""

from pathlib import Path

import pytest

from mdtickets.app.phrases import answer_templates, answer_text, check_phrases, salutation, signature
from mdtickets.domain.settings import Agent, Queue
from mdtickets.errors import NotFoundError, UnreadableError
from mdtickets.store.layout import Layout

CONTEXT = {"name": "{{ 7 * 7 }}", "agent": "Anna", "team": "Mustermann Video"}
ANNA = Agent(key="anna", name="Anna", signature="Anna Beispiel")


def _write(place: Path, **texts: str) -> Layout:
    """A store's templates: `answer__x__de` is `answer/x.de.md`."""
    for name, text in texts.items():
        path = place / "templates" / (name.replace("__", "/", 1).replace("__", ".") + ".md")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return Layout(place)


def test_the_answer_in_the_customers_language_is_taken(tmp_path: Path) -> None:
    """Then one without a language, then any."""
    layout = _write(tmp_path, answer__x="Any", answer__x__de="Deutsch", answer__y__de="Nur Deutsch")
    assert answer_text(layout, "x", ("de", "en"), CONTEXT) == "Deutsch"
    assert answer_text(layout, "x", ("en",), CONTEXT) == "Any"
    assert answer_text(layout, "y", ("en",), CONTEXT) == "Nur Deutsch"
    assert [(one.name, one.language) for one in answer_templates(layout)] == [("x", "de"), ("x", ""), ("y", "de")]


def test_an_answer_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    """Its name is never a path."""
    layout = _write(tmp_path, answer__x="Any", salutation="no")
    with pytest.raises(NotFoundError, match="There are: x"):
        answer_text(layout, "../salutation", ("en",), CONTEXT)


def test_what_a_stranger_wrote_is_printed(tmp_path: Path) -> None:
    """His name is no template."""
    assert salutation(_write(tmp_path, templates="x"), ("de",), CONTEXT) == ""
    path = tmp_path / "templates" / "salutation.de.md"
    path.write_text("Guten Tag {{ name }},\n", encoding="utf-8")
    assert salutation(Layout(tmp_path), ("de", "en"), CONTEXT) == "Guten Tag {{ 7 * 7 }},"
    assert salutation(Layout(tmp_path), ("en", "de"), CONTEXT) == ""


def test_the_agents_signature_stands_above_the_queues(tmp_path: Path) -> None:
    """Text as it is, or a file; a path elsewhere is text."""
    layout = _write(tmp_path, signature="{{ team }}")
    assert (
        signature(layout, ANNA, Queue(name="S", signature="signature.md"), CONTEXT) == "Anna Beispiel\nMustermann Video"
    )
    assert signature(layout, ANNA, Queue(name="S", signature="../a.md"), CONTEXT) == "Anna Beispiel\n../a.md"


def test_mistakes_are_named_by_their_line(tmp_path: Path) -> None:
    """By `config check`, and by who tries to use them."""
    layout = _write(tmp_path, answer__x="---\ntitle: X\n---\nHello\n{{ nam }}\n", signature="{% if %}")
    assert [(problem.path, problem.line) for problem in check_phrases(layout)] == [
        ("templates/signature.md", 1),
        ("templates/answer/x.md", 5),
    ]
    with pytest.raises(UnreadableError, match=r"templates/answer/x\.md:5: 'nam' is undefined"):
        answer_text(layout, "x", ("en",), CONTEXT)
