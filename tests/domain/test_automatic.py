"""Automatic mail: every sign has a hit and a near miss."""

import pytest

from mdtickets.domain.automatic import find_automatic
from mdtickets.domain.incoming import Incoming
from mdtickets.domain.model import Address
from tests.domain.builders import OURS, make_mail


def _with_header(name: str, value: str) -> Incoming:
    return make_mail(headers=((name, value),))


@pytest.mark.parametrize(
    "mail",
    [
        _with_header("auto-submitted", "auto-replied"),
        _with_header("auto-submitted", "auto-generated; owner-email=x@example.org"),
        _with_header("precedence", "bulk"),
        _with_header("x-precedence", "Auto_Reply"),
        _with_header("list-id", "<news.example.org>"),
        _with_header("list-unsubscribe", "<mailto:x@example.org>"),
        _with_header("x-loop", "support@example.org"),
        _with_header("x-auto-response-suppress", "OOF, AutoReply"),
        _with_header("x-autoreply", "yes"),
        make_mail(return_path=""),
        make_mail(content_type="multipart/report", report_type="disposition-notification"),
        make_mail(author=Address(address="MAILER-DAEMON@example.org")),
        make_mail(author=Address(address="no-reply@shop.example")),
        make_mail(author=Address(name="Support", address=OURS.upper())),
    ],
)
def test_a_sign_of_a_machine_is_seen(mail: Incoming) -> None:
    """Each of these must never be answered."""
    assert find_automatic(mail, frozenset({OURS})) is not None


@pytest.mark.parametrize(
    "mail",
    [
        make_mail(),
        _with_header("auto-submitted", "no"),
        _with_header("auto-submitted", "No; reason=human"),
        _with_header("precedence", "first-class"),
        _with_header("x-loop", "no"),
        _with_header("x-auto-response-suppress", "none"),
        _with_header("x-autoreply", "no"),
        make_mail(return_path="kim@lee.example"),
        make_mail(content_type="multipart/mixed"),
        make_mail(author=Address(address="norbert.reply@example.org")),
        make_mail(author=Address(address="daemonia@example.org")),
    ],
)
def test_a_person_is_not_taken_for_a_machine(mail: Incoming) -> None:
    """Near misses: these people wait for an answer."""
    assert find_automatic(mail, frozenset({OURS})) is None


def test_a_delivery_report_is_a_bounce() -> None:
    """RFC 3464 reports belong to the mail that they return."""
    mail = make_mail(content_type="multipart/report", report_type="delivery-status", return_path="")
    found = find_automatic(mail, frozenset())
    assert found is not None
    assert found.is_bounce
