"""Many agents at the same few tickets at once: one answer a lock, every note kept, nothing lost, git and catalog true.

The long run is `MDTICKETS_RACE_SECONDS=60 MDTICKETS_RACERS=20 pytest tests/crash/test_race.py`.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from mdtickets.app.filing import file_waiting
from mdtickets.app.sending import send_due
from mdtickets.domain.event import Event, What
from mdtickets.store.layout import Layout
from mdtickets.store.tickets import load_ticket
from tests.world import BERT, SETTINGS, check_whole, mail, make_world, open_world, put_mail

SECONDS = float(os.environ.get("MDTICKETS_RACE_SECONDS", "6"))
RACERS = int(os.environ.get("MDTICKETS_RACERS", "6"))
AGENTS = ("anna", "bert", "chris")
_CHRIS = '\n[agent.chris]\nname = "Chris Beispiel"\nemail = "chris@mustermann-video.example"\n'


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_agents_at_the_same_tickets(tmp_path: Path) -> None:
    """Six of them for some seconds, twenty for a minute by hand."""
    root = make_world(tmp_path, SETTINGS + BERT + _CHRIS)
    for second in range(5):
        put_mail(tmp_path, second, mail(f"Request {second}", sender=f"c{second}@lee.example"))
    with closing(open_world(root)) as session:
        file_waiting(session)
        send_due(session)
    numbers = sorted(path.name for path in (root / "tickets").glob("*/*/*/*"))
    done = _race(root, numbers)
    histories = {number: load_ticket(Layout(root), number).events for number in numbers}
    assert {what for what, _number, _token in done} >= {"take", "note", "reply"}
    assert _tokens(root, done, "note", "-note.md") == Counter(token for what, _, token in done if what == "note")
    assert _tokens(root, done, "reply", "-agent.eml") == Counter(token for what, _, token in done if what == "reply")
    for number, events in histories.items():
        assert _intruders(events) == [], number
    with closing(open_world(root)) as last:
        file_waiting(last)
    check_whole(tmp_path)


def _race(root: Path, numbers: list[str]) -> list[tuple[str, str, str]]:
    workers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.crash.race_worker",
                str(root),
                AGENTS[each % 3],
                str(each),
                str(SECONDS),
                *numbers,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for each in range(RACERS)
    ]
    outputs = [worker.communicate(timeout=SECONDS + 120) for worker in workers]
    assert [errors.decode() for _output, errors in outputs if errors] == []
    lines = [json.loads(line) for output, _errors in outputs for line in output.splitlines()]
    return [(line["what"], line["number"], line["token"]) for line in lines]


def _tokens(root: Path, done: list[tuple[str, str, str]], what: str, ending: str) -> Counter[str]:
    """How often each text that a command reported as stored lies in the store."""
    texts = [path.read_text(encoding="utf-8") for path in (root / "tickets").rglob(f"*{ending}")]
    wanted = [token for word, _number, token in done if word == what]
    return Counter({token: sum(text.count(token) for text in texts) for token in wanted})


def _intruders(events: tuple[Event, ...]) -> list[Event]:
    """Answers and closings of an agent while another one held the ticket."""
    holder = ""
    found: list[Event] = []
    for event in events:
        if event.what in {What.ANSWERED, What.STATE} and holder not in {"", event.by}:
            found.append(event)
        if event.what == What.LOCKED:
            holder = event.by
        elif event.what == What.UNLOCKED or (
            event.what == What.STATE and event.details.get("to", "").startswith("closed")
        ):
            holder = ""
    return found
