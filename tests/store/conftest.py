"""A store in git for each test, copied from one that is made once."""

import shutil
from pathlib import Path

import pytest

from tests.store.git_store import GitStore, new_store, open_store


@pytest.fixture(scope="session")
def git_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that the others are copied from; nobody writes to it."""
    return new_store(tmp_path_factory.mktemp("template") / "store").root


@pytest.fixture
def store(git_template: Path, tmp_path: Path) -> GitStore:
    """A store with one commit and a clean work tree."""
    shutil.copytree(git_template, tmp_path / "store")
    return open_store(tmp_path / "store")


@pytest.fixture
def by_git(store: GitStore) -> GitStore:
    """The same store with a setting that leaves all writing to git, though it means no more than not to be there."""
    store.git("config", "core.sharedRepository", "umask")
    return store
