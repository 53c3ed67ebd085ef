"""A mail's bytes as a value. Total: any bytes at all give an `Incoming`, and what was wrong with them its defects."""

import hashlib

from mdtickets.domain.incoming import Attachment, Incoming
from mdtickets.domain.language import guess_language
from mdtickets.mail.attachments import describe
from mdtickets.mail.body import read_body
from mdtickets.mail.contents import contents
from mdtickets.mail.defects import Defects
from mdtickets.mail.fields import Fields
from mdtickets.mail.headers import Headers
from mdtickets.mail.mime import Part, read_mail
from mdtickets.mail.quoting import new_text
from mdtickets.mail.report import read_report
from mdtickets.mail.words import decode_header

LIMIT = 4 << 20  # bytes of a mail that are looked at

_LANGUAGES = frozenset({"de", "en"})


def parse(head: bytes, *, sha256: str = "", size: int | None = None) -> Incoming:
    """What a mail says, as far as its bytes allow. Never raises.

    `head` is the mail, or its beginning when it is longer than `LIMIT`; digest and size of the whole are then given
    beside it.
    """
    defects = Defects()
    size = len(head) if size is None else size
    root = read_mail(head[:LIMIT], defects)
    _check_bytes(head, size, root.fields, defects)
    headers = Headers(root.fields, defects)
    parts = contents(root)
    body = read_body(parts.texts, defects)
    new = new_text(body)
    language, language_from = _language(root.fields, new)
    author = headers.author()
    return_path = headers.return_path()
    report = read_report(root, author.address if author else "", return_path == "", body)
    decoded = headers.all()
    return Incoming(
        sha256=sha256 or hashlib.sha256(head).hexdigest(),
        size=size,
        headers=decoded,
        message_id=headers.message_id(),
        in_reply_to=headers.ids("in-reply-to"),
        references=headers.ids("references"),
        author=author,
        sender=headers.mailbox("sender"),
        reply_to=headers.mailboxes("reply-to"),
        to=headers.mailboxes("to"),
        cc=headers.mailboxes("cc"),
        return_path=return_path,
        subject=next((value for name, value in decoded if name == "subject"), ""),
        date=headers.date(),
        content_type=root.type,
        report_type=root.parameters.get("report-type", "").lower() if root.type == "multipart/report" else "",
        language=language,
        language_from=language_from,
        body=body,
        new_text=new,
        attachments=tuple(_attachment(part, defects) for part in parts.attachments),
        bounced_message_id=report.message_id,
        delivery_action=report.action,
        delivery_detail=report.detail,
        defects=defects.sentences,
    )


def _check_bytes(head: bytes, size: int, fields: Fields, defects: Defects) -> None:
    if not head:
        defects.add("The mail is empty.")
    elif not fields.items:
        defects.add("The mail has no header.")
    if b"\0" in head:
        defects.add("There are NUL bytes in the mail.")
    if size > LIMIT:
        defects.add(f"The mail is larger than {LIMIT >> 20} MB; only its beginning was looked at.")


def _language(fields: Fields, text: str) -> tuple[str, str]:
    """The language and where it is known from: what the mail declares, else a guess from what its author wrote."""
    declared = decode_header(fields.first("content-language")).lower()[:2]
    if declared in _LANGUAGES:
        return declared, "Content-Language"
    guess = guess_language(text)
    return guess, "the text" if guess else ""


def _attachment(part: Part, defects: Defects) -> Attachment:
    attachment, _, wrong = describe(part)
    if wrong:
        defects.add(f"The attachment {attachment.name!r} is damaged: {wrong}.")
    return attachment
