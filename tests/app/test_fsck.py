"""Checking a whole store."""

from pathlib import Path

import pytest

from mdtickets.app.fsck import check_store
from mdtickets.app.full_text import full_text
from mdtickets.app.session import Session
from mdtickets.store.index_state import directory_of, state_of
from tests.cli.desk_store import INVOICE, open_committed


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The store of the example firm, committed, its catalog true."""
    return open_committed(tmp_path / "store")


def faults_of_catalog(session: Session) -> list[str]:
    """What is wrong with the catalog, as it is told."""
    return [one.problem for one in check_store(session).problems if one.path.endswith("catalog.sqlite")]


def torn_segment(session: Session) -> str:
    """A full text with one bit that is not as it was written; the path of its file."""
    found = full_text(session)
    assert found.index
    found.index.close()
    (path,) = directory_of(session.layout).glob("*.seg")
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return session.layout.relative(path)


def test_a_flipped_bit_of_the_full_text_is_told(session: Session) -> None:
    """It answers no more then, and the next search makes it anew."""
    name = torn_segment(session)
    assert [one.path for one in check_store(session).problems if "index" in one.path] == [name]
    assert state_of(session.layout, session.catalog).state == "damaged"
    found = full_text(session)
    assert found.index
    found.index.close()
    assert [one for one in check_store(session).problems if "index" in one.path] == []


def test_a_torn_full_text_is_mended(session: Session) -> None:
    """By --repair, which says so."""
    torn_segment(session)
    checked = check_store(session, repair=True)
    assert [what for what in checked.mended if what.startswith("full text made anew from ")]
    assert [one for one in checked.problems if "index" in one.path] == []


def test_a_full_text_without_a_ticket_is_told(session: Session) -> None:
    """What was lost of it, although nothing is torn."""
    check_store(session)
    found = full_text(session)
    assert found.index
    found.index._words.note({INVOICE: None})
    found.index.close()
    assert "does not have the tickets" in check_store(session).problems[-1].problem


def test_a_catalog_of_another_version_is_no_fault(session: Session) -> None:
    """It is made anew before it is compared."""
    session.catalog.clear()
    session.catalog.query("DELETE FROM meta")
    assert faults_of_catalog(session) == []


def test_an_edit_that_nobody_has_looked_at_is_no_fault(session: Session) -> None:
    """The catalog reads it first."""
    path = session.layout.ticket(INVOICE) / "ticket.md"
    path.write_text(path.read_text(encoding="utf-8").replace("state: ", "problem: belt\nstate: "), encoding="utf-8")
    assert faults_of_catalog(session) == []


def test_a_catalog_that_went_astray_is_told(session: Session) -> None:
    """Something that no look would find."""
    check_store(session)
    session.catalog.query("UPDATE ticket SET title = 'Another' WHERE number = ?", (INVOICE,))
    assert len(faults_of_catalog(session)) == 1
