"""Tables on a terminal and in a pipe."""

from mdtickets.render.table import Cell, Column, format_table
from mdtickets.render.terminal import Style
from mdtickets.render.width import width_of
from tests.render.build import COLOURS, NARROW, PIPE

COLUMNS = [Column(title="WHO", flexible=True, narrowest=4), Column(title="N", right=True)]


def test_columns_line_up_under_wide_characters() -> None:
    """Every line of the table is as wide as the others."""
    rows = [[Cell("請求書"), Cell("1")], [Cell("Mu\u0308ller"), Cell("22")]]
    assert format_table(COLUMNS, rows, NARROW) == ["WHO      N", "請求書   1", "Mu\u0308ller  22"]


def test_a_flexible_column_gives_way_to_a_narrow_screen() -> None:
    """Nothing runs over the edge."""
    lines = format_table(COLUMNS, [[Cell("x" * 200), Cell("12345")]], NARROW)
    assert [width_of(line) for line in lines] == [80, 80]
    assert "…" in lines[1]


def test_a_pipe_gets_whole_texts_between_tabs_and_no_heading() -> None:
    """`cut -f` works on what another program reads."""
    assert [f"{'x' * 200}\t1"] == format_table(COLUMNS, [[Cell("x" * 200), Cell("1")]], PIPE)


def test_escapes_of_strangers_never_reach_the_output() -> None:
    """A title cannot clear the screen, break a line, or add a column."""
    lines = format_table(COLUMNS, [[Cell("a\x1b[2J\tb\nc\u202e"), Cell("1")]], PIPE)
    assert lines == ["a\ufffd[2J b c\ufffd\t1"]


def test_colour_adds_no_width() -> None:
    """Coloured cells are padded as plain ones are."""
    painted = format_table(COLUMNS, [[Cell("ab", Style.ALARM), Cell("1")]], COLOURS)[1]
    assert painted == "\x1b[1;31mab\x1b[0m   1"
