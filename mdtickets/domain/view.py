"""Views: queries with a name, and how their tickets are shown."""

from collections.abc import Mapping

from msgspec import Struct


class View(Struct, frozen=True, kw_only=True):
    """A list that is looked at again and again. What is empty is as in any list."""

    name: str
    description: str = ""
    query: str
    columns: tuple[str, ...] = ()
    sort: str = ""
    reverse: bool = False
    group: str = ""
    is_built_in: bool = False
    problem: str = ""  # why its file cannot be used


def _built_in(
    name: str, description: str, query: str, *, columns: tuple[str, ...] = (), sort: str = "", group: str = ""
) -> View:
    return View(
        name=name, description=description, query=query, columns=columns, sort=sort, group=group, is_built_in=True
    )


BUILT_IN: Mapping[str, View] = {
    view.name: view
    for view in (
        _built_in("mine", "Yours to do.", "is:mine is:open"),
        _built_in("unanswered", "Their customers wait, the longest first.", "is:open is:unanswered"),
        _built_in(
            "escalating",
            "Overdue, or due within a day.",
            "is:overdue OR is:open due:..1d",
            columns=("number", "prio", "due", "title", "customer", "who"),
            sort="due_at",
        ),
        _built_in("unlocked", "Nobody works on them now.", "(is:new OR state:open) is:unlocked"),
        _built_in("by-queue", "All that is open, queue by queue.", "is:open", group="queue"),
        _built_in("waiting", "It is the customer's turn.", "state:open is:answered OR is:pending", sort="updated_at"),
        _built_in("bounced", "Mail of ours did not arrive.", "is:open (is:undelivered OR is:bounced)"),
        _built_in("duplicates", "They may be about the same.", "is:open is:duplicate"),
    )
}
