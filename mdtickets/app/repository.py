"""The store's git repository and journal, for those who commit or look at commits."""

from mdtickets.app.session import Session
from mdtickets.store.git import Repository
from mdtickets.store.journal import Journal

_LOCK_FILE = "git.lock"


def repository_of(session: Session) -> Repository:
    """The repository of a session's store."""
    return Repository(session.layout.root, session.layout.run / _LOCK_FILE)


def journal_of(session: Session) -> Journal:
    """The commits of a session's store that are still to be made."""
    return Journal(session.layout, session.disk, repository_of(session))
