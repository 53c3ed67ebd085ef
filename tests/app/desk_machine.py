"""Mail, agents, the clock and editors at a few tickets, in any order: what must hold after each step, and at the end."""

import hashlib
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mdtickets.app import answering, drafting, merging
from mdtickets.app.acting import act
from mdtickets.app.catching_up import catch_up_notes
from mdtickets.app.filing import file_waiting
from mdtickets.app.listing import row_of
from mdtickets.app.noting import write_note
from mdtickets.app.sending import send_due
from mdtickets.app.session import Session
from mdtickets.app.splitting import split
from mdtickets.app.timed import work_off
from mdtickets.app.undoing import undo_action
from mdtickets.domain import agent
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.answer import Ending
from mdtickets.domain.article_name import parse_article_name
from mdtickets.domain.event import AUTO_RESPONSES, WRITTEN, What
from mdtickets.domain.history import find_entries, summarise
from mdtickets.domain.holding import find_holding
from mdtickets.domain.model import Priority
from mdtickets.domain.settings import Agent
from mdtickets.domain.spent import add_time
from mdtickets.domain.states import StateType
from mdtickets.errors import RefusedError
from mdtickets.store.checking import check_ticket
from mdtickets.store.ticket_lock import find_lock
from mdtickets.store.tickets import TicketFiles, load_ticket
from tests.app.desk_ledger import Files, Page, check_transitions, files_in, follow, is_by_hand
from tests.world import BERT, NOW, SETTINGS, check_whole, mail, make_world, open_world, put_mail

_MOST_TICKETS = 5
_FINISHED = {StateType.CLOSED, StateType.MERGED, StateType.REMOVED}
_PENDING = {StateType.PENDING_REMINDER, StateType.PENDING_AUTO}

_WHICH = st.integers(0, _MOST_TICKETS - 1)
_WHO = st.sampled_from(["anna", "anna", "bert"])
_WORDS = st.sampled_from(["tape", "belt", "no", "3", "é: #x"])
_NAMES = st.sampled_from(["todo.md", "Call with Kim.md"])

COMMANDS: dict[str, Callable[[Situation], Change]] = {
    "close": agent.close,
    "unsolved": lambda found: agent.close(found, unsolved=True, minutes=3),
    "reopen": agent.reopen,
    "pending": lambda found: agent.wait_until(found, found.now + timedelta(hours=20), ""),
    "pending close": lambda found: agent.wait_until(found, found.now + timedelta(hours=20), "close"),
    "pending reopen": lambda found: agent.wait_until(found, found.now + timedelta(hours=20), "reopen"),
    "move": lambda found: agent.move(found, "Sales" if found.ticket.queue == "Support" else "Support"),
    "assign": lambda found: agent.assign(found, found.agent.key, minutes=2),
    "high": lambda found: agent.prioritise(found, Priority.HIGH),
    "watch": agent.watch,
    "junk": agent.junk,
    "remove": agent.remove,
    "take": agent.take,
    "steal": lambda found: agent.take(found, steal=True, reason="bert is ill"),
    "unlock": agent.unlock,
}


class DeskMachine(RuleBasedStateMachine):
    """A store on its own copy of `template`, with a page of the ledger for each ticket."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(dir=self.template.parent)) / "world"
        shutil.copytree(self.template, self.place, symlinks=True)
        self.session: Session = open_world(self.place / "store")
        self.now = NOW
        self.session.clock = lambda: self.now
        self.pages: dict[str, Page] = {}
        self.mails: Counter[str] = Counter()  # digests of mails that came in, and how often each must be stored
        self.ids: dict[str, str] = {}  # by ticket: the Message-ID of a mail in it
        self.count = 0
        with self._step():
            self._mail("Recorder eats tapes")
            self._mail("Remote control is dead")

    def teardown(self) -> None:
        """What was done by hand is told, all is committed, sent once, and the catalog is what one made anew is."""
        for number in self.numbers:
            with self._step():
                self._act(number, "anna", lambda found: add_time(found, 1, self.now.date()))
        with self._step():
            send_due(self.session)
        check_whole(self.place)
        assert [problem for number in self.numbers for problem in check_ticket(self.session.layout, number)] == []
        self._check_sent()
        self.session.close()
        shutil.rmtree(self.place.parent)

    # --- mail

    @precondition(lambda self: len(self.numbers) < _MOST_TICKETS)
    @rule(word=_WORDS)
    def mail_comes(self, word: str) -> None:
        with self._step():
            self._mail(f"About {word}")

    @rule(which=_WHICH)
    def follow_up_comes(self, which: int) -> None:
        answered = self.ids[self._number(which)]
        with self._step():
            self._mail("Re: it", f"In-Reply-To: {answered}\n")

    @rule(which=_WHICH, who=_WHO, is_open=st.booleans(), minutes=st.sampled_from([None, 5]))
    def reply(self, which: int, who: str, is_open: bool, minutes: int | None) -> None:
        number, by = self._number(which), self._agent(who)
        with self._step():
            draft = drafting.begin_reply(self.session, by, number, drafting.Wish(), f"Answer {self.count}.")
            ending = Ending(is_open=is_open, minutes=minutes)
            answer = answering.Reply(session=self.session, draft=draft, ending=ending)
            answering.send_reply(self.session, by, number, answer).finish()
            send_due(self.session)

    # --- the desk

    @rule(which=_WHICH, who=_WHO, name=st.sampled_from(sorted(COMMANDS)))
    def change(self, which: int, who: str, name: str) -> None:
        with self._step():
            self._act(self._number(which), who, COMMANDS[name])

    @rule(which=_WHICH, who=_WHO, word=_WORDS, remove=st.booleans())
    def tag(self, which: int, who: str, word: str, remove: bool) -> None:
        with self._step():
            self._act(self._number(which), who, lambda found: agent.tag(found, (word,), remove=remove))

    @rule(which=_WHICH, who=_WHO, minutes=st.integers(1, 90))
    def spend(self, which: int, who: str, minutes: int) -> None:
        with self._step():
            self._act(self._number(which), who, lambda found: add_time(found, minutes, self.now.date()))

    @rule(which=_WHICH, who=_WHO, word=_WORDS)
    def note(self, which: int, who: str, word: str) -> None:
        with self._step():
            write_note(self.session, self._agent(who), [self._number(which)], word, minutes=5).finish()

    @rule(which=_WHICH, into=_WHICH, who=_WHO)
    def merge(self, which: int, into: int, who: str) -> None:
        with self._step():
            merging.merge(self.session, self._agent(who), [self._number(which)], self._number(into)).finish()

    @rule(which=_WHICH, who=_WHO)
    def unmerge(self, which: int, who: str) -> None:
        merged = [number for number in self.numbers if (ticket := self._load(number).ticket) and ticket.merged_into]
        if merged:
            with self._step():
                merging.unmerge(self.session, self._agent(who), [merged[which % len(merged)]]).finish()

    @precondition(lambda self: len(self.numbers) < _MOST_TICKETS)
    @rule(which=_WHICH, who=_WHO, position=st.integers(1, 4))
    def split(self, which: int, who: str, position: int) -> None:
        number = self._number(which)
        entries = {entry.position: entry.name for entry in find_entries(self._load(number).events)}
        with self._step():
            split(self.session, self._agent(who), number, position).finish()
            raw = (self.session.layout.ticket(number) / entries[position]).read_bytes()
            self.mails[hashlib.sha256(raw).hexdigest()] += 1
            self.ids[max(self.numbers)] = self.ids[number]

    # --- by hand

    @rule(which=_WHICH, word=_WORDS)
    def edit_by_hand(self, which: int, word: str) -> None:
        """A comment and a line of text; two edits that nobody looked at in between are one."""
        path = self.session.layout.ticket(self._number(which)) / "ticket.md"
        text = path.read_text(encoding="utf-8").replace("---\n", f"---\n# {word}\n", 1)
        path.write_text(f"{text}{word}\n", encoding="utf-8")

    @rule(which=_WHICH, name=_NAMES, minutes=st.sampled_from([0, 7, 20]), word=_WORDS)
    def drop_note(self, which: int, name: str, minutes: int, word: str) -> None:
        """A new one, or another text and other minutes for one that lies there."""
        path = self.session.layout.ticket(self._number(which)) / name
        path.write_text(f'---\nauthor: bert\nminutes: "{minutes}"\n---\n{word} {self.count}\n', encoding="utf-8")
        self.count += 1

    @rule(which=_WHICH)
    def look(self, which: int) -> None:
        """`show` takes notes up."""
        with self._step():
            catch_up_notes(self.session, self._number(which))

    # --- the clock

    @rule(hours=st.sampled_from([2, 24]), works=st.booleans())
    def time_passes(self, hours: int, works: bool) -> None:
        """With a daemon that does the timed work, or without."""
        self.now += timedelta(hours=hours)
        if works:
            with self._step():
                work_off(self.session)

    # --- undo

    @rule(which=_WHICH, who=_WHO)
    def undo(self, which: int, who: str) -> None:
        self._undo(self._number(which), who)

    @rule(which=_WHICH, times=st.integers(1, 3))
    def undo_again(self, which: int, times: int) -> None:
        for _time in range(times):
            self._undo(self._number(which), "anna")

    def _undo(self, number: str, who: str) -> None:
        page, directory = self.pages[number], self.session.layout.ticket(number)
        lock = find_lock(self.session.layout, number)
        is_free = lock is None or lock.agent == who or (lock.until is not None and lock.until <= self.now)
        # a new note is told and stays; what was told before and is something else now is the last action
        is_edited = any(files_in(directory).get(name) != told for name, told in page.files.items())
        can = is_free and (page.before[-1] is not None or is_edited)
        done = False
        with self._step():
            undo_action(self.session, self._agent(who), number).finish()
            done = True
        assert done or not can, f"{number}: the last action was not undone"

    # --- what holds after each step

    @invariant()
    def all_is_true(self) -> None:
        self._check_articles()
        self._check_times()
        self._check_states()

    def _check_articles(self) -> None:
        """Each file has its line, each line its file; a mail lies where it was filed, and where it was split off."""
        found: Counter[str] = Counter()
        for number in self.numbers:
            files, told = self._load(number), self.pages[number].files
            names = [name for name in told if name != "ticket.md"]
            assert sorted(names) == sorted(entry.name for entry in find_entries(files.events)), number
            directory = self.session.layout.ticket(number)
            received = [name for name in names if (parsed := parse_article_name(name)) and parsed.kind == "customer"]
            found.update(hashlib.sha256((directory / name).read_bytes()).hexdigest() for name in received)
        assert found == self.mails

    def _check_times(self) -> None:
        """In the history, in the catalog, and by what was said."""
        for number in self.numbers:
            told = summarise(self._load(number).events).minutes
            assert (told, row_of(self.session, number).minutes) == (self.pages[number].minutes,) * 2, number

    def _check_states(self) -> None:
        """Those of the table, with the keys that belong to them, and a lock only where the history has a holder."""
        for number in self.numbers:
            files = self._load(number)
            ticket = files.ticket
            assert ticket is not None
            check_transitions(files.events)
            assert (ticket.pending_until is not None) == (ticket.state.type in _PENDING), number
            assert (ticket.closed_at is not None) == (ticket.state.type in _FINISHED), number
            assert bool(ticket.merged_into) == (ticket.state.type is StateType.MERGED), number
            holding, lock = find_holding(files.events), find_lock(self.session.layout, number)
            assert (holding.by if holding else "") == (lock.agent if lock else ""), number

    # --- how it is done

    @property
    def numbers(self) -> list[str]:
        """All tickets."""
        return sorted(path.parent.name for path in self.session.layout.tickets.rglob("ticket.md"))

    def _number(self, which: int) -> str:
        return self.numbers[which % len(self.numbers)]

    def _agent(self, key: str) -> Agent:
        return self.session.settings.agents[key]

    def _load(self, number: str) -> TicketFiles:
        return load_ticket(self.session.layout, number)

    def _act(self, number: str, who: str, decide: Callable[[Situation], Change]) -> None:
        act(self.session, self._agent(who), [number], decide).finish()

    def _mail(self, subject: str, headers: str = "") -> None:
        self.count += 1
        message_id = f"<m{self.count}@lee.example>"
        raw = mail(subject, headers=f"Message-ID: {message_id}\n{headers}").encode()
        put_mail(self.place, self.count, raw)
        self.mails[hashlib.sha256(raw).hexdigest()] += 1
        report = file_waiting(self.session)
        assert report.failed == []
        for filed in report.filed:
            self.ids[filed.number] = message_id
        send_due(self.session)

    @contextmanager
    def _step(self) -> Iterator[None]:
        """One thing that happens, a minute later; what is refused changes nothing but telling what was done by hand."""
        self.now += timedelta(minutes=1)
        start: dict[str, Files] = {number: self._files(number) for number in self.numbers}
        refused = True
        with suppress(RefusedError):
            yield
            refused = False
        for number in self.numbers:
            page = self.pages.setdefault(number, Page())
            actions = follow(page, self._load(number).events, start.get(number, {}), self._files(number))
            assert not refused or all(map(is_by_hand, actions)), number

    def _files(self, number: str) -> Files:
        return files_in(self.session.layout.ticket(number))

    def _check_sent(self) -> None:
        """Each answer and each acknowledgement left once."""
        events = [event for number in self.numbers for event in self._load(number).events]
        ours = Counter(event.article for event in events if event.what in AUTO_RESPONSES | WRITTEN)
        sent = Counter(event.article for event in events if event.what == What.SENT)
        left = [path.read_bytes() for path in (self.place / "store/.mdtickets/outgoing/new").iterdir()]
        ids = Counter(re.findall(rb"^Message-ID:\s*(\S+)", raw, re.MULTILINE | re.IGNORECASE)[0] for raw in left)
        assert ours == sent
        assert (len(ids), set(ids.values())) == (ours.total(), {1})


def make_template(place: Path) -> Path:
    """An empty store of anna and bert."""
    place.mkdir()
    make_world(place, SETTINGS + BERT)
    return place
