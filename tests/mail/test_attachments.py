"""What comes with a mail."""

import hashlib

import pytest

from mdtickets.mail.attachments import extract, find_html
from mdtickets.mail.parse import parse
from tests.mail.builders import raw_mail

MIXED = raw_mail("""
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: multipart/alternative; boundary=alt

--alt
Content-Type: text/plain; charset=utf-8

See the photo.
--alt
Content-Type: multipart/related; boundary=rel

--rel
Content-Type: text/html; charset=utf-8

<p>See the <b>photo</b>.</p>
--rel
Content-Type: image/png
Content-ID: <logo>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--rel--
--alt
Content-Type: text/calendar; name=invite.ics

BEGIN:VCALENDAR
--alt--
--cut
Content-Type: application/pdf; name=other.pdf
Content-Disposition: attachment; filename*=utf-8''R%C3%BCck.pdf
Content-Transfer-Encoding: base64

JVBERi0=
--cut
Content-Type: message/rfc822

Subject: =?utf-8?q?F=C3=BCr?= Sie
From: kim@lee.example

Hello
--cut
Content-Type: text/plain; name=notes.txt
Content-Disposition: inline

a note
--cut
Content-Type: text/plain

The footer of a list.
--cut--
""")


def test_attachments_in_the_order_of_the_mail() -> None:
    """Images, invitations, files, enclosed mails, texts with a name; neither the text for reading nor its HTML."""
    assert [(one.name, one.type, data) for one, data in extract(MIXED)] == [
        ("", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("invite.ics", "text/calendar", b"BEGIN:VCALENDAR"),
        ("Rück.pdf", "application/pdf", b"%PDF-"),
        ("Für Sie.eml", "message/rfc822", b"Subject: =?utf-8?q?F=C3=BCr?= Sie\nFrom: kim@lee.example\n\nHello"),
        ("notes.txt", "text/plain", b"a note"),
    ]


def test_the_parser_lists_the_same() -> None:
    """`attachments --save N` takes what `show` numbers N."""
    assert parse(MIXED).attachments == tuple(one for one, _ in extract(MIXED))


def test_the_rest_is_the_text() -> None:
    """The plain alternative, and what a list put below it."""
    assert parse(MIXED).body == "See the photo.\n\nThe footer of a list.\n"


@pytest.mark.parametrize(
    ("head", "texts", "attached"),
    [
        ("Content-Type: text/plain", 1, 0),
        ("Content-Type: text/plain; name=x.txt", 1, 0),  # all there is to read
        ("Content-Type: text/plain\nContent-Disposition: attachment", 0, 1),
        ("Content-Type: text/x-patch", 1, 0),
        ("Content-Type: text/csv", 0, 1),
        ("Content-Type: text/calendar", 0, 1),
        ("Content-Type: image/jpeg\nContent-Disposition: inline", 0, 1),
        ("Content-Type: application/pkcs7-mime; name=smime.p7m", 0, 1),
        ("Content-Disposition: inline", 1, 0),
    ],
)
def test_a_mail_of_one_part(head: str, texts: int, attached: int) -> None:
    """Text for people is read; everything else is a file."""
    mail = parse(f"{head}\n\ncontent\n".encode())
    assert (int(mail.body == "content\n"), len(mail.attachments)) == (texts, attached)


def test_blank_plain_alternative_gives_way_to_html() -> None:
    """Some programs write an empty one."""
    mail = parse(MIXED.replace(b"See the photo.", b" \n \n"))
    assert mail.body == "See the photo.\n\nThe footer of a list.\n"


def test_html_for_a_browser_is_as_it_was_written() -> None:
    """The part itself, decoded."""
    assert find_html(MIXED) == "<p>See the <b>photo</b>.</p>"


def test_a_plain_mail_has_no_html() -> None:
    """Nothing is made up."""
    assert find_html(b"Subject: x\n\nHello\n") is None


def test_a_large_attachment_is_whole() -> None:
    """Also beyond the 4 MB that the parser looks at."""
    data = bytes(range(256)) * (24 << 10)
    raw = b"Content-Type: application/x; name=big\nContent-Transfer-Encoding: binary\n\n" + data
    assert [hashlib.sha256(found).digest() for _, found in extract(raw)] == [hashlib.sha256(data).digest()]
