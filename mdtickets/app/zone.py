"""The time zone in which a team reads times."""

from datetime import tzinfo

from mdtickets.app.session import Session
from mdtickets.domain.zones import zone_named


def zone_of(session: Session) -> tzinfo:
    """The store's time zone; UTC on a machine that has no such data."""
    return zone_named(session.settings.timezone)
