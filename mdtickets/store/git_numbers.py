"""Numbers as git's files have them: by 7 bits a byte, the highest bit telling that more follow (gitformat-pack(5))."""

_SEVEN_BITS = 127


def read_size(data: bytes, at: int) -> tuple[int, int]:
    """A size and where it ends: the lowest bits come first. Raises IndexError when the bytes end before it does."""
    size = shift = 0
    while True:
        byte = data[at]
        size |= (byte & _SEVEN_BITS) << shift
        at, shift = at + 1, shift + 7
        if byte <= _SEVEN_BITS:
            return size, at


def read_offset(data: bytes, at: int) -> tuple[int, int]:
    """An offset and where it ends: the highest bits come first, and each more byte counts from one. Raises IndexError."""
    offset = data[at] & _SEVEN_BITS
    while data[at] > _SEVEN_BITS:
        at += 1
        offset = (offset + 1) << 7 | data[at] & _SEVEN_BITS
    return offset, at + 1


def write_offset(offset: int) -> bytes:
    """The bytes of an offset."""
    text = [offset & _SEVEN_BITS]
    while offset := offset >> 7:
        offset -= 1
        text.append(128 | offset & _SEVEN_BITS)
    return bytes(reversed(text))
