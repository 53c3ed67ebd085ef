"""Texts of automatic answers."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.app.templates import (
    SAMPLE,
    Templates,
    built_in_templates,
    check_templates,
    missing_templates,
)
from mdtickets.domain.settings import AckKind, Queue, Settings
from mdtickets.store.layout import Layout

KINDS = [kind.value for kind in AckKind]


def template(root: Path, name: str, text: str, subject: str = '"Re: {{ title }}"') -> Layout:
    """A store with one template of its own."""
    layout = Layout(root)
    layout.templates.mkdir(exist_ok=True)
    (layout.templates / name).write_text(f"---\nsubject: {subject}\n---\n{text}")
    return layout


def problems(root: Path, name: str, text: str, subject: str = '"x"') -> list[tuple[str, int | None, str]]:
    layout = template(root, name, text, subject)
    return [(each.path, each.line, each.problem) for each in check_templates(layout)]


def test_english_acknowledgement(tmp_path: Path) -> None:
    """The built-in text has the number, what was received, and what happens next."""
    subject, body = Templates(Layout(tmp_path)).render("new", "en", SAMPLE)
    assert subject == "Re: Recorder VR-200 eats tapes"
    assert (
        body
        == """\
Hello Kim Lee,

thank you for your message. It has arrived, and one of us will answer you.
Your request has the number 2026112410000420.

If you want to add something, simply answer this mail and leave the number in
the subject: then it comes to the same request.

You wrote:

> Since yesterday the recorder pulls the tape in.
> What can I do?
> …

Kind regards
Mustermann Video GmbH
"""
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("language", "greeting"), [("en", "Hello,\n\n"), ("de", "Guten Tag,\n\n")])
def test_every_built_in_text_does_without_name_and_text(
    tmp_path: Path, kind: str, language: str, greeting: str
) -> None:
    """An empty mail from a bare address is answered decently, and the lines stay short."""
    bare = {**SAMPLE, "name": "", "quoted": [], "more": False, "address": ""}
    _, body = Templates(Layout(tmp_path)).render(kind, language, bare)
    assert body.startswith(greeting)
    assert "2026112410000420" in body
    assert "\n\n\n" not in body
    assert max(map(len, body.splitlines())) <= 79


def test_built_in_texts_are_complete_and_right(tmp_path: Path) -> None:
    """Every kind comes in English and German, and passes the check of a store's own templates."""
    layout = Layout(tmp_path)
    layout.templates.mkdir()
    for name, data in built_in_templates().items():
        (layout.templates / name).write_bytes(data)
    assert sorted(built_in_templates()) == sorted(
        f"{kind}.{language}.md" for kind in KINDS for language in ("de", "en")
    )
    assert check_templates(layout) == []


def test_the_team_s_template_comes_first(tmp_path: Path) -> None:
    """A file in the store replaces the built-in text."""
    layout = template(tmp_path, "new.en.md", "Ahoy {{ name }}: {{ quoted[0] }}\n")
    assert Templates(layout).render("new", "en", SAMPLE) == (
        "Re: Recorder VR-200 eats tapes",
        "Ahoy Kim Lee: Since yesterday the recorder pulls the tape in.\n",
    )


@pytest.mark.parametrize(
    ("language", "otherwise", "store_language", "begins"),
    [
        ("nl", (), "en", "nl"),
        ("fr", ("nl",), "en", "nl"),
        ("fr", (), "nl", "nl"),
        ("fr", (), "en", "Hello"),
        ("de", (), "en", "Guten Tag"),
        ("../../new", (), "en", "Hello"),
    ],
)
def test_languages_without_a_text_of_their_own(
    tmp_path: Path, language: str, otherwise: tuple[str, ...], store_language: str, begins: str
) -> None:
    """The queue's language follows the customer's, then the store's, then the built-in texts, English last."""
    layout = template(tmp_path, "new.nl.md", "nl\n")
    _, body = Templates(layout, store_language).render("new", language, SAMPLE, otherwise=otherwise)
    assert body.startswith(begins)


def test_a_changed_file_counts_at_once(tmp_path: Path) -> None:
    """A running daemon answers with the text that is there now."""
    layout = template(tmp_path, "new.en.md", "old\n")
    templates = Templates(layout)
    before = templates.render("new", "en", SAMPLE)[1]
    template(tmp_path, "new.en.md", "brand new\n")
    assert (before, templates.render("new", "en", SAMPLE)[1]) == ("old\n", "brand new\n")


def test_mail_is_data(tmp_path: Path) -> None:
    """What looks like a template in a mail is printed, and a subject stays one line."""
    nasty = {**SAMPLE, "title": "{{ 7*7 }}\nBcc: all@example.com", "quoted": ["{% for x in range(9**9) %}"]}
    subject, body = Templates(Layout(tmp_path)).render("new", "en", nasty)
    assert subject == "Re: {{ 7*7 }} Bcc: all@example.com"
    assert "> {% for x in range(9**9) %}\n" in body


@pytest.mark.parametrize(
    "text", ["{{ nobody }}", "{{ 1 / 0 }}", "{% if %}", "{{ name.__class__.__mro__ }}", "{{ quoted[9] }}"]
)
def test_a_wrong_template_stops_no_mail(tmp_path: Path, text: str) -> None:
    """The built-in text stands in for one that fails."""
    layout = template(tmp_path, "new.de.md", text)
    assert Templates(layout).render("new", "de", SAMPLE)[1].startswith("Guten Tag Kim Lee")


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        ("a\n{{ nobody }}\n", 5, "'nobody' is undefined"),
        ("a\n\n{% if name %}\n", 6, "Unexpected end of template. Jinja was looking for the following tags: 'elif' or "),
        ("{{ number / 0 }}", 4, "unsupported operand type(s) for /: 'str' and 'int'"),
        ("{{ quoted.append(1) }}", 4, "access to attribute 'append' of 'list' object is unsafe."),
    ],
)
def test_what_is_wrong_with_a_template(tmp_path: Path, text: str, line: int, problem: str) -> None:
    """The check compiles each template, runs it, and names the line of the file."""
    found = [(path, at, told[: len(problem)]) for path, at, told in problems(tmp_path, "new.en.md", text)]
    assert found == [("templates/new.en.md", line, problem)]


@pytest.mark.parametrize(
    ("name", "subject", "line", "problem"),
    [
        ("new.en.md", '""', 1, '"subject" is missing'),
        ("new.en.md", '"{{ nobody }}"', 2, "'nobody' is undefined"),
        ("new.en.md", '"x"\nlanguage: de', 3, '"language" is de, but the file is named for en'),
        ("new.en.md", '"x"\nkind: [new]', 3, '"kind" must be one text'),
        (
            "welcome.en.md",
            '"x"',
            1,
            "the name must be KIND.LANGUAGE.md; KIND is one of new, follow_up, reject, new_after_closed",
        ),
    ],
)
def test_what_is_wrong_with_its_front_matter(tmp_path: Path, name: str, subject: str, line: int, problem: str) -> None:
    """Subject, kind and language are checked as well."""
    assert problems(tmp_path, name, "x", subject) == [(f"templates/{name}", line, problem)]


def test_missing_templates(tmp_path: Path) -> None:
    """What a queue would use and the store does not have is named."""
    layout = template(tmp_path, "new.de.md", "x")
    found = Settings(
        name="x",
        language="de",
        queues={
            "A": Queue(name="A", acknowledge=frozenset({AckKind.NEW, AckKind.REJECT})),
            "B": Queue(name="B", language="en"),
        },
    )
    assert missing_templates(layout, found) == ["templates/new.en.md", "templates/reject.de.md"]


@settings(max_examples=30, deadline=None)
@given(text=st.text(), name=st.text())
def test_any_mail_is_answered(text: str, name: str) -> None:
    """No text of a stranger makes a built-in template fail."""
    context = {**SAMPLE, "name": name, "title": text, "quoted": text.split("\n")}
    subject, _ = Templates(Layout(Path("nowhere"))).render("reject", "de", context)
    assert "\n" not in subject
