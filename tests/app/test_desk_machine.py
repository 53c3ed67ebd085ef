"""Whatever mail, agents, the clock and editors do to tickets, in any order, the store stays true and undo gives back.

The long run is
`MDTICKETS_RANDOM=1 MDTICKETS_MACHINE_EXAMPLES=200 MDTICKETS_MACHINE_STEPS=40 pytest tests/app/test_desk_machine.py`.
"""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.app.desk_machine import DeskMachine, make_template

EXAMPLES = int(os.environ.get("MDTICKETS_MACHINE_EXAMPLES", "5"))
STEPS = int(os.environ.get("MDTICKETS_MACHINE_STEPS", "12"))


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_whatever_happens_the_store_stays_true(tmp_path: Path) -> None:
    """Articles, states, times, locks, undo, git, catalog, what left: see the machine."""

    class Here(DeskMachine):
        template = make_template(tmp_path / "template")

    some = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        deadline=None,
        phases=[Phase.generate],  # to shrink steps that take a tenth of a second each takes an hour
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Here, settings=some)
