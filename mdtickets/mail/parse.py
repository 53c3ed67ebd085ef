"""A mail's bytes as a value. Total: any bytes at all give an `Incoming`, and what was wrong with them its defects."""

import hashlib
from datetime import datetime

from mdtickets.domain.incoming import Attachment, Incoming
from mdtickets.domain.language import guess_language
from mdtickets.domain.model import Address
from mdtickets.mail.addresses import MAX_ADDRESSES, parse_addresses
from mdtickets.mail.body import read_body
from mdtickets.mail.contents import contents
from mdtickets.mail.defects import Defects
from mdtickets.mail.fields import Fields
from mdtickets.mail.identifiers import MAX_IDS, message_ids, parse_date
from mdtickets.mail.mime import Part, read_mail
from mdtickets.mail.quoting import new_text
from mdtickets.mail.report import read_report
from mdtickets.mail.words import MAX_VALUE, decode_header

LIMIT = 4 << 20  # bytes of a mail that are looked at

_LANGUAGES = frozenset({"de", "en"})
# A second one of these is against RFC 5322 section 3.6, and the first one counts.
_ONCE = frozenset(
    {"from", "sender", "reply-to", "subject", "date", "message-id", "in-reply-to", "references", "content-type"}
)


def parse(head: bytes, *, sha256: str = "", size: int | None = None) -> Incoming:
    """What a mail says, as far as its bytes allow. Never raises.

    `head` is the mail, or its beginning when it is longer than `LIMIT`; digest and size of the whole are then given
    beside it.
    """
    defects = Defects()
    size = len(head) if size is None else size
    _check_bytes(head, size, defects)
    root = read_mail(head[:LIMIT], defects)
    fields = root.fields
    _check_fields(fields, head, defects)
    parts = contents(root)
    body = read_body(parts.texts, defects)
    new = new_text(body)
    language, language_from = _language(fields, new)
    author = _author(fields, defects)
    return_path = _return_path(fields)
    report = read_report(root, author.address if author else "", return_path == "", body)
    headers = tuple((name, decode_header(value)) for name, value in fields.items)
    return Incoming(
        sha256=sha256 or hashlib.sha256(head).hexdigest(),
        size=size,
        headers=headers,
        message_id=_message_id(fields, defects),
        in_reply_to=_ids("In-Reply-To", fields, defects),
        references=_ids("References", fields, defects),
        author=author,
        sender=_first_address(fields, "sender"),
        reply_to=_addresses("Reply-To", fields, defects),
        to=_addresses("To", fields, defects),
        cc=_addresses("Cc", fields, defects),
        return_path=return_path,
        subject=next((value for name, value in headers if name == "subject"), ""),
        date=_date(fields, defects),
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


def _check_bytes(head: bytes, size: int, defects: Defects) -> None:
    if not head:
        defects.add("The mail is empty.")
    if b"\0" in head:
        defects.add("There are NUL bytes in the mail.")
    if size > LIMIT:
        defects.add(f"The mail is larger than {LIMIT >> 20} MB; only its beginning was looked at.")


def _check_fields(fields: Fields, head: bytes, defects: Defects) -> None:
    if not fields.items:
        if head:
            defects.add("The mail has no header.")
        return
    for name, values in fields.by_name.items():
        if len(values) > 1 and name in _ONCE:
            defects.add(f"There are {len(values)} {name.title()} fields; the first counts.")
        if max(map(len, values)) > MAX_VALUE:
            defects.add(f"The field {name.title()} is longer than {MAX_VALUE >> 10} KB; the rest is left out here.")


def _author(fields: Fields, defects: Defects) -> Address | None:
    values = fields.all("from")[:1]
    found, _ = parse_addresses(values)
    if not values:
        defects.add("There is no From field.")
    elif not found:
        defects.add(f"From names no address: {decode_header(values[0])[:100]!r}.")
    elif "@" not in found[0].address:
        defects.add(f"From names an address without a domain: {found[0].address!r}.")
    return found[0] if found else None


def _first_address(fields: Fields, name: str) -> Address | None:
    found, _ = parse_addresses(fields.all(name)[:1])
    return found[0] if found else None


def _addresses(name: str, fields: Fields, defects: Defects) -> tuple[Address, ...]:
    found, cut = parse_addresses(fields.all(name.lower()))
    if cut:
        defects.add(f"{name} has too many addresses; the first {min(len(found), MAX_ADDRESSES)} are kept.")
    return found


def _message_id(fields: Fields, defects: Defects) -> str:
    values = fields.all("message-id")[:1]
    ids, _ = message_ids(values)
    if not values:
        defects.add("There is no Message-ID field.")
    elif not ids:
        defects.add(f"Message-ID holds no id: {decode_header(values[0])[:100]!r}.")
    return ids[0] if ids else ""


def _ids(name: str, fields: Fields, defects: Defects) -> tuple[str, ...]:
    ids, cut = message_ids(fields.all(name.lower())[:1])
    if cut:
        defects.add(f"{name} is very long; the last {min(len(ids), MAX_IDS)} of its ids are kept.")
    return ids


def _return_path(fields: Fields) -> str | None:
    """The address that bounces go to; "" for the null path `<>` (RFC 5321 section 4.4), None without the field."""
    values = fields.all("return-path")[:1]
    found, _ = parse_addresses(values)
    if not values:
        return None
    return found[0].address if found else ""


def _date(fields: Fields, defects: Defects) -> datetime | None:
    raw = fields.first("date")
    moment = parse_date(raw)
    if moment is None:
        defects.add(f"Date is no date: {decode_header(raw)[:60]!r}." if raw else "There is no Date field.")
    return moment


def _language(fields: Fields, text: str) -> tuple[str, str]:
    declared = decode_header(fields.first("content-language")).strip().lower()[:2]
    if declared in _LANGUAGES:
        return declared, "Content-Language"
    guess = guess_language(text)
    return guess, "the text" if guess else ""


def _attachment(part: Part, defects: Defects) -> Attachment:
    data, wrong = part.payload()
    if wrong:
        defects.add(f"An attachment is damaged: {wrong}.")
    return Attachment(name=part.filename, type=part.type, size=len(data))
