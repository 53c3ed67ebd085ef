"""The program `mdtickets`, also started by `python -m mdtickets`."""

import os
import sys

from mdtickets.cli import command_of


def main() -> int:
    """Run one command and return its exit code (the list is in `mdtickets.errors`)."""
    arguments = sys.argv[1:]
    if command_of(arguments) == "deliver" and "_MDTICKETS_COMPLETE" not in os.environ:
        # an MTA waits for the answer: not even typer is loaded before the mail is durable
        from mdtickets.cli import deliver

        return deliver.main(arguments)
    from mdtickets.cli.run import run

    return run(arguments)


if __name__ == "__main__":
    sys.exit(main())
