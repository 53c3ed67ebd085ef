"""The program `mdtickets`, also started by `python -m mdtickets`."""

import gc
import os
import sys

from mdtickets.cli import command_of

# Python would look for garbage a hundred times while modules load and find none: a tenth of a `list`.
_OBJECTS_BEFORE_COLLECTION = 20_000


def main() -> int:
    """Run one command and return its exit code (the list is in `mdtickets.errors`)."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    arguments = sys.argv[1:]
    if command_of(arguments) == "deliver" and "_MDTICKETS_COMPLETE" not in os.environ:
        # an MTA waits for the answer: not even typer is loaded before the mail is durable
        from mdtickets.cli import deliver

        return deliver.main(arguments)
    from mdtickets.cli.run import run

    return _leave(run(arguments))


def _leave(code: int) -> int:
    """End at once: all that was to be kept is on the disk, and taking modules apart costs another tenth."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        return code
    os._exit(code)


if __name__ == "__main__":
    sys.exit(main())
