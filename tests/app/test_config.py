"""What the settings files say, and what is wrong with them."""

import time
from datetime import date, timedelta
from pathlib import Path

import pytest

from mdtickets.app.config import find_problems, load_settings, read_sources, tell
from mdtickets.domain.settings import (
    AckKind,
    Acknowledge,
    Agent,
    Budget,
    FiledMode,
    FollowUpPolicy,
    Mailbox,
    Queue,
    Sending,
    Settings,
    Tls,
    Transport,
    Unverified,
    Weekday,
)
from mdtickets.errors import SettingsError
from mdtickets.store.layout import Layout

EXAMPLE = """\
format = 1
name = "Mustermann Video GmbH"
language = "de"
timezone = "Europe/Berlin"

[[mailbox]]
maildir = "../mail"              # beside the store
address = "support@mustermann-video.example"
queue = "Support"
filed = "folder:Filed"

[[mailbox]]
maildir = "../mail"
folder = "Sales"
queue = "Sales"
filed = "cur"

[queue.Support]
address = "support@mustermann-video.example"
follow_up = "reject"
unverified = "new"
acknowledge = ["new", "reject"]
unlock_after = 0

[queue.Sales]

[agent.anna]
name = "Anna Beispiel"
email = "Anna@mustermann-video.example"

[sending]
transport = "smtp"
host = "mail.example"
tls = "implicit"

[acknowledge]
per_ticket = "2 in 7d"
total = "none"
max_age = "12h"
reply_to_of = ["Form@mustermann-video.example"]
"""


def store(root: Path, shared: str = "format = 1\n", local: str | None = None) -> Layout:
    """A store's settings and nothing else."""
    layout = Layout(root)
    layout.settings.write_text(shared)
    if local is not None:
        layout.private.mkdir()
        layout.local_settings.write_text(local)
    return layout


def told(root: Path, shared: str, local: str | None = None) -> list[str]:
    return [tell(problem) for problem in find_problems(read_sources(store(root, shared, local)))]


def test_every_key(tmp_path: Path) -> None:
    """A full file becomes values, folders with their dot, addresses of forms in lower case."""
    assert load_settings(store(tmp_path, EXAMPLE, 'system_id = "10"\n')) == Settings(
        name="Mustermann Video GmbH",
        language="de",
        timezone="Europe/Berlin",
        system_id="10",
        mailboxes=(
            Mailbox(maildir="../mail", address="support@mustermann-video.example", queue="Support"),
            Mailbox(maildir="../mail", folder=".Sales", queue="Sales", filed=FiledMode.CUR),
        ),
        queues={
            "Support": Queue(
                name="Support",
                address="support@mustermann-video.example",
                follow_up=FollowUpPolicy.REJECT,
                unverified=Unverified.NEW,
                acknowledge=frozenset({AckKind.NEW, AckKind.REJECT}),
                unlock_after=0,
            ),
            "Sales": Queue(name="Sales"),
        },
        agents={"anna": Agent(key="anna", name="Anna Beispiel", email="Anna@mustermann-video.example")},
        sending=Sending(transport=Transport.SMTP, host="mail.example", tls=Tls.IMPLICIT),
        acknowledge=Acknowledge(
            per_ticket=Budget(count=2, span=timedelta(days=7)),
            total=None,
            max_age=timedelta(hours=12),
            reply_to_of=("form@mustermann-video.example",),
        ),
    )


def test_defaults(tmp_path: Path) -> None:
    """What is not there is as the interface says and as the domain's values have it."""
    assert load_settings(store(tmp_path)) == Settings(name="Example Support", timezone="Europe/Berlin")


def test_local_settings_win_key_by_key(tmp_path: Path) -> None:
    """This machine's file overrides single keys, replaces lists, and leaves the rest."""
    local = """\
        name = "Werkstatt"
        mailbox = [{maildir = "/var/mail/anna", queue = "Sales"}]
        queue.Support.unlock_after = 5
        [agent.bert]
        """
    found = load_settings(store(tmp_path, EXAMPLE, local))
    assert (found.name, found.mailboxes, list(found.agents)) == (
        "Werkstatt",
        (Mailbox(maildir="/var/mail/anna", queue="Sales"),),
        ["anna", "bert"],
    )
    assert (found.queue("Support").unlock_after, found.queue("Support").follow_up) == (5, FollowUpPolicy.REJECT)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('langage = "en"  #!', 'langage: no such key. Did you mean "language"?'),
        ("name = 5  #!", "name: must be text in quotes."),
        ('name = " "  #!', "name: must be text that is not empty."),
        ('language = "fr"  #!', 'language: must be "de" or "en".'),
        (
            'timezone = "Europe/Berln"  #!',
            'timezone: must be a time zone such as Europe/Berlin. Did you mean "Europe/Berlin"?',
        ),
        ('timezone = "../etc/passwd"  #!', "timezone: must be a time zone such as Europe/Berlin."),
        (
            'system_id = "11"  #!',
            ("system_id: belongs to one machine: take it out here and say `mdtickets config set --local system_id 11`"),
        ),
        ('[queue.A]\nfolow_up = "new"  #!', '[queue.A] folow_up: no such key. Did you mean "follow_up"?'),
        (
            '[queue.A]\nfollow_up = "reopn"  #!',
            '[queue.A] follow_up: must be "reopen", "reject" or "new". Did you mean "reopen"?',
        ),
        (
            '[queue.A]\nacknowledge = "new"  #!',
            "[queue.A] acknowledge: must be a list of any of new, follow_up, reject, new_after_closed.",
        ),
        (
            '[queue.A]\nacknowledge = ["rejected"]  #!',
            (
                "[queue.A] acknowledge: must be a list of any of new, follow_up, reject, new_after_closed. "
                'Did you mean "reject"?'
            ),
        ),
        ("[queue.A]\nunlock_after = true  #!", "[queue.A] unlock_after: must be a whole number from 0 to 100000."),
        ('[queue."First Level"]\nx = 1  #!', '[queue."First Level"] x: no such key. There are: address, sender_name, '),
        ('[queue]\naddress = "a@b"  #!', "[queue] address: stands in no table; begin one with [queue.NAME]."),
        ('queue = "Support"  #!', "queue: must be tables: [queue.NAME]."),
        ('[agent."a b"]  #!', '[agent] "a b": must be letters, digits and . _ -, at most 40 characters.'),
        ('[agent.a]\nemail = "a at b"  #!', "[agent.a] email: must be a mail address such as support@example.com."),
        ('[[mailbox]]  #!\nqueue = ""', "[[mailbox]] maildir: is missing."),
        ('[mailbox]  #!\nmaildir = "x"', "mailbox: must be written [[mailbox]], once for each."),
        (
            '[[mailbox]]\nmaildir = "x"\nfiled = "folder:../x"  #!',
            '[[mailbox]] filed: must be "folder:NAME", "cur" or "delete".',
        ),
        (
            '[[mailbox]]\nmaildir = "x"\nfiled = "delte"  #!',
            '[[mailbox]] filed: must be "folder:NAME", "cur" or "delete". Did you mean "delete"?',
        ),
        (
            '[[mailbox]]\nmaildir = "x"\nfolder = "a/b"  #!',
            "[[mailbox]] folder: must be the name of a Maildir++ folder such as .Sales, without a slash.",
        ),
        (
            '[sending]\npassword = "secret"  #!',
            ("[sending] password: a password never stands in the settings; name password_command or password_file."),
        ),
        ("[sending]\nport = 70000  #!", "[sending] port: must be a whole number from 0 to 65535."),
        (
            '[acknowledge]\ntotal = "500/h"  #!',
            '[acknowledge] total: must be "N in SPAN" such as "10 in 24h", or "none".',
        ),
        (
            '[acknowledge]\nmax_age = "0d"  #!',
            "[acknowledge] max_age: must be a span of time such as 30m, 24h, 3d or 2w.",
        ),
        (
            '[hours]  #!\nmonday = "9-17"',
            "hours: working hours stand in a calendar: see `mdtickets help working-time`",
        ),
        ('[calendar.a]\nmon = "18:00-08:00"  #!', "[calendar.a] mon: must be hours such as"),
        ('[calendar.a]\nmon = "08:00-12:00, 11:00-17:00"  #!', "[calendar.a] mon: must be hours such as"),
        ('[calendar.a]\nmon = "22:00-24:30"  #!', "[calendar.a] mon: must be hours such as"),
        (
            '[calendar.a]\nmon = ""  #!\ntue = ""\nwed = ""\nthu = ""\nfri = ""',
            "[calendar.a] mon: this calendar has no working hours on any day.",
        ),
        ('[calendar.a]\ncountry = "Germany"  #!', "[calendar.a] country: must be a country by its two letters"),
        ('[calendar.a]\nregion = "BY"  #!', "[calendar.a] region: is a part of a country: name that under country."),
        ('[calendar.a]\ndays_off = ["24.12."]  #!', "[calendar.a] days_off: must be a list of days such as"),
        ('[calendar.a]\ndays_off = ["2026-02-30"]  #!', "[calendar.a] days_off: must be a list of days such as"),
        ('[calendar.a]\ndays_on = ["2026-12-05"]  #!', "[calendar.a] days_on: must be a list of days with hours"),
        (
            '[calendar.munich]\n[queue.A]\ncalendar = "Munich"  #!',
            '[queue.A] calendar: there is no calendar "Munich". Did you mean "munich"?',
        ),
        ('[queue.A]\n[[target]]\nqueue = "B"  #!', '[[target]] queue: there is no queue "B". Make one first:'),
        ('[[target]]\npriority = "high"  #!', "[[target]] priority: must be "),
        ("[queue.A]\nsolution = -1  #!", "[queue.A] solution: must be a whole number from 0 to 1000000."),
        (
            '[queue.A]\n[[mailbox]]\nmaildir = "x"\nqueue = "B"  #!',
            '[[mailbox]] queue: there is no queue "B". Make one first: a table [queue.B].',
        ),
        (
            '[queue.Support]\n[[mailbox]]\nmaildir = "x"\nqueue = "Suport"  #!',
            '[[mailbox]] queue: there is no queue "Suport". Did you mean "Support"?',
        ),
        (
            '[[mailbox]]\nmaildir = "x"\n[[mailbox]]\nmaildir = "x"  #!',
            "[[mailbox]] maildir: this mailbox is there twice.",
        ),
        (
            '[[mailbox]]\nmaildir = "x"\nfolder = "A"\nfiled = "folder:A"  #!',
            "[[mailbox]] filed: mail cannot be filed into the folder that it is taken from.",
        ),
        (
            '[sending]\ntransport = "smtp"  #!',
            '[sending] transport: "smtp" needs a host: name the server under host first.',
        ),
        ('[agent.a]\nemail = "a@x"\n[agent.b]\nemail = "A@X"  #!', "[agent.b] email: a@x belongs to a already."),
        ('currency = "Euro"  #!', "currency: must be a currency by its code (ISO 4217), such as EUR or CHF."),
        ("rate = 80  #!", "rate: must be written [[rate]], once for each."),
        ('[agent.a]\nrate = "80"  #!', "[agent.a] rate: a rate is a table of its own, [[rate]]: see"),
        ('[[rate]]  #!\ncurrency = "EUR"', "[[rate]] amount: is missing."),
        ('[[rate]]\namount = "80 EUR"  #!', '[[rate]] amount: must be a price such as "80.50", at most a million.'),
        ("[[rate]]\namount = -1  #!", '[[rate]] amount: must be a price such as "80.50", at most a million.'),
        ("[[rate]]\namount = nan  #!", '[[rate]] amount: must be a price such as "80.50", at most a million.'),
        ('[[rate]]\namount = 1\nvalid_from = "24.11."  #!', "[[rate]] valid_from: must be a day such as 2026-11-24."),
        (
            "[[rate]]\namount = 1\nvalid_from = 2026-11-24T10:00:00  #!",
            "[[rate]] valid_from: must be a day such as 2026-11-24.",
        ),
        (
            "[[rate]]\namount = 1\nvalid_from = 2026-11-24\nvalid_to = 2026-11-23  #!",
            "[[rate]] valid_to: lies before valid_from.",
        ),
        (
            '[[rate]]\namount = 1\nweekdays = ["saturday"]  #!',
            "[[rate]] weekdays: must be a list of any of mon, tue, wed, thu, fri, sat, sun.",
        ),
        ("name = #!", "not TOML: Invalid value."),
        ('name = "x"\nname = "y"  #!', "not TOML: Cannot overwrite a value."),
    ],
)
def test_what_is_wrong(tmp_path: Path, text: str, sentence: str) -> None:
    """Every mistake is one sentence with file, line (marked here), key, what is allowed, and the nearest right word."""
    line = text.partition("#!")[0].count("\n") + 2
    wanted = f"mdtickets.toml:{line}: {sentence}"
    assert [wanted] == [each[: len(wanted)] for each in told(tmp_path, f"format = 1\n{text}")]


@pytest.mark.parametrize(
    ("shared", "sentence"),
    [
        ("", 'mdtickets.toml:1: "format = 1" is missing.'),
        (
            "\nformat = 2\nx = 1",
            "mdtickets.toml:2: format: this program knows format 1 only, so it does not touch this store.",
        ),
    ],
)
def test_format_must_be_known(tmp_path: Path, shared: str, sentence: str) -> None:
    """A store of a format that this program does not know is left alone, whatever else stands there."""
    assert told(tmp_path, shared) == [sentence]


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """Mistakes of both files come together, in the order of their lines."""
    assert told(tmp_path, 'format = 1\n[sending]\nport = "x"\n[acknowledge]\ntotl = 1\n', 'nam = "x"\n') == [
        "mdtickets.toml:3: [sending] port: must be a whole number from 0 to 65535.",
        'mdtickets.toml:5: [acknowledge] totl: no such key. Did you mean "total"?',
        '.mdtickets/local.toml:1: nam: no such key. Did you mean "name"?',
    ]


def test_mistakes_between_files_are_told_where_the_winner_is(tmp_path: Path) -> None:
    """A local key that fits nothing is told with the local file's line."""
    assert told(tmp_path, "format = 1\n", '\n[sending]\ntransport = "smtp"\n') == [
        '.mdtickets/local.toml:3: [sending] transport: "smtp" needs a host: name the server under host first.'
    ]


def test_error_has_the_first_mistake_and_their_number(tmp_path: Path) -> None:
    """Whoever just wanted to work sees one sentence and where to see the rest."""
    with pytest.raises(SettingsError) as caught:
        load_settings(store(tmp_path, "format = 1\na = 1\nname = 5\nlanguage = 1\n"))
    assert str(caught.value) == (
        "mdtickets.toml:2: a: no such key. There are: format, name, language, timezone, system_id, hooks, list_columns, "
        "currency, mailbox, queue, agent, sending, acknowledge, rate, calendar, target. (2 more: see `mdtickets config check`.)"
    )


def test_prices_are_exact(tmp_path: Path) -> None:
    """Written with quotes or without, a price is never a float; what names no currency has the store's."""
    text = 'format = 1\ncurrency = "chf"\n[[rate]]\namount = 80.10\n[[rate]]\namount = "0,1"\ncurrency = "EUR"\nqueue = ""\n'
    rates = load_settings(store(tmp_path, text)).rates
    assert [(str(rate.amount), rate.currency, rate.queue) for rate in rates] == [
        ("80.10", "CHF", ""),
        ("0.1", "EUR", ""),
    ]


def test_a_rate_is_valid_from_day_to_day(tmp_path: Path) -> None:
    """Days may be TOML's own, or text."""
    text = 'format = 1\n[[rate]]\namount = 1\nvalid_from = 2026-01-01\nvalid_to = "2026-12-31"\nweekdays = ["sat"]\n'
    [rate] = load_settings(store(tmp_path, text)).rates
    assert (rate.valid_from, rate.valid_to, rate.weekdays) == (
        date(2026, 1, 1),
        date(2026, 12, 31),
        frozenset({Weekday.SAT}),
    )


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing and badly encoded files are told as such."""
    with pytest.raises(SettingsError, match=r"^mdtickets\.toml is missing"):
        load_settings(Layout(tmp_path))
    (tmp_path / "mdtickets.toml").write_bytes(b'format = 1\nname = "\xff"\n')
    with pytest.raises(SettingsError, match=r"^mdtickets\.toml:2: not UTF-8"):
        load_settings(Layout(tmp_path))


def test_lines_are_found_within_long_values(tmp_path: Path) -> None:
    """Strings and lists over several lines, comments and quoted keys do not confuse the count."""
    shared = '''\
format = 1
name = """
[agent.nobody]
x = 1"""
[queue."A # B"]   # [no.table]
acknowledge = [
  "new",  # ]
  "nonsense",
]
'unlock_after' = "x"
'''
    assert [problem.split(": ")[0] for problem in told(tmp_path, shared)] == [
        "mdtickets.toml:2",
        "mdtickets.toml:6",
        "mdtickets.toml:10",
    ]


def test_loading_is_cheap(tmp_path: Path) -> None:
    """Every command loads the settings: a few milliseconds at most."""
    layout = store(tmp_path, EXAMPLE, 'system_id = "10"\n')
    load_settings(layout)
    begun = time.process_time()
    for _ in range(10):
        load_settings(layout)
    assert (time.process_time() - begun) / 10 < 0.01
