"""Mails that no person wrote, what the team's own mail server adds to every mail, and one mail that is broken."""

import hashlib
from datetime import datetime

from tests.example_store.letters import Letter, Ours, encode_words, format_date, mailbox, multipart
from tests.example_store.people import Person

SERVER = "mail1.mustermann-video.example"


def receive(mail: bytes, *, origin: str, return_path: str, to: str, at: datetime, delivered_to: bool = True) -> bytes:
    """The mail as Postfix puts it into the Maildir: with its trace in front (RFC 5321 section 4.4).

    `origin` is the domain of the server that hands it over, "" when it is the firm's own.
    """
    queue_id = hashlib.sha256(mail).hexdigest()[:11].upper()
    trace = [f"Return-Path: <{return_path}>"]
    if delivered_to:
        trace += [f"X-Original-To: {to}", f"Delivered-To: {to}"]
    if origin:
        host, number = f"mx.{origin}", sum(origin.encode()) % 200 + 20
        trace += [
            f"Received: from {host} ({host} [192.0.2.{number}])",
            f"\tby {SERVER} (Postfix) with ESMTPS id {queue_id}",
        ]
    else:
        trace += [f"Received: by {SERVER} (Postfix) id {queue_id}"]
    trace += [f"\tfor <{to}>; {format_date(at)} (CET)"]
    return ("\n".join(trace) + "\n").encode() + mail


def out_of_office(person: Person, ours: Ours, *, to: str, subject: str, text: str, at: datetime) -> bytes:
    """A vacation program's answer to a mail of ours (RFC 3834)."""
    letter = Letter(sender=person, to=(to,), at=at, subject=subject, text=text)
    lines = [
        f"From: {mailbox(person.name, person.address)}",
        f"To: {to}",
        f"Subject: {encode_words(subject)}",
        f"Date: {letter.date}",
        f"Message-ID: <vacation.{letter.key[:16]}@{person.domain}>",
        f"In-Reply-To: <{ours.message_id}>",
        f"References: <{ours.message_id}>",
        "Auto-Submitted: auto-replied (vacation)",
        "X-Auto-Response-Suppress: All",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
    ]
    return ("\n".join(lines) + f"\n\n{text}\n").encode()


def undeliverable(ours: bytes, *, recipient: str, sender: str, status: str, diagnostic: str, at: datetime) -> bytes:
    """The team's own server returns a mail of ours: it could not be delivered (RFC 3464)."""
    key = hashlib.sha256(ours).hexdigest()
    boundary = f"{key[:10].upper()}.{int(at.timestamp())}/{SERVER}"
    host = f"mx.{recipient.partition('@')[2]}"
    notice = (
        f"Content-Description: Notification\nContent-Type: text/plain; charset=us-ascii\n\n"
        f"This is the mail system at host {SERVER}.\n\n"
        "I'm sorry to have to inform you that your message could not\n"
        "be delivered to one or more recipients. It's attached below.\n\n"
        f"<{recipient}>: host {host}[192.0.2.25] said: {diagnostic}\n    (in reply to RCPT TO command)\n"
    )
    report = (
        "Content-Description: Delivery report\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; {SERVER}\nArrival-Date: {format_date(at)} (CET)\n\n"
        f"Final-Recipient: rfc822; {recipient}\nOriginal-Recipient: rfc822;{recipient}\nAction: failed\nStatus: {status}\n"
        f"Remote-MTA: dns; {host}\nDiagnostic-Code: smtp; {diagnostic}\n"
    )
    head = ours.decode(errors="replace").replace("\r\n", "\n").partition("\n\n")[0]
    returned = f"Content-Description: Undelivered Message Headers\nContent-Type: text/rfc822-headers\n\nReturn-Path: <{sender}>\n{head}\n"
    lines = [
        f"From: MAILER-DAEMON@{SERVER} (Mail Delivery System)",
        "Subject: Undelivered Mail Returned to Sender",
        f"To: {sender}",
        f"Date: {format_date(at)} (CET)",
        f"Message-Id: <{format(int(at.timestamp()), 'x').upper()}.{key[:10].upper()}@{SERVER}>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/report; report-type=delivery-status;\n\tboundary="{boundary}"',
    ]
    body = multipart(boundary, notice, report, returned)
    return ("\n".join(lines) + f"\n\nThis is a MIME-encapsulated message.\n\n{body}").encode()


def broken(person: Person, *, to: str, subject: str, text: str, at: datetime) -> bytes:
    """A mail of an old program: raw Latin-1 everywhere, no MIME, a date that cannot be, a header without a colon."""
    lines = [
        f"From: {person.name} <{person.address}>",
        f"To: Kundendienst <{to}>",
        f"Subject: {subject}",
        f"Date: 31.11.{at:%y} 25:61",
        f"Message-ID: <{at:%y%m%d}.{person.address}>",
        "X-Mailer PostMeister 1.04 (Lizenz: Öhlin)",
    ]
    return ("\r\n".join(lines) + f"\r\n\r\n{text}").replace("\n", "\r\n").replace("\r\r", "\r").encode("latin-1")
