"""From the files of a ticket to the text that is searched."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from zlib import crc32

from msgspec import Struct

from mdtickets.domain.article_terms import ArticleText
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.language import guess_language
from mdtickets.domain.model import Address
from mdtickets.domain.number import clean_subject
from mdtickets.domain.plain import plain_text
from mdtickets.mail.attachment_text import Parser, attachment_texts
from mdtickets.mail.parse import LIMIT, parse
from mdtickets.mail.quoting import SectionKind, sections
from mdtickets.store import frontmatter
from mdtickets.store.durable import read_chunks
from mdtickets.store.frontmatter import FrontMatterError
from mdtickets.store.index_schema import seconds
from mdtickets.store.layout import TICKET_FILE, Layout
from mdtickets.store.tickets import read_file


class ArticleRow(Struct, frozen=True, kw_only=True):
    """An article as the catalog knows it."""

    name: str
    at: datetime
    sha256: str
    subject: str

    @property
    def mark(self) -> str:
        """What tells it from another article, and from itself with other bytes."""
        return f"{crc32(f'{self.name} {self.sha256}'.encode()):08x}"


class TicketRow(Struct, frozen=True, kw_only=True):
    """A ticket as the catalog knows it."""

    number: str
    stamp: str  # of the files that this was read from
    title: str
    is_broken: bool  # `ticket.md` cannot be read


class OwnText(Struct, frozen=True, kw_only=True):
    """What the team wrote into `ticket.md`: a title that is not the first mail's subject, and notes below it."""

    title: str
    body: str

    @property
    def mark(self) -> str:
        """What tells it from what stood there before."""
        digest = hashlib.sha256(f"{self.title}\0{self.body}".encode()).hexdigest()
        return f"={digest[:16]}"


def read_own_text(layout: Layout, ticket: TicketRow, rows: Sequence[ArticleRow]) -> OwnText | None:
    """What the team wrote into `ticket.md`, None when it says nothing that the articles do not."""
    try:
        body = plain_text(frontmatter.body_of(read_file(layout.ticket(ticket.number) / TICKET_FILE))).strip()
    except (OSError, FrontMatterError):
        return None
    if ticket.is_broken:
        return None
    title = "" if rows and ticket.title == clean_subject(rows[0].subject) else ticket.title
    return OwnText(title=title, body=body) if title or body else None


def own_article(number: str, own: OwnText, at: datetime) -> ArticleText:
    """`ticket.md` as it is searched."""
    language = guess_language(own.body or own.title)
    return ArticleText(
        number=number,
        name=TICKET_FILE,
        at=seconds(at),
        language=language,
        subject=own.title,
        new=own.body,
        is_note=True,
    )


def read_articles(
    layout: Layout, number: str, rows: Iterable[ArticleRow], parser: Parser | None = None
) -> Iterator[ArticleText]:
    """The text of these articles; that of their attachments when there is a `parser`. One that cannot be read has none."""
    for row in rows:
        path = layout.ticket(number) / row.name
        try:
            head = _read_head(path)
        except OSError:
            continue
        if path.suffix == ".eml":
            mail = parse(head, sha256=row.sha256)
            yield article_of_mail(
                number, row, mail, attachment_texts(head, parser) if parser and mail.attachments else ()
            )
        else:
            yield _article_of_note(number, row, head)


def article_of_mail(number: str, row: ArticleRow, mail: Incoming, attached: Iterable[str] = ()) -> ArticleText:
    """A mail as it is searched, with the text in its attachments."""
    is_all_new = mail.new_text == mail.body.strip()
    quoted = [] if is_all_new else [part.text for part in sections(mail.body) if part.kind is SectionKind.QUOTED]
    senders = [*([mail.author] if mail.author else []), *mail.reply_to]
    return ArticleText(
        number=number,
        name=row.name,
        at=seconds(row.at),
        language=mail.language,
        subject=mail.subject,
        sender=_addresses(senders),
        recipients=_addresses(mail.recipients),
        new=mail.new_text,
        quoted="\n".join(quoted),
        file_names=tuple(each.name for each in mail.attachments if each.name),
        attached=tuple(attached),
    )


def _article_of_note(number: str, row: ArticleRow, data: bytes) -> ArticleText:
    try:
        document = frontmatter.parse(data)
        text, author = plain_text(document.body), document.text("author")
    except FrontMatterError:
        # put there by hand, without front matter
        text, author = plain_text(data.decode("utf-8-sig", "replace")), ""
    return ArticleText(
        number=number,
        name=row.name,
        at=seconds(row.at),
        language=guess_language(text),
        sender=author,
        new=text,
        is_note=True,
    )


def _addresses(addresses: Iterable[Address]) -> str:
    return "\n".join(dict.fromkeys(f"{each.name} {each.address}" for each in addresses))


def _read_head(path: Path) -> bytes:
    head = bytearray()
    for chunk in read_chunks(path):
        head += chunk
        if len(head) >= LIMIT:
            break
    return bytes(head[:LIMIT])
