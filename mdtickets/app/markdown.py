"""Markdown as HTML for mail: CommonMark, in which HTML is text and no picture is fetched from anywhere."""

from markdown_it import MarkdownIt


def to_html(text: str) -> str:
    """The text as one HTML document."""
    body = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image").render(text)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{body}</body></html>\n'
