"""Mails as the usual programs write them: each has its own shape, its own quoting, its own habits."""

import html
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

from tests.example_store.files import File
from tests.example_store.letters import (
    Letter,
    base64_lines,
    encode_words,
    mailbox,
    multipart,
    part,
    printable,
    quote,
)
from tests.example_store.people import Program

_CET = timezone(timedelta(hours=1))
_GERMAN_DAYS = ("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So.")
_LONG_DAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def write_mail(letter: Letter) -> bytes:
    """The mail as the writer's program hands it to its server, with LF line ends."""
    return _PROGRAMS[letter.sender.program](letter).encode()


def message_id(letter: Letter) -> str:
    """The Message-ID that the writer's program gives the mail, without angle brackets."""
    key, domain = letter.key, letter.sender.domain
    match letter.sender.program:
        case Program.OUTLOOK:
            return f"AM0PR04MB{key[:4].upper()}{key[4:20].upper()}@AM0PR04MB{key[:4].upper()}.{domain}"
        case Program.IPHONE:
            return f"{_uuid(key).upper()}@{domain}"
        case Program.WEBMAIL:
            return f"CA+{key[:26]}@mail.{domain}"
        case Program.THUNDERBIRD | Program.LIST:
            return f"{_uuid(key)}@{domain}"


def _thunderbird(letter: Letter) -> str:
    head = _head(letter, "User-Agent: Mozilla Thunderbird", f"Content-Language: {_locale(letter)}")
    body = _answered_below(letter) + "\n"
    flowed = "text/plain; charset=UTF-8; format=flowed"
    if not letter.files:
        return f"{head}Content-Type: {flowed}\nContent-Transfer-Encoding: 8bit\n\n{body}"
    boundary = f"------------{letter.key[:24]}"
    parts = [part(flowed, "8bit", body), *(_attached(file) for file in letter.files)]
    return (
        f'{head}Content-Type: multipart/mixed; boundary="{boundary}"\n\nThis is a multi-part message in MIME format.\n'
        + (multipart(boundary, *parts))
    )


def _outlook(letter: Letter) -> str:
    topic = letter.answers.subject if letter.answers else letter.subject
    head = _head(
        letter,
        f"Thread-Topic: {encode_words(topic)}",
        f"Accept-Language: {_locale(letter)}, en-US",
        f"Content-Language: {_locale(letter)}",
        f"X-MS-Has-Attach: {'yes' if letter.files else ''}".rstrip(),
    )
    text = letter.text + _outlook_block(letter)
    rich = part('text/html; charset="utf-8"', "quoted-printable", printable(_outlook_html(text)))
    if letter.html_only:
        return head + rich
    plain = part('text/plain; charset="utf-8"', "base64", base64_lines(text.replace("\n", "\r\n").encode()))
    inner = f"_000_{letter.key[:20].upper()}_"
    alternative = multipart(inner, plain, rich)
    if not letter.files:
        return f'{head}Content-Type: multipart/alternative;\n\tboundary="{inner}"\n\n{alternative}'
    outer = f"_004_{letter.key[:20].upper()}_"
    parts = [
        f'Content-Type: multipart/alternative;\n\tboundary="{inner}"\n\n{alternative}',
        *map(_attached, letter.files),
    ]
    return f'{head}Content-Type: multipart/mixed;\n\tboundary="{outer}"\n\n{multipart(outer, *parts)}'


def _iphone(letter: Letter) -> str:
    head = _head(letter, "X-Mailer: iPhone Mail (23B85)", mime_version="1.0 (1.0)")
    sent_from = "Von meinem iPhone gesendet" if letter.sender.language == "de" else "Sent from my iPhone"
    body = f"{letter.text}\n\n{sent_from}{_quoted_after(letter)}\n"
    text = part("text/plain; charset=utf-8", "quoted-printable", printable(body))
    if not letter.files:
        return head + text
    boundary = f"Apple-Mail-{_uuid(letter.key).upper()}"
    return f"{head}Content-Type: multipart/mixed; boundary={boundary}\n\n" + (
        multipart(boundary, text, *map(_inline, letter.files))
    )


def _webmail(letter: Letter) -> str:
    plain = f"{letter.text}{_quoted_after(letter)}\n"
    rich = f'<div dir="ltr">{_as_html(letter.text)}</div>'
    if letter.answers:
        rich += (
            '<br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
            f"{html.escape(_attribution(letter), quote=False)}<br></div>"
            f'<blockquote class="gmail_quote" style="margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex">'
            f"{_as_html(letter.answers.text)}</blockquote></div>"
        )
    inner = f"000000000000{letter.key[:20]}"
    alternative = multipart(
        inner,
        part('text/plain; charset="UTF-8"', "quoted-printable", printable(plain)),
        part('text/html; charset="UTF-8"', "quoted-printable", printable(rich + "\n")),
    )
    head = _head(letter)
    if not letter.files:
        return f'{head}Content-Type: multipart/alternative; boundary="{inner}"\n\n{alternative}'
    outer = f"000000000000{letter.key[20:40]}"
    parts = [f'Content-Type: multipart/alternative; boundary="{inner}"\n\n{alternative}', *map(_attached, letter.files)]
    return f'{head}Content-Type: multipart/mixed; boundary="{outer}"\n\n{multipart(outer, *parts)}'


def _newsletter(letter: Letter) -> str:
    domain = letter.sender.domain
    head = _head(
        letter,
        f"List-Id: {encode_words(letter.sender.name)} <rundbrief.{domain}>",
        f"List-Unsubscribe: <https://{domain}/abmelden/{letter.key[:12]}>, <mailto:abmelden@{domain}>",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "Precedence: bulk",
    )
    return head + part("text/plain; charset=utf-8", "quoted-printable", printable(letter.text + "\n"))


_PROGRAMS: Mapping[Program, Callable[[Letter], str]] = {
    Program.THUNDERBIRD: _thunderbird,
    Program.OUTLOOK: _outlook,
    Program.IPHONE: _iphone,
    Program.WEBMAIL: _webmail,
    Program.LIST: _newsletter,
}


def _head(letter: Letter, *more: str, mime_version: str = "1.0") -> str:
    lines = [
        f"From: {mailbox(letter.sender.name, letter.sender.address)}",
        f"To: {', '.join(letter.to)}",
        *([f"Cc: {', '.join(letter.cc)}"] if letter.cc else []),
        f"Subject: {encode_words(letter.subject)}",
        f"Date: {letter.date}",
        f"Message-ID: <{message_id(letter)}>",
    ]
    if letter.answers:
        chain = [*letter.answers.references, letter.answers.message_id]
        lines += [
            f"In-Reply-To: <{letter.answers.message_id}>",
            "References: " + "\n ".join(f"<{each}>" for each in chain),
        ]
    return "\n".join([*lines, *more, f"MIME-Version: {mime_version}"]) + "\n"


def _answered_below(letter: Letter) -> str:
    """Thunderbird's way: what is answered first, the answer below."""
    if not letter.answers:
        return letter.text
    return f"{_attribution(letter)}\n{quote(letter.answers.text)}\n\n{letter.text}"


def _quoted_after(letter: Letter) -> str:
    """The telephone's and the webmail's way: the answer first."""
    return f"\n\n{_attribution(letter)}\n\n{quote(letter.answers.text)}" if letter.answers else ""


def _attribution(letter: Letter) -> str:
    """The line above a quotation, as each program words it in each language."""
    if not letter.answers:
        return ""
    local, sender = letter.answers.at.astimezone(_CET), letter.answers.sender
    name, german = sender.partition(" <")[0], letter.sender.language == "de"
    match letter.sender.program:
        case Program.THUNDERBIRD:
            return (
                f"Am {local:%d.%m.%y} um {local:%H:%M} schrieb {name}:"
                if german
                else f"On {local:%d/%m/%Y %H:%M}, {name} wrote:"
            )
        case Program.IPHONE:
            return (
                f"Am {local:%d.%m.%Y} um {local:%H:%M} schrieb {sender}:"
                if german
                else f"On {local.day} {_month(local)} {local:%Y}, at {local:%H:%M}, {sender} wrote:"
            )
        case _:
            day = _GERMAN_DAYS[local.weekday()]
            return (
                f"Am {day}, {local.day}. Nov. {local:%Y} um {local:%H:%M} Uhr schrieb {sender}:"
                if german
                else f"On {_LONG_DAYS['en'][local.weekday()][:3]}, {local.day} {_month(local)} {local:%Y} at {local:%H:%M}, {sender} wrote:"
            )


def _outlook_block(letter: Letter) -> str:
    """Outlook's way: the header of what is answered, then all of it, without any mark."""
    if not letter.answers:
        return ""
    local, german = letter.answers.at.astimezone(_CET), letter.sender.language == "de"
    words = ("Von", "Gesendet", "An", "Betreff") if german else ("From", "Sent", "To", "Subject")
    day = _LONG_DAYS[letter.sender.language][local.weekday()]
    date = (
        f"{day}, {local.day}. November {local:%Y %H:%M}" if german else f"{day}, {local.day} November {local:%Y %H:%M}"
    )
    values = (letter.answers.sender, date, f"{letter.sender.name} <{letter.sender.address}>", letter.answers.subject)
    lines = [f"{word}: {value}" for word, value in zip(words, values, strict=True)]
    return "\n\n________________________________\n" + "\n".join(lines) + f"\n\n{letter.answers.text}"


def _outlook_html(text: str) -> str:
    paragraphs = "".join(
        f'<p class="MsoNormal">{_as_html(line) or "&nbsp;"}</p>\n' if not line.startswith("____") else "<hr>\n"
        for line in text.split("\n")
    )
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office">\n<head>\n'
        "<style><!-- p.MsoNormal {margin:0cm; font-size:11.0pt; font-family:Calibri,sans-serif;} --></style>\n"
        f'</head>\n<body lang="DE">\n<div class="WordSection1">\n{paragraphs}</div>\n</body>\n</html>\n'
    )


def _attached(file: File) -> str:
    name = encode_words(file.name)
    return part(
        f'{file.type}; name="{name}"',
        "base64",
        base64_lines(file.data),
        f'Content-Disposition: attachment; filename="{name}"',
    )


def _inline(file: File) -> str:
    return part(
        f"{file.type}; name={file.name}",
        "base64",
        base64_lines(file.data),
        f"Content-Disposition: inline; filename={file.name}",
    )


def _as_html(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>\n")


def _locale(letter: Letter) -> str:
    return {"de": "de-DE", "en": "en-GB"}[letter.sender.language]


def _month(moment: datetime) -> str:
    return ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[moment.month - 1]


def _uuid(key: str) -> str:
    return f"{key[:8]}-{key[8:12]}-{key[12:16]}-{key[16:20]}-{key[20:32]}"
