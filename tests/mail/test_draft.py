"""Drafts as text: what is written is read again, what an agent types is understood or named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mdtickets.domain.draft import Begun, Draft
from mdtickets.domain.model import Address
from mdtickets.errors import UnreadableError
from mdtickets.mail.draft import format_draft, parse_draft

KIM = Address(name="Kim Lee", address="kim@lee.example")


def test_a_draft_comes_back_as_it_was() -> None:
    """Names with commas and umlauts, files with blanks, several recipients."""
    draft = Draft(
        to=(KIM, Address(name="Müller, Max", address="max@mueller.example")),
        bcc=(Address(address="boss@home.example"),),
        subject="Re: [Ticket#1] Grüße",
        body="\nHello\n\nTo: not a header\n",
        attach=("/tmp/a b.pdf", "/tmp/ü.txt"),
        begun=Begun(token="ab12", article="x-customer.eml", seen=7, to=(KIM.address,), blank="0f"),
    )
    assert parse_draft(format_draft(draft)) == draft


def test_what_is_known_of_the_customer_is_for_the_agents_eyes() -> None:
    """It stands among the headers, on one line whatever a card says, and is gone when the draft is read."""
    draft = Draft(to=(KIM,), subject="Hi", body="x\n", about="Kim Lee (1 ticket)\nBcc: eve@elsewhere.example")
    lines = format_draft(draft).decode().splitlines()
    assert "X-Customer: Kim Lee (1 ticket) Bcc: eve@elsewhere.example" in lines
    found = parse_draft(format_draft(draft))
    assert (found.about, found.bcc) == ("", ())


def test_headers_may_be_folded_left_out_and_in_any_case() -> None:
    """As agents type them."""
    draft = parse_draft(b"TO: kim@lee.example,\n max@mueller.example\nsubject: Hi\n\ntext\n")
    assert [one.address for one in draft.to] == ["kim@lee.example", "max@mueller.example"]
    assert (draft.cc, draft.subject, draft.body, draft.begun.token) == ((), "Hi", "text\n", "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("To: nobody\n\nx", "Line 1 .*no mail address"),
        ("To: kim@lee.example\nHello Kim\n\nx", "Line 2 .*no header"),
        ("Cc: a@b@c\n\nx", "Line 1"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_line(text: str, problem: str) -> None:
    """So that the editor can be opened there."""
    with pytest.raises(UnreadableError, match=problem):
        parse_draft(text.encode())


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_any_name_gives_a_draft_that_can_be_read(name: str) -> None:
    """A stranger's display name never breaks the header or adds a recipient."""
    draft = Draft(to=(Address(name=name, address="kim@lee.example"),), subject="x", body="y\n")
    assert [one.address for one in parse_draft(format_draft(draft)).to] == ["kim@lee.example"]
