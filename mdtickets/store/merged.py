"""Merged tickets, as the catalog has them: which one took over, and which ones it took over."""

from mdtickets.store.catalog import Catalog

_MOST_HOPS = 10  # merged tickets followed (OTRS)


def follow_merges(catalog: Catalog, number: str) -> str:
    """The ticket that took over, at most ten mergers on; the ticket itself when none did."""
    for _hop in range(_MOST_HOPS):
        found = catalog.query("SELECT merged_into FROM ticket WHERE number = ?", (number,))
        main = found[0][0] if found else ""
        if not main or not catalog.query("SELECT 1 FROM ticket WHERE number = ?", (main,)):
            break
        number = main
    return number


def taken_over(catalog: Catalog, number: str) -> tuple[str, ...]:
    """The tickets that this one took over, and those that they had taken over, each once."""
    found, waiting = {number: None}, [number]
    while waiting:
        # without the second condition SQLite does not use the index
        sql = "SELECT number FROM ticket WHERE merged_into = ? AND merged_into != '' ORDER BY number"
        new = [old for (old,) in catalog.query(sql, (waiting.pop(0),)) if old not in found]
        found |= dict.fromkeys(new)
        waiting += new
    return tuple(found)[1:]
