"""A small index in a directory of its own."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from mdtickets.domain.article_terms import ArticleText
from mdtickets.store.durable import Disk
from mdtickets.store.index import Change, Index, make_index, writing
from mdtickets.store.index_words import Indexed
from mdtickets.store.layout import Layout

NOW = 1_795_600_000  # 25 November 2026
_DAY = 86_400


def number(which: int) -> str:
    """A ticket number."""
    return f"2026112410{which:06}"


def text(which: int, new: str = "", *, language: str = "de", days_ago: int = 0, **rest: Any) -> ArticleText:
    """An article of a ticket."""
    return ArticleText(
        number=number(which), name=f"{which}.eml", at=NOW - days_ago * _DAY, language=language, new=new, **rest
    )


def addition(*articles: ArticleText) -> list[Change]:
    """The articles as tickets of their own."""
    return [
        Change(number=each.number, indexed=Indexed(stamp="s", articles=(each.name,)), articles=(each,))
        for each in articles
    ]


def new_index(place: Path, articles: Iterable[ArticleText] = ()) -> Index:
    """An index that has these articles."""
    layout = Layout(place)
    layout.private.mkdir(parents=True, exist_ok=True)
    with writing(layout, Disk()):
        index = make_index(layout, Disk())
        index.write(addition(*articles))
    return index


def which(numbers: Iterable[str]) -> list[int]:
    """The tickets by what `number` made them of."""
    return sorted(int(each[-6:]) for each in numbers)
