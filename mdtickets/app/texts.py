"""The team's texts, with names filled in. Most have none, so Jinja is loaded only for those that do."""

from collections.abc import Mapping

# Words around answers (`phrases`): files of their own kind.
PHRASES = frozenset({"salutation", "signature"})
# What Jinja begins with: an expression, a statement, a comment.
_JINJA = ("{{", "{%", "{#")


def render_text(text: str, context: Mapping[str, object]) -> str:
    """A text of the team's with its names filled in. Raises TemplateProblemError."""
    if not any(mark in text for mark in _JINJA):
        # as Jinja ends lines
        return text.replace("\r\n", "\n").replace("\r", "\n")
    from mdtickets.app.jinja_texts import compile_text, new_environment, run_text

    return run_text(compile_text(new_environment(), text, 1), context)
