"""Which calendar a queue goes by: its rules from the settings, with time zone and holidays."""

from mdtickets.app.holidays import holidays_of
from mdtickets.domain.settings import CalendarRules, Settings
from mdtickets.domain.working_time import Calendar
from mdtickets.domain.zones import zone_named
from mdtickets.store.layout import Layout


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

    def _make(self, rules: CalendarRules) -> Calendar:
        zone = zone_named(rules.timezone or self.settings.timezone)
        return Calendar(rules=rules, zone=zone, holidays=holidays_of(self._layout, rules, self.settings.language))
