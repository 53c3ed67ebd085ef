"""The outbox: one file a mail, one directory a state, and no crash that leaves two states or none."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from mdtickets.domain.delivery import DeliveryState, file_name, next_attempt, pause_after
from mdtickets.store.durable import Disk
from mdtickets.store.layout import Layout
from mdtickets.store.outbox import Move, Outbox, OutboxEntry, format_entry, parse_entry

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
QUEUED, SENDING, SENT, FAILED, UNKNOWN = DeliveryState


def entry(number: int = 1, **changes: object) -> OutboxEntry:
    made = OutboxEntry(
        number="2026112410000019",
        article="20261124T101501Z-77b01c2e-ack.eml",
        message_id=f"20261124-{number}@mustermann-video.example",
        envelope_from="",
        envelope_to=("kim@lee.example",),
        queued_at=NOON + timedelta(seconds=number),
        after="../mail/new/1732443301.M1P2.mx",
    )
    return replace(made, **changes)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


@pytest.fixture
def outbox(layout: Layout) -> Outbox:
    return Outbox(layout, Disk())


def places(outbox: Outbox) -> list[tuple[str, str]]:
    """Every file of the outbox: its state and its name."""
    return sorted(
        (state.value, path.name)
        for state in DeliveryState
        if outbox.directory(state).is_dir()
        for path in outbox.directory(state).iterdir()
    )


# ── files ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_entry_is_a_json_object_that_people_can_read() -> None:
    """The file holds the keys of the format, and not the state."""
    assert json.loads(format_entry(entry(detail="Später", attempts=2, not_before=NOON))) == {
        "number": "2026112410000019",
        "article": "20261124T101501Z-77b01c2e-ack.eml",
        "message_id": "20261124-1@mustermann-video.example",
        "envelope_from": "",
        "envelope_to": ["kim@lee.example"],
        "queued_at": "2026-11-24T12:00:01Z",
        "attempts": 2,
        "not_before": "2026-11-24T12:00:00Z",
        "detail": "Später",
        "after": "../mail/new/1732443301.M1P2.mx",
    }


@given(
    st.text(max_size=20),
    st.lists(st.text(max_size=9), min_size=1, max_size=3).map(tuple),
    st.none() | st.integers(0, 2**32).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.integers(0, 99),
)
@settings(max_examples=50)
def test_entry_survives_writing_and_reading(
    detail: str, to: tuple[str, ...], not_before: datetime | None, attempts: int
) -> None:
    """What is read is what was written, with times to the second."""
    made = entry(detail=detail, envelope_to=to, not_before=not_before, attempts=attempts)
    assert parse_entry(format_entry(made), QUEUED) == made


def test_keys_of_a_later_version_are_kept() -> None:
    """A reader must keep what it does not know."""
    later = format_entry(entry()).replace(b"{", b'{"priority": "high", ', 1)
    assert json.loads(format_entry(parse_entry(later, QUEUED)))["priority"] == "high"


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ({"number": "../../etc"}, "number is no ticket number"),
        ({"article": "../../../etc/passwd"}, "article is no name of an article"),
        ({"article": "20261124T101501Z-77b01c2e-note.md.eml"}, "article is no name of an article"),
        ({"envelope_to": []}, "envelope_to must be a list of addresses"),
        ({"envelope_to": "kim@lee.example"}, "envelope_to must be a list of addresses"),
        ({"message_id": ""}, "message_id must be text"),
        ({"queued_at": "yesterday"}, "Invalid isoformat string: 'yesterday'"),
        ({"attempts": "3"}, "attempts must be a number"),
        ({"message_id": "other@example"}, "its name does not belong to its message_id"),
    ],
)
def test_damaged_entry_is_a_problem(outbox: Outbox, damage: dict[str, object], problem: str) -> None:
    """What is wrong is told with the file's name, the other entries are still there."""
    outbox.add(entry(1))
    outbox.add(entry(2))
    path = outbox.path_of(entry(1).message_id)
    path.write_text(json.dumps({**json.loads(path.read_bytes()), **damage}), encoding="utf-8")
    listing = outbox.listing()
    assert (listing.entries, [found.problem for found in listing.problems]) == ((entry(2),), [problem])
    assert listing.problems[0].path == f".mdtickets/outbox/queued/{path.name}"


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"message_id": "\\ud800"}'])
def test_file_that_is_no_json_is_a_problem(outbox: Outbox, damage: bytes) -> None:
    """Any bytes at all are reported, never raised."""
    outbox.add(entry())
    outbox.path_of(entry().message_id).write_bytes(damage)
    assert (outbox.entries(), len(outbox.listing().problems)) == ((), 1)


def test_link_is_a_problem(outbox: Outbox, tmp_path: Path) -> None:
    """A link is not followed."""
    (tmp_path / "elsewhere").write_bytes(format_entry(entry()))
    outbox.directory(QUEUED).mkdir(parents=True)
    outbox.path_of(entry().message_id).symlink_to(tmp_path / "elsewhere")
    assert (outbox.entries(), len(outbox.listing().problems)) == ((), 1)


def test_entries_come_in_the_order_they_were_queued(outbox: Outbox) -> None:
    """The oldest first, whatever their names."""
    for number in (3, 10, 2):
        outbox.add(entry(number))
    assert outbox.entries(QUEUED) == (entry(2), entry(3), entry(10))


def test_hidden_and_foreign_files_are_ignored(outbox: Outbox) -> None:
    """Unfinished files and what is no JSON file do not count."""
    outbox.add(entry())
    for name in (".tmp-x.json", "README", "x.json~"):
        (outbox.directory(QUEUED) / name).write_text("x", encoding="ascii")
    assert (outbox.counts()[QUEUED], outbox.listing().problems) == (1, ())


def test_no_outbox_is_an_empty_one(outbox: Outbox) -> None:
    """A store that never sent anything has nothing to send."""
    assert (outbox.entries(), sum(outbox.counts().values())) == ((), 0)


def test_mail_in_two_states_is_taken_from_the_more_careful_one(outbox: Outbox) -> None:
    """A file copied by hand does not make a mail leave that may have left already."""
    outbox.add(entry())
    outbox.add(entry(state=UNKNOWN))
    listing = outbox.listing()
    assert listing.entries == (entry(state=UNKNOWN),)
    assert [found.problem for found in listing.problems] == ["ignored: it is also unknown"]


# ── names ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("message_id", "name"),
    [
        ("a.b_c+d-e@mustermann-video.example", "a.b_c+d-e@mustermann-video.example"),
        ("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd"),
        (".hidden", "%2Ehidden"),
        ("a%2Fb:2,S\0", "a%252Fb%3A2%2CS%00"),
        ("ü", "%C3%BC"),
    ],
)
def test_file_name_of_a_message_id(message_id: str, name: str) -> None:
    """Only harmless characters stay; it is never a path and never hidden."""
    assert file_name(message_id) == name


@given(st.text(max_size=400), st.text(max_size=400))
@settings(max_examples=100)
def test_file_names_are_distinct_and_short_enough(one: str, other: str) -> None:
    """Two Message-IDs never share a file, and every name fits the file system."""
    assert (file_name(one) == file_name(other)) == (one == other)
    assert len(file_name(one)) <= 200


# ── moving ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_move_changes_state_and_fields(outbox: Outbox) -> None:
    """The entry is in its new state with its new fields, and nowhere else."""
    outbox.add(entry())
    moved = outbox.move(entry(), FAILED, attempts=1, detail="550 no")
    assert moved == entry(state=FAILED, attempts=1, detail="550 no")
    assert (outbox.entries(), len(places(outbox))) == ((moved,), 1)


def test_removed_entry_is_gone(outbox: Outbox) -> None:
    """Removing twice is no error."""
    outbox.add(entry())
    outbox.remove(entry())
    outbox.remove(entry())
    assert places(outbox) == []


def test_sweep_removes_what_a_crash_left_but_not_new_entries(outbox: Outbox) -> None:
    """Unfinished new entries belong to whoever writes the ticket."""
    for state in (QUEUED, SENDING, FAILED):
        outbox.directory(state).mkdir(parents=True)
        (outbox.directory(state) / ".tmp-x.json").write_text("x", encoding="ascii")
    outbox.sweep()
    assert places(outbox) == [("queued", ".tmp-x.json")]


class Crash(BaseException):
    """The machine stops."""


def stop_at(step: int) -> Callable[[str, str], None]:
    """A hand that stops before its nth step, and does nothing after that."""
    left = iter(range(step, -1, -1))

    def before_step(_operation: str, _path: str) -> None:
        if next(left, 0) == 0:
            raise Crash

    return before_step


@pytest.mark.parametrize("changes", [{}, {"attempts": 1, "detail": "450 later"}])
def test_crash_while_moving_leaves_one_whole_entry(tmp_path: Path, changes: dict[str, object]) -> None:
    """Stopped before every step: each mail is in its old state or its new one, its fields old or new, never mixed."""
    stops = 0
    while True:
        layout = Layout(tmp_path / str(stops))
        whole = Outbox(layout, Disk())
        for number in (1, 2):
            whole.add(entry(number))
        moves = [Move(entry=entry(number), state=SENDING, changes=changes) for number in (1, 2)]
        try:
            Outbox(layout, Disk(before_step=stop_at(stops))).move_all(moves)
        except Crash:
            stops += 1
        else:
            break
        listing = whole.listing()
        assert ([found.message_id for found in listing.entries], listing.problems) == (
            [entry(1).message_id, entry(2).message_id],
            (),
        )
        for found, before in zip(listing.entries, (entry(1), entry(2)), strict=True):
            assert replace(found, state=QUEUED) in (before, replace(before, **changes))
    # mkdir, two renames, sync; with changes also two writes, their sync, two renames
    assert stops == (9 if changes else 4)


def test_many_moves_cost_few_syncs(layout: Layout) -> None:
    """A hundred entries, changed and moved, are made durable by two syncs."""
    steps: list[str] = []
    outbox = Outbox(layout, Disk(before_step=lambda operation, _path: steps.append(operation)))
    entries = [entry(number) for number in range(100)]
    for one in entries:
        outbox.add(one)
    steps.clear()
    outbox.move_all([Move(entry=one, state=FAILED, changes={"detail": "x"}) for one in entries])
    assert steps.count("sync") == 2


def test_group_shares_the_outbox(outbox: Outbox, layout: Layout) -> None:
    """Entries are as open to the group as the store's private directory."""
    layout.private.mkdir()
    layout.private.chmod(0o2770)
    old = os.umask(0o077)
    try:
        outbox.add(entry())
    finally:
        os.umask(old)
    assert outbox.path_of(entry().message_id).stat().st_mode & 0o060 == 0o060


# ── time ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_pauses_double_up_to_four_hours() -> None:
    """1, 2, 4 … minutes, and never more than 240."""
    minutes = [int(pause_after(attempts).total_seconds() // 60) for attempts in range(1, 12)]
    assert minutes == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240]


def test_mail_is_given_up_after_five_days() -> None:
    """RFC 5321 section 4.5.4.1 asks for four to five days."""
    assert next_attempt(20, NOON, NOON + timedelta(days=4, hours=23)) == NOON + timedelta(days=5, hours=3)
    assert next_attempt(20, NOON, NOON + timedelta(days=5)) is None
