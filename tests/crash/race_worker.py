"""One agent who does something to one of a few tickets, again and again, as fast as the store lets him.

Run as `python -m tests.crash.race_worker ROOT AGENT SEED SECONDS NUMBER…`. Prints one JSON line for each command that
was done: what, which ticket, and a token that its text had.
"""

import contextlib
import io
import json
import random
import sys
import time

from mdtickets.cli.run import run


def main(root: str, agent: str, seed: int, seconds: float, numbers: list[str]) -> None:
    """Work until the time is over."""
    chance = random.Random(seed)
    deadline = time.monotonic() + seconds
    count = 0
    while time.monotonic() < deadline:
        count += 1
        number = chance.choice(numbers)
        token = f"token-{agent}-{seed}-{count}-end"
        what = chance.choice(["take", "note", "note", "reply", "close", "unlock"])
        if _do(["-C", root, "--as", agent, *_command(what, number, token)]) == 0:
            print(json.dumps({"what": what, "number": number, "token": token}), flush=True)


def _command(what: str, number: str, token: str) -> list[str]:
    if what == "note":
        return ["note", number, "-m", token]
    if what == "reply":
        return ["reply", number, "-m", token, "--yes", "--open"]
    return [what, number]


def _do(arguments: list[str]) -> int:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        return run(arguments)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]), sys.argv[5:])
