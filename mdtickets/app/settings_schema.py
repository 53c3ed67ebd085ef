"""Every key that settings may have: its kind, its default, what it means. The document `settings` tells the same."""

import json
import re
from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from mdtickets.app.settings_kinds import (
    ADDRESS,
    ADDRESSES,
    AMOUNT,
    BUDGET,
    COMMAND,
    COUNTRY,
    CURRENCY,
    DAY,
    DAYS_OFF,
    DAYS_ON,
    FILED,
    FILLED,
    FLAG,
    FOLDER,
    HOURS,
    LANGUAGE,
    LINE,
    NAMES,
    PRIORITY,
    REGION,
    SPAN,
    SYSTEM_ID,
    TEXT,
    TIMEZONE,
    Kind,
    Toml,
    choice,
    choices,
    integer,
    nearest,
)
from mdtickets.domain.settings import (
    AckKind,
    AfterReply,
    FollowUpPolicy,
    HookTrust,
    Occasion,
    Tls,
    Transport,
    Unverified,
    Weekday,
)

FORMAT = 1


class Key(Struct, frozen=True, kw_only=True):
    """One key: what it may hold, and what counts while it is not there."""

    kind: Kind
    default: Toml = ""
    required: bool = False
    only_local: bool = False  # belongs to this machine, so it never stands in the tracked file


class Shape(StrEnum):
    """How often a table stands in the file."""

    ONE = "[NAME]"
    NAMED = "[NAME.WORD]"
    LIST = "[[NAME]]"


class Table(Struct, frozen=True, kw_only=True):
    """A group of keys."""

    shape: Shape
    keys: Mapping[str, Key]


# Of a queue and of a target: working minutes, 0 = none; what is not there is said elsewhere.
TARGET_KEYS: Mapping[str, Key] = {
    "first_response": Key(kind=integer(0, 1_000_000)),
    "update": Key(kind=integer(0, 1_000_000)),
    "solution": Key(kind=integer(0, 1_000_000)),
    "warn_at": Key(kind=integer(0, 99)),
}

TOP: Mapping[str, Key] = {
    "format": Key(kind=integer(1, 1), required=True),
    "name": Key(kind=FILLED, default="Example Support"),
    "language": Key(kind=LANGUAGE, default="en"),
    "timezone": Key(kind=TIMEZONE, default="Europe/Berlin"),
    "system_id": Key(kind=SYSTEM_ID, only_local=True),
    "hooks": Key(kind=choice(HookTrust), default="untrusted", only_local=True),
    "list_columns": Key(kind=LINE),
    "currency": Key(kind=CURRENCY, default="EUR"),
}

TABLES: Mapping[str, Table] = {
    "mailbox": Table(
        shape=Shape.LIST,
        keys={
            "maildir": Key(kind=FILLED, required=True),
            "folder": Key(kind=FOLDER),
            "address": Key(kind=ADDRESS),
            "queue": Key(kind=LINE),
            "filed": Key(kind=FILED, default="folder:.Filed"),
        },
    ),
    "queue": Table(
        shape=Shape.NAMED,
        keys={
            "address": Key(kind=ADDRESS),
            "sender_name": Key(kind=LINE),
            "language": Key(kind=LANGUAGE),
            "follow_up": Key(kind=choice(FollowUpPolicy), default="reopen"),
            "unverified": Key(kind=choice(Unverified), default="file"),
            "acknowledge": Key(kind=choices(AckKind), default=["new"]),
            "unlock_after": Key(kind=integer(0, 100_000), default=60),
            "after_reply": Key(kind=choice(AfterReply), default="closed"),
            "signature": Key(kind=TEXT),
            "markdown": Key(kind=FLAG, default=False),
            "time_required": Key(kind=FLAG, default=False),
            "calendar": Key(kind=LINE),
            **TARGET_KEYS,
        },
    ),
    "agent": Table(
        shape=Shape.NAMED,
        keys={
            "name": Key(kind=LINE),
            "email": Key(kind=ADDRESS),
            "signature": Key(kind=TEXT),
            "queues": Key(kind=NAMES, default=[]),
            "notify": Key(kind=choices(Occasion), default=["stolen"]),
            "notify_command": Key(kind=COMMAND),
        },
    ),
    "sending": Table(
        shape=Shape.ONE,
        keys={
            "transport": Key(kind=choice(Transport), default="maildir"),
            "maildir": Key(kind=FILLED, default=".mdtickets/outgoing"),
            "sent": Key(kind=LINE),
            "host": Key(kind=LINE),
            "port": Key(kind=integer(0, 65535), default=0),
            "tls": Key(kind=choice(Tls), default="starttls"),
            "user": Key(kind=LINE),
            "password_command": Key(kind=COMMAND),
            "password_file": Key(kind=LINE),
            "sendmail": Key(kind=FILLED, default="/usr/sbin/sendmail"),
            "timeout": Key(kind=integer(1, 3600), default=60),
        },
    ),
    "acknowledge": Table(
        shape=Shape.ONE,
        keys={
            "per_address": Key(kind=BUDGET, default="10 in 24h"),
            "per_ticket": Key(kind=BUDGET, default="none"),
            "per_domain": Key(kind=BUDGET, default="none"),
            "total": Key(kind=BUDGET, default="500 in 1h"),
            "max_age": Key(kind=SPAN, default="3d"),
            "reply_to_of": Key(kind=ADDRESSES, default=[]),
        },
    ),
    "rate": Table(
        shape=Shape.LIST,
        keys={
            "amount": Key(kind=AMOUNT, required=True),
            "currency": Key(kind=CURRENCY),
            "customer": Key(kind=LINE),
            "company": Key(kind=LINE),
            "agent": Key(kind=LINE),
            "activity": Key(kind=LINE),
            "queue": Key(kind=LINE),
            "weekdays": Key(kind=choices(Weekday), default=[]),
            "valid_from": Key(kind=DAY),
            "valid_to": Key(kind=DAY),
        },
    ),
    "calendar": Table(
        shape=Shape.NAMED,
        keys={
            "timezone": Key(kind=TIMEZONE),
            **{day: Key(kind=HOURS, default="08:00-18:00") for day in ("mon", "tue", "wed", "thu", "fri")},
            **{day: Key(kind=HOURS) for day in ("sat", "sun")},
            "country": Key(kind=COUNTRY),
            "region": Key(kind=REGION),
            "days_off": Key(kind=DAYS_OFF, default=[]),
            "days_on": Key(kind=DAYS_ON, default=[]),
        },
    ),
    "target": Table(
        shape=Shape.LIST,
        keys={
            "queue": Key(kind=LINE),
            "priority": Key(kind=PRIORITY),
            "company": Key(kind=LINE),
            **TARGET_KEYS,
        },
    ),
}

# The names of queues and agents: what a person can type, and what no file or git name trips over.
QUEUE_NAME = re.compile(r"[^\s\x00-\x1f/\\][^\x00-\x1f/\\]{0,99}")
AGENT_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")

# Words that people look for and that mean nothing here.
_INSTEAD: Mapping[str, str] = {
    "password": "a password never stands in the settings; name password_command or password_file",
    "hours": "working hours stand in a calendar: see `mdtickets help working-time`",
    "holidays": "name a country in a calendar: see `mdtickets help working-time`",
    "calendars": "each calendar is a table [calendar.NAME]: see `mdtickets help working-time`",
    "rate": "a rate is a table of its own, [[rate]]: see `mdtickets help costs`",
    "rates": "each rate is a table [[rate]]: see `mdtickets help costs`",
    "budget": "a budget stands on a card: see `mdtickets help costs`",
    "views": "a view is a file in views/: see `mdtickets help queries`",
    "targets": "each target is a table [[target]]: see `mdtickets help working-time`",
    "first_response": "stands in a queue or a [[target]]: see `mdtickets help working-time`",
    "update": "stands in a queue or a [[target]]: see `mdtickets help working-time`",
    "solution": "stands in a queue or a [[target]]: see `mdtickets help working-time`",
}


def unknown_key(name: str, right: Mapping[str, object]) -> str:
    """The sentence for a key that does not exist where it stands."""
    if name in _INSTEAD:
        return _INSTEAD[name]
    meant = nearest(name, list(right))
    return f"no such key{meant}" if meant else f"no such key. There are: {', '.join(right)}"


def table_header(path: tuple[str, ...]) -> str:
    """How the table of a key is written: `[queue.Support] `, `[[mailbox]] `, "" at the top."""
    if len(path) < 2:
        return ""
    table = TABLES.get(path[0])
    if table and table.shape is Shape.LIST:
        return f"[[{path[0]}]] "
    return f"[{'.'.join(map(toml_key, path[:-1]))}] "


def toml_key(name: str) -> str:
    """A key as TOML has it: bare if it can be."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", name):
        return name
    return toml_value(name)


def toml_value(value: Toml) -> str:
    """A value as TOML has it, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    # JSON's escapes are TOML's as well, but for DEL
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
