"""Whatever agents and editors do to a ticket, in any order: undoing the last of it restores `ticket.md` byte for byte."""

import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from mdtickets.app.acting import act
from mdtickets.app.filing import file_waiting
from mdtickets.app.noting import write_note
from mdtickets.app.session import Session
from mdtickets.app.undoing import undo_action
from mdtickets.domain import agent
from mdtickets.domain.agent import Change, Situation
from mdtickets.domain.history import summarise
from mdtickets.domain.model import Priority
from mdtickets.domain.spent import add_time
from mdtickets.store.catalog import Catalog
from mdtickets.store.indexing import rebuild
from mdtickets.store.tickets import load_ticket
from tests.world import NOW, git, mail, make_world, open_world, put_mail

_WORDS = st.sampled_from(["tape", "belt", "no", "3", "é: #x"])


class UndoMachine(RuleBasedStateMachine):
    """One ticket, an agent, an editor; `before` holds what the files were before each action that is not undone."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(dir=self.template.parent)) / "world"
        shutil.copytree(self.template, self.place, symlinks=True)
        self.session: Session = open_world(self.place / "store")
        self.now = NOW
        self.session.clock = lambda: self.now
        [self.ticket_md] = self.session.layout.tickets.rglob("ticket.md")
        self.number = self.ticket_md.parent.name
        self.anna = self.session.settings.agents["anna"]
        self.before: list[tuple[dict[str, bytes], int]] = []
        self.is_edited = False

    def teardown(self) -> None:
        """Everything is committed, and the catalog is what one made anew is."""
        self._act(lambda found: add_time(found, 1, self.now.date()))
        assert git(self.place / "store", "status", "--porcelain") == ""
        with closing(Catalog(self.place / "fresh.sqlite")) as fresh:
            rebuild(self.session.layout, fresh)
            assert fresh.dump() == self.session.catalog.dump()
        self.session.close()
        shutil.rmtree(self.place.parent)

    @rule()
    def close(self) -> None:
        self._act(agent.close)

    @rule()
    def reopen(self) -> None:
        self._act(agent.reopen)

    @rule(days=st.integers(1, 9), then=st.sampled_from(["", "close", "reopen"]))
    def pending(self, days: int, then: str) -> None:
        self._act(lambda found: agent.wait_until(found, found.now + timedelta(days=days), then))

    @rule(word=_WORDS, remove=st.booleans())
    def tag(self, word: str, remove: bool) -> None:
        self._act(lambda found: agent.tag(found, (word,), remove=remove))

    @rule(priority=st.sampled_from(Priority))
    def prioritise(self, priority: Priority) -> None:
        self._act(lambda found: agent.prioritise(found, priority))

    @rule(minutes=st.integers(1, 90))
    def spend(self, minutes: int) -> None:
        self._act(lambda found: add_time(found, minutes, self.now.date()))

    @rule(word=_WORDS)
    def note(self, word: str) -> None:
        self._remember()
        write_note(self.session, self.anna, [self.number], word, minutes=5).finish()
        self.is_edited = False

    @rule(word=_WORDS)
    def edit_by_hand(self, word: str) -> None:
        """A comment and a line of text; two edits that nobody looked at in between are one."""
        if not self.is_edited:
            self._remember()
        text = self.ticket_md.read_text(encoding="utf-8").replace("---\n", f"---\n# {word}\n", 1)
        self.ticket_md.write_text(f"{text}{word}\n", encoding="utf-8")
        self.is_edited = True

    @precondition(lambda self: self.before)
    @rule()
    def undo(self) -> None:
        files, minutes = self.before.pop()
        self._later()
        undo_action(self.session, self.anna, self.number).finish()
        assert (files, minutes) == (self._files(), self._minutes())
        self.is_edited = False

    @invariant()
    def history_only_grows(self) -> None:
        """Nothing that was told is ever taken out of it."""
        events = len(load_ticket(self.session.layout, self.number).events)
        assert events >= getattr(self, "events", 0)
        self.events = events

    def _act(self, decide: Callable[[Situation], Change]) -> None:
        self._remember()
        acted = act(self.session, self.anna, [self.number], decide)
        acted.finish()
        if not acted.done[0].change.events:
            # it was so already; an edit by hand stays the last thing that was done
            self.before.pop()
        self.is_edited = False

    def _remember(self) -> None:
        self._later()
        self.before.append((self._files(), self._minutes()))

    def _later(self) -> None:
        self.now += timedelta(minutes=1)

    def _files(self) -> dict[str, bytes]:
        files = self.ticket_md.parent.iterdir()
        return {path.name: path.read_bytes() for path in files if path.name != "history.jsonl"}

    def _minutes(self) -> int:
        return summarise(load_ticket(self.session.layout, self.number).events).minutes


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_undo_restores_the_ticket(tmp_path: Path) -> None:
    """Byte for byte, its notes and its minutes, however many actions are taken back."""
    template = tmp_path / "template"
    template.mkdir()
    make_world(template)
    put_mail(template, 1, mail("Recorder eats tapes"))
    with closing(open_world(template / "store")) as session:
        file_waiting(session)

    class Here(UndoMachine):
        pass

    Here.template = template
    few = settings(
        max_examples=5, stateful_step_count=10, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    run_state_machine_as_test(Here, settings=few)
