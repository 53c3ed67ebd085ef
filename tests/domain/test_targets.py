"""Which of several targets counts."""

import pytest

from mdtickets.domain.model import Priority, Ticket
from mdtickets.domain.settings import Target
from mdtickets.domain.targets import goals_of
from tests.domain.builders import make_settings, make_ticket

ALL = Target(solution=1000, update=100)
SUPPORT = Target(queue="Support", first_response=60, solution=900)
URGENT = Target(priority="5 very high", solution=300, warn_at=50)
SCHULZE = Target(company="schulze-ag", solution=0, first_response=30)
SCHULZE_URGENT = Target(company="schulze-ag", priority="5 very high", solution=200)
TARGETS = (SCHULZE_URGENT, SUPPORT, ALL, SCHULZE, URGENT)

URGENTLY = Priority.VERY_HIGH


@pytest.mark.parametrize(
    ("ticket", "expected"),
    [
        (make_ticket(queue="Sales"), ["update 100 80", "solution 1000 80"]),
        (make_ticket(), ["first_response 60 80", "update 100 80", "solution 900 80"]),
        (make_ticket(priority=URGENTLY), ["first_response 60 50", "update 100 50", "solution 300 50"]),
        (make_ticket(company="schulze-ag"), ["first_response 30 80", "update 100 80"]),
        (
            make_ticket(company="schulze-ag", priority=URGENTLY),
            ["first_response 30 50", "update 100 50", "solution 200 50"],
        ),
    ],
    ids=["for all", "its queue", "its priority", "its company has no solution", "company and priority"],
)
def test_the_most_specific_counts(ticket: Ticket, expected: list[str]) -> None:
    """Each time by itself: what a target does not name, a less specific one does."""
    goals = goals_of(ticket, make_settings(targets=TARGETS))
    assert [f"{goal.kind} {goal.minutes} {goal.warn_at}" for goal in goals] == expected


def test_of_equals_the_last_counts() -> None:
    """The settings put a queue's own table last."""
    settings = make_settings(targets=(Target(queue="Support", update=1), Target(queue="Support", update=2)))
    assert [goal.minutes for goal in goals_of(make_ticket(), settings)] == [2]


def test_without_targets_there_is_nothing_to_reckon() -> None:
    """Most stores."""
    assert goals_of(make_ticket(), make_settings()) == ()
