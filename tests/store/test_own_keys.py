"""Keys of the team's own in `ticket.md`."""

from hypothesis import given
from hypothesis import strategies as st

from mdtickets.store.tickets import TicketFiles, own_keys

_BYTES = b"""\
---
number: "2026112410000019"
title: Recorder  # as Kim wrote
state: open
# where it stands
shelf: 7
---
Kim called.
"""


def _files(data: bytes = _BYTES) -> TicketFiles:
    return TicketFiles(number="2026112410000019", ticket=None, ticket_bytes=data, events=(), history_bytes=b"")


def test_they_are_what_we_have_no_meaning_for() -> None:
    """As text."""
    assert own_keys(_BYTES) == {"shelf": "7"}


@given(value=st.text(max_size=60).filter(lambda text: text.isprintable() or "\x1b" in text))
def test_any_text_is_kept_and_goes_without_a_trace(value: str) -> None:
    """Whatever an agent types; every other byte stays."""
    changed = _files().with_own({"serial": value}).ticket_bytes
    assert changed is not None
    assert own_keys(changed) == {"shelf": "7", "serial": value}
    assert _files(changed).with_own({"serial": None}).ticket_bytes == _BYTES
