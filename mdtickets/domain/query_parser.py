"""From the text of a query to the query. The grammar stands in the document `queries`.

query  = and { "OR" and }
and    = not { [ "AND" ] not }
not    = ( "NOT" | "-" ) not | primary
primary = "(" query ")" | [ FIELD ":" ] ( "(" query ")" | VALUE )
"""

import re
from collections.abc import Sequence
from enum import Enum, auto

from msgspec import Struct

from mdtickets.domain.nearest import nearest_hint
from mdtickets.domain.query import EVERYTHING, And, Not, Or, Query
from mdtickets.domain.query_fields import ALIASES, FIELDS, Context, Unknown, Value, own_of, text_of
from mdtickets.errors import QueryError

_DEEPEST = 50  # parentheses and NOTs within each other
_LONGEST = 10_000  # characters


class _Sign(Enum):
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    FIELD = auto()
    VALUE = auto()
    END = auto()


class _Token(Struct, frozen=True):
    sign: _Sign
    text: str
    column: int  # from 0


_QUOTES = str.maketrans("„“”«»", '"""""')  # as mail programs and telephones write them
_PATTERN = re.compile(
    r"""\s*(?:
      (?P<open>\() | (?P<close>\))
    | (?P<minus>-(?=[^\s)]))
    | (?P<field>[^\W\d_][\w-]*):(?!//)(?=[^\s)])
    | (?P<value>(?:"[^"]*"|[^\s()"])+)
    | (?P<unended>")
    )""",
    re.VERBOSE,
)
_WORDS = {"AND": _Sign.AND, "OR": _Sign.OR, "NOT": _Sign.NOT}
_SIGNS = {"open": _Sign.OPEN, "close": _Sign.CLOSE, "minus": _Sign.NOT, "field": _Sign.FIELD}


def parse_query(text: str, context: Context) -> Query:
    """The query that a text means; of an empty one, every ticket. Raises QueryError, which shows where."""
    if len(text) > _LONGEST:
        raise QueryError(text[:40], 0, 40, f"The query is {len(text):,} characters long.", "Say less.")
    return _Parser(text, context).whole()


class _Parser:
    """Reads one text, token by token."""

    def __init__(self, text: str, context: Context) -> None:
        self._text = text
        self._context = context
        self._tokens = _tokens(text)
        self._place = 0
        self._depth = 0

    def whole(self) -> Query:
        """Everything up to the end."""
        if self._peek().sign is _Sign.END:
            return EVERYTHING
        found = self._any("")
        if self._peek().sign is not _Sign.END:
            raise self._wrong(self._peek(), "This parenthesis was never opened.", "Write ( before, or leave it out.")
        return found

    def _peek(self) -> _Token:
        return self._tokens[self._place]

    def _take(self) -> _Token:
        token = self._peek()
        self._place += 1
        return token

    def _any(self, field: str) -> Query:
        parts = [self._all(field)]
        while self._peek().sign is _Sign.OR:
            self._take()
            parts.append(self._all(field))
        return parts[0] if len(parts) == 1 else Or(_flat(parts, Or))

    def _all(self, field: str) -> Query:
        parts = [self._one(field)]
        while self._peek().sign not in {_Sign.OR, _Sign.CLOSE, _Sign.END}:
            if self._peek().sign is _Sign.AND:
                self._take()
            parts.append(self._one(field))
        kept = _flat(parts, And)
        return kept[0] if len(kept) == 1 else And(kept)

    def _one(self, field: str) -> Query:
        token = self._take()
        if token.sign is _Sign.NOT:
            self._descend(token)
            denied = Not(self._one(field))
            self._depth -= 1
            return denied
        if token.sign is _Sign.OPEN:
            return self._group(token, field)
        if token.sign is _Sign.FIELD:
            return self._behind(token)
        if token.sign is _Sign.VALUE:
            return self._leaf(token, field, token)
        raise self._missing(token)

    def _group(self, opening: _Token, field: str) -> Query:
        self._descend(opening)
        found = self._any(field)
        self._depth -= 1
        if self._peek().sign is not _Sign.CLOSE:
            raise self._wrong(opening, "This parenthesis is never closed.", "Write ) behind what belongs together.")
        self._take()
        return found

    def _descend(self, token: _Token) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._wrong(token, "This goes too deep.", "Say it in fewer parentheses.")

    def _behind(self, named: _Token) -> Query:
        field = self._field(named)
        if self._peek().sign is _Sign.OPEN:
            return self._group(self._take(), field)
        return self._leaf(self._take(), field, named)

    def _field(self, token: _Token) -> str:
        name = token.text.lower().replace("_", "-")
        name = ALIASES.get(name, name)
        if name in FIELDS:
            return name
        own = {key.lower(): key for key in self._context.words("own")}
        if token.text.lower() in own:
            return f"own:{own[token.text.lower()]}"
        hint = nearest_hint(name, (*FIELDS, *own.values()))
        quoted = f'To look for the text, write "{token.text}:…" in quotation marks.'
        raise self._wrong(token, f'There is no field "{token.text}".', f"{hint} {quoted}")

    def _leaf(self, token: _Token, field: str, where: _Token) -> Query:
        try:
            value = _value(token.text)
            if field.startswith("own:"):
                return own_of(field.removeprefix("own:"), value)
            return FIELDS[field](value, self._context) if field else _free(value)
        except Unknown as unknown:
            end = token.column + len(token.text)
            raise QueryError(
                self._text, where.column, end - where.column, unknown.problem, unknown.suggestion
            ) from unknown

    def _missing(self, token: _Token) -> QueryError:
        before = self._tokens[self._place - 2] if self._place > 1 else None
        if before and before.sign in {_Sign.AND, _Sign.OR, _Sign.NOT}:
            return self._wrong(before, f"Something must stand behind {before.text}.", _QUOTED.format(before.text))
        if before and before.sign is _Sign.OPEN:
            return self._wrong(before, "Nothing stands in these parentheses.", "Write a word, or leave them out.")
        return self._wrong(token, f"Something must stand before {token.text}.", _QUOTED.format(token.text))

    def _wrong(self, token: _Token, problem: str, suggestion: str) -> QueryError:
        return QueryError(self._text, token.column, max(1, len(token.text)), problem, suggestion)


_QUOTED = 'To look for the word, write it in small letters or quotation marks: "{}".'


def _flat(parts: Sequence[Query], kind: type[And] | type[Or]) -> tuple[Query, ...]:
    """The parts with those of the same kind opened."""
    return tuple(inner for part in parts for inner in (part.parts if isinstance(part, kind) else (part,)))


def _free(value: Value) -> Query:
    return EVERYTHING if value.text == "*" else text_of(value)


def _value(raw: str) -> Value:
    is_phrase = len(raw) > 1 and raw[0] == raw[-1] == '"' and raw.count('"') == 2
    return Value(text=raw.replace('"', ""), is_phrase=is_phrase)


def _tokens(text: str) -> list[_Token]:
    plain = text.translate(_QUOTES)
    found: list[_Token] = []
    place = 0
    while match := _PATTERN.match(plain, place):
        kind = match.lastgroup or "value"
        column, place = match.start(kind), match.end()
        if kind == "unended":
            raise QueryError(text, column, 1, "This quotation mark has no end.", 'Write " behind the last word.')
        word = match[kind]
        found.append(_Token(_SIGNS.get(kind) or _WORDS.get(word, _Sign.VALUE), word, column))
    return [*found, _Token(_Sign.END, "the end", len(text))]
