"""The parts of a mail (RFC 2045, 2046) as a tree of offsets into its bytes: nothing is copied, nothing recurses deep.

By hand for the same reason as `fields`: the standard parser keeps nine times the mail in memory (574 MB for 64 MB) and
takes seconds for a few hundred parts with odd parameters. The tests hold both against each other on well-formed mail.
"""

from collections.abc import Mapping

from msgspec import Struct, field

from mdtickets.mail.defects import Defects
from mdtickets.mail.fields import Fields, mbox_line, read_fields
from mdtickets.mail.parameters import parse_parameters
from mdtickets.mail.transfer import decode_transfer
from mdtickets.mail.words import decode_header

MAX_PARTS = 1000
MAX_NESTING = 50
MAX_DELIMITERS = 50_000  # lines that look like a boundary, in the whole mail

_USUAL_ENCODINGS = {word.encode(): word for word in ("", "7bit", "8bit", "binary", "quoted-printable", "base64")}


class Part(Struct, frozen=True, kw_only=True):
    """One part of a mail, or the whole mail. What it holds lies undecoded at `source[start:end]`."""

    fields: Fields
    type: str  # lower-case media type
    parameters: Mapping[str, str] = field(default_factory=dict)  # of Content-Type
    disposition: str = ""  # inline, attachment or ""
    filename: str = ""  # the sender's word
    source: bytes
    start: int
    end: int
    children: tuple["Part", ...] = ()

    @property
    def encoding(self) -> str:
        """The transfer encoding in lower case."""
        raw = self.fields.first("content-transfer-encoding")
        usual = _USUAL_ENCODINGS.get(raw)
        return decode_header(raw).partition(";")[0].strip().lower() if usual is None else usual

    def payload(self, limit: int | None = None) -> tuple[bytes, str]:
        """The decoded bytes, and what was wrong with their encoding; `limit` cuts them before they are decoded."""
        end = self.end if limit is None else min(self.end, self.start + limit)
        return decode_transfer(self.source[self.start : end], self.encoding)


def read_mail(raw: bytes, defects: Defects) -> Part:
    """The tree of a whole mail. Total: any bytes have one."""
    if b"\n" not in raw and b"\r" in raw:
        defects.add("The lines of the mail end with bare CR.")
        raw = raw.replace(b"\r", b"\n")
    start = mbox_line(raw)
    if start:
        defects.add('The first line is an mbox "From " line; it was skipped.')
    start += _blank_lines(raw, start)
    return _Reader(raw, defects).read(start, len(raw), 0, "text/plain")


def read_inner_fields(source: bytes) -> Fields:
    """The header block of a mail that lies within another one, as in a delivery report."""
    return read_fields(source, 0, len(source), Defects())[0]


def _blank_lines(raw: bytes, start: int) -> int:
    """How many bytes of blank lines stand before the first field; none when no field follows them."""
    if not raw.startswith((b"\r", b"\n"), start):
        return 0
    head = raw[start : start + 100]
    blank = len(head) - len(head.lstrip(b"\r\n"))
    fields, _ = read_fields(raw, start + blank, len(raw), Defects())
    return blank if fields.items else 0


class _Reader:
    """One walk over one mail, with what is left of its allowance."""

    def __init__(self, source: bytes, defects: Defects) -> None:
        self._source = source
        self._defects = defects
        self._parts_left = MAX_PARTS
        self._delimiters_left = MAX_DELIMITERS

    def read(self, start: int, end: int, depth: int, default_type: str) -> Part:
        """The part whose header begins at `start`, with its children."""
        self._parts_left -= 1
        fields, body = read_fields(self._source, start, end, self._defects)
        declared, parameters = parse_parameters(fields.first("content-type"))
        media_type = self._media_type(declared, default_type)
        if depth == MAX_NESTING and media_type.startswith("multipart/"):
            self._defects.add(f"Parts are nested more than {MAX_NESTING} deep; what is deeper was left as it is.")
            media_type = "application/octet-stream"
        disposition, of_disposition = parse_parameters(fields.first("content-disposition"))
        return Part(
            fields=fields,
            type=media_type,
            parameters=parameters,
            disposition=disposition,
            filename=of_disposition.get("filename") or parameters.get("name", ""),
            source=self._source,
            start=body,
            end=end,
            children=(
                self._children(media_type, parameters, body, end, depth) if media_type.startswith("multipart/") else ()
            ),
        )

    def _media_type(self, declared: str, default: str) -> str:
        if not declared:
            return default
        first = declared.split(maxsplit=1)[0]  # some programs forget the semicolon behind it
        main, slash, subtype = first.partition("/")
        if not (main and slash and subtype) or "/" in subtype:
            self._defects.add(f"{declared[:60]!r} is no media type; it was taken for text/plain.")
            return "text/plain"  # RFC 2045 section 5.2
        return first[:100]

    def _children(
        self, media_type: str, parameters: Mapping[str, str], body: int, end: int, depth: int
    ) -> tuple[Part, ...]:
        boundary = parameters.get("boundary", "").rstrip()
        if not boundary:
            self._defects.add("A multipart names no boundary; it was read as one text.")
            return ()
        default_type = "message/rfc822" if media_type == "multipart/digest" else "text/plain"
        children = []
        for part_start, part_end in self._split(body, end, boundary.encode(errors="replace")):
            if self._parts_left <= 0:
                self._defects.add(f"The mail has more than {MAX_PARTS} parts; the rest was not looked at.")
                break
            children.append(self.read(part_start, part_end, depth + 1, default_type))
        return tuple(children)

    def _split(self, body: int, end: int, boundary: bytes) -> list[tuple[int, int]]:
        """Where the parts between the delimiter lines begin and end (RFC 2046 section 5.1.1)."""
        source = self._source
        needle = b"\n--" + boundary
        ranges: list[tuple[int, int]] = []
        part_start = -1
        position = max(body - 1, 0)  # the newline before a first delimiter is the blank line's
        while len(ranges) <= self._parts_left:
            at = source.find(needle, position, end)
            if at < 0:
                break
            self._delimiters_left -= 1
            if self._delimiters_left < 0:
                self._defects.add("Too many lines look like boundaries; the rest was not looked at.")
                break
            line_end = source.find(b"\n", at + 1, end)
            line_end = end if line_end < 0 else line_end
            tail = source[at + len(needle) : line_end].rstrip(b" \t\r")
            position = line_end
            if tail in {b"", b"--"}:
                if part_start >= 0:
                    ranges.append((part_start, max(part_start, at - source.endswith(b"\r", 0, at))))
                part_start = min(line_end + 1, end)
                if tail:
                    return ranges
        return self._without_end(ranges, part_start, end, boundary)

    def _without_end(
        self, ranges: list[tuple[int, int]], part_start: int, end: int, boundary: bytes
    ) -> list[tuple[int, int]]:
        if part_start < 0:
            self._defects.add(f"The boundary {boundary[:80].decode(errors='replace')!r} is nowhere in the mail.")
            return []
        self._defects.add("A multipart has no end; the last part goes to the end of the mail.")
        return [*ranges, (part_start, end)]
