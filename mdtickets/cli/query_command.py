"""A command whose words are a query: `-tag:spam` in it is no option."""

import re
from typing import Any

from typer.core import TyperCommand

# Options have one letter, or two dashes.
_DENIED = re.compile(r"-(?=[^-\s][^\s])")


class QueryCommand(TyperCommand):
    """Reads `-WORD` as NOT WORD."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The command's options and words."""
        told = [part for word in args for part in (("NOT", word[1:]) if _DENIED.match(word) else (word,))]
        return super().parse_args(ctx, told)
