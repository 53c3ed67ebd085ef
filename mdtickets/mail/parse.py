"""A mail's bytes as an `Incoming`. Total: any bytes at all give one, in bounded time and memory, with its defects named."""

import hashlib
from datetime import datetime

from mdtickets.domain.incoming import Attachment, Incoming
from mdtickets.domain.language import guess_language
from mdtickets.domain.model import Address
from mdtickets.mail.addresses import parse_addresses
from mdtickets.mail.body import read_body
from mdtickets.mail.contents import contents, leaves
from mdtickets.mail.defects import Defects
from mdtickets.mail.fields import Fields, read_fields
from mdtickets.mail.identifiers import message_ids, parse_date
from mdtickets.mail.mime import Part, read_mail
from mdtickets.mail.quoting import new_text
from mdtickets.mail.words import decode_header

LIMIT = 4 << 20  # bytes of a mail that are looked at

_LANGUAGES = ("de", "en")


def parse(head: bytes, *, sha256: str = "", size: int | None = None) -> Incoming:
    """What a mail says. `head` is the mail, or its first `LIMIT` bytes; then digest and size of the whole are given."""
    defects = Defects()
    whole = len(head) if size is None else size
    if whole > LIMIT:
        defects.add(f"The mail is larger than {LIMIT >> 20} MB; only so much of it was looked at.")
    root = read_mail(head[:LIMIT], defects)
    found = contents(root)
    body = read_body(found, defects)
    fresh = new_text(body)
    language, language_from = _language(root.fields, fresh)
    report = _Report(root)
    message_id = _message_id(root.fields, defects)
    author = _mailboxes(root.fields, "from", defects)
    return Incoming(
        sha256=sha256 or hashlib.sha256(head).hexdigest(),
        size=whole,
        headers=tuple((name, decode_header(value)) for name, value in root.fields.items),
        message_id=message_id,
        in_reply_to=_ids(root.fields, "in-reply-to", defects),
        references=_ids(root.fields, "references", defects),
        author=author[0] if author else None,
        sender=next(iter(_mailboxes(root.fields, "sender", defects)), None),
        reply_to=_mailboxes(root.fields, "reply-to", defects),
        to=_mailboxes(root.fields, "to", defects),
        cc=_mailboxes(root.fields, "cc", defects),
        return_path=_return_path(root.fields),
        subject=decode_header(root.fields.first("subject")),
        date=_date(root.fields, defects),
        content_type=root.type,
        report_type=root.parameters.get("report-type", "").lower(),
        language=language,
        language_from=language_from,
        body=body,
        new_text=fresh,
        attachments=tuple(_attachment(part) for part in found.attachments),
        bounced_message_id=report.message_id,
        delivery_action=report.action,
        delivery_detail=report.detail,
        defects=_with_missing(defects, root.fields, author, whole),
    )


class _Report:
    """What a delivery report says (RFC 3464): which mail came back, and why. Empty for every other mail."""

    def __init__(self, root: Part) -> None:
        self.message_id = self.action = self.detail = ""
        if root.type != "multipart/report":
            return
        for part in leaves(root):
            if part.type == "message/delivery-status":
                self._read_status(part)
            elif part.type in {"message/rfc822", "text/rfc822-headers", "message/rfc822-headers"}:
                data, _wrong = part.payload(LIMIT)
                fields, _body = read_fields(data, 0, len(data), Defects())
                self.message_id = next(iter(message_ids(fields.all("message-id"))[0]), "")

    def _read_status(self, part: Part) -> None:
        data, _wrong = part.payload(LIMIT)
        data = data.replace(b"\r\n", b"\n")
        for block in data.split(b"\n\n"):
            fields, _body = read_fields(block + b"\n\n", 0, len(block) + 2, Defects())
            action = decode_header(fields.first("action")).lower()
            if action and not self.action:
                self.action = action
                recipient = decode_header(fields.first("final-recipient")).partition(";")[2].strip()
                reason = decode_header(fields.first("diagnostic-code") or fields.first("status"))
                self.detail = ": ".join(text for text in (recipient, reason) if text)


def _ids(fields: Fields, name: str, defects: Defects) -> tuple[str, ...]:
    found, cut = message_ids(fields.all(name))
    if cut:
        defects.add(f"{name.title()} names too many mails; only the last ones were looked at.")
    return found


def _message_id(fields: Fields, defects: Defects) -> str:
    found, _cut = message_ids(fields.all("message-id"))
    if not found:
        defects.add("There is no Message-ID." if not fields.all("message-id") else "The Message-ID is empty.")
    return found[0] if found else ""


def _mailboxes(fields: Fields, name: str, defects: Defects) -> tuple[Address, ...]:
    found, cut = parse_addresses(fields.all(name))
    if cut:
        defects.add(f"{name.title()} has too many addresses; the rest was not looked at.")
    return found


def _return_path(fields: Fields) -> str | None:
    values = fields.all("return-path")
    if not values:
        return None
    return decode_header(values[0]).strip("<> ")


def _date(fields: Fields, defects: Defects) -> datetime | None:
    values = fields.all("date")
    moment = parse_date(values[0]) if values else None
    if values and moment is None:
        defects.add("The Date cannot be read.")
    return moment


def _language(fields: Fields, text: str) -> tuple[str, str]:
    declared = decode_header(fields.first("content-language")).lower()[:2]
    if declared in _LANGUAGES:
        return declared, "Content-Language"
    guessed = guess_language(text)
    return guessed, "the text" if guessed else ""


def _attachment(part: Part) -> Attachment:
    size = len(part.payload()[0])
    return Attachment(name=part.filename, type=part.type, size=size)


def _with_missing(defects: Defects, fields: Fields, author: tuple[Address, ...], size: int) -> tuple[str, ...]:
    if size == 0:
        defects.add("The mail is empty.")
    elif not fields.items:
        defects.add("The mail has no header.")
    elif not author:
        defects.add("From names nobody.")
    if fields.items and not fields.all("date"):
        defects.add("There is no Date.")
    return defects.sentences
