"""HTML mail as text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mdtickets.mail.html import html_to_text, strip_tags


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello</p><p>World</p>", "Hello\n\nWorld"),
        ("<div>one<br>two</div><div>three</div>", "one\ntwo\nthree"),
        ("<ul><li>one</li><li>two</li></ul>", "  * one\n  * two"),
        ("<table><tr><td>VR-200</td><td>2</td></tr><tr><td>VR-3</td><td>14</td></tr></table>", "VR-200  2\nVR-3    14"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("Gr&uuml;&szlig;e &amp; so", "Grüße & so"),
        ("<head><title>x</title><style>p {}</style></head><body>Hi<script>alert(1)</script></body>", "Hi"),
        ("<!-- no -->Hi<![CDATA[ x ]]>", "Hi"),
        ('<p style="display:none">hidden</p><p hidden>too</p>Hi<i style="mso-hide: all">and this</i>', "Hi"),
        ('<a href="https://example.com/x">here</a>', "here <https://example.com/x>"),
        ('<a href="https://example.com/">example.com</a>', "example.com"),
        ('<a href="mailto:kim@lee.example">Kim</a>', "Kim <kim@lee.example>"),
        ('<a href="https://example.com/' + "x" * 200 + '">track</a>', "track"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="https://example.com"><img src="x"></a>', ""),
        ("<p>new</p><blockquote>old<blockquote>older</blockquote></blockquote>new", "new\n\n> old\n>> older\nnew"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("<?xml version='1.0' encoding='utf-8'?><p>Hi</p>", "Hi"),
        ("<p>unclosed <b>tags", "unclosed tags"),
        ("just text", "just text"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_text_of_html(html: str, text: str) -> None:
    """What a person would read, quotations marked, links shown, nothing hidden."""
    assert html_to_text(html) == (text, "")


@pytest.mark.parametrize(
    ("html", "text", "note"),
    [
        ("<p>x" * 20_000, "x", "too many tags"),
        ("<p>x</p>" + "y" * (300 << 10), "x", "cut at 256 KB"),
        ("<table><tr><td>" + "x" * 100_000 + "<tr><td>y" * 1000, "x", "could not be laid out"),
    ],
)
def test_what_cannot_be_laid_out_is_told(html: str, text: str, note: str) -> None:
    """The text is there nevertheless."""
    found, said = html_to_text(html)
    assert (found.startswith(text), note in said) == (True, True)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Hello</p><p>World</p>", "Hello\n\nWorld"),
        ("a<!-- no -->b<!-- never closed", "ab"),
        ("a<script>x</script>b<STYLE>y</STYLE>c<script>never closed", "abc"),
        ("one<br/>two<hr>three", "one\ntwo\nthree"),
        ("Gr&uuml;&szlig;e &#x41; &#" + "9" * 5000 + ";", "Grüße A \ufffd"),
        ("a < b", "a < b"),
        ("<![<![", "<![<!["),
        ("", ""),
    ],
)
def test_text_between_the_tags(html: str, text: str) -> None:
    """The plain way out, for what a layout engine cannot take."""
    assert strip_tags(html) == text


PIECES = st.sampled_from(
    [
        *(
            "<p>",
            "</p>",
            "<table>",
            "<tr>",
            "<td>",
            "</table>",
            "<ul>",
            "<li value=9>",
            "<blockquote>",
            "</blockquote>",
        ),
        *(
            "<!--",
            "-->",
            "<![CDATA[",
            "<![",
            "<a href=http://x>",
            "</a>",
            "<pre>",
            "text",
            "&amp;",
            "&#0;",
            "<",
            ">",
            '"',
        ),
        *(
            "\ue000",
            "\ue001",
            "\x00",
            "<ol><li value=²>",
            "<br>",
            "<svg>",
            "<style>",
            "<body hidden>",
            "<html style='x'>",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_html_has_a_text(html: str) -> None:
    """Nothing raises, and the marks of quotations do not stay in the text."""
    text, _ = html_to_text(html)
    assert not set(text) & {"\ue000", "\ue001"}
