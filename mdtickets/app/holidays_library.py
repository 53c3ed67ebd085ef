"""Asking the library `holidays` through a process of its own."""

import subprocess
import sys

import msgspec

from mdtickets.app.holidays_words import Answer, Request

# not imported: it loads the library
_PROCESS = "mdtickets.app.holidays_process"
_SECONDS = 60


def ask(country: str, region: str, language: str) -> Answer | None:
    """What the library knows; None when there is none, or it does not answer."""
    question = msgspec.json.encode(Request(country=country, region=region, language=language))
    command = [sys.executable, "-P", "-m", _PROCESS]
    try:
        done = subprocess.run(command, input=question, capture_output=True, timeout=_SECONDS, check=False)
        return msgspec.json.decode(done.stdout, type=Answer) if done.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, ValueError):
        return None
