"""What a sweep did: a line for each mail that was filed, and what a person should know about the rest."""

from collections.abc import Iterable, Mapping
from typing import Any

from mdtickets.app.filing import Filed, FilingReport
from mdtickets.app.sweeping import Swept
from mdtickets.domain.event import What
from mdtickets.domain.plain import plain_line
from mdtickets.render.table import Cell, Column, format_rows
from mdtickets.render.terminal import Screen, Style

_COLUMNS = (
    Column(title="NUMBER"),
    Column(title="WHAT"),
    Column(title="TITLE", flexible=True, narrowest=16),
    Column(title="EFFECT", flexible=True, narrowest=12),
)
_LANGUAGES = {"de": "German", "en": "English"}
_EFFECTS = {
    What.AUTOMATIC: "not answered",
    What.BOUNCE: "delivery report",
    What.DUPLICATE: "known already",
}


def format_filed(filed: Iterable[Filed], screen: Screen, shortened: Mapping[str, str]) -> str:
    """One line a mail: its ticket, what it was, and what followed; others by the parts that mean them alone."""
    rows = [
        (Cell(each.number), _what(each), Cell(each.title), Cell(_effect(each, shortened), Style.DIM)) for each in filed
    ]
    return "".join(f"{line}\n" for line in format_rows(_COLUMNS, rows, screen))


def format_sweep_remarks(swept: Swept, screen: Screen) -> str:
    """The sum, and what stayed undone, for a person."""
    filing, sending = swept.filing, swept.sending
    acknowledged = sum(1 for each in filing.filed if each.acknowledged)
    told = [f"{len(filing.filed)} filed, {acknowledged} acknowledged, {len(sending.sent)} sent"]
    if swept.is_foreseen:
        told = [f"{len(filing.filed)} would be filed, {acknowledged} acknowledged; nothing was changed"]
    told += [_alarm(f"{each.path}: {each.reason}; it stays there", screen) for each in filing.failed]
    told += [_alarm(f"{each.path}: {each.problem}", screen) for each in filing.skipped]
    told += [
        _alarm(f"{each.number} not sent: {each.detail}", screen) for each in sending.results if each not in sending.sent
    ]
    if swept.trouble:
        told.append(_alarm(f"nothing was sent: {swept.trouble}", screen))
    if filing.postponed:
        told.append(_alarm(f"not committed yet: {filing.postponed}", screen))
    return "".join(f"{line}\n" for line in told)


def filing_as_json(report: FilingReport) -> dict[str, Any]:
    """The result of `file` and `deliver`."""
    return {
        "filed": [{"path": each.path, "number": each.number, "what": each.what.value} for each in report.filed],
        "failed": [{"path": each.path, "reason": each.reason} for each in report.failed],
    }


def _what(filed: Filed) -> Cell:
    style = Style.NOTICE if filed.what in {What.BOUNCE, What.DUPLICATE} else Style.NONE
    return Cell(filed.what.value.replace("_", "-"), style)


def _effect(filed: Filed, shortened: Mapping[str, str]) -> str:
    effects = []
    if filed.acknowledged:
        effects.append(f"acknowledged in {_LANGUAGES.get(filed.acknowledged, filed.acknowledged)}")
    if filed.reopened:
        effects.append("reopened")
    if filed.unverified:
        effects.append("sender unverified")
    if filed.what in _EFFECTS:
        effects.append(_EFFECTS[filed.what])
    effects += [f"≈ {shortened.get(number, number)}" for number in filed.duplicates]
    return f"→ {', '.join(effects)}" if effects else ""


def _alarm(text: str, screen: Screen) -> str:
    return screen.paint(f"! {plain_line(text)}", Style.ALARM)
