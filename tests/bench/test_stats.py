"""The program that the benchmark of statistics runs measures every measure."""

from pathlib import Path

from mdtickets.domain.measures import MEASURES
from tests.bench.stats import _rows
from tests.bench.stats_program import run


def test_every_measure_is_measured(tmp_path: Path) -> None:
    """A figure and a bound for each, beside a plain count."""
    found = run(tmp_path, 40)
    assert found["measures"].keys() == MEASURES.keys()
    assert len([row for row in _rows(40, found) if row.bound]) == len(MEASURES)
