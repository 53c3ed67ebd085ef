"""The list of tickets."""

from typing import Any

import pytest
from msgspec.structs import replace

from mdtickets.app.listing import Found
from mdtickets.domain.model import State
from mdtickets.errors import UsageError
from mdtickets.render.listing import DEFAULT_COLUMNS, Seen, column_names, format_list, format_remarks, parse_columns
from mdtickets.render.width import width_of
from tests.conftest import Golden
from tests.render.build import COLOURS, NARROW, NOW, PIPE, TERMINAL, example_rows, make_lock, make_row

SEEN = Seen(NOW, {"2026112410000587": "0058"})


def test_a_wide_terminal_shows_all(golden: Golden) -> None:
    """The list as the team sees it."""
    golden("list", format_list(example_rows(), DEFAULT_COLUMNS, SEEN, TERMINAL))


def test_eighty_columns_will_do(golden: Golden) -> None:
    """On a narrow terminal titles and names are cut, numbers and times are not."""
    shown = format_list(example_rows(), DEFAULT_COLUMNS, SEEN, NARROW)
    golden("list-80", shown)
    assert max(map(width_of, shown.splitlines())) <= 80


def test_a_pipe_gets_tabs(golden: Golden) -> None:
    """Other programs get whole texts and no heading."""
    golden("list-pipe", format_list(example_rows(), DEFAULT_COLUMNS, SEEN, PIPE))


def test_colours_mark_what_is_late_urgent_or_wrong(golden: Golden) -> None:
    """Colours are codes around the same words."""
    golden("list-colours", format_list(example_rows(), DEFAULT_COLUMNS, SEEN, COLOURS))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "open · free"),
        ({"owner": "bert"}, "open · bert"),
        ({"owner": "bert", "lock": make_lock("anna")}, "open · anna (locked 14 m)"),
        ({"state": State.PENDING_REMINDER}, "pending reminder"),
        ({"broken": "ticket.md:3: not a state"}, "! ticket.md:3: not a state"),
    ],
)
def test_who_says_what_a_person_needs_to_know(fields: dict[str, Any], expected: str) -> None:
    """The last column tells who is on it, or what went wrong."""
    assert f"{expected}\n" == format_list([make_row(**fields)], ["who"], SEEN, PIPE)


def test_another_ticket_is_named_by_what_means_it_alone() -> None:
    """By its whole number where no part of it is known to do so."""
    row = make_row(possible_duplicates=("2026112410000587", "2026112410000595"))
    assert format_list([row], ["who"], SEEN, PIPE) == "open · free  ≈ 0058, 2026112410000595\n"


def test_every_key_of_the_json_can_be_a_column() -> None:
    """`--columns` takes whatever `--json` names."""
    row = replace(make_row(), lock=make_lock(), tags=("tape", "urgent"), articles=3, undelivered=True)
    shown = dict(
        zip(column_names(), format_list([row], column_names(), SEEN, PIPE).rstrip("\n").split("\t"), strict=False)
    )
    assert {"tags": "tape, urgent", "lock": "anna", "articles": "3", "undelivered": "yes"}.items() <= shown.items()


@pytest.mark.parametrize(
    ("total", "shown", "queues", "expected"),
    [
        (4, 4, {"Support": 3, "Sales": 1}, "4 of 4 open tickets in 2 queues (Support 3, Sales 1)"),
        (1284, 30, {"Support": 1284}, "30 of 1,284 open tickets"),
        (1, 1, {"Support": 1}, "1 of 1 open ticket"),
        (0, 0, {}, "no open tickets"),
    ],
)
def test_the_total_counts_what_is_not_shown(total: int, shown: int, queues: dict[str, int], expected: str) -> None:
    """The line below says how many there are, and where."""
    rows = tuple(make_row() for _ in range(shown))
    found = Found(total=total, rows=rows, open_by_queue=queues, only_open=True)
    assert f"{expected}\n" == format_remarks(found, PIPE, is_embedded=False)


def test_while_nothing_leaves_the_machine_every_list_says_so() -> None:
    """A team that believes its answers are sent must be told."""
    found = Found(total=0, rows=(), open_by_queue={}, only_open=True)
    assert "nothing leaves this machine" in format_remarks(found, PIPE, is_embedded=True)


def test_a_column_that_is_none_is_refused_with_the_nearest() -> None:
    """A typing error is answered with the right word."""
    with pytest.raises(UsageError, match=r'Did you mean "title"\?'):
        parse_columns("number,titel")
