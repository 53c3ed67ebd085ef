"""What the process that loads the library `holidays` is asked, and what it answers."""

from msgspec import Struct, field


class Request(Struct, frozen=True, kw_only=True):
    """Whose holidays are asked for; the language of their names."""

    country: str
    region: str = ""
    language: str = "en"


class Answer(Struct, frozen=True, kw_only=True):
    """The name of each day; or the countries, or the regions, that there are instead of one that is not."""

    days: dict[str, str] = field(default_factory=dict)
    countries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    is_known: bool = True
