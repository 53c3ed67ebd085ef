"""A real terminal: a shell in tmux, typed into and read from."""

import os
import subprocess
import time
from pathlib import Path

WIDTH = 84
_HEIGHT = 60
_PATIENCE = 30.0  # seconds


class Terminal:
    """One agent's screen."""

    def __init__(self, socket: Path, agent: str, store: Path, path: str, clock: Path) -> None:
        """Start a shell in the store, as that agent."""
        self._tmux = ("tmux", "-u", "-f", "/dev/null", "-S", str(socket))
        self._name = agent
        self._prompt = f"{agent}$ "
        environment = {
            "HISTFILE": "/dev/null",
            "HOME": str(socket.parent),
            "LANG": "C.UTF-8",
            "MDTICKETS_AGENT": agent,
            "MDTICKETS_PAGER": "cat",
            "PATH": path,
            "PS1": self._prompt,
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "TERM": "xterm-256color",
            "TOUR_CLOCK": str(clock),
        }
        shell = (
            "env",
            "-i",
            *(f"{key}={value}" for key, value in environment.items()),
            "bash",
            "--norc",
            "--noprofile",
        )
        self._do("new-session", "-d", "-s", agent, "-x", str(WIDTH), "-y", str(_HEIGHT), "-c", str(store), *shell)
        self._wait()

    def run(self, command: str) -> str:
        """What stands on the terminal when the command is done, its own line first."""
        self._do("send-keys", "-t", self._name, "-l", f" clear; {command}")
        self._do("send-keys", "-t", self._name, "Enter")
        return f"{self._prompt}{command}\n{self._wait(started=True)}"

    def close(self) -> None:
        """End the shell, and tmux with the last one."""
        self._do("kill-session", "-t", self._name)

    def _wait(self, *, started: bool = False) -> str:
        """The screen above the prompt, once it is there and nothing moves any more."""
        until = time.monotonic() + _PATIENCE
        before = None
        while time.monotonic() < until:
            lines = self._do("capture-pane", "-J", "-p", "-t", self._name).rstrip().split("\n")
            is_ready = lines[-1].rstrip() == self._prompt.rstrip() and not any("clear;" in line for line in lines)
            if is_ready and (lines == before or not started):
                return "\n".join(line.rstrip() for line in lines[:-1])
            before = lines if is_ready else None
            time.sleep(0.05)
        raise TimeoutError(self._do("capture-pane", "-p", "-t", self._name))

    def _do(self, *arguments: str) -> str:
        return subprocess.run(
            [*self._tmux, *arguments], check=True, capture_output=True, text=True, env={**os.environ, "TMUX": ""}
        ).stdout
