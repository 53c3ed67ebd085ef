"""What `deliver --queue Q --address A` was told, carried by the mail's name in the spool.

A Maildir name may have fields after its unique part, each begun by a comma (as in Dovecot's `,S=1234`). Ours are
`,Q=` and `,A=`, percent-encoded, so that neither a slash nor a colon nor a comma of a queue's name can end a field.
"""

# RFC 3986's unreserved characters, and those that mail addresses are full of
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~@+")
_HEX = "0123456789ABCDEFabcdef"

# What Linux file systems take as one name (NAME_MAX), in bytes.
LONGEST_NAME = 255


def add_route(unique: str, *, queue: str = "", address: str = "") -> str:
    """The unique name with queue and address in it; the same name when both are empty.

    Raises ValueError when it is longer than a file name may be.
    """
    fields = "".join(f",{key}={_encode(value)}" for key, value in (("Q", queue), ("A", address)) if value)
    name = unique + fields
    if len(name.encode("utf-8", "surrogateescape")) > LONGEST_NAME:
        raise ValueError("queue and address together are too long for a file name")
    return name


def read_route(name: str) -> tuple[str, str]:
    """Queue and address of a name, each "" when it does not say. Total: any name has an answer."""
    found = {"Q": "", "A": ""}
    for part in name.partition(":2,")[0].split(",")[1:]:
        key, equals, value = part.partition("=")
        if equals and key in found:
            found[key] = _decode(value)
    return found["Q"], found["A"]


def _encode(text: str) -> str:
    raw = text.encode("utf-8", "surrogateescape")
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in raw)


def _decode(text: str) -> str:
    first, *rest = text.split("%")
    raw = first.encode("utf-8", "surrogateescape")
    for piece in rest:
        code, literal = piece[:2], piece[2:]
        if len(code) == len("%FF") - 1 and all(digit in _HEX for digit in code):
            raw += bytes((int(code, 16),)) + literal.encode("utf-8", "surrogateescape")
        else:
            raw += b"%" + piece.encode("utf-8", "surrogateescape")
    return raw.decode("utf-8", "surrogateescape")
