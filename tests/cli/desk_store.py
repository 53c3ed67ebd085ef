"""A small store of the example firm, written file by file: what `list`, `show`, `log`, `why` and `status` read."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mdtickets.app.session import Session, open_session
from mdtickets.domain.article_name import format_article_name
from mdtickets.domain.event import format_time
from mdtickets.domain.model import ArticleKind
from mdtickets.store.git_upkeep import ATTRIBUTES, IGNORED, initialise
from mdtickets.store.indexing import rebuild
from mdtickets.store.layout import Layout
from tests.store.git_store import git

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
RECORDER = "2026112410000420"
INVOICE = "2026112410000578"
REMOTE = "2026112410000611"

_SETTINGS = """\
format = 1
name = "Mustermann Video"
language = "de"
timezone = "Europe/Berlin"

[[mailbox]]
maildir = "../mail"
address = "support@mustermann-video.example"
queue = "Support"

[queue.Support]
address = "support@mustermann-video.example"

[queue.Sales]
address = "sales@mustermann-video.example"

[agent.anna]
name = "Anna Beispiel"
email = "anna@mustermann-video.example"

[agent.bert]
name = "Bert Beispiel"
email = "bert@mustermann-video.example"
"""

_FIRST_MAIL = """\
From: Kim Lee <kim@lee.example>
To: Mustermann Support <support@mustermann-video.example>
Cc: Sam Lee <sam@lee.example>
Subject: Recorder VR-200 eats tapes
Date: Tue, 24 Nov 2026 09:12:00 +0100
Message-ID: <vr200@lee.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="cut"

--cut
Content-Type: text/plain; charset=utf-8

Since yesterday the recorder pulls the tape in and stops with ERR-4711. The belt makes a noise as if it were slipping, and the lid does not close.
\x1b[2J
> Thank you for your order.
> It leaves our house today.

--\x20
Kim Lee
Lee & Sons
--cut
Content-Type: image/jpeg
Content-Disposition: attachment; filename="../photo.jpg"
Content-Transfer-Encoding: base64

/9j/4AAQSkZJRg==
--cut--
"""

_ANSWER = """\
From: Mustermann Video <support@mustermann-video.example>
To: Kim Lee <kim@lee.example>
Subject: Re: [Ticket#2026112410000420] Recorder VR-200 eats tapes
Date: Tue, 24 Nov 2026 11:02:00 +0100
Message-ID: <answer@mustermann-video.example>
In-Reply-To: <vr200@lee.example>

Please remove the cassette and hold Eject for ten seconds.
"""

_SECOND_MAIL = """\
From: Kim Lee <kim@lee.example>
To: support@mustermann-video.example
Subject: Re: Re: [Ticket#2026112410000420] Recorder VR-200 eats tapes
Date: Wed, 25 Nov 2026 08:55:00 +0100
Message-ID: <again@lee.example>
In-Reply-To: <answer@mustermann-video.example>

That did not help.
"""

_NOTE = """\
---
author: bert
minutes: 5
visible: false
---
Same series as 0031: belt of batch 7.
"""


class TicketDirectory:
    """One ticket under construction: articles and events in the order in which they are added."""

    def __init__(self, layout: Layout, number: str, meta: str) -> None:
        self.path = layout.ticket(number)
        self.path.mkdir(parents=True)
        times = 'created_at: "2026-11-24T08:12:00Z"\nupdated_at: "2026-11-24T08:12:00Z"\n'
        (self.path / "ticket.md").write_text(f'---\nnumber: "{number}"\n{meta}{times}---\n', encoding="utf-8")
        (self.path / "history.jsonl").touch()

    def article(self, at: datetime, kind: ArticleKind, text: str, what: str, by: str, **details: Any) -> str:
        """Add an article and the event that files it; its file name."""
        raw = text.encode()
        suffix = "md" if kind is ArticleKind.NOTE else "eml"
        name = format_article_name(at, hashlib.sha256(raw).hexdigest(), kind, suffix=suffix)
        (self.path / name).write_bytes(raw)
        self.event(at, what, by, article=name, **details)
        return name

    def event(self, at: datetime, what: str, by: str = "mdtickets", **details: Any) -> None:
        """Add a line to the history."""
        line = {"at": format_time(at), "by": by, "what": what, **details}
        with (self.path / "history.jsonl").open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")


def make_store(root: Path) -> Layout:
    """Three open tickets: one with a long story, one pending, one that nobody has."""
    layout = Layout(root)
    for directory in (layout.tickets, layout.customers, layout.run, layout.outbox):
        directory.mkdir(parents=True)
    layout.settings.write_text(_SETTINGS, encoding="utf-8")
    layout.local_settings.write_text('system_id = "10"\n', encoding="utf-8")
    (root / ".gitattributes").write_text(ATTRIBUTES, encoding="utf-8")
    (root / ".gitignore").write_text(IGNORED, encoding="utf-8")
    _card(layout, "kim-lee", {"name": "Kim Lee", "addresses": ["kim@lee.example"], "company": "lee-sons"})
    _card(layout, "lee-sons", {"name": "Lee & Sons", "domain": "lee.example"})
    _card(layout, "schulze-ag", {"name": "Schulze AG", "addresses": ["buchhaltung@schulze.example"]})
    _recorder(layout)
    _invoice(layout)
    _remote(layout)
    for folder in ("new", "cur", "tmp"):
        (root.parent / "mail" / folder).mkdir(parents=True)
    initialise(root)
    return layout


def open_committed(root: Path) -> Session:
    """The same store, all of it committed, open, its catalog true."""
    layout = make_store(root)
    git(root, "add", "-A")
    git(root, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "Begin")
    session = open_session(root)
    rebuild(layout, session.catalog)
    return session


def _card(layout: Layout, slug: str, meta: Mapping[str, Any]) -> None:
    lines = "".join(f"{key}: {json.dumps(value)}\n" for key, value in meta.items())
    layout.card(slug).write_text(f"---\n{lines}---\n", encoding="utf-8")


def _recorder(layout: Layout) -> None:
    meta = (
        'title: Recorder VR-200 eats tapes\nstate: open\nqueue: Support\npriority: "4 high"\nowner: anna\n'
        "customer: kim-lee\ncompany: lee-sons\nproblem: tape transport\ntags: [tape]\n"
    )
    ticket = TicketDirectory(layout, RECORDER, meta)
    at = datetime(2026, 11, 24, 8, 12, tzinfo=UTC)
    new = [{"rule": "new ticket", "reason": "no In-Reply-To, no References, no number in the subject"}]
    first = ticket.article(at, ArticleKind.CUSTOMER, _FIRST_MAIL, "new", "kim@lee.example", why=new)
    why = [{"rule": "acknowledged", "reason": "kind new, template new.en: language en from Content-Language"}]
    ack = _ANSWER.replace("<answer@", "<ack@").replace("Please remove", "We have it. Please do not remove")
    name = ticket.article(at, ArticleKind.ACK, ack, "auto_reply", "mdtickets", why=why, answers=first)
    _sent(ticket, at, name, "ack@mustermann-video.example")
    ticket.article(at.replace(hour=9, minute=40), ArticleKind.NOTE, _NOTE, "note", "bert", minutes=5)
    answered = at.replace(hour=10, minute=2)
    name = ticket.article(answered, ArticleKind.AGENT, _ANSWER, "answered", "anna", minutes=15)
    ticket.event(answered, "state", "anna", **{"from": "open", "to": "closed successful"})
    _sent(ticket, answered, name, "answer@mustermann-video.example")
    again = datetime(2026, 11, 25, 7, 55, tzinfo=UTC)
    why = [{"rule": "follow-up", "reason": "In-Reply-To names our article 4"}]
    ticket.article(again, ArticleKind.CUSTOMER, _SECOND_MAIL, "follow_up", "kim@lee.example", why=why)
    why = [{"rule": "reopened", "reason": 'queue Support: follow_up = "reopen"'}]
    ticket.event(again, "state", why=why, **{"from": "closed successful", "to": "open"})


def _invoice(layout: Layout) -> None:
    meta = (
        "title: Rechnung fehlt\nstate: pending reminder\nqueue: Sales\nowner: bert\ncustomer: schulze-ag\n"
        'pending_until: "2026-11-26T08:00:00Z"\n'
    )
    ticket = TicketDirectory(layout, INVOICE, meta)
    at = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    mail = (
        "From: =?utf-8?q?Schulze_AG?= <buchhaltung@schulze.example>\nTo: sales@mustermann-video.example\n"
        "Subject: Rechnung fehlt\nDate: Wed, 25 Nov 2026 05:00:00 +0100\nMessage-ID: <rechnung@schulze.example>\n\nBitte senden Sie uns die Rechnung.\n"
    )
    ticket.article(at, ArticleKind.CUSTOMER, mail, "new", "buchhaltung@schulze.example")
    lost = _ANSWER.replace("<answer@", "<lost@").replace("Kim Lee <kim@lee", "Schulze AG <buchhaltung@schulze")
    name = ticket.article(at, ArticleKind.ACK, lost, "auto_reply", "mdtickets")
    details = {"message_id": "lost@mustermann-video.example", "to": "buchhaltung@schulze.example", "machine": "10"}
    ticket.event(at, "queued", article=name, **details)
    ticket.event(at, "failed", article=name, message_id=details["message_id"], detail="550 5.1.1 no such user")


def _remote(layout: Layout) -> None:
    meta = "title: Fernbedienung ohne Funktion\nstate: new\nqueue: Support\n"
    ticket = TicketDirectory(layout, REMOTE, meta)
    at = datetime(2026, 11, 25, 8, 40, tzinfo=UTC)
    mail = (
        "From: max@example.org\nTo: support@mustermann-video.example\nSubject: Fernbedienung ohne Funktion\n\nHilfe!\n"
    )
    ticket.article(at, ArticleKind.CUSTOMER, mail, "new", "max@example.org", duplicates=["2026112310000587"])


def _sent(ticket: TicketDirectory, at: datetime, name: str, message_id: str) -> None:
    ticket.event(at, "queued", article=name, message_id=message_id, to="kim@lee.example", machine="10")
    ticket.event(at, "sent", article=name, message_id=message_id, detail="250 2.0.0 Ok: queued")
