"""`deliver`: one mail from standard input, for MTAs; called without typer, by `__main__` itself.

    postfix, procmail … ──> .mdtickets/spool/tmp ──> .mdtickets/spool/new     exit 0: safe here. 75: keep it, try again.
                                                          └──> the daemon, or we ourselves, file it

An MTA returns a mail to its sender on any exit code that it does not know. So whatever goes wrong while the mail is
not durable ends in 75, and whatever goes wrong afterwards is none of the MTA's business.
"""

import os
import sys
import time

from mdtickets.store.locate import find_root
from mdtickets.store.spool import accept, daemon_runs, spool_name

TYPE_CHECKING = False  # typing itself costs a fifth of Python's start
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_DONE = 0
_USAGE = 2
_TRY_AGAIN = 75
_CHUNK = 1 << 20

_HELP = """Usage: mdtickets [-C DIR] deliver [--queue QUEUE] [--address ADDRESS] [--json] < MAIL

File one mail from standard input, for MTAs. Exit code 0: it is safe here; 75: it is not, keep it and try again.

Options:
  --queue QUEUE      the queue of a new ticket; else that of the mailbox with ADDRESS, else the first mailbox's
  --address ADDRESS  the address that the mail came to
  --json             print one JSON object, for programs
  -h, --help         show this

Examples:
  mdtickets -C /srv/support deliver --queue Sales < mail.eml
  |"mdtickets -C /srv/support deliver"        in ~/.forward or /etc/aliases
"""

_WITH_VALUE = {"-C": "store", "--as": "agent", "--queue": "queue", "--address": "address"}
_FLAGS = {"--json": "json", "-h": "help", "--help": "help"}


class _UsageError(Exception):
    """The command line does not make sense."""


def main(arguments: "Sequence[str]") -> int:
    """The exit code of `deliver`, called with everything that follows the program's name."""
    try:
        options = _read_options(arguments)
        if "help" in options:
            sys.stdout.write(_HELP)
            return _DONE
        name = _name(options)
        root = _root(options)
        path = accept(root, _standard_input(), name)
    except _UsageError as error:
        # an enhanced status code (RFC 3463) of class 4 in front: postfix keeps the mail until the line is mended
        return _fail(f"{error} See `mdtickets deliver --help`.", _USAGE, status="4.3.5 ")
    except BaseException as error:  # noqa: BLE001  # any other exit code would make the MTA return the mail
        return _fail(f"{_sentence(error)} The mail was not taken; try again later.", _TRY_AGAIN)
    _follow_up(root, path, as_json="json" in options)
    return _DONE


def _read_options(arguments: "Sequence[str]") -> dict[str, str]:
    options: dict[str, str] = {}
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if name in _WITH_VALUE:
            found = value if equals else next(rest, None)
            if found is None:
                raise _UsageError(f"{name} needs a value.")
            options[_WITH_VALUE[name]] = found
        elif argument in _FLAGS:
            options[_FLAGS[argument]] = "yes"
        elif argument != "deliver":
            raise _UsageError(f'deliver does not know "{argument}".')
    return options


def _name(options: dict[str, str]) -> str:
    try:
        return spool_name(now_ns=time.time_ns(), queue=options.get("queue", ""), address=options.get("address", ""))
    except ValueError as error:
        raise _UsageError(f"{error}.") from error


def _root(options: dict[str, str]) -> str:
    named = options.get("store", "")
    root = find_root(named, os.environ, os.curdir)
    if root:
        return root
    # rare, so it may take its time: the store that the user's own settings name, or the sentence that there is none
    from pathlib import Path

    from mdtickets.app.session import find_layout

    return str(find_layout(Path(named) if named else None).root)


def _standard_input() -> "Iterator[bytes]":
    while chunk := os.read(0, _CHUNK):
        yield chunk


def _follow_up(root: str, path: str, *, as_json: bool) -> None:
    """Have the mail filed. It is safe already, so nothing that goes wrong here changes the exit code."""
    try:
        if not daemon_runs(root):
            from mdtickets.cli.delivered import file_now

            file_now(root, path, as_json=as_json)
        elif as_json:
            from mdtickets.cli.frame import write_json

            write_json({"filed": [], "failed": [], "spooled": path})
            sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001  # the MTA must not send again what we have
        _tell(f"{_sentence(error)} The mail is safe and will be filed later.")


def _sentence(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
    if isinstance(error, KeyboardInterrupt):
        return "Interrupted."
    return str(error) or f"{type(error).__name__}."


def _fail(sentence: str, code: int, status: str = "") -> int:
    _tell(sentence, status)
    return code


def _tell(sentence: str, status: str = "") -> None:
    try:
        os.write(2, f"{status}mdtickets: {sentence}\n".encode("utf-8", "replace"))
    except OSError:
        return  # nobody listens; the exit code says it all
