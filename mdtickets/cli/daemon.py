"""`daemon`: files mail as it comes, and sends the answers."""

import os
from typing import Annotated

import typer

from mdtickets.cli.frame import examples, invocation, new_app
from mdtickets.cli.journal import log_to_stderr

app = new_app()


@app.command(
    epilog=examples(
        "mdtickets -C /srv/support daemon         in the foreground; Ctrl-C stops it after the mail in hand",
        "mdtickets daemon --once                  one look into every mailbox, for cron",
        "mdtickets help operation                 as a service of systemd",
    ),
)
def daemon(
    context: typer.Context,
    *,
    once: Annotated[bool, typer.Option("--once", help="File and send what is there, then end.")] = False,
    every: Annotated[
        float, typer.Option(metavar="SECONDS", min=1, help="How often to look without a hint from the kernel.")
    ] = 30,
) -> None:
    """Watch the Maildirs: file, acknowledge, send. SIGTERM stops it, SIGHUP reads the settings again."""
    from mdtickets.app.daemon import Rhythm, run_daemon, run_once

    log_to_stderr(os.environ)
    session = invocation(context).open_to_write()
    if once:
        run_once(session)
    else:
        run_daemon(session, os.environ, Rhythm(sweep=every))
