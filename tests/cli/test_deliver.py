import json
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mdtickets.domain.spool_name import read_route
from mdtickets.store.lockfile import hold
from tests.app.daemons import ENVIRONMENT, START
from tests.machine import needs_open_code

MAIL = b"From: Kim Lee <kim@lee.example>\r\nSubject: Recorder\r\n\r\neats tapes\x00\xff"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Path]:
    """A store in which a daemon seems to run, so that `deliver` is done once the mail is safe."""
    root = tmp_path / "store"
    (root / ".mdtickets" / "run").mkdir(parents=True)
    (root / "mdtickets.toml").write_text("format = 1\n")
    with hold(root / ".mdtickets" / "run" / "daemon.lock"):
        yield root


@pytest.fixture(autouse=True)
def _this_package(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


def run(
    *arguments: str, mail: bytes = MAIL, here: str | Path = "/", **environment: str
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-c", START, *arguments],
        input=mail,
        capture_output=True,
        cwd=here,
        env={**os.environ, **environment},
        check=False,
        timeout=60,
    )


def spooled(store: Path) -> list[Path]:
    return sorted((store / ".mdtickets" / "spool" / "new").iterdir())


def leftovers(store: Path) -> list[Path]:
    return sorted((store / ".mdtickets" / "spool" / "tmp").iterdir())


# what an MTA relies on


def test_a_mail_is_in_the_spool_byte_for_byte(store: Path) -> None:
    """Exit code 0 means that the bytes are in the spool as they came, and an MTA hears nothing else."""
    done = run("-C", str(store), "deliver")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    (path,) = spooled(store)
    assert path.read_bytes() == MAIL


def test_an_empty_mail_is_a_mail(store: Path) -> None:
    """Nothing on standard input is kept as a mail of no bytes."""
    assert run("-C", str(store), "deliver", mail=b"").returncode == 0
    assert [path.read_bytes() for path in spooled(store)] == [b""]


def test_a_large_mail_is_streamed(store: Path) -> None:
    """A mail larger than the pieces it is read in arrives whole."""
    mail = MAIL + b"x" * 5_000_000
    assert run("-C", str(store), "deliver", mail=mail).returncode == 0
    assert [path.read_bytes() == mail for path in spooled(store)] == [True]


def test_queue_and_address_travel_in_the_name(store: Path) -> None:
    """What the MTA knows about a mail and the mail does not say is found in the spool."""
    run("-C", str(store), "deliver", "--queue", "Verkauf & Co", "--address=sales@mustermann-video.example")
    (path,) = spooled(store)
    assert read_route(path.name) == ("Verkauf & Co", "sales@mustermann-video.example")


def test_nothing_heavy_is_loaded_before_the_mail_is_safe(store: Path) -> None:
    """`deliver` costs little more than Python itself: a closed list of modules."""
    bare = subprocess.run(
        [sys.executable, "-c", "import sys; print(*sys.modules)"], capture_output=True, check=True, text=True
    )
    script = f"{START[: -len('sys.exit(main())')]}main(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script, "-C", str(store), "deliver", "--queue", "Sales"],
        input=MAIL,
        capture_output=True,
        check=True,
    )
    loaded = set(done.stdout.decode().split()) - set(bare.stdout.split())
    ours = {name for name in loaded if name.split(".")[0] == "mdtickets"}
    assert loaded - ours == {"fcntl", "gc", "__future__"}
    assert ours == {
        "mdtickets",
        "mdtickets.__main__",
        "mdtickets.cli",
        "mdtickets.cli.deliver",
        "mdtickets.domain",
        "mdtickets.domain.spool_name",
        "mdtickets.store",
        "mdtickets.store.delivery",
        "mdtickets.store.durable",
        "mdtickets.store.locate",
        "mdtickets.store.spool",
    }


def test_json_tells_where_the_mail_lies(store: Path) -> None:
    """While a daemon files, the result names the mail in the spool and nothing filed yet."""
    done = run("-C", str(store), "deliver", "--json")
    assert json.loads(done.stdout) == {"format": 1, "filed": [], "failed": [], "spooled": str(spooled(store)[0])}


# which store


def test_the_store_is_found_from_below(store: Path) -> None:
    """Called in a directory of the store, `deliver` needs no option."""
    (store / "customers").mkdir()
    assert run("deliver", here=store / "customers").returncode == 0
    assert len(spooled(store)) == 1


def test_the_environment_names_the_store(store: Path) -> None:
    """MDTICKETS_STORE is enough, and -C goes before it."""
    assert run("deliver", MDTICKETS_STORE=str(store)).returncode == 0
    assert run("-C", str(store), "deliver", MDTICKETS_STORE="/nowhere").returncode == 0
    assert len(spooled(store)) == 2


def test_the_user_may_have_a_store_of_his_own(store: Path, tmp_path: Path) -> None:
    """Outside of any store the user's settings name one."""
    (tmp_path / "mdtickets.toml").write_text(f'store = "{store}"\n')
    assert run("deliver", XDG_CONFIG_HOME=str(tmp_path)).returncode == 0
    assert len(spooled(store)) == 1


@pytest.mark.parametrize("arguments", [["deliver"], ["-C", "/nonexistent", "deliver"]])
def test_without_a_store_the_mta_keeps_the_mail(arguments: list[str]) -> None:
    """An admin can mend a wrong path; a mail that was returned to its sender is gone."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (75, b"")
    assert done.stderr.count(b"\n") == 1
    assert b"Traceback" not in done.stderr


def test_unreadable_settings_of_the_user_keep_the_mail(tmp_path: Path) -> None:
    """A mistake in the user's own settings is no reason to return mail."""
    (tmp_path / "mdtickets.toml").write_text("store = \n")
    done = run("deliver", XDG_CONFIG_HOME=str(tmp_path))
    assert (done.returncode, b"Traceback" in done.stderr) == (75, False)


# what goes wrong


@pytest.mark.parametrize(
    "arguments", [["--quee", "Sales"], ["--queue"], ["mail.eml"], ["--queue", "q" * 250], ["--address", "ä" * 60]]
)
def test_a_wrong_option_is_a_usage_error(store: Path, arguments: list[str]) -> None:
    """Options that make no sense are told, before any mail is taken."""
    done = run("-C", str(store), "deliver", *arguments)
    assert done.returncode == 2
    assert done.stderr.decode().startswith("4.3.5 mdtickets: ")
    assert not (store / ".mdtickets" / "spool").exists()


def test_help_does_not_wait_for_a_mail() -> None:
    """`deliver --help` explains itself, exit codes included, without a store."""
    done = run("deliver", "--help")
    assert done.returncode == 0
    assert b"75" in done.stdout


def test_a_closed_input_keeps_the_mail(store: Path) -> None:
    """Without standard input there is nothing to take, and the MTA hears so."""
    done = subprocess.run(
        ["sh", "-c", f'exec "$0" -c "$1" -C {store} deliver <&-', sys.executable, START],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, spooled(store), leftovers(store)) == (75, [], [])
    assert b"Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_full_disk_keeps_the_mail(tmp_path: Path) -> None:
    """What does not fit is refused whole, what fits afterwards is taken."""
    with small_disk(tmp_path / "disk") as root:
        done = run("-C", str(root), "deliver", mail=b"x" * 2_000_000)
        assert (done.returncode, b"No space left" in done.stderr, b"Traceback" in done.stderr) == (75, True, False)
        assert (spooled(root), leftovers(root)) == ([], [])
        with hold(root / ".mdtickets" / "run" / "daemon.lock"):
            assert run("-C", str(root), "deliver", "--json").returncode == 0
        assert [path.read_bytes() for path in spooled(root)] == [MAIL]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting needs root")
def test_a_read_only_disk_keeps_the_mail(tmp_path: Path) -> None:
    """A disk that the kernel made read-only after an error loses no mail."""
    with small_disk(tmp_path / "disk") as root:
        subprocess.run(["mount", "-o", "remount,ro", str(root)], check=True)
        done = run("-C", str(root), "deliver")
        assert (done.returncode, b"Read-only" in done.stderr) == (75, True)


@needs_open_code
@pytest.mark.skipif(os.geteuid() != 0, reason="becoming somebody else needs root")
def test_a_spool_of_somebody_else_keeps_the_mail(store: Path) -> None:
    """An MTA's user without the right to write is an admin's mistake: the mail waits until it is mended."""
    nobody = pwd.getpwnam("nobody").pw_uid
    for directory in store.parents:
        if directory.stat().st_uid == 0 and directory.is_relative_to("/tmp/"):
            directory.chmod(directory.stat().st_mode | 0o055)
    become = f"import os, mdtickets.cli.deliver; os.setuid({nobody}); {START}"
    done = subprocess.run(
        [sys.executable, "-c", become, "-C", str(store), "deliver"], input=MAIL, capture_output=True, check=False
    )
    assert (done.returncode, b"Permission denied" in done.stderr) == (75, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGPIPE])
def test_a_signal_while_reading_leaves_no_half_mail(store: Path, number: signal.Signals) -> None:
    """However the process ends before the mail is whole, new/ has nothing of it."""
    with subprocess.Popen(
        [sys.executable, "-c", START, "-C", str(store), "deliver"], stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin
        process.stdin.write(MAIL)
        process.stdin.flush()
        wait_for_bytes(store / ".mdtickets" / "spool" / "tmp")
        process.send_signal(number)
        if number is signal.SIGPIPE:  # Python ignores it: the mail goes on
            process.stdin.close()
            assert process.wait(20) == 0
            return
        process.wait(20)
    assert process.returncode in {75, -number}
    assert spooled(store) == []


def wait_for_bytes(folder: Path) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if folder.is_dir() and any(path.stat().st_size for path in folder.iterdir()):
            return
        time.sleep(0.01)
    pytest.fail("nothing was written")


@contextmanager
def small_disk(mount_point: Path) -> Iterator[Path]:
    """A store of its own on a megabyte of disk."""
    mount_point.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(mount_point)], check=True)
    try:
        (mount_point / "mdtickets.toml").write_text("format = 1\n")
        (mount_point / ".mdtickets" / "run").mkdir(parents=True)
        yield mount_point
    finally:
        subprocess.run(["umount", str(mount_point)], check=True)
