"""How many tickets each view has now."""

from collections.abc import Callable, Collection, Iterable, Mapping

from msgspec import Struct

from mdtickets.app.glance import OpenStore
from mdtickets.app.querying import among_states, plan_of
from mdtickets.domain.overview import Selection
from mdtickets.domain.query import Query, Text, text_leaves
from mdtickets.domain.view import View
from mdtickets.errors import UsageError
from mdtickets.store.listing import select

LookUp = Callable[[tuple[Text, ...]], Mapping[Text, Collection[str]]]


class CountedView(Struct, frozen=True, kw_only=True):
    """A view and the number of its tickets; None where its query means nothing, and `problem` says why."""

    view: View
    count: int | None
    problem: str = ""


def count_views(
    store: OpenStore, views: Iterable[View], read: Callable[[str], Query], look_up: LookUp
) -> tuple[CountedView, ...]:
    """Each view with its count. `read` understands a query, `look_up` finds the tickets of text."""
    return tuple(_counted(store, view, read, look_up) for view in views)


def _counted(store: OpenStore, view: View, read: Callable[[str], Query], look_up: LookUp) -> CountedView:
    if view.problem:
        return CountedView(view=view, count=None, problem=view.problem)
    try:
        query = read(view.query)
    except UsageError as error:  # `is:mine` of nobody, a queue that is gone
        return CountedView(view=view, count=None, problem=f"{error.message} {error.hint}".strip())
    leaves = text_leaves(query)
    plan = plan_of(store, query, look_up(leaves) if leaves else {})
    total, _rows = select(store.catalog, among_states(Selection(limit=1), query), plan)
    return CountedView(view=view, count=total)
