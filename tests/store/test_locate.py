from pathlib import Path

import pytest

from mdtickets.store.locate import find_root, user_settings


@pytest.fixture
def store(tmp_path: Path) -> Path:
    (tmp_path / "store" / "customers").mkdir(parents=True)
    (tmp_path / "store" / "mdtickets.toml").touch()
    return tmp_path / "store"


def test_the_store_around_us_is_found(store: Path) -> None:
    """From any directory of a store, upward to its settings."""
    assert find_root("", {}, str(store / "customers")) == str(store)


def test_what_is_named_goes_before_where_we_are(store: Path, tmp_path: Path) -> None:
    """The option, then the environment, then the place."""
    (tmp_path / "mdtickets.toml").touch()
    environment = {"MDTICKETS_STORE": str(store)}
    assert find_root(str(tmp_path), environment, "/") == str(tmp_path)
    assert find_root("", environment, str(tmp_path)) == str(store)


def test_a_wrong_name_is_not_replaced_by_another_store(store: Path) -> None:
    """Mail for one store must not end in the one that somebody stands in."""
    assert find_root("/nonexistent", {}, str(store)) == ""


def test_a_directory_of_that_name_is_no_store(tmp_path: Path) -> None:
    """The settings are a file."""
    (tmp_path / "mdtickets.toml").mkdir()
    assert find_root(str(tmp_path), {}, "/") == ""


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"XDG_CONFIG_HOME": "/etc/anna", "HOME": "/home/anna"}, "/etc/anna/mdtickets.toml"),
        ({"HOME": "/home/anna"}, "/home/anna/.config/mdtickets.toml"),
    ],
)
def test_the_users_own_settings_lie_where_the_desktop_says(environment: dict[str, str], expected: str) -> None:
    """XDG_CONFIG_HOME, else its default."""
    assert user_settings(environment) == expected
