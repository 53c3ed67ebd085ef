"""To whom an answer goes, what it quotes, what is asked first, what it makes of its ticket."""

from datetime import UTC, datetime, timedelta

import pytest

from mdtickets.domain.agent import LockChange, Situation
from mdtickets.domain.answer import (
    Ending,
    Leaving,
    answer,
    attribution,
    check_answered,
    choose_article,
    doubts,
    mails_since,
    quote,
    recipients_of,
    references_of,
)
from mdtickets.domain.draft import Begun, Draft
from mdtickets.domain.event import Event, What
from mdtickets.domain.history import find_entries
from mdtickets.domain.model import Address, State
from mdtickets.domain.settings import AfterReply, Agent, Queue
from mdtickets.errors import RefusedError
from tests.domain.builders import KIM, NOW, NUMBER, OURS, make_mail, make_settings, make_ticket

ANNA = Agent(key="anna", name="Anna", email="anna@mustermann-video.example")
EVA = Address(name="Eva", address="Eva@lee.example")
_KIM = Address(name="Kim Lee", address=KIM)
LEAVING = Leaving(
    what=What.ANSWERED, article="20261124T101500Z-5be1d20a-agent.eml", message_id="x@y", recipients=(KIM,)
)


def _draft(**fields: object) -> Draft:
    defaults: dict[str, object] = {"to": (_KIM,), "subject": "Re", "body": "Hold Eject.\n", "begun": Begun(token="abc")}
    return Draft(**defaults | fields)  # type: ignore[arg-type]  # what a test names fits


def _situation(queue: Queue | None = None, **ticket: object) -> Situation:
    settings = make_settings(queue=queue) if queue else make_settings()
    return Situation(ticket=make_ticket(**ticket), agent=ANNA, now=NOW, settings=settings)


def _filed(what: What, article: str, **details: object) -> Event:
    return Event(at=NOW, by=KIM, what=what, article=article, details=details)


# --- whom


def test_everybody_but_us_gets_the_answer() -> None:
    """The writer in To, all others in Cc, each once whatever the case of his address."""
    mail = make_mail(to=(Address(address=OURS), EVA), cc=(Address(address="EVA@LEE.example"), _KIM))
    assert recipients_of(mail, {OURS}) == ((_KIM,), (EVA,))


def test_the_reply_to_counts_more_than_the_author() -> None:
    """He asked for it."""
    desk = Address(address="desk@lee.example")
    assert recipients_of(make_mail(reply_to=(desk,)), {OURS}, only_sender=True) == ((desk,), ())


def test_our_own_mail_is_answered_to_who_got_it() -> None:
    """One writes on to the same people."""
    mail = make_mail(author=Address(address=OURS), to=(_KIM,), cc=(EVA,))
    assert recipients_of(mail, {OURS}) == ((_KIM,), (EVA,))


def test_the_last_mail_a_customer_wrote_is_answered() -> None:
    """Not a vacation note, nor what a stranger threw in."""
    names = [f"2026112{day}T101500Z-3f2a9c1d-customer.eml" for day in (1, 2, 3)]
    events = [
        _filed(What.NEW, names[0]),
        _filed(What.AUTOMATIC, names[1]),
        _filed(What.FOLLOW_UP, names[2], unverified=True),
    ]
    entries = tuple(find_entries(events))
    assert choose_article(entries, NUMBER, None).name == names[0]
    assert choose_article(entries, NUMBER, 3).name == names[2]
    with pytest.raises(RefusedError, match="Article 4"):
        choose_article(entries, NUMBER, 4)


def test_references_keep_the_first_and_the_last() -> None:
    """A long thread does not make a long header."""
    mail = make_mail(references=tuple(f"{place}@lee.example" for place in range(30)), message_id="last@lee.example")
    found = references_of(mail)
    assert (len(found), found[0], found[-1]) == (10, "0@lee.example", "last@lee.example")


# --- what


@pytest.mark.parametrize(
    ("language", "line"),
    [("de", "Am 05.03.2026 um 09:07 schrieb Kim Lee:"), ("en", "On 5 Mar 2026 at 09:07, Kim Lee wrote:")],
)
def test_the_attribution_speaks_the_customers_language(language: str, line: str) -> None:
    """The same on every machine, whatever its locale."""
    assert attribution(_KIM, language, datetime(2026, 3, 5, 9, 7, tzinfo=UTC)) == line


def test_a_very_long_mail_is_quoted_in_part() -> None:
    """What was left out is marked."""
    quoted = quote(make_mail(new_text="line\n" * 1000), "en", NOW, UTC).splitlines()
    assert (len(quoted), quoted[-1]) == (402, "> […]")


def test_a_mail_without_words_is_not_quoted() -> None:
    """No attribution line over nothing."""
    assert quote(make_mail(new_text=""), "en", NOW, UTC) == ""


# --- what is asked


@pytest.mark.parametrize("text", ["See the attached manual.", "Anbei die Rechnung.", "im Anhang", "Beigefügt ist …"])
def test_an_announced_attachment_that_is_missing_is_noticed(text: str) -> None:
    """In both languages; with one there is nothing to ask."""
    assert len(list(doubts(_draft(), text, participants={KIM}))) == 1
    assert list(doubts(_draft(attach=("x.pdf",)), text, participants={KIM})) == []


@pytest.mark.parametrize("text", ["The anhangsite works.", "Das Tachment.", "Hold Eject."])
def test_other_words_announce_nothing(text: str) -> None:
    """Only whole words count."""
    assert list(doubts(_draft(), text, participants={KIM})) == []


def test_strangers_and_late_recipients_are_asked_for() -> None:
    """Not those whom the agent named himself."""
    begun = Begun(token="abc", to=(KIM,))
    draft = _draft(to=(_KIM, EVA), begun=begun)
    assert list(doubts(draft, "", participants={KIM})) == [
        "Eva@lee.example was not among the recipients when you began."
    ]
    assert list(doubts(draft, "", participants={KIM}, named={EVA.key})) == []
    assert "does not belong" in next(doubts(_draft(to=(EVA,)), "", participants={KIM}))


def test_another_agents_answer_is_noticed_whatever_came_before() -> None:
    """Answers from before the draft was begun are none."""
    answers = [Event(at=NOW, by=by, what=What.ANSWERED) for by in ("bert", "anna")]
    check_answered(NUMBER, answers, _draft(begun=Begun(token="abc", seen=2)), "anna")
    with pytest.raises(RefusedError, match="bert answered"):
        check_answered(NUMBER, answers, _draft(), "anna")
    check_answered(NUMBER, answers, _draft(), "anna", again=True)


def test_who_holds_the_ticket_is_warned_of_all_that_came_since() -> None:
    """Also when it came before he began to write."""
    taken = Event(at=NOW, by="anna", what=What.LOCKED)
    events = [taken, Event(at=NOW, by="bert", what=What.ANSWERED)]
    draft = _draft(begun=Begun(token="abc", seen=2))
    check_answered(NUMBER, events, draft, "anna")
    with pytest.raises(RefusedError, match="bert answered"):
        check_answered(NUMBER, events, draft, "anna", holds=True)


def test_an_own_answer_on_another_terminal_stands_in_the_way() -> None:
    """Of a draft that was begun before it; not of one that was begun after, held or not, and not with --again."""
    events = [
        Event(at=NOW, by="anna", what=What.LOCKED),
        Event(at=NOW, by="anna", what=What.ANSWERED),
    ]
    with pytest.raises(RefusedError, match="You answered"):
        check_answered(NUMBER, events, _draft(begun=Begun(token="abc", seen=1)), "anna")
    check_answered(NUMBER, events, _draft(begun=Begun(token="abc", seen=1)), "anna", again=True)
    check_answered(NUMBER, events, _draft(begun=Begun(token="abc", seen=2)), "anna", holds=True)


def test_a_draft_that_left_does_not_leave_again() -> None:
    """Not even with --again."""
    sent = Event(at=NOW, by="anna", what=What.ANSWERED, details={"message_id": f"{NUMBER}.abc@mustermann.example"})
    with pytest.raises(RefusedError, match="was sent"):
        check_answered(NUMBER, [sent], _draft(), "anna", again=True)


def test_mails_since_are_those_of_customers() -> None:
    """Our own and notes are not news."""
    events = [_filed(What.NEW, "a"), _filed(What.FOLLOW_UP, "b"), _filed(What.NOTE, "c")]
    assert mails_since(events, 1) == ("b",)


# --- what becomes of the ticket


def test_an_answered_ticket_is_closed_owned_and_free() -> None:
    """Article, outbox, state, owner: one line each in the history."""
    change = answer(_situation(), LEAVING, _draft(cc=(EVA,)), Ending(minutes=5))
    assert [event.what for event in change.events] == ["answered", "queued", "state", "changed"]
    assert (change.ticket.state, change.ticket.owner, change.lock) == (
        State.CLOSED_SUCCESSFUL,
        "anna",
        LockChange.RELEASE,
    )
    assert (change.ticket.participants, change.events[0].minutes) == ((KIM, EVA.key), 5)


def test_the_queue_or_the_agent_keeps_it_open() -> None:
    """The agent's word counts more; who held it holds it."""
    queue = Queue(name="Support", address=OURS, after_reply=AfterReply.OPEN)
    assert answer(_situation(queue), LEAVING, _draft(), Ending()).ticket.state is State.OPEN
    assert answer(_situation(queue), LEAVING, _draft(), Ending(is_open=False)).ticket.state is State.CLOSED_SUCCESSFUL
    assert answer(_situation(), LEAVING, _draft(), Ending(is_open=True)).lock is LockChange.KEEP


def test_an_answer_can_wait_for_a_day_to_come() -> None:
    """Not for one that is over."""
    change = answer(_situation(), LEAVING, _draft(), Ending(pending_until=NOW + timedelta(days=3)))
    assert (change.ticket.state, change.ticket.closed_at) == (State.PENDING_REMINDER, None)
    with pytest.raises(RefusedError, match="is over"):
        answer(_situation(), LEAVING, _draft(), Ending(pending_until=NOW))


@pytest.mark.parametrize("state", [State.MERGED, State.REMOVED])
def test_what_is_gone_is_not_answered(state: State) -> None:
    """Its mail went elsewhere."""
    with pytest.raises(RefusedError, match="is not answered"):
        answer(_situation(state=state), LEAVING, _draft(), Ending())
