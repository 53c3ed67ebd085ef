"""The objects of `--json`, format 1: keys and their order as the interface promises them to scripts.

Times are RFC 3339 in UTC, unknown is null, empty is [] or "", numbers of tickets are text. Keys are only ever added.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from mdtickets.domain.overview import TicketRow
from mdtickets.domain.states import TicketLock
from mdtickets.domain.timestamps import format_time

if TYPE_CHECKING:
    from mdtickets.domain.budgets import BudgetUse


def tickets_as_json(total: int, rows: Iterable[TicketRow]) -> dict[str, Any]:
    """What `list` found: `total` counts those behind the limit too."""
    return {"total": total, "tickets": [row_as_json(row) for row in rows]}


def groups_as_json(groups: Iterable[tuple[str, int]]) -> list[dict[str, Any]]:
    """What `list --group` counted: those behind the limit too."""
    return [{"group": group, "count": count} for group, count in groups]


def row_as_json(row: TicketRow) -> dict[str, Any]:
    """T: one ticket."""
    return {
        "number": row.number,
        "title": row.title,
        "state": row.state.value,
        "state_type": row.state.type.value,
        "queue": row.queue,
        "priority": row.priority.value,
        "owner": row.owner,
        "responsible": row.responsible,
        "customer": row.customer,
        "company": row.company,
        "tags": list(row.tags),
        "problem": row.problem,
        "lock": lock_as_json(row.lock),
        "created_at": format_time(row.created_at),
        "updated_at": format_time(row.updated_at),
        "pending_until": time_as_json(row.pending_until),
        "closed_at": time_as_json(row.closed_at),
        "due_at": time_as_json(row.due_at),
        "articles": row.articles,
        "minutes": row.minutes,
        "possible_duplicates": list(row.possible_duplicates),
        "undelivered": row.undelivered,
    }


def budgets_as_json(uses: "Iterable[BudgetUse]") -> list[dict[str, Any]]:
    """What is used of budgets: minutes, and the first and last day of the span that they are for."""
    return [
        {
            "customer": use.slug,
            "minutes": use.budget.minutes,
            "span": use.budget.span.value,
            "since": use.first.isoformat(),
            "until": use.last.isoformat(),
            "used": use.used,
            "left": use.left,
        }
        for use in uses
    ]


def lock_as_json(lock: TicketLock | None) -> dict[str, Any] | None:
    """Who holds a ticket."""
    if lock is None:
        return None
    return {
        "agent": lock.agent,
        "host": lock.host,
        "since": format_time(lock.since),
        "until": time_as_json(lock.until),
        "reason": lock.reason,
    }


def time_as_json(moment: datetime | None) -> str | None:
    """RFC 3339, or null."""
    return format_time(moment) if moment else None
