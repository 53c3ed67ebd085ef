"""What `deliver` does once the mail is safe and no daemon is there; loaded only then."""

import sys
from pathlib import Path

from mdtickets.app.session import open_session
from mdtickets.app.sweeping import Swept, sweep
from mdtickets.cli.frame import write_json
from mdtickets.render.filing import filing_as_json


def file_now(root: str, path: str, *, as_json: bool) -> None:
    """File what lies in the spool and send the answers."""
    session = open_session(Path(root))
    swept = sweep(session, only=(session.layout.spool,))
    for sentence in _troubles(swept):
        print(f"mdtickets: {sentence}", file=sys.stderr)
    if as_json:
        write_json({**filing_as_json(swept.filing), "spooled": path})
    sys.stdout.flush()


def _troubles(swept: Swept) -> list[str]:
    told = [f"{failed.reason}. The mail is safe and will be filed later." for failed in swept.filing.failed]
    if swept.trouble:
        told.append(f"Filed, but nothing was sent: {swept.trouble}")
    return told
