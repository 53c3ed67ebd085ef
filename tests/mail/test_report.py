"""Delivery reports."""

import pytest

from tests.mail.builders import parsed

POSTFIX = """
Return-Path: <>
From: MAILER-DAEMON@mail1.mustermann-video.example (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
Content-Type: multipart/report; report-type=delivery-status; boundary=cut

--cut
Content-Type: text/plain

I'm sorry.

--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mail1.mustermann-video.example

Final-Recipient: rfc822; max@kunde.example
Action: delayed
Status: 4.4.1

Final-Recipient: rfc822; kim@lee.example
Action: Failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--cut
Content-Type: {type}

Received: from here
Message-ID: <2026.ours@mustermann-video.example>
Subject: Re: Recorder

--cut--
"""


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers", "message/rfc822-headers"])
def test_the_mail_that_came_back_is_known(returned: str) -> None:
    """By its Message-ID in the third part, whether that is the mail or its header."""
    mail = parsed(POSTFIX.replace("{type}", returned))
    assert (mail.report_type, mail.bounced_message_id) == ("delivery-status", "2026.ours@mustermann-video.example")


def test_the_failure_is_told_before_the_delay() -> None:
    """Of several recipients the one that failed, with the server's words."""
    mail = parsed(POSTFIX)
    assert (mail.delivery_action, mail.delivery_detail) == ("failed", "kim@lee.example: 550 5.1.1 no such user")


QMAIL = """
Return-Path: <{sender}>
From: {author}
Subject: failure notice

Hi. This is the qmail-send program. I'm afraid I wasn't able to deliver your message.

--- Below this line is a copy of the message.

Return-Path: <support@mustermann-video.example>
Message-ID: <2026.ours@mustermann-video.example>
Subject: Re: Recorder
"""


@pytest.mark.parametrize(
    ("sender", "author", "bounced"),
    [
        ("", "somebody@mx.example", "2026.ours@mustermann-video.example"),
        ("x@mx.example", "MAILER-DAEMON@mx.example", "2026.ours@mustermann-video.example"),
        ("kim@lee.example", "kim@lee.example", ""),
    ],
)
def test_a_header_in_the_text_is_believed_of_mail_systems_only(sender: str, author: str, bounced: str) -> None:
    """Old programs write it there; a customer may quote one."""
    assert parsed(QMAIL.format(sender=sender, author=author)).bounced_message_id == bounced


def test_a_forwarded_mail_is_no_report() -> None:
    """An enclosed mail alone says nothing about delivery."""
    mail = parsed(POSTFIX.replace("{type}", "message/rfc822").replace("multipart/report", "multipart/mixed"))
    assert (mail.report_type, mail.bounced_message_id, mail.delivery_action) == ("", "", "")
