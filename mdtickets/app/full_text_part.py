"""The process that makes a part of a full text, of the tickets that its standard input tells; see `full_text_parts`."""

import gc
import sys
from pathlib import Path

from mdtickets.app.session import open_session
from mdtickets.mail.attachment_text import Parsers
from mdtickets.store.index import make_part
from mdtickets.store.index_following import changes, numbers_between

_OBJECTS_BEFORE_COLLECTION = 100_000  # nothing here makes circles


def main(root: str, directory: str) -> None:
    """A line on standard input for each segment: its first and its last ticket. A line says when it is durable."""
    gc.set_threshold(_OBJECTS_BEFORE_COLLECTION)
    session = open_session(Path(root))
    index = make_part(session.layout, session.disk, Path(directory))
    try:
        with Parsers() as parser:
            for line in sys.stdin:
                first, last = line.split()
                numbers = numbers_between(session.catalog, first, last)
                index.write(changes(session.layout, session.catalog, index, numbers, parser))
                print(len(numbers), flush=True)  # noqa: T201  # the answer to who started it
    finally:
        index.close()
        session.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
