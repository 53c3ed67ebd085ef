"""What of a mail's text is new, what is quoted, and what is a signature: told line by line, in linear time.

By hand, because every library for this hangs on some 50 KB (a line of `Am Am Am …`, many newlines, many `Von: x`), and
all but one lose answers that stand between the quoted lines. Nothing is deleted: the sections joined are the text.

The words of the languages are in `quoting_words`.
"""

from dataclasses import dataclass
from enum import StrEnum

from mdtickets.mail.quoting_words import (
    FORWARDED,
    HEADER_LINE,
    HEADER_WORDS,
    LIST_FOOTER,
    MOMENT,
    MYSELF,
    OPENING,
    ORIGINAL,
    SEPARATOR,
    SENT_FROM,
    WROTE,
    HeaderWord,
)

MAX_TEXT = 256 << 10  # characters; what follows belongs to the last section
_LONG_LINE = 300  # no line of a mail program's own is longer
_MAX_WRAPPED = 3  # lines that "On … wrote:" may be broken into
_REST_OF_ADDRESS = (">:", "> wrote:", "> schrieb:")  # Gmail breaks before the bracket, too
_MAX_HEADER_LINES = 12
_MAX_SIGNATURE = 15  # lines after a "--" that lacks its space


class SectionKind(StrEnum):
    """Who speaks in a section."""

    NEW = "new"
    QUOTED = "quoted"
    SIGNATURE = "signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Some lines of a text, their ends included."""

    kind: SectionKind
    text: str


def sections(text: str) -> tuple[Section, ...]:
    """The text in sections, no two neighbours of one kind; joined they are the text again."""
    lines = text[:MAX_TEXT].split("\n")
    kinds = _Reader(lines).kinds()
    found: list[Section] = []
    begin = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or kinds[index] is not kinds[begin]:
            rest = text[MAX_TEXT:] if index == len(lines) else "\n"
            found.append(Section(kind=kinds[begin], text="\n".join(lines[begin:index]) + rest))
            begin = index
    return tuple(section for section in found if section.text)


def new_text(text: str) -> str:
    """What the author of the mail wrote this time: no quotations, no signature, no blank lines around it."""
    new = (section.text for section in sections(text) if section.kind is SectionKind.NEW)
    return "".join(new).strip()


class _Reader:
    """One pass over the lines. Every look ahead is bounded by a constant."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._next_filled = _next_filled(lines)
        self._kinds: list[SectionKind] = []
        self._has_text = False  # something new stood before this line
        self._forwarded_at = -1  # the line after a "forwarded message": its header is what was sent to us

    def kinds(self) -> list[SectionKind]:
        """The kind of each line."""
        count = len(self._lines)
        while (index := len(self._kinds)) < count:
            kind, length = self._read(index)
            if kind is SectionKind.QUOTED:
                self._take_back_separators()
            self._kinds.extend([kind] * min(length, count - index))
        return self._kinds

    def _read(self, index: int) -> tuple[SectionKind, int]:
        line = self._lines[index]
        if is_quoted(line):
            return SectionKind.QUOTED, self._quoted_run(index)
        if not line or line.isspace():
            return self._kinds[-1] if self._kinds else SectionKind.NEW, 1
        if len(line) <= _LONG_LINE and (found := self._read_mark(index, line)):
            return found
        self._has_text = True
        return SectionKind.NEW, 1

    def _read_mark(self, index: int, line: str) -> tuple[SectionKind, int] | None:
        """The section that a line of a mail program's own opens; None when the line is none."""
        if (length := self._opener(index, line)) is not None:
            return SectionKind.QUOTED, length
        if line.startswith("--") and (length := self._signature(index, line)):
            return SectionKind.SIGNATURE, length
        if LIST_FOOTER.match(line) and "mailing" in self._line(index + 1).lower():
            return SectionKind.SIGNATURE, self._until_opener(index + 1) - index
        if SENT_FROM.match(line) and self._ends_here(index + 1):
            return SectionKind.SIGNATURE, 1
        if FORWARDED.match(line):
            self._forwarded_at = self._next(index + 1)
        return None

    def _opener(self, index: int, line: str) -> int | None:
        """How many lines are quoted from here, if this line opens a quotation."""
        to_the_end = len(self._lines) - index
        if (length := self._attribution(index)) is not None:
            following = self._next(index + length)
            if is_quoted(self._line(following)):
                return following - index + self._quoted_run(following)
            # not marked line by line: only a line that no person writes may fold all the rest
            if self._has_text and _names_a_moment(" ".join(self._lines[index : index + length])):
                return to_the_end
            return None
        if self._has_text and index != self._forwarded_at and (ORIGINAL.match(line) or self._is_header(index)):
            return to_the_end
        return None

    def _attribution(self, index: int) -> int | None:
        """How many lines the "On … wrote:" that begins here has; None when none begins here."""
        joined = ""
        for length in range(1, _MAX_WRAPPED + 1):
            line = self._line(index + length - 1).strip()
            if not line or len(joined) + len(line) > _LONG_LINE:
                return None
            if is_quoted(line) and line not in _REST_OF_ADDRESS:
                return None
            joined = f"{joined} {line}" if joined else line
            if line.endswith((":", "：")):
                known = WROTE.search(joined) and (length == 1 or OPENING.match(joined))
                return length if known or (OPENING.match(joined) and "@" in joined) else None
            if length == 1 and not OPENING.match(line):
                return None
        return None

    def _is_header(self, index: int) -> bool:
        """Whether a block of From, Sent, To, Subject begins here, as Outlook writes it above what it quotes."""
        first = _header_word(self._lines[index])
        if first not in {HeaderWord.FROM, HeaderWord.DATE}:
            return False
        words = {first}
        for line in self._lines[index + 1 : index + _MAX_HEADER_LINES]:
            if not line.strip():
                break
            if word := _header_word(line):
                words.add(word)
        return HeaderWord.FROM in words and len(words) >= 3

    def _signature(self, index: int, line: str) -> int:
        """How many lines the signature that begins here has (RFC 3676 section 4.3); 0 when none does."""
        if line.rstrip() != "--":
            return 0
        length = self._until_opener(index + 1) - index
        return length if line == "-- " or length <= _MAX_SIGNATURE else 0

    def _until_opener(self, index: int) -> int:
        """The next line from here that opens a quotation."""
        while index < len(self._lines):
            line = self._lines[index]
            if is_quoted(line) or (0 < len(line) <= _LONG_LINE and self._opener(index, line) is not None):
                return index
            index += 1
        return index

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
        end = index + 1
        while end < len(self._lines):
            following = self._next(end)
            if not is_quoted(self._line(following)):
                break
            end = following + 1
        return end - index

    def _take_back_separators(self) -> None:
        """A line of dashes above a quotation belongs to it."""
        index = len(self._kinds) - 1
        while index >= 0 and self._kinds[index] is SectionKind.NEW and not self._lines[index].strip():
            index -= 1
        if index >= 0 and self._kinds[index] is SectionKind.NEW and SEPARATOR.match(self._lines[index]):
            self._kinds[index:] = [SectionKind.QUOTED] * (len(self._kinds) - index)

    def _line(self, index: int) -> str:
        return self._lines[index] if index < len(self._lines) else ""

    def _next(self, index: int) -> int:
        return self._next_filled[index] if index < len(self._lines) else len(self._lines)


def is_quoted(line: str) -> bool:
    """Whether a line is marked as quoted: `>`, perhaps after the space of format=flowed."""
    return line.startswith((">", " >", "  >"))


def _next_filled(lines: list[str]) -> list[int]:
    """For each line the index of the first line from there that is not blank."""
    following = len(lines)
    found = [0] * following
    for index in range(len(lines) - 1, -1, -1):
        if lines[index] and not lines[index].isspace():
            following = index
        found[index] = following
    return found


def _names_a_moment(attribution: str) -> bool:
    return (
        WROTE.search(attribution) is not None
        and OPENING.match(attribution) is not None
        and MOMENT.search(attribution) is not None
        and MYSELF.search(attribution) is None
    )


def _header_word(line: str) -> HeaderWord | None:
    match = HEADER_LINE.match(line)
    return HEADER_WORDS.get(match[1].lower()) if match else None
