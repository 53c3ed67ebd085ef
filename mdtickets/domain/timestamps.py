"""Times as all files and `--json` have them: RFC 3339 in UTC, to the second."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=256)  # a slice writes the same moments many times
def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second, as all files and `--json` have it."""
    return moment.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def at_second(second: int) -> datetime:
    """The moment so many seconds after 1970, in UTC."""
    return datetime.fromtimestamp(second, UTC)


def parse_time(text: str) -> datetime:
    """The aware moment that RFC 3339 text names. Raises ValueError when it has no zone or is no time."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return moment.astimezone(UTC)
