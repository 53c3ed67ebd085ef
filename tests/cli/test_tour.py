"""The story of issue 6 on real terminals: two mails, two agents, one answer, a takeover, closed. Told in docs/tour.md."""

import re

import pytest

from tests.tour.play import PAGE, can_play, page, play
from tests.tour.story import STEPS


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.skipif(not can_play(), reason="no tmux here")
def test_the_story_happens_as_it_is_told() -> None:
    """After each command the terminal shows what the agent must see."""
    screens = play()
    missing = {
        step.command: [fact for fact in step.sees if fact not in screen]
        for step, screen in zip(STEPS, screens, strict=True)
    }
    assert {command: facts for command, facts in missing.items() if facts} == {}


def test_the_page_tells_this_story() -> None:
    """Each text and each command of the story stands in the chapter, with a screen; `python -m tests.tour` writes it."""
    told = PAGE.read_text(encoding="utf-8")
    expected = page([f"{step.by}$ {step.command}" for step in STEPS])
    assert re.sub(r"```\n(.*)\n(?:.*\n)*?```\n", r"```\n\1\n```\n", told) == expected
