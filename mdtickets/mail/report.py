"""Delivery reports (RFC 3464): which mail of ours came back, and why."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from mdtickets.mail.contents import leaves
from mdtickets.mail.identifiers import message_ids
from mdtickets.mail.mime import Part, read_inner_fields
from mdtickets.mail.words import decode_header

_RETURNED = frozenset({"message/rfc822", "message/global", "message/partial"})
_RETURNED_HEADERS = frozenset({"text/rfc822-headers", "message/rfc822-headers", "message/global-headers"})
_STATUS = frozenset({"message/delivery-status", "message/global-delivery-status"})
_IN_TEXT = re.compile(r"^[> \t]{0,8}Message-ID:[ \t]{0,8}\n?[ \t]{0,8}<([^<>\s]{1,998})>", re.IGNORECASE | re.MULTILINE)
_LOOKED_AT = 64 << 10  # bytes of a part
_MAX_RECIPIENTS = 100
_DAEMONS = ("mailer-daemon", "postmaster", "mail-daemon")


class Report(NamedTuple):
    """What a delivery report says; all empty for any other mail."""

    message_id: str = ""  # of the mail that came back, without brackets
    action: str = ""  # lower case: failed, delayed, delivered, relayed, expanded
    detail: str = ""  # the recipient and the server's words


def read_report(root: Part, author: str, null_sender: bool, body: str) -> Report:
    """The report that a mail is.

    One by the book has the mail that came back, or its header, as its last part. Older programs (qmail, Exim) write
    the header into the text; that is only believed of a mail without a return path or from a mailer daemon.
    """
    is_report = root.type == "multipart/report"
    action, detail = _status(root) if is_report else ("", "")
    for part in leaves(root):
        if part.type in _RETURNED_HEADERS or (is_report and part.type in _RETURNED):
            data, _ = part.payload(_LOOKED_AT)
            ids, _ = message_ids(read_inner_fields(data).all("message-id")[:1])
            if ids:
                return Report(ids[0], action, detail)
    if null_sender or author.lower().startswith(_DAEMONS):
        match = _IN_TEXT.search(body)
        return Report(match[1] if match else "", action, detail)
    return Report("", action, detail)


def _status(root: Part) -> tuple[str, str]:
    """Action and words about the first recipient whose delivery failed, else about the first one."""
    recipients = [found for part in leaves(root) if part.type in _STATUS for found in _recipients(part)]
    failed = [found for found in recipients if found[0] == "failed"]
    return (failed or recipients or [("", "")])[0]


def _recipients(part: Part) -> Iterator[tuple[str, str]]:
    """What is said of each recipient: a block of fields of its own (section 2.3)."""
    data, _ = part.payload(_LOOKED_AT)
    for block in data.replace(b"\r\n", b"\n").split(b"\n\n", _MAX_RECIPIENTS)[:_MAX_RECIPIENTS]:
        fields = read_inner_fields(block.lstrip(b"\n") + b"\n\n")
        if action := decode_header(fields.first("action")).lower():
            recipient = _after_type(fields.first("final-recipient") or fields.first("original-recipient"))
            reason = _after_type(fields.first("diagnostic-code")) or decode_header(fields.first("status"))
            yield action, ": ".join(filter(None, (recipient, reason)))


def _after_type(raw: bytes) -> str:
    """The value behind `rfc822;` or `smtp;`."""
    kind, semicolon, value = decode_header(raw).partition(";")
    return value.strip() if semicolon else kind
