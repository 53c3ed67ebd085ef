"""The time zone in which a team reads times."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mdtickets.app.session import Session


def zone_of(session: Session) -> tzinfo:
    """The store's time zone; UTC on a machine that has no such data."""
    try:
        return ZoneInfo(session.settings.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
