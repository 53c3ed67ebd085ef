"""Verdicts, the table, and its JSON."""

import json

from tests.bench.table import Bound, Clock, Report, Row, Verdict

_LIMIT = Bound(limit=10, formula="2 P")


def _report(*rows: Row, spoiled: frozenset[Clock] = frozenset()) -> Report:
    return Report(head={"load": "0.1"}, units=[], sections={"Burst": rows}, spoiled=spoiled)


def test_bound_holds() -> None:
    """A figure on its limit is good."""
    assert Row(what="list", measured=10, bound=_LIMIT).verdict(frozenset()) is Verdict.OK


def test_bound_fails() -> None:
    """A figure above its limit fails."""
    assert Row(what="list", measured=10.1, bound=_LIMIT).verdict(frozenset()) is Verdict.FAILS


def test_lower_bound() -> None:
    """A rate below its limit fails."""
    rate = Row(what="rate", measured=0.7, bound=Bound(limit=0.8, formula="", at_least=True))
    assert rate.verdict(frozenset()) is Verdict.FAILS


def test_spoiled_clock_is_not_judged() -> None:
    """On a busy machine a figure of that clock says nothing, one of the other clock still does."""
    wall = Row(what="deliver", measured=99, bound=_LIMIT, clock=Clock.WALL)
    cpu = Row(what="list", measured=99, bound=_LIMIT, clock=Clock.CPU)
    report = _report(wall, cpu, spoiled=frozenset({Clock.WALL}))
    assert report.with_verdict(Verdict.NOT_JUDGED) == [wall]
    assert report.with_verdict(Verdict.FAILS) == [cpu]


def test_missing_peer() -> None:
    """A row without a figure says that its peer is not installed, whatever its bound."""
    assert Row(what="N", measured=None, bound=_LIMIT).verdict(frozenset()) is Verdict.NOT_INSTALLED


def test_text_is_aligned() -> None:
    """Columns begin at the same place in every line; formula, limit and unit stand beside the figure."""
    report = _report(
        Row(what="list", measured=8.25, unit="ms", bound=_LIMIT, note="n = 20"),
        Row(what="a longer name", measured=1234.5, unit="bytes"),
    )
    assert report.as_text() == (
        "load: 0.1\n\nUnits\n\nBurst\n"
        "  list              8.25 ms  ≤ 2 P = 10.0 ms  ok  n = 20\n"
        "  a longer name  1234 bytes                   -\n"
    )


def test_json() -> None:
    """`--json` keeps the figure unrounded, with limit, formula and verdict."""
    report = _report(Row(what="list", measured=8.256, unit="ms", bound=_LIMIT, clock=Clock.CPU))
    assert json.loads(report.as_json())["sections"]["Burst"] == [
        {
            "what": "list",
            "measured": 8.256,
            "unit": "ms",
            "limit": 10,
            "formula": "2 P",
            "clock": "cpu",
            "note": "",
            "verdict": "ok",
        }
    ]
