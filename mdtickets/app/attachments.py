"""The files that came with a ticket: named, and saved where the user wants them."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from mdtickets.app.reading import Article, Thread, read_raw
from mdtickets.app.session import Session
from mdtickets.domain.filename import safe_filename
from mdtickets.domain.incoming import Attachment
from mdtickets.errors import CannotWriteError
from mdtickets.mail.attachments import extract
from mdtickets.store.export import write_new


class AttachedFile(Struct, frozen=True, kw_only=True):
    """One attachment of one article; `saved` is where it was written, "" when it was not."""

    number: str  # of the ticket that the article was filed in
    article: int
    attachment: Attachment
    saved: str = ""


def list_attachments(thread: Thread) -> tuple[AttachedFile, ...]:
    """Every attachment of the articles in the thread, those of merged tickets among them."""
    return tuple(
        AttachedFile(number=article.number, article=article.position, attachment=attachment)
        for article in thread.in_order
        for attachment in article.attachments
    )


def save_attachments(session: Session, thread: Thread, directory: Path) -> tuple[AttachedFile, ...]:
    """Write the attachments of these articles into the directory, making it if need be. Raises CannotWriteError.

    A name that is taken, also by another attachment, gets a number; nothing is ever written outside or over a file.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        return tuple(
            saved for article in thread.in_order if article.mail for saved in _save(session, article, directory)
        )
    except OSError as error:
        raise CannotWriteError(f"{error.filename or directory}: {error.strerror}.") from error


def _save(session: Session, article: Article, directory: Path) -> Iterator[AttachedFile]:
    raw = read_raw(session, article.number, article.position)
    for place, (attachment, data) in enumerate(extract(raw), 1):
        path = write_new(directory, safe_filename(attachment.name, place), data)
        yield AttachedFile(number=article.number, article=article.position, attachment=attachment, saved=str(path))
