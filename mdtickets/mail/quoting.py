"""What of a mail's text is new, what is quoted, and what is a signature: told line by line, in linear time.

By hand, because every library for this hangs on some 50 KB (a line of `Am Am Am …`, many newlines, many `Von: x`), and
all but one lose answers that stand between the quoted lines. Nothing is deleted: the sections joined are the text.

The words of the languages are in `quoting_words`.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from mdtickets.mail.quoting_words import (
    LIST_FOOTER,
    MOMENT,
    MYSELF,
    OPENING,
    SENT_FROM,
    SENT_FROM_STARTS,
    SEPARATOR,
    HeaderWord,
    header_word,
    says_forwarded,
    says_original,
    says_wrote,
)

MAX_TEXT = 256 << 10  # characters, and
MAX_LINES = 10_000  # lines; what follows belongs to the last section
_LONG_LINE = 300  # no line of a mail program's own is longer
_MAX_WRAPPED = 3  # lines that "On … wrote:" may be broken into
_REST_OF_ADDRESS = (">:", "> wrote:", "> schrieb:")  # Gmail breaks before the bracket, too
_MAX_HEADER_LINES = 12
_FIRST_OF_HEADER = frozenset({HeaderWord.FROM, HeaderWord.DATE})
_HEADER_WORDS_NEEDED = 3
_MAX_SIGNATURE = 15  # lines after a "--" that lacks its space
_RULES = frozenset("-_=*> ")  # what the rules that programs draw begin with


class SectionKind(StrEnum):
    """Who speaks in a section."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"


class Section(Struct, frozen=True, kw_only=True):
    """Some lines of a text, their ends included."""

    kind: SectionKind
    text: str


def sections(text: str) -> tuple[Section, ...]:
    """The text in sections, no two neighbours of one kind; joined they are the text again."""
    return tuple(Section(kind=kind, text=part) for kind, part in _split(text) if part)


def new_text(text: str) -> str:
    """What the author of the mail wrote this time: no quotations, no signature, no blank lines around it."""
    return "".join(part for kind, part in _split(text) if kind is SectionKind.NEW).strip()


def _split(text: str) -> list[tuple[SectionKind, str]]:
    lines = text[:MAX_TEXT].split("\n", MAX_LINES)
    beyond = "" if len(lines) <= MAX_LINES else "\n" + lines.pop()
    found: list[tuple[SectionKind, str]] = []
    begin = 0
    for kind, length in _Reader(lines).runs():
        end = begin + length
        part = "\n".join(lines[begin:end])
        found.append((kind, part + ("\n" if end < len(lines) else beyond + text[MAX_TEXT:])))
        begin = end
    return found


class _Reader:
    """One pass over the lines. Every look ahead is bounded by a constant."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._attributions, self._specials = _find_specials(lines)
        self._runs: list[tuple[SectionKind, int]] = []  # kinds and how many lines have them; no two neighbours alike
        self._has_text = False  # something new stood before this line
        self._searched_until = 0  # nothing opens a quotation between the last signature and here
        self._forwarded_until = -1  # the end of the header below "forwarded message": it was meant for us

    def runs(self) -> list[tuple[SectionKind, int]]:
        """How many lines of which kind, in order."""
        index = 0
        for special in (*self._specials, len(self._lines)):
            if special > index:
                self._read_ordinary(index, special)
            elif special < index:
                continue
            index = special
            if index < len(self._lines):
                index += self._read_special(index)
        return self._runs

    def _read_ordinary(self, begin: int, end: int) -> None:
        """Lines that are new, whatever they say; blank ones belong to what stands above them."""
        filled = min(self._next(begin), end)
        if filled > begin:
            self._add(self._runs[-1][0] if self._runs else SectionKind.NEW, filled - begin)
        if end > filled:
            self._has_text = True
            self._add(SectionKind.NEW, end - filled)

    def _read_special(self, index: int) -> int:
        """A line that may open a section; the answer is how many lines were told."""
        kind, length = self._section(index)
        if kind is SectionKind.QUOTED and (above := self._separators_above(index)):
            self._add(SectionKind.NEW, -above)
            self._add(kind, above)
        self._add(kind, length)
        return length

    def _add(self, kind: SectionKind, length: int) -> None:
        if self._runs and self._runs[-1][0] is kind:
            length += self._runs.pop()[1]
        if length:
            self._runs.append((kind, length))

    def _section(self, index: int) -> tuple[SectionKind, int]:
        """The kind of this line, and how many lines from here share it."""
        line = self._lines[index]
        if is_quoted(line):
            return SectionKind.QUOTED, self._quoted_run(index)
        if is_blank(line):
            return self._runs[-1][0] if self._runs else SectionKind.NEW, 1
        if len(line) <= _LONG_LINE and (found := self._read_mark(index, line)):
            return found
        self._has_text = True
        return SectionKind.NEW, 1

    def _read_mark(self, index: int, line: str) -> tuple[SectionKind, int] | None:
        """The section that a line of a mail program's own opens; None when the line is none."""
        if (length := self._opener(index, line)) is not None:
            return SectionKind.QUOTED, length
        if line[0] in _RULES and (length := self._signature(index, line)):
            return SectionKind.SIGNATURE, length
        if line[:3] in SENT_FROM_STARTS and _says_sent_from(line) and self._ends_here(index + 1):
            return SectionKind.SIGNATURE, 1
        # an original message with nothing above it was forwarded, too
        if (line[0] in _RULES or ":" in line) and (says_forwarded(line) or says_original(line)):
            self._forwarded_until = self._paragraph_end(self._next(index + 1))
        return None

    def _opener(self, index: int, line: str) -> int | None:
        """How many lines are quoted from here, if this line opens a quotation."""
        to_the_end = len(self._lines) - index
        if length := self._attributions.get(index):
            following = self._next(index + length)
            if is_quoted(self._line(following)):
                return following - index + self._quoted_run(following)
            # not marked line by line: only a line that no person writes may fold all the rest
            if self._has_text and _names_a_moment(" ".join(self._lines[index : index + length])):
                return to_the_end
            return None
        if not self._has_text or index < self._forwarded_until:
            return None
        if (line[0] in _RULES and says_original(line)) or self._is_header(index):
            return to_the_end
        return None

    def _is_header(self, index: int) -> bool:
        """Whether a block of From, Sent, To, Subject begins here, as Outlook writes it above what it quotes."""
        first = header_word(self._lines[index])
        if first not in _FIRST_OF_HEADER:
            return False
        words: set[HeaderWord | None] = {first}
        for line in self._lines[index + 1 : index + _MAX_HEADER_LINES]:
            if is_blank(line):
                break
            words.add(header_word(line))
        words.discard(None)
        return HeaderWord.FROM in words and len(words) >= _HEADER_WORDS_NEEDED

    def _signature(self, index: int, line: str) -> int:
        """How many lines the signature that begins here has (RFC 3676 section 4.3); 0 when none does."""
        if line.rstrip() == "--":
            length = self._until_opener(index + 1, index + _MAX_SIGNATURE + 2 if line != "-- " else None) - index
            return length if line == "-- " or length <= _MAX_SIGNATURE else 0
        if LIST_FOOTER.match(line) and "mailing" in self._line(index + 1).lower():
            return self._until_opener(index + 1, None) - index
        return 0

    def _until_opener(self, index: int, limit: int | None) -> int:
        """The next line from here that opens a quotation; the limit when none does before it."""
        end = len(self._lines) if limit is None else min(limit, len(self._lines))
        place = bisect_left(self._specials, max(index, min(self._searched_until, end)))
        while place < len(self._specials) and self._specials[place] < end:
            line = self._lines[self._specials[place]]
            if is_quoted(line) or (len(line) <= _LONG_LINE and self._opener(self._specials[place], line) is not None):
                end = self._specials[place]
            place += 1
        self._searched_until = end
        return end

    def _ends_here(self, index: int) -> bool:
        """Whether nothing new follows but a quotation or a signature."""
        following = self._next(index)
        line = self._line(following)
        self._has_text = True  # the line before was one
        return (
            not line
            or is_quoted(line)
            or line.rstrip() == "--"
            or SEPARATOR.match(line) is not None
            or (len(line) <= _LONG_LINE and self._opener(following, line) is not None)
        )

    def _quoted_run(self, index: int) -> int:
        """How many lines are marked as quoted from here, with the blank ones between them."""
        lines = self._lines
        end = index
        while end < len(lines) and is_quoted(lines[end]):
            end += 1
            if end < len(lines) and is_blank(lines[end]) and is_quoted(self._line(following := self._next(end))):
                end = following
        return end - index

    def _separators_above(self, index: int) -> int:
        """How many new lines above a quotation are its own: a line of dashes and the blank ones between."""
        kind, length = self._runs[-1] if self._runs else (SectionKind.QUOTED, 0)
        if kind is not SectionKind.NEW:
            return 0
        first = index - length
        above = index - 1
        while above > first and not self._lines[above].strip():
            above -= 1
        return index - above if SEPARATOR.match(self._lines[above]) else 0

    def _paragraph_end(self, index: int) -> int:
        """The first blank line from here, within the length that a header may have."""
        end = index
        while end < min(index + _MAX_HEADER_LINES, len(self._lines)) and not is_blank(self._lines[end]):
            end += 1
        return end

    def _line(self, index: int) -> str:
        return self._lines[index] if index < len(self._lines) else ""

    def _next(self, index: int) -> int:
        """The first line from here that is not blank."""
        while index < len(self._lines) and is_blank(self._lines[index]):
            index += 1
        return index


def is_quoted(line: str) -> bool:
    """Whether a line is marked as quoted: `>`, perhaps after the space of format=flowed."""
    return line.startswith((">", " >", "  >"))


def is_blank(line: str) -> bool:
    """Whether nothing is to be seen in a line."""
    return not line or line.isspace()


def _find_specials(lines: list[str]) -> tuple[dict[int, int], list[int]]:
    """The lines that may open a section, so that the others need no second look.

    The first answer is where an "On … wrote:" begins, and how many lines it has.
    """
    attributions: dict[int, int] = {}
    specials = {
        index
        for index, line in enumerate(lines)
        if line[:1] in _RULES or (line[:3] in SENT_FROM_STARTS and _says_sent_from(line))
    }
    for index, line in enumerate(lines):
        if ":" in line or "：" in line:
            if header_word(line) in _FIRST_OF_HEADER or says_forwarded(line):
                specials.add(index)
            if line.rstrip().endswith((":", "：")):
                attributions.update(_attribution(lines, index))
    specials.update(attributions)
    return attributions, sorted(specials)


def _says_sent_from(line: str) -> bool:
    return len(line) <= _LONG_LINE and re.match(SENT_FROM, line) is not None


def _attribution(lines: list[str], end: int) -> Iterator[tuple[int, int]]:
    """Where the "On … wrote:" begins that ends with this line, and how many lines it has."""
    parts: list[str] = []
    for begin in range(end, max(end - _MAX_WRAPPED, -1), -1):
        part = lines[begin].strip()
        if not part or (is_quoted(part) and part not in _REST_OF_ADDRESS):
            break
        parts.insert(0, part)
        joined = " ".join(parts)
        if len(joined) > _LONG_LINE:
            break
        if re.match(OPENING, joined) and ("@" in joined or says_wrote(joined)):
            yield begin, end - begin + 1
            return
    if parts and says_wrote(parts[-1]):
        yield end, 1


def _names_a_moment(attribution: str) -> bool:
    return (
        says_wrote(attribution)
        and re.match(OPENING, attribution) is not None
        and re.search(MOMENT, attribution) is not None
        and re.search(MYSELF, attribution) is None
    )
