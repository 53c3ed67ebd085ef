"""`send`: works off the outbox, sends again what a person decides to, and tries the way out."""

import sys
from collections.abc import Callable
from typing import Annotated

import typer

from mdtickets.app.agents import find_agent
from mdtickets.app.dispatching import SendingResult
from mdtickets.app.notifying import telling
from mdtickets.app.numbers import resolve_all
from mdtickets.app.sending import SendingReport, retry, send_due
from mdtickets.app.session import Session
from mdtickets.app.trial import Trial, send_test_mail
from mdtickets.app.zone import zone_of
from mdtickets.cli import frame
from mdtickets.cli.frame import JsonFlag, examples, invocation, new_app
from mdtickets.domain.delivery import DeliveryState
from mdtickets.render.sending import format_report, format_result, format_trial, report_as_json, trial_as_json

app = new_app()

# Refused or in doubt: a person has to do something. Later: nothing is lost, and the next run may do.
_EXIT_CODES = {DeliveryState.FAILED: 1, DeliveryState.UNKNOWN: 1, DeliveryState.QUEUED: 75}

_Retry = Annotated[
    str,
    typer.Option(
        "--retry",
        metavar="NUMBER",
        help="Send again what of this ticket failed, is unknown or waits; - reads numbers from standard input.",
        autocompletion=frame.complete_number,
    ),
]
_Test = Annotated[str, typer.Option(metavar="ADDRESS", help="Send one mail there, now, to try the way out.")]


@app.command(
    epilog=examples(
        "mdtickets send                            what is due",
        "mdtickets send --test me@lee.example      does mail leave, and what does the server say",
        "mdtickets send --retry 0042               a person decided: send it (again)",
    ),
)
def send(context: typer.Context, *, again: _Retry = "", test: _Test = "", as_json: JsonFlag = False) -> int:
    """Send what waits in the outbox.

    Exits with 1 when a mail failed or is unknown, with 75 when one has to be tried again later.
    """
    session = frame.open_for_reading(context) if again else invocation(context).open_to_write()
    if test:
        return _tell_trial(session, send_test_mail(session, test), as_json=as_json)
    numbers = _queue_again(session, again, invocation(context).agent) if again else None
    on_result = _silent if as_json else _teller(session)
    with telling(session):
        report = send_due(session, only=numbers, on_result=on_result, on_wait=_tell_wait)
    return _tell_report(session, report, as_json=as_json)


def _queue_again(session: Session, named: str, agent_key: str) -> tuple[str, ...]:
    numbers = resolve_all(session, named, sys.stdin)
    agent = find_agent(session, agent_key)
    for number in numbers:
        retry(session, number, by=agent.key if agent else "")
    return numbers


def _tell_trial(session: Session, trial: Trial, *, as_json: bool) -> int:
    if as_json:
        frame.write_json(trial_as_json(trial))
    else:
        frame.write(format_trial(trial, session.settings.sending.maildir))
    return _EXIT_CODES.get(trial.state, 0)


def _tell_report(session: Session, report: SendingReport, *, as_json: bool) -> int:
    sending = session.settings.sending
    if as_json:
        frame.write_json(report_as_json(report))
    else:
        sys.stderr.write(format_report(report, sending.transport, sending.maildir))
    return min((_EXIT_CODES.get(result.state, 0) for result in report.results), key=_severity, default=0)


def _severity(code: int) -> int:
    return (1, 75, 0).index(code)


def _teller(session: Session) -> Callable[[SendingResult], None]:
    """Tells of each mail as it happens: a slow server is watched, not waited for."""
    zone = zone_of(session)

    def tell(result: SendingResult) -> None:
        frame.write(format_result(result, session.now(), zone))
        sys.stdout.flush()

    return tell


def _silent(_result: SendingResult) -> None:
    """Everything is in the report."""


def _tell_wait(holder: str) -> None:
    sys.stderr.write(f"mdtickets: waiting for {holder}, which is sending\n")
