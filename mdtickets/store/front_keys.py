"""The keys of a front matter: what each says, and where it stands in the text. Loads no YAML."""

from enum import StrEnum
from typing import Any

from msgspec import Struct

from mdtickets.errors import UnreadableError


class FrontMatterError(UnreadableError):
    """The front matter of a file cannot be read; `line` counts from 1 in the whole file."""

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


class Form(StrEnum):
    """How a value is written."""

    SCALAR = "s"  # plain or in quotes
    TEXT = "t"  # on lines of its own, below | or >
    LIST = "l"  # items on lines of their own
    MAPPING = "m"
    FLOW_LIST = "f"  # in brackets
    FLOW_MAPPING = "g"


class Place(Struct, frozen=True, array_like=True):
    """Where a value stands: the indexes of its first character and of the one behind it, as YAML's parser tells them."""

    form: Form
    start: int
    end: int
    column: int  # of its first character
    inside: tuple["Place", ...] = ()  # the items of a list, the values of a mapping

    @property
    def is_block(self) -> bool:
        """Whether it is a list or mapping on lines of its own."""
        return self.form in {Form.LIST, Form.MAPPING}

    @property
    def is_list(self) -> bool:
        """Whether it is a list, however it is written."""
        return self.form in {Form.LIST, Form.FLOW_LIST}


class Entry(Struct, frozen=True, array_like=True):
    """One key: its value, in which every scalar is text, and where both stand."""

    value: Any  # a Value; the alias refers to itself, which msgspec cannot decode
    start: int  # of the key
    behind: int
    column: int
    place: Place
