"""One run of the program: the command, and every way in which it can end."""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from mdtickets.cli.frame import write_json
from mdtickets.cli.root import app
from mdtickets.errors import CannotWriteError, MdticketsError, TryAgainError, UsageError

# As a shell reports programs that SIGINT or SIGPIPE ended.
INTERRUPTED = 130
READER_GONE = 141

_OF_THE_DISK = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EFBIG, errno.EISDIR, errno.ENOTDIR}
)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; what went wrong is one sentence on stderr."""
    _forgive_encodings()
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
    except MdticketsError as error:
        return _report(error, as_json="--json" in arguments)
    except BrokenPipeError:
        return _reader_gone()
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    return code


def _invoke(arguments: Sequence[str]) -> int:
    if "_MDTICKETS_COMPLETE" in os.environ:
        _allow_completion()
    try:
        ended = get_command(app).main(args=list(arguments), prog_name="mdtickets", standalone_mode=False)
    except TyperException as error:
        raise _usage_error(error) from error
    except SystemExit as ended_by:
        # typer ends the process itself when a pipe breaks
        if isinstance(ended_by.__context__, BrokenPipeError):
            raise ended_by.__context__ from None
        raise
    except OSError as error:
        if error.errno in _OF_THE_DISK:
            raise CannotWriteError(f"{error.filename or 'The store'}: {error.strerror}.") from error
        raise
    except Exception as error:
        # by name: not every command loads SQLite
        if type(error).__module__ == "sqlite3":
            raise _catalog_error(error) from error
        raise
    return ended if isinstance(ended, int) else 0


def _usage_error(error: TyperException) -> MdticketsError:
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "mdtickets"
    sentence = " ".join(error.format_message().split()) or "Something is missing."
    return UsageError(sentence if sentence[-1] in ".?!)" else f"{sentence}.", f"See `{command} --help`.")


def _catalog_error(error: Exception) -> MdticketsError:
    if "locked" in str(error) or "busy" in str(error):
        return TryAgainError(f"The catalog is in use by another process ({error}).", "Try again.")
    return CannotWriteError(f"The catalog .mdtickets/catalog.sqlite cannot be used: {error}.", "It may be deleted.")


def _report(error: MdticketsError, *, as_json: bool) -> int:
    if as_json:
        told = {"code": error.exit_code, "message": error.message, "hint": error.hint}
        write_json({"error": told})
    print(f"mdtickets: {error}", file=sys.stderr)
    return error.exit_code


def _reader_gone() -> int:
    # what is still buffered has no reader: it must not raise once more when Python ends
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return READER_GONE


def _allow_completion() -> None:
    from typer.completion import completion_init  # type: ignore[attr-defined]  # there, though not listed

    completion_init()


def _forgive_encodings() -> None:
    """A terminal that cannot show a character shows a question mark instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
