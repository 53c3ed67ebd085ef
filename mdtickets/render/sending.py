"""What `send` says: one line for each mail it tried, and the sum."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from mdtickets.app.dispatching import SendingResult
from mdtickets.app.sending import SendingReport
from mdtickets.app.trial import Trial
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.event import format_time
from mdtickets.domain.plain import plain_line
from mdtickets.domain.settings import Transport
from mdtickets.render.times import moment

_WORDS: Mapping[DeliveryState, str] = {
    DeliveryState.SENT: "sent",
    DeliveryState.FAILED: "failed",
    DeliveryState.UNKNOWN: "unknown",
    DeliveryState.QUEUED: "later",
}
_TRIED: Mapping[DeliveryState, str] = {
    DeliveryState.SENT: "Accepted by {way} for {to}",
    DeliveryState.FAILED: "Refused for {to}",
    DeliveryState.QUEUED: "Not sent to {to}",
    DeliveryState.UNKNOWN: "Perhaps sent to {to}",
}
_MOST_NAMED = 3


def format_result(result: SendingResult, now: datetime, zone: tzinfo) -> str:
    """One mail: what became of it, to whom it goes, the server's words."""
    named = ", ".join(map(plain_line, result.to[:_MOST_NAMED]))
    more = len(result.to) - _MOST_NAMED
    to = f"{named} and {more} more" if more > 0 else named
    again = f" (again {moment(result.not_before, now, zone)})" if result.not_before else ""
    return f"{_WORDS[result.state]:<8} {result.number}  to {to}: {plain_line(result.detail)}{again}\n"


def format_delivery(number: str, result: SendingResult | None, waits: str, now: datetime, zone: tzinfo) -> str:
    """What became of it."""
    return format_result(result, now, zone) if result else f"queued   {number}: {plain_line(waits)}\n"


def format_report(report: SendingReport, transport: Transport, maildir: str) -> str:
    """The sum, and what a person has to do."""
    if not report.results:
        return "Nothing to send.\n"
    counts = (
        (len(report.sent), "sent"),
        (len(report.postponed), "to be tried again"),
        (len(report.failed), "failed"),
        (len(report.unknown), "unknown"),
    )
    lines = [", ".join(f"{count} {word}" for count, word in counts if count) + "."]
    if report.sent and transport is Transport.MAILDIR:
        lines.append(f"The mails lie in {maildir}: none left this machine.")
    undecided = dict.fromkeys(result.number for result in (*report.failed, *report.unknown))
    if report.unknown:
        lines.append("Unknown: it may have left or not, so it is not sent again unless you say so.")
    if undecided:
        lines.append(f"To send again: mdtickets send --retry {next(iter(undecided))}")
    return "\n".join(lines) + "\n"


def format_trial(trial: Trial, maildir: str) -> str:
    """What became of the test mail."""
    if trial.state is DeliveryState.SENT and trial.transport is Transport.MAILDIR:
        return f"Put into {maildir}: no mail left this machine (config set sending.transport smtp).\n"
    begin = _TRIED[trial.state].format(to=plain_line(trial.address), way=trial.transport)
    return f"{begin}: {plain_line(trial.detail)}\n"


def report_as_json(report: SendingReport) -> dict[str, Any]:
    """The mails by what became of them."""
    return {
        "sent": [_result(result) for result in report.sent],
        "postponed": [_result(result) for result in report.postponed],
        "failed": [_result(result) for result in report.failed],
        "unknown": [_result(result) for result in report.unknown],
    }


def trial_as_json(trial: Trial) -> dict[str, Any]:
    """The test mail and what became of it."""
    return {
        "address": trial.address,
        "message_id": trial.message_id,
        "transport": trial.transport.value,
        "state": trial.state.value,
        "detail": trial.detail,
    }


def _result(result: SendingResult) -> dict[str, Any]:
    return {
        "number": result.number,
        "article": result.article,
        "message_id": result.message_id,
        "to": list(result.to),
        "detail": result.detail,
        "not_before": format_time(result.not_before) if result.not_before else None,
    }
