import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mdtickets.app.daemon_state import daemon_is_running, read_state
from mdtickets.store.delivery import deliver, make_maildir
from mdtickets.store.durable import Disk
from mdtickets.store.layout import Layout
from tests.app.daemons import Daemon, new_commits, run, wait_until
from tests.machine import needs_proc
from tests.world import SETTINGS, git, mail, make_world

IN_TIME = 0.2  # seconds from arrival to durable, idle

Start = Callable[..., Daemon]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_world(tmp_path)


@pytest.fixture
def start(root: Path) -> Iterator[Start]:
    daemons: list[Daemon] = []

    def start(*arguments: str, **environment: str) -> Daemon:
        daemons.append(Daemon(root, arguments, environment))
        return daemons[-1].start()

    yield start
    for daemon in daemons:
        daemon.close()


def arrive(root: Path, subject: str, folder: str = "", maildir: str = "mail") -> Path:
    """A mail delivered now, as an MTA does it."""
    name = f"{int(time.time())}.M{time.monotonic_ns() // 1000 % 10**9}P1Q1.mail1"
    box = root.parent / maildir / folder
    return Path(deliver(Disk(), box, mail(subject).encode(), unique=name))


def filed(root: Path) -> list[str]:
    """The titles of all tickets."""
    files = sorted(root.glob("tickets/*/*/*/*/ticket.md"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return sorted(line.removeprefix("title: ").strip('"') for line in lines if line.startswith("title: "))


def sent(root: Path) -> list[Path]:
    outgoing = root / ".mdtickets" / "outgoing" / "new"
    return sorted(outgoing.iterdir()) if outgoing.is_dir() else []


def test_a_mail_that_waits_is_filed_acknowledged_and_committed(root: Path, start: Start) -> None:
    """What came while no daemon ran is the first thing it does."""
    source = arrive(root, "Recorder eats tapes")
    daemon = start()
    wait_until(lambda: bool(sent(root)), "the acknowledgement left")
    assert daemon.stop() == 0
    assert (filed(root), source.exists()) == (["Recorder eats tapes"], False)
    assert (source.parents[1] / ".Filed" / "cur" / f"{source.name}:2,S").is_file()
    assert len(new_commits(root)) == 2


def test_a_mail_is_filed_in_time(root: Path, start: Start) -> None:
    """Arrival to durable takes less than 200 ms when the daemon is idle: the best of five, since we are not alone here."""
    start()
    times = []
    for number in range(5):
        time.sleep(0.5)  # the commit and the answer of the mail before
        source = arrive(root, f"Question {number}")
        times.append(wait_until(lambda source=source: not source.exists(), "filed"))  # type: ignore[misc]
    assert min(times) < IN_TIME
    assert filed(root) == [f"Question {number}" for number in range(5)]


def test_a_folder_is_a_mailbox_of_its_own(root: Path, start: Start) -> None:
    """A Maildir++ folder has its own queue and is watched like any other."""
    start()
    source = arrive(root, "Price list", folder=".Sales")
    wait_until(lambda: not source.exists(), "filed")
    assert "queue: Sales" in next(root.glob("tickets/*/*/*/*/ticket.md")).read_text(encoding="utf-8")


def test_what_deliver_takes_the_daemon_files(root: Path, start: Start) -> None:
    """`deliver` leaves the mail in the spool and the daemon notices."""
    start()
    done = run(root, "deliver", "--queue", "Sales", mail=mail("By pipe").encode())
    assert (done.returncode, done.stderr) == (0, "")
    wait_until(lambda: not any((root / ".mdtickets" / "spool" / "new").iterdir()), "filed")
    assert filed(root) == ["By pipe"]


def test_the_daemon_says_what_it_does(root: Path, start: Start) -> None:
    """The log has a line for each mail, and the state file is there for `status`."""
    before = datetime.now(UTC).replace(microsecond=0)
    daemon = start()
    source = arrive(root, "Recorder")
    wait_until(lambda: not source.exists(), "filed")
    wait_until(lambda: source.name in daemon.log, "logged")
    wait_until(lambda: read_state(Layout(root)) is not None, "state written")
    state = read_state(Layout(root))
    assert state
    assert (state.pid, state.host, state.last_error) == (daemon.pid, os.uname().nodename, "")
    assert state.last_sweep_at
    assert before <= state.since <= state.last_sweep_at
    assert daemon_is_running(Layout(root))
    daemon.stop()
    assert not daemon_is_running(Layout(root))


def test_a_second_daemon_is_refused(root: Path, start: Start) -> None:
    """The sentence names the one that runs, so that it can be found."""
    daemon = start()
    for arguments in (["daemon"], ["daemon", "--once"]):
        done = run(root, *arguments)
        assert done.returncode == 1
        assert f"pid {daemon.pid} on {os.uname().nodename}" in done.stderr
        assert "Traceback" not in done.stderr


def test_one_round_and_the_end(root: Path) -> None:
    """For cron: file, acknowledge, send, commit, and no process stays."""
    source = arrive(root, "Recorder")
    done = run(root, "daemon", "--once")
    assert (done.returncode, filed(root), source.exists(), len(sent(root))) == (0, ["Recorder"], False, 1)
    assert not daemon_is_running(Layout(root))
    assert git(root, "status", "--porcelain") == ""
    assert read_state(Layout(root)) is not None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(start: Start, number: signal.Signals) -> None:
    """Exit code 0, and the service manager hears that it stops."""
    daemon = start()
    daemon.signal(number)
    daemon.hear("STOPPING=1")
    assert daemon.wait() == 0
    assert "Traceback" not in daemon.log


def test_what_is_put_off_is_committed_at_the_end(root: Path, start: Start) -> None:
    """SIGTERM right after a mail was filed, before there was a quiet moment: its commit is there."""
    daemon = start()
    source = arrive(root, "Recorder")
    wait_until(lambda: not source.exists(), "filed")
    assert daemon.stop() == 0
    assert "Recorder" in new_commits(root)[0]
    assert git(root, "status", "--porcelain") == ""


# settings


def test_new_settings_are_taken_over(root: Path, start: Start) -> None:
    """SIGHUP: a mailbox that was added is filed from then on."""
    make_maildir(Disk(), root.parent / "other")
    daemon = start()
    more = '\n[[mailbox]]\nmaildir = "../other"\nqueue = "Support"\n'
    (root / "mdtickets.toml").write_text(SETTINGS + more, encoding="utf-8")
    daemon.signal(signal.SIGHUP)
    daemon.hear("RELOADING=1\nMONOTONIC_USEC=")
    daemon.hear("READY=1")
    source = arrive(root, "Elsewhere", maildir="other")
    assert wait_until(lambda: not source.exists(), "filed") < 5


def test_wrong_settings_are_told_and_not_taken(root: Path, start: Start) -> None:
    """SIGHUP: a mistake is told with its line, and the daemon goes on as before."""
    daemon = start()
    (root / "mdtickets.toml").write_text(SETTINGS + "\nnonsense", encoding="utf-8")
    daemon.signal(signal.SIGHUP)
    daemon.hear("READY=1")
    assert "the settings stay as they were: mdtickets.toml:" in daemon.log
    source = arrive(root, "Still here")
    wait_until(lambda: not source.exists(), "filed")


def test_wrong_settings_at_the_start_are_an_error(root: Path) -> None:
    """Exit code 78 tells the service manager that trying again is useless."""
    (root / "mdtickets.toml").write_text("nonsense", encoding="utf-8")
    assert run(root, "daemon").returncode == 78


def test_a_clone_without_an_id_files_nothing(root: Path, start: Start) -> None:
    """It says so, once, and the mail waits."""
    (root / ".mdtickets" / "local.toml").unlink()
    daemon = start("--every", "1")
    source = arrive(root, "Too early")
    wait_until(lambda: "system_id" in daemon.log, "told")
    time.sleep(1.3)
    assert (source.exists(), daemon.log.count("has no system_id")) == (True, 1)
    assert daemon.stop() == 0


# what the machine does


def test_a_maildir_made_anew_is_found_again(root: Path, start: Start) -> None:
    """A watch dies with its directory; the next look by the clock sets a new one."""
    start("--every", "1")
    shutil.rmtree(root.parent / "mail")
    make_maildir(Disk(), root.parent / "mail")
    make_maildir(Disk(), root.parent / "mail" / ".Sales")
    source = arrive(root, "Back again")
    wait_until(lambda: not source.exists(), "filed")


def test_a_maildir_that_comes_later_is_found(root: Path, start: Start) -> None:
    """A mailbox that is not there is told once, and looked for every two seconds."""
    shutil.rmtree(root.parent / "mail")
    daemon = start("--every", "1")
    time.sleep(1.3)
    assert daemon.log.count("it is not there") == 2  # the Maildir and its folder
    make_maildir(Disk(), root.parent / "mail")
    source = arrive(root, "Late")
    wait_until(lambda: not source.exists(), "filed")


def test_trouble_is_told_once_and_over_when_it_is(root: Path, start: Start) -> None:
    """A store that cannot be written: the mail waits, the log has one line, and it goes on by itself."""
    (root / "tickets").write_text("in the way", encoding="utf-8")
    daemon = start()
    source = arrive(root, "Recorder")
    wait_until(lambda: "filing:" in daemon.log, "told")
    time.sleep(1.3)  # the second attempt comes after a second
    assert (daemon.log.count("filing:"), source.exists()) == (1, True)
    state = json.loads((root / ".mdtickets" / "run" / "daemon.json").read_bytes())
    assert "Not a directory" in state["last_error"]
    (root / "tickets").unlink()
    wait_until(lambda: not source.exists(), "filed after all")
    wait_until(lambda: "filing: works again" in daemon.log, "told")
    assert daemon.stop() == 0


@needs_proc
def test_an_idle_daemon_uses_no_cpu(start: Start) -> None:
    """It sleeps until something happens: no polling where the kernel tells."""
    daemon = start()
    time.sleep(1)
    before = _cpu(daemon.pid)
    time.sleep(1)
    assert _cpu(daemon.pid) - before <= 0.02


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_sign_of_life_comes_in_time(start: Start) -> None:
    """The watchdog of systemd hears from an idle daemon twice in its interval."""
    daemon = start(WATCHDOG_USEC="1000000")
    begin = time.monotonic()
    for _ in range(4):
        daemon.hear("WATCHDOG=1")
    assert time.monotonic() - begin < 4
