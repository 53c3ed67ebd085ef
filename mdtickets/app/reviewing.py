"""The check of all that a team writes to steer the program: settings and templates."""

from msgspec import Struct

from mdtickets.app.config import build as build_settings
from mdtickets.app.config import examine, read_sources
from mdtickets.app.phrases import check_phrases
from mdtickets.app.templates import check_templates, missing_templates
from mdtickets.domain.model import Problem
from mdtickets.store.layout import Layout


class Review(Struct, frozen=True, kw_only=True):
    """What is wrong, and which templates the store lacks (the built-in texts stand in for them)."""

    problems: tuple[Problem, ...]
    missing: tuple[str, ...] = ()


def check(layout: Layout) -> Review:
    """Everything that is wrong with settings and templates. Raises SettingsError when the settings cannot be read."""
    values, problems = examine(read_sources(layout))
    wrong_templates = [*check_templates(layout), *check_phrases(layout)]
    missing = () if problems else tuple(missing_templates(layout, build_settings(values)))
    return Review(problems=(*problems, *wrong_templates), missing=missing)
