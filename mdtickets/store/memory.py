"""Memory that is given back: glibc keeps what a slice of mails needed, in pieces, and the next one takes new."""

import ctypes


def give_back_memory() -> None:
    """Return freed memory to the system where the C library can (`malloc_trim` of glibc); a few milliseconds."""
    if hasattr(_LIBC, "malloc_trim"):
        _LIBC.malloc_trim(0)


_LIBC = ctypes.CDLL(None)
