"""Which calendar a queue goes by: its rules from the settings, with time zone and holidays."""

import zlib
from datetime import tzinfo

import msgspec

from mdtickets.app.holidays import holidays_of, library_token
from mdtickets.domain.settings import CalendarRules, Settings
from mdtickets.domain.working_time import Calendar
from mdtickets.domain.zones import zone_named
from mdtickets.errors import UnavailableError
from mdtickets.store.layout import Layout


def calendars_token(settings: Settings, *besides: object) -> str:
    """What differs once the settings, or the library of holidays, make other working time, or `besides` is another."""
    chosen = {name: queue.calendar for name, queue in settings.queues.items()}
    said = msgspec.json.encode((*besides, settings.calendars, chosen, settings.timezone), order="deterministic")
    countries = any(rules.country for rules in settings.calendars.values())
    return f"{zlib.crc32(said):08x} {library_token() if countries else ''}".strip()


class Calendars:
    """The calendars of a store by queue, each made at first use. A session has them: `session.calendars`."""

    def __init__(self, layout: Layout, settings: Settings) -> None:
        self.settings = settings
        self._layout = layout
        self._known: dict[str, Calendar] = {}

    def of(self, queue: str) -> Calendar:
        """When the team of that queue is at work; the default calendar for a queue that is gone.

        Raises UnavailableError when its holidays cannot be told.
        """
        rules = self.settings.calendar_of(queue)
        if rules.name not in self._known:
            self._known[rules.name] = self._make(rules)
        return self._known[rules.name]

    def for_locks(self, queue: str) -> Calendar:
        """The same; without its holidays when they cannot be told: nobody shall be kept from his work by that."""
        try:
            return self.of(queue)
        except UnavailableError:
            rules = self.settings.calendar_of(queue)
            return Calendar(rules=rules, zone=self._zone(rules))

    def _make(self, rules: CalendarRules) -> Calendar:
        holidays = holidays_of(self._layout, rules, self.settings.language)
        return Calendar(rules=rules, zone=self._zone(rules), holidays=holidays)

    def _zone(self, rules: CalendarRules) -> tzinfo:
        return zone_named(rules.timezone or self.settings.timezone)
