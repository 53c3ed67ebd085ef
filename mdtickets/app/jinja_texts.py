"""Texts with Jinja in them: compiled in a sandbox, run, and their mistakes told by the lines of their files.

Loaded when there is such a text: Jinja costs more than all the rest of an answer.
"""

from collections.abc import Mapping

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct

from mdtickets.app.template_problem import TemplateProblemError

# Errors of templates while they run: Jinja's own, and whatever an expression in one provokes.
_RUN_ERRORS = (TemplateError, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


class CompiledText(Struct, frozen=True):
    """One compiled text, and the line of the file that it begins on."""

    template: Template
    first_line: int


def new_environment() -> ImmutableSandboxedEnvironment:
    """What compiles: a careless template reaches no Python, and an unknown name is a mistake."""
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=False, keep_trailing_newline=True, trim_blocks=True, lstrip_blocks=True
    )


def compile_text(environment: ImmutableSandboxedEnvironment, text: str, first_line: int) -> CompiledText:
    """A text that begins on that line of its file. Raises TemplateProblemError."""
    try:
        template = environment.from_string(text)
        # each run copies them, and from Jinja's own chain of mappings that takes as long as the text
        template.globals = dict(template.globals)
        return CompiledText(template, first_line)
    except TemplateSyntaxError as error:
        raise TemplateProblemError(error.lineno + first_line - 1, str(error.message)) from None
    except RecursionError:
        raise TemplateProblemError(first_line, "nested too deeply") from None


def run_text(text: CompiledText, context: Mapping[str, object]) -> str:
    """The text with its names filled in. Raises TemplateProblemError."""
    try:
        return text.template.render(context)
    except _RUN_ERRORS as error:
        line = text.first_line + _failed_line(error) - 1
        raise TemplateProblemError(line, str(error) or type(error).__name__) from None


def _failed_line(error: BaseException) -> int:
    """The line of the template that failed: Jinja makes tracebacks speak of the template's own lines."""
    trace, line = error.__traceback__, 1
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
