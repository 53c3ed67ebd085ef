"""The files that people attach: small, real, and the same bytes with every version of every library."""

import struct
import zlib

from msgspec import Struct

_PALETTE = bytes([24, 26, 30, 92, 96, 104, 168, 172, 180, 122, 82, 52, 206, 196, 170, 236, 238, 240])
_DARK, _CASE, _METAL, _TAPE, _LABEL, _LIGHT = range(6)
_WIDTH, _HEIGHT = 96, 64


class File(Struct, frozen=True, kw_only=True):
    """Something attached: its name as the sender wrote it, its media type, its bytes."""

    name: str
    type: str
    data: bytes


def photo(name: str) -> File:
    """A picture of a cassette with loops of tape pulled out, as PNG."""
    pixels = b"".join(b"\0" + bytes(_colour(x, y) for x in range(_WIDTH)) for y in range(_HEIGHT))
    header = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", _stored(pixels)), (b"IEND", b"")]
    return File(name=name, type="image/png", data=b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks))


def pdf(name: str, *lines: str) -> File:
    """One A4 page with these lines, as PDF 1.4."""
    text = "BT /F1 12 Tf 16 TL 72 770 Td " + " ".join(f"({_escaped(line)}) Tj T*" for line in lines) + " ET"
    stream = text.encode("cp1252")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    data += b"xref\n0 6\n0000000000 65535 f \n%btrailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        table,
        len(data),
    )
    return File(name=name, type="application/pdf", data=data)


def csv(name: str, *rows: tuple[str, ...], encoding: str = "utf-8") -> File:
    """A table with semicolons and CR LF, as spreadsheet programs save it in Germany."""
    return File(name=name, type="text/csv", data="".join(";".join(row) + "\r\n" for row in rows).encode(encoding))


def text(name: str, content: str) -> File:
    """A plain text file."""
    return File(name=name, type="text/plain", data=content.encode())


def _colour(x: int, y: int) -> int:
    """Of one pixel: a cassette, two reels, a label, and tape hanging out below."""
    reels = ((30, 24), (66, 24))
    for left, top in reels:
        distance = (x - left) ** 2 + (y - top) ** 2
        if distance < 20:
            return _LIGHT
        if distance < 110:
            return _TAPE
    if 14 <= x < 82 and 8 <= y < 44:
        return _LABEL if 20 <= x < 76 and 10 <= y < 14 else _DARK
    loop = (x - 48) ** 2 // 6 + (y - 44) ** 2
    return _TAPE if 120 < loop < 160 and y >= 44 else (_CASE, _METAL)[(x // 16 + y // 16) % 2]


def _stored(data: bytes) -> bytes:
    """A zlib stream without compression: real compressors differ from version to version."""
    return (
        b"\x78\x01\x01"
        + struct.pack("<HH", len(data), len(data) ^ 0xFFFF)
        + data
        + struct.pack(">I", zlib.adler32(data))
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
