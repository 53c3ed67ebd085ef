"""The virtual environment of the measured programs: what users install, so that no tool of developers is loaded.

mypy, for one, brings `typing_extensions`, which msgspec loads wherever it finds them.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
ENVIRONMENT = Path(__file__).with_name(".cache") / "venv"
_STAMP = ENVIRONMENT / "made-for"


class NoEnvironmentError(Exception):
    """The environment could not be made."""


def python() -> str:
    """The interpreter of that environment; our own as long as none was made for today's pyproject.toml."""
    return str(ENVIRONMENT / "bin" / "python") if _is_current() else sys.executable


def make_environment() -> None:
    """Make it, when there is none or pyproject.toml changed since. Raises NoEnvironmentError, with what pip said."""
    if _is_current():
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(ENVIRONMENT))
    # editable: what is measured is the checkout
    _run(str(ENVIRONMENT / "bin" / "python"), "-m", "pip", "install", "--quiet", "--editable", f"{CHECKOUT}[all]")
    _STAMP.write_text(_wanted(), encoding="ascii")


def _is_current() -> bool:
    return _STAMP.is_file() and _STAMP.read_text(encoding="ascii") == _wanted()


def _wanted() -> str:
    return hashlib.sha256((CHECKOUT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NoEnvironmentError(f"the environment of the measured programs: {done.stderr.strip()[-2000:]}")
