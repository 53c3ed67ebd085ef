"""A mail that an agent is writing, before it is sent."""

from msgspec import Struct, field

from mdtickets.domain.model import Address


class Begun(Struct, frozen=True, kw_only=True):
    """What was true when the draft was begun: it tells later what came meanwhile, and whether it was sent already."""

    token: str  # of its Message-ID; nobody can guess it
    article: str = ""  # file name of the article it answers or passes on
    seen: int = 0  # events the history had
    to: tuple[str, ...] = ()  # lower-case addresses that were meant
    blank: str = ""  # digest of the text before anybody wrote into it; "" = it may leave as it is


class Draft(Struct, frozen=True, kw_only=True):
    """To whom, about what, which words, which files."""

    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    subject: str
    body: str
    attach: tuple[str, ...] = ()  # paths of the agent's own files
    about: str = ""  # who the customer is, for the agent's eyes alone
    solved: tuple[str, ...] = ()  # how such cases were solved before, for the same eyes
    forwards: str = ""  # how the mail that it passes on goes with it: `attached` or `inline`, then which one it is
    begun: Begun = field(default_factory=lambda: Begun(token=""))

    @property
    def recipients(self) -> tuple[Address, ...]:
        """Everybody who gets it, each once."""
        return tuple({address.key: address for address in (*self.to, *self.cc, *self.bcc)}.values())
