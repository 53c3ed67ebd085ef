"""The decision table: each row with a hit and a near miss."""

from datetime import timedelta

import pytest

from mdtickets.domain.event import What
from mdtickets.domain.facts import AckCounts
from mdtickets.domain.model import Address, ArticleKind, Customer, State
from mdtickets.domain.plan import ChangeTicket, FileArticle, OpenTicket, Plan, Record, SendAcknowledgement, WriteCard
from mdtickets.domain.postmaster import decide
from mdtickets.domain.settings import AckKind, Budget, FollowUpPolicy, Queue, Unverified
from mdtickets.domain.similarity import Earlier, opening_of
from tests.domain.builders import (
    KIM,
    NEXT,
    NOW,
    NUMBER,
    OURS,
    known,
    known_mail,
    make_facts,
    make_mail,
    make_settings,
    make_ticket,
)

ANSWER = make_mail(in_reply_to=("ours@mustermann-video.example",))
STRANGER = Address(address="eve@elsewhere.example")


def _actions(plan: Plan, kind: type) -> list[object]:
    return [action for action in plan.actions if isinstance(action, kind)]


def _rules(plan: Plan) -> list[str]:
    return [reason.rule for reason in plan.why]


def _held(**ticket: object) -> dict[str, object]:
    """Facts: Kim's ticket, and the mail of ours that he answers."""
    return {
        "by_message_id": {"ours@mustermann-video.example": known_mail()},
        "tickets": {NUMBER: known(make_ticket(**ticket))},
    }


def _queue(**fields: object) -> object:
    return make_settings(queue=Queue(name="Support", address=OURS, **fields))  # type: ignore[arg-type]


def test_a_first_mail_opens_a_ticket_with_a_card_and_an_acknowledgement() -> None:
    """The whole of what a new customer's mail causes, in order."""
    plan = decide(make_mail(), make_facts())
    assert [type(action) for action in plan.actions] == [WriteCard, OpenTicket, FileArticle, SendAcknowledgement]
    assert (plan.what, plan.number) == (What.NEW, NEXT)


def test_a_known_customer_gets_no_second_card() -> None:
    """The card that has his address is used, whatever a new one would be called."""
    plan = decide(make_mail(), make_facts(customer=Customer(slug="lee-kim", name="Kim Lee"), next_slug=""))
    [opened] = _actions(plan, OpenTicket)
    assert _actions(plan, WriteCard) == []
    assert isinstance(opened, OpenTicket)
    assert opened.ticket.customer == "lee-kim"


def test_an_answer_to_our_mail_continues_its_ticket() -> None:
    """In-Reply-To names a mail of ours."""
    plan = decide(ANSWER, make_facts(**_held()))
    assert (plan.what, plan.number) == (What.FOLLOW_UP, NUMBER)


def test_an_answer_to_a_closed_ticket_reopens_it() -> None:
    """The queue's policy is reopen."""
    plan = decide(ANSWER, make_facts(**_held(state=State.CLOSED_SUCCESSFUL, closed_at=NOW)))
    [changed] = _actions(plan, ChangeTicket)
    assert isinstance(changed, ChangeTicket)
    assert (changed.ticket.state, changed.ticket.closed_at) == (State.OPEN, None)


def test_a_new_ticket_stays_new() -> None:
    """A customer who writes twice before anybody looked has not opened it (OTRS)."""
    plan = decide(ANSWER, make_facts(**_held(state=State.NEW)))
    [changed] = _actions(plan, ChangeTicket)
    assert isinstance(changed, ChangeTicket)
    assert changed.ticket.state is State.NEW


def test_an_answer_ends_the_waiting() -> None:
    """A pending ticket is open again, its pending time gone."""
    plan = decide(ANSWER, make_facts(**_held(state=State.PENDING_REMINDER, pending_until=NOW + timedelta(days=2))))
    [changed] = _actions(plan, ChangeTicket)
    assert isinstance(changed, ChangeTicket)
    assert (changed.ticket.state, changed.ticket.pending_until) == (State.OPEN, None)


def test_a_broken_ticket_gets_the_article_and_nothing_else() -> None:
    """Nobody's edit is overwritten; the state follows when the file is mended."""
    facts = _held() | {"tickets": {NUMBER: known(make_ticket(state=State.CLOSED_SUCCESSFUL), broken=True)}}
    plan = decide(ANSWER, make_facts(**facts))
    assert [type(action) for action in plan.actions] == [FileArticle]


def test_a_queue_may_reject() -> None:
    """The article is kept, the state stays, the customer is told if the queue says so."""
    settings = _queue(follow_up=FollowUpPolicy.REJECT, acknowledge=frozenset({AckKind.REJECT}))
    plan = decide(ANSWER, make_facts(settings=settings, **_held(state=State.CLOSED_SUCCESSFUL)))
    assert [type(action) for action in plan.actions] == [FileArticle, SendAcknowledgement]
    assert plan.number == NUMBER


def test_a_queue_may_open_a_new_ticket_instead() -> None:
    """It is linked to the closed one."""
    settings = _queue(follow_up=FollowUpPolicy.NEW, acknowledge=frozenset({AckKind.NEW_AFTER_CLOSED}))
    plan = decide(ANSWER, make_facts(settings=settings, **_held(state=State.CLOSED_SUCCESSFUL)))
    [opened] = _actions(plan, OpenTicket)
    [answer] = _actions(plan, SendAcknowledgement)
    assert isinstance(opened, OpenTicket)
    assert isinstance(answer, SendAcknowledgement)
    assert [link.number for link in opened.ticket.links] == [NUMBER]
    assert answer.kind is AckKind.NEW_AFTER_CLOSED


def test_the_policy_is_for_closed_tickets_only() -> None:
    """An open ticket is continued whatever the policy for closed ones is."""
    plan = decide(ANSWER, make_facts(settings=_queue(follow_up=FollowUpPolicy.NEW), **_held()))
    assert plan.number == NUMBER


@pytest.mark.parametrize(
    ("mail", "facts"),
    [
        (make_mail(references=("x@y", "ours@mustermann-video.example", "z@y")), _held()),
        (make_mail(references=("lost@y",)), {"by_reference": {"lost@y": NUMBER}, "tickets": {NUMBER: known()}}),
        (make_mail(), {"children": (NUMBER,), "tickets": {NUMBER: known()}}),
        (make_mail(subject=f"Ticket#{NUMBER}"), {"tickets": {NUMBER: known()}}),
    ],
    ids=["References", "common ancestor", "late parent", "subject"],
)
def test_other_ways_to_find_the_ticket(mail: object, facts: dict[str, object]) -> None:
    """References from the right, unseen ancestors, children that came first, the number in the subject."""
    plan = decide(mail, make_facts(**facts))  # type: ignore[arg-type]
    assert (plan.what, plan.number) == (What.FOLLOW_UP, NUMBER)


def test_the_nearest_reference_wins() -> None:
    """In-Reply-To counts more than References, and both more than a number that anybody can type."""
    other = known_mail(number="2026112410000037", message_id="other@y")
    held = _held()
    by_id = {**held["by_message_id"], "other@y": other}  # type: ignore[dict-item]
    tickets = {**held["tickets"], other.number: known(make_ticket(number=other.number))}  # type: ignore[dict-item]
    mail = make_mail(
        in_reply_to=("ours@mustermann-video.example",), references=("other@y",), subject=f"Ticket#{other.number}"
    )
    assert decide(mail, make_facts(by_message_id=by_id, tickets=tickets)).number == NUMBER


def test_a_stranger_with_the_number_is_unverified() -> None:
    """Shown in the ticket; no state, no participant, no acknowledgement."""
    mail = make_mail(author=STRANGER, subject=f"Ticket#{NUMBER}")
    plan = decide(mail, make_facts(tickets={NUMBER: known(make_ticket(state=State.CLOSED_SUCCESSFUL))}))
    assert plan.actions == (FileArticle(number=NUMBER, what=What.FOLLOW_UP, unverified=True),)


def test_a_stranger_who_holds_our_mail_is_verified() -> None:
    """Nobody can guess our Message-IDs: a colleague of the customer's was forwarded it."""
    mail = make_mail(author=STRANGER, in_reply_to=("ours@mustermann-video.example",))
    [changed] = _actions(decide(mail, make_facts(**_held())), ChangeTicket)
    assert isinstance(changed, ChangeTicket)
    assert changed.ticket.participants == (KIM, STRANGER.address)


def test_a_queue_may_want_a_new_ticket_for_strangers() -> None:
    """Then the named ticket is only linked."""
    mail = make_mail(author=STRANGER, subject=f"Ticket#{NUMBER}")
    settings = _queue(unverified=Unverified.NEW)
    plan = decide(mail, make_facts(settings=settings, tickets={NUMBER: known()}))
    assert (plan.what, plan.number) == (What.NEW, NEXT)


def test_the_same_bytes_again_store_nothing() -> None:
    """One article is enough; where the mail also came to is noted."""
    mail = make_mail()
    same = known_mail(kind=ArticleKind.CUSTOMER, sha256=mail.sha256, message_id=mail.message_id)
    plan = decide(mail, make_facts(same_bytes=same, same_message_id=(same,), tickets={NUMBER: known()}))
    assert [type(action) for action in plan.actions] == [Record]
    assert plan.what is What.DUPLICATE


def test_the_same_letter_by_a_list_is_a_further_article() -> None:
    """Message-ID, From and Subject agree, the bytes do not: kept, nobody told twice."""
    mail = make_mail()
    same = known_mail(kind=ArticleKind.CUSTOMER, message_id=mail.message_id, author=KIM, subject=mail.subject)
    plan = decide(mail, make_facts(same_message_id=(same,), tickets={NUMBER: known()}))
    assert plan.actions == (FileArticle(number=NUMBER, what=What.DUPLICATE),)


def test_a_scanner_with_a_constant_id_is_not_swallowed() -> None:
    """The same Message-ID with another subject is another mail, with a defect."""
    same = known_mail(kind=ArticleKind.CUSTOMER, message_id="a1@lee.example", author=KIM, subject="Scan 1")
    plan = decide(make_mail(subject="Scan 2"), make_facts(same_message_id=(same,), tickets={NUMBER: known()}))
    assert (plan.what, len(plan.defects)) == (What.NEW, 1)


def test_automatic_mail_reopens_nothing() -> None:
    """An out-of-office note to a closed ticket is filed there, and that is all."""
    mail = make_mail(in_reply_to=("ours@mustermann-video.example",), headers=(("auto-submitted", "auto-replied"),))
    plan = decide(mail, make_facts(**_held(state=State.CLOSED_SUCCESSFUL)))
    assert plan.actions == (FileArticle(number=NUMBER, what=What.AUTOMATIC),)


def test_automatic_mail_without_a_ticket_opens_one_quietly() -> None:
    """A newsletter gets a ticket, no card, no acknowledgement."""
    plan = decide(make_mail(headers=(("list-id", "<news>"),)), make_facts())
    assert [type(action) for action in plan.actions] == [OpenTicket, FileArticle]
    assert plan.what is What.AUTOMATIC


def test_a_bounce_marks_the_mail_that_did_not_arrive() -> None:
    """RFC 3464: the report returns our Message-ID."""
    mail = make_mail(
        author=Address(address="MAILER-DAEMON@lee.example"),
        content_type="multipart/report",
        report_type="delivery-status",
        return_path="",
        bounced_message_id="ours@mustermann-video.example",
        delivery_action="failed",
        delivery_detail="kim@lee.example: 550 no such user",
    )
    plan = decide(mail, make_facts(**_held()))
    [failed] = _actions(plan, Record)
    assert isinstance(failed, Record)
    assert (plan.what, failed.what, failed.article) == (What.BOUNCE, What.FAILED, known_mail().article)


def test_a_delay_is_no_failure() -> None:
    """A report that the server goes on trying marks nothing."""
    mail = make_mail(
        content_type="multipart/report",
        report_type="delivery-status",
        bounced_message_id="ours@mustermann-video.example",
        delivery_action="delayed",
    )
    assert _actions(decide(mail, make_facts(**_held())), Record) == []


def test_possible_duplicates_are_named() -> None:
    """A recent ticket of the same customer with nearly the same text."""
    text = "The recorder pulls the tape in and then it stops with error 4711"
    earlier = Earlier(number=NUMBER, title="Other words", opening=opening_of(text))
    facts = make_facts(customer=Customer(slug="kim-lee", name="Kim"), earlier=(earlier,))
    [filed] = _actions(decide(make_mail(new_text=text + " again"), facts), FileArticle)
    assert isinstance(filed, FileArticle)
    assert filed.duplicates == (NUMBER,)


def test_an_empty_mail_is_filed_too() -> None:
    """No From, no subject, no text: a ticket all the same, and nobody to acknowledge."""
    mail = make_mail(author=None, subject="", new_text="", message_id="", to=())
    plan = decide(mail, make_facts(next_slug=""))
    [opened] = _actions(plan, OpenTicket)
    assert isinstance(opened, OpenTicket)
    assert (opened.ticket.title, opened.ticket.customer) == ("(no subject)", "")
    assert "not acknowledged" in _rules(plan)


@pytest.mark.parametrize(
    "facts",
    [
        {"received_at": NOW - timedelta(days=4)},
        {"acks": AckCounts(address=10)},
        {"acks": AckCounts(total=500)},
        {"settings": _queue(acknowledge=frozenset())},
    ],
    ids=["too old", "budget of the address", "budget in all", "queue does not"],
)
def test_why_nobody_was_told(facts: dict[str, object]) -> None:
    """Each refusal leaves its reason in the history."""
    plan = decide(make_mail(), make_facts(**facts))
    assert _actions(plan, SendAcknowledgement) == []
    assert _rules(plan)[-1] == "not acknowledged"


def test_the_budget_leaves_the_last_one() -> None:
    """Nine of ten are spent: the tenth goes out."""
    assert _actions(decide(make_mail(), make_facts(acks=AckCounts(address=9, total=499))), SendAcknowledgement)


def test_a_budget_per_domain() -> None:
    """A whole firm's vacation responders cannot empty the total."""
    settings = make_settings()
    limits = settings.acknowledge.__class__(per_domain=Budget(count=5, span=timedelta(hours=1)))
    settings = make_settings(acknowledge=limits)
    assert (
        _actions(decide(make_mail(), make_facts(settings=settings, acks=AckCounts(domain=5))), SendAcknowledgement)
        == []
    )


@pytest.mark.parametrize(
    ("reply_to", "expected"),
    [
        ("colleague@lee.example", "colleague@lee.example"),
        ("victim@elsewhere.example", KIM),
        ("", KIM),
    ],
)
def test_an_acknowledgement_goes_to_the_sender(reply_to: str, expected: str) -> None:
    """Reply-To counts only within the sender's own domain: else anybody could have us write to anybody."""
    mail = make_mail(reply_to=(Address(address=reply_to),) if reply_to else ())
    [answer] = _actions(decide(mail, make_facts()), SendAcknowledgement)
    assert isinstance(answer, SendAcknowledgement)
    assert expected == answer.to


@pytest.mark.parametrize(
    ("card", "mail", "expected"),
    [("de", "en", "de"), ("", "de", "de"), ("", "", "en")],
    ids=["card", "mail", "settings"],
)
def test_the_language_of_the_acknowledgement(card: str, mail: str, expected: str) -> None:
    """The customer's card, then the mail, then the settings."""
    customer = Customer(slug="kim-lee", name="Kim", language=card)
    plan = decide(make_mail(language=mail, language_from="text"), make_facts(customer=customer))
    [answer] = _actions(plan, SendAcknowledgement)
    assert isinstance(answer, SendAcknowledgement)
    assert expected == answer.language


def test_deciding_twice_gives_the_same_plan() -> None:
    """The decision is pure."""
    facts = make_facts(**_held())
    assert decide(ANSWER, facts) == decide(ANSWER, facts)
