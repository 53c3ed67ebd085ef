"""How alike two requests are, and what is joined by that."""

from mdtickets.domain.similarity import joined


def test_alike_tickets_are_joined_into_groups() -> None:
    """What is like one of a group belongs to it, in whatever order they are told."""
    groups = joined([("3", "1"), ("5", "4"), ("6", "3"), ("9", "8"), ("8", "5")])
    assert sorted(sorted(group) for group in groups) == [["1", "3", "6"], ["4", "5", "8", "9"]]
