"""New tickets that no mail brought: an agent's command opens them, by the same numbers and in the same durable step."""

from msgspec import Struct

from mdtickets.app.numbering import Numbering
from mdtickets.app.session import Session
from mdtickets.app.staging import Action, Staging
from mdtickets.app.zone import zone_of


class Opener(Struct):
    """Gives numbers to new tickets and stages them. Used under the filing lock, from decision to staging."""

    session: Session
    _numbering: Numbering | None = None

    def number(self) -> str:
        """The next ticket number, given now. Raises RefusedError on a clone without a system_id."""
        number = self._numbers.peek()
        self._numbers.use(number)
        return number

    def stage(self, staging: Staging, action: Action) -> None:
        """Stage a new ticket with the mark that keeps its number from being given again."""
        staging.stage(action)
        staging.stage_mark(self._numbers.mark, self._numbers.last)

    @property
    def _numbers(self) -> Numbering:
        if self._numbering is None:
            today = self.session.now().astimezone(zone_of(self.session)).date()
            self._numbering = Numbering(self.session.layout, system_id=self.session.system_id, today=today)
        return self._numbering
