"""The HTML of a mail, for a browser."""

from mdtickets.mail.html_part import find_html

ALTERNATIVE = b"""\
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary=cut

--cut
Content-Type: text/plain

Hello
--cut
Content-Type: text/html; charset=iso-8859-1

<p>Gr\xfc\xdfe</p>
--cut--
"""


def test_the_html_alternative_is_decoded() -> None:
    """What a browser shows, in its own characters."""
    html = find_html(ALTERNATIVE)
    assert html is not None
    assert html.strip() == "<p>Grüße</p>"


def test_a_plain_mail_has_none() -> None:
    """Nothing is made up."""
    assert find_html(b"Subject: x\n\nHello\n") is None
