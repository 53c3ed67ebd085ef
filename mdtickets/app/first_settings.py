"""The settings that a new store begins with: the defaults, each with what else it could be."""

from typing import Any

from msgspec import Struct

from mdtickets.app.settings_kinds import ADDRESS, FILLED, LANGUAGE, Kind, is_address
from mdtickets.app.settings_schema import AGENT_KEY, QUEUE_NAME, toml_key, toml_value
from mdtickets.domain.slug import slug_of
from mdtickets.errors import UsageError


class Wishes(Struct, frozen=True, kw_only=True):
    """What somebody says about his new store. Empty text: nothing said."""

    name: str = "Example Support"
    address: str = ""
    maildir: str = ""
    queue: str = "Support"
    language: str = "en"

    def check(self) -> None:
        """Raise UsageError for a wish that settings could not hold."""
        _check("--name", FILLED, self.name)
        _check("--address", ADDRESS, self.address)
        _check("--language", LANGUAGE, self.language)
        if not QUEUE_NAME.fullmatch(self.queue):
            raise UsageError(f'--queue: "{self.queue}" cannot name a queue.', "Use a word without slashes.")
        if not self.maildir.isprintable():
            raise UsageError("--maildir: must be the path of a directory.")


class Person(Struct, frozen=True, kw_only=True):
    """The git user, who becomes the first agent."""

    name: str
    email: str

    @property
    def key(self) -> str:
        """A short word for `--as`: the first name."""
        return slug_of(self.name.split(" ")[0], self.email)


def first_settings(wishes: Wishes, maildir: str, person: Person | None) -> str:
    """The text of `mdtickets.toml`. Without address and Maildir the mailbox stands there as an example, commented out."""
    mailbox = _MAILBOX.format(
        maildir=_padded("maildir", toml_value(maildir)),
        address=_address(wishes.address),
        queue=toml_value(wishes.queue),
    )
    has_mailbox = bool(wishes.address or wishes.maildir)
    return _WHOLE.format(
        name=toml_value(wishes.name),
        language=toml_value(wishes.language),
        mailbox=mailbox if has_mailbox else _commented(mailbox),
        queue=toml_key(wishes.queue),
        address=_padded_address(wishes.address),
        agent=_agent(person),
    )


def _check(option: str, kind: Kind, value: Any) -> None:
    try:
        kind.parse(value)
    except ValueError as error:
        raise UsageError(f"{option}: must be {error}{'' if str(error).endswith('?') else '.'}") from None


def _agent(person: Person | None) -> str:
    if person and is_address(person.email) and person.name.isprintable() and AGENT_KEY.fullmatch(person.key):
        return _AGENT.format(key=toml_key(person.key), name=toml_value(person.name), email=toml_value(person.email))
    return _commented(_AGENT.format(key="anna", name='"Anna Beispiel"', email='"anna@example.com"'))


def _address(address: str) -> str:
    return f"address = {toml_value(address)}" if address else '# address = "support@example.com"'


def _padded_address(address: str) -> str:
    line = _address(address)
    return f"{line:<32} # sender of answers and acknowledgements"


def _padded(key: str, value: str) -> str:
    line = f"{key} = {value}"
    return f'{line:<32} # relative to the store, or absolute; a Maildir++ folder of it with folder = ".Sales"'


def _commented(text: str) -> str:
    return "".join(f"# {line}\n" for line in text.splitlines())


_MAILBOX = """\
[[mailbox]]
{maildir}
{address}
queue = {queue}
filed = "folder:.Filed"          # what is filed goes to a folder beside; or "cur", or "delete"
"""

_AGENT = """\
[agent.{key}]
name = {name}
email = {email}
"""

_WHOLE = """\
# The settings of this store. Every key: mdtickets help settings. Check them: mdtickets config check
# What concerns one machine alone belongs into .mdtickets/local.toml: mdtickets config set --local KEY VALUE
format = 1
name = {name}
language = {language}                  # en | de: of acknowledgements when nothing better is known
timezone = "Europe/Berlin"       # a ticket's number begins with the day here

# One table for each Maildir that is filed.
{mailbox}
[queue.{queue}]
{address}
follow_up = "reopen"             # what a follow-up to a closed ticket does: reopen | reject | new
acknowledge = ["new"]            # any of new, follow_up, reject, new_after_closed
unlock_after = 60                # working minutes until a ticket's lock ends; 0 = never

# One table for each of the team; the word after the point is for --as, owner and locks.
{agent}
[sending]
transport = "maildir"            # maildir | smtp | sendmail
maildir = ".mdtickets/outgoing"  # with "maildir" nothing leaves this machine: what would be sent lands here
# host = "mail.example.com"      # for smtp; also port, tls = "starttls" | "implicit" | "none",
# user = "support"               # password_command or password_file (the password itself never stands here)

[acknowledge]
per_address = "10 in 24h"        # how many at most; also per_ticket, per_domain; "none" = no limit
total = "500 in 1h"
max_age = "3d"                   # older mail is filed without an acknowledgement
"""
