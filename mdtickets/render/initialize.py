"""What `init` tells about a new store."""

import os
from typing import Any

from mdtickets.app.initialize import Initialized
from mdtickets.domain.plain import plain_line

_LEFT = 11


def format_initialized(made: Initialized) -> str:
    """The new store, what is set up, what is not, and what to do next."""
    lines = [
        f"A store for {made.wishes.name} in {made.root} (a git repository).",
        "",
        *_mailbox(made),
        _line(
            "agent", f"{made.agent} (you, by git)" if made.agent else "none yet: mdtickets config set agent.anna.name …"
        ),
        _line("sending", "nothing leaves this machine yet: mail lands in .mdtickets/outgoing"),
    ]
    if made.not_committed:
        lines.append(_line("! git", f"not committed: {made.not_committed}"))
    lines += ["", "Next:", f"  cd {os.path.relpath(made.root)}", *_next(made)]
    return "".join(f"{plain_line(line)}\n" for line in lines)


def initialized_as_json(made: Initialized) -> dict[str, Any]:
    """The same for programs."""
    return {
        "path": str(made.root),
        "name": made.wishes.name,
        "queue": made.wishes.queue,
        "address": made.wishes.address,
        "maildir": os.path.normpath(made.maildir) if made.maildir else None,
        "maildir_exists": made.maildir is not None and made.maildir_exists,
        "agent": made.agent,
        "not_committed": made.not_committed,
    }


def _mailbox(made: Initialized) -> list[str]:
    if not made.maildir:
        return [_line("mailbox", "none yet: mdtickets config set mailbox.0.maildir ../mail")]
    maildir = os.path.normpath(made.maildir)
    lines = [_line("mailbox", f"{maildir}, for the queue {made.wishes.queue}")]
    if made.wishes.address:
        lines.append(_line("address", made.wishes.address))
    else:
        lines.append(_line("! address", f"none yet: mdtickets config set queue.{made.wishes.queue}.address …"))
    if not made.maildir_exists:
        lines.append(_line("! maildir", f"{os.path.dirname(maildir)} is not there, so the Maildir was not made"))  # noqa: PTH120  # text
    return lines


def _next(made: Initialized) -> list[str]:
    file = ["  mdtickets file                    file the mail that waits, once; `mdtickets daemon` goes on watching"]
    return [
        *(file if made.maildir else []),
        "  mdtickets config check            settings and templates",
        "  mdtickets help operation          connect your mail server",
    ]


def _line(heading: str, text: str) -> str:
    return f"{heading:<{_LEFT}}{text}"
