"""The program as the tour runs it: at the time that a file names, on a machine called desk-3."""

import os
import sys
from datetime import datetime
from pathlib import Path

import time_machine

from mdtickets.__main__ import main


def run_at(clock: Path) -> int:
    """Run the command line at the time that stands in the file."""
    here = os.uname()
    told = os.uname_result((here.sysname, "desk-3", here.release, here.version, here.machine))
    os.uname = lambda: told  # a lock names its machine, and the tour must read the same everywhere
    with time_machine.travel(datetime.fromisoformat(clock.read_text(encoding="ascii").strip())):
        return main()


if __name__ == "__main__":
    sys.argv[0] = "mdtickets"
    sys.exit(run_at(Path(os.environ["TOUR_CLOCK"])))
