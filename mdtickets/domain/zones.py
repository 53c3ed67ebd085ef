"""Time zones by their names."""

from datetime import UTC, datetime, tzinfo


def zone_named(name: str) -> tzinfo:
    """The zone of that name; UTC on a machine that has no such data."""
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def hour_of(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """The hour and minute in that zone, with the day in front when that is not today: "10:48", "2026-11-25 09:00"."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    return f"{local:%H:%M}" if local.date() == today else f"{local:%Y-%m-%d %H:%M}"
