"""`completion`: the script that a shell reads at its start."""

from enum import StrEnum
from typing import Annotated

import typer

from mdtickets.cli.frame import examples, new_app, write

app = new_app()


class Shell(StrEnum):
    """Shells that can complete our commands."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


@app.command(
    epilog=examples(
        "mdtickets completion bash > ~/.local/share/bash-completion/completions/mdtickets",
        "mdtickets completion zsh > ~/.zfunc/_mdtickets      with fpath+=~/.zfunc before compinit",
        "mdtickets completion fish > ~/.config/fish/completions/mdtickets.fish",
    ),
)
def completion(shell: Annotated[Shell, typer.Argument(help="Your shell.", show_default=False)]) -> None:
    """Print the script that makes your shell complete commands, options and ticket numbers."""
    from typer.completion import get_completion_script  # type: ignore[attr-defined]  # there, though not listed

    write(get_completion_script(prog_name="mdtickets", complete_var="_MDTICKETS_COMPLETE", shell=shell.value))
