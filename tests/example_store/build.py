"""Makes `example-store/` anew: `python -m tests.example_store.build`.

The story is told to a store in a temporary directory; what is worth keeping of it is copied. Whoever changes the
program in a way that shows there runs this and reads the diff.
"""

import heapq
import shutil
import sys
import tempfile
from pathlib import Path

from mdtickets.app.initialize import make_store
from mdtickets.store.durable import Disk
from mdtickets.store.git_upkeep import IGNORED
from mdtickets.store.layout import Layout
from mdtickets.store.maildir import make_maildir
from tests.example_store.desk import Desk
from tests.example_store.firm import MAILBOXES, Firm, at
from tests.example_store.story import CHAPTERS

EXAMPLE_STORE = Path(__file__).parents[2] / "example-store"

_START = Path(__file__).parent / "start"
# Message-IDs come from it: a secret that everybody knows, for a store that sends nothing.
_SECRET = "4d757374657266696c6d" * 6 + "7669"
_OPENING = at(16, "08:00")


def build(target: Path) -> None:
    """Write the example store into an empty directory."""
    with tempfile.TemporaryDirectory() as temporary:
        store = Path(temporary) / "store"
        tell(store)
        export(store, target)


def tell(store: Path) -> None:
    """Let the whole story happen in a new store."""
    shutil.copytree(_START, store)
    (store / ".gitignore").write_text(f"{IGNORED}/mail/\n", encoding="utf-8")
    layout = Layout(store)
    layout.private.mkdir()
    layout.secret.write_text(f"{_SECRET}\n", encoding="ascii")
    make_store(layout, clock=lambda: _OPENING)
    for mailbox in MAILBOXES:
        make_maildir(Disk(), mailbox.new(store).parent)
    firm = Firm(Desk(layout))
    plays = [chapter(firm) for chapter in CHAPTERS]
    waiting = [(next(play), place) for place, play in enumerate(plays)]
    heapq.heapify(waiting)
    while waiting:
        moment, place = heapq.heappop(waiting)
        firm.go_on(CHAPTERS[place].__name__, moment)
        following = next(plays[place], None)
        if following:
            heapq.heappush(waiting, (following, place))


def export(store: Path, target: Path) -> None:
    """Copy what belongs to the example: what git would track, and the mail that waits."""
    left_out = shutil.ignore_patterns(".git", ".gitignore", ".gitattributes", ".mdtickets", "mail")
    shutil.copytree(store, target, ignore=left_out, dirs_exist_ok=True)
    for mailbox in MAILBOXES:
        waiting = sorted(mailbox.new(store).iterdir())
        mailbox.new(target).mkdir(parents=True, exist_ok=True)
        for mail in waiting:
            shutil.copyfile(mail, mailbox.new(target) / mail.name)


def main() -> int:
    """Replace `example-store/`."""
    if EXAMPLE_STORE.exists():
        shutil.rmtree(EXAMPLE_STORE)
    build(EXAMPLE_STORE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
