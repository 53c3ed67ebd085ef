"""Checking a whole store."""

from pathlib import Path

import pytest

from mdtickets.app.fsck import check_store
from mdtickets.app.session import Session
from tests.cli.desk_store import INVOICE, open_committed


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """The store of the example firm, committed, its catalog true."""
    return open_committed(tmp_path / "store")


def faults_of_catalog(session: Session) -> list[str]:
    """What is wrong with the catalog, as it is told."""
    return [one.problem for one in check_store(session).problems if one.path.endswith("catalog.sqlite")]


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
