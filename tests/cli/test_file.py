import json
import os
import signal
import subprocess
from pathlib import Path

import pexpect
import pytest

from mdtickets.store.delivery import make_maildir
from mdtickets.store.durable import Disk
from mdtickets.store.lockfile import hold
from tests.app.daemons import ENVIRONMENT, PATIENCE, command, new_commits, run, wait_until
from tests.machine import needs_terminals
from tests.world import mail, make_world, put_mail, tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_world(tmp_path)


def place(root: Path) -> Path:
    return root.parent


# file


def test_what_was_filed_is_told(root: Path) -> None:
    """A line for each mail on stdout, the sum on stderr, so that a pipe gets data alone."""
    put_mail(place(root), 1, mail("Recorder eats tapes"))
    put_mail(place(root), 2, mail("Price list", sender="max@mueller.example"), ".Sales")
    done = run(root, "file")
    assert done.returncode == 0
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert [row[1:3] for row in rows] == [["new", "Recorder eats tapes"], ["new", "Price list"]]
    assert done.stderr.startswith("2 filed, ")


def test_nothing_waits(root: Path) -> None:
    """An empty mailbox is no error and no data."""
    done = run(root, "file")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "0 filed, 0 acknowledged, 0 sent\n")


def test_the_result_is_json(root: Path) -> None:
    """Scripts get the keys that the interface promises."""
    path = put_mail(place(root), 1, mail("Recorder"))
    found = json.loads(run(root, "file", "--json").stdout)
    (filed,) = found.pop("filed")
    assert found == {"format": 1, "failed": []}
    assert (sorted(filed), Path(filed["path"]).name, filed["what"]) == (["number", "path", "what"], path.name, "new")


def test_only_the_maildir_that_was_named(root: Path) -> None:
    """An argument leaves the other mailboxes alone, and the named one keeps its settings."""
    first = put_mail(place(root), 1, mail("Recorder"))
    second = put_mail(place(root), 2, mail("Price list"), ".Sales")
    run(root, "file", str(place(root) / "mail" / ".Sales"))
    assert (first.exists(), second.exists()) == (True, False)
    assert "queue: Sales" in next(root.glob("tickets/*/*/*/*/ticket.md")).read_text(encoding="utf-8")


def test_a_maildir_without_settings_can_be_filed(root: Path) -> None:
    """Any Maildir goes to the first queue."""
    make_maildir(Disk(), place(root) / "elsewhere")
    path = place(root) / "elsewhere" / "new" / "1795510000.a.h"
    path.write_text(mail("From elsewhere"), encoding="utf-8")
    done = run(root, "file", str(place(root) / "elsewhere"))
    assert ("From elsewhere" in done.stdout, path.exists()) == (True, False)


def test_a_dry_run_changes_nothing(root: Path) -> None:
    """It tells what would be filed where, and the next run does exactly that."""
    put_mail(place(root), 1, mail("Recorder"))
    put_mail(place(root), 2, mail("Re: Recorder", headers="In-Reply-To: <recorder@lee.example>\n"))
    before = tree(place(root))
    foreseen = run(root, "file", "--dry-run")
    assert (tree(place(root)), new_commits(root)) == (before, [])
    assert "2 would be filed" in foreseen.stderr
    assert foreseen.stdout == run(root, "file").stdout


def test_what_is_no_mail_is_told(root: Path) -> None:
    """A link in a Maildir is reported and left; the mail beside it is filed."""
    put_mail(place(root), 1, mail("Recorder"))
    link = place(root) / "mail" / "new" / "1795510000.link.h"
    link.symlink_to("/etc/passwd")
    done = run(root, "file")
    assert (done.returncode, link.is_symlink()) == (0, True)
    assert f"{link.name}: a symbolic link, not a mail; left where it is" in done.stderr
    assert done.stderr.startswith("1 filed, ")


def test_a_mail_that_cannot_be_filed_stays_and_is_told(root: Path) -> None:
    """A reason of the machine: the mail stays in the Maildir, the sentence says why."""
    path = put_mail(place(root), 1, mail("Recorder"))
    (place(root) / "mail" / ".Filed").write_text("in the way", encoding="utf-8")
    done = run(root, "file")
    assert path.exists()
    assert path.name in done.stderr
    assert "Traceback" not in done.stderr


def test_it_waits_for_another_filer(root: Path) -> None:
    """While somebody else files, `file` says for whom it waits, and goes on afterwards."""
    path = put_mail(place(root), 1, mail("Recorder"))
    lock = root / ".mdtickets" / "run" / "filing.lock"
    lock.parent.mkdir(exist_ok=True)
    with subprocess.Popen(command(root, "file"), stderr=subprocess.PIPE, env={**os.environ, **ENVIRONMENT}) as process:
        assert process.stderr
        with hold(lock):
            assert f"waiting for pid {os.getpid()}".encode() in process.stderr.readline()
            assert path.exists()
        assert process.wait(PATIENCE) == 0
    assert not path.exists()


@needs_terminals
def test_a_terminal_sees_lines_that_fit(root: Path) -> None:
    """On a terminal the lines are cut to its width and the sum follows."""
    put_mail(place(root), 1, mail("A subject that is longer than the terminal is wide, by far, and more than that"))
    arguments = command(root, "file")
    child = pexpect.spawn(
        arguments[0],
        arguments[1:],
        env={**os.environ, **ENVIRONMENT, "TERM": "xterm", "NO_COLOR": "1"},
        encoding="utf-8",
        dimensions=(24, 60),
        timeout=PATIENCE,
    )
    child.expect(pexpect.EOF)
    child.close()
    shown = (child.before or "").rpartition("\x1b[2K")[2]  # behind the progress bar, which erases itself
    line, remark = shown.splitlines()
    assert (child.exitstatus, len(line) <= 60, "…" in line) == (0, True, True)
    assert remark == "1 filed, 1 acknowledged, 1 sent"


# deliver, when no daemon runs


def test_deliver_files_its_mail_itself(root: Path) -> None:
    """Without a daemon the mail is filed and acknowledged before the command ends, and nothing else is touched."""
    waiting = put_mail(place(root), 1, mail("Not mine"))
    done = run(root, "deliver", "--queue", "Sales", "--json", mail=mail("By pipe").encode())
    found = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (0, "")
    assert [filed["what"] for filed in found["filed"]] == ["new"]
    assert found["filed"][0]["path"].endswith(Path(found["spooled"]).name)
    assert not Path(found["spooled"]).exists()
    assert "queue: Sales" in next(root.glob("tickets/*/*/*/*/ticket.md")).read_text(encoding="utf-8")
    assert len(list((root / ".mdtickets" / "outgoing" / "new").iterdir())) == 1
    assert waiting.exists()


def test_an_mta_hears_nothing_of_a_mail_filed(root: Path) -> None:
    """What goes well makes no output: MTAs log it."""
    done = run(root, "deliver", mail=mail("By pipe").encode())
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("fault", ["settings", "id", "disk"])
def test_trouble_after_delivery_is_no_failure(root: Path, fault: str) -> None:
    """The mail is in the spool: the MTA must forget it, whatever filing says."""
    if fault == "settings":
        (root / "mdtickets.toml").write_text("nonsense", encoding="utf-8")
    elif fault == "id":
        (root / ".mdtickets" / "local.toml").unlink()
    else:
        (root / "tickets").write_text("in the way", encoding="utf-8")
    done = run(root, "deliver", mail=mail("By pipe").encode())
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (0, "", 1)
    assert "safe" in done.stderr
    assert len(list((root / ".mdtickets" / "spool" / "new").iterdir())) == 1


def test_deliveries_at_once_are_each_filed_once(root: Path) -> None:
    """An MTA runs several at a time; they take turns."""
    processes = [
        subprocess.Popen(command(root, "deliver"), stdin=subprocess.PIPE, env={**os.environ, **ENVIRONMENT})
        for _ in range(4)
    ]
    for number, process in enumerate(processes):
        assert process.stdin
        process.stdin.write(mail(f"Question {number}", sender=f"kim{number}@lee.example").encode())
        process.stdin.close()
    assert [process.wait(PATIENCE) for process in processes] == [0, 0, 0, 0]
    assert len(list(root.glob("tickets/*/*/*/*/ticket.md"))) == 4
    assert len(list((root / ".mdtickets" / "outgoing" / "new").iterdir())) == 4


def test_a_delivery_that_is_killed_while_filing_is_filed_later(root: Path) -> None:
    """The mail is in the spool before anything else, so the next run finds it."""
    lock = root / ".mdtickets" / "run" / "filing.lock"
    lock.parent.mkdir(exist_ok=True)
    with (
        hold(lock),
        subprocess.Popen(command(root, "deliver"), stdin=subprocess.PIPE, env={**os.environ, **ENVIRONMENT}) as process,
    ):
        assert process.stdin
        process.stdin.write(mail("By pipe").encode())
        process.stdin.close()
        spool = root / ".mdtickets" / "spool" / "new"
        wait_until(lambda: spool.is_dir() and any(spool.iterdir()), "spooled")
        process.send_signal(signal.SIGKILL)
    assert "By pipe" in run(root, "file").stdout
