"""One ticket as a thread: who wrote what when, what became of our answers, and nothing that was read before.

Quoted text, signatures and headers are folded into one line each; every text of a stranger is made plain once more.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo

from msgspec import Struct

from mdtickets.app.reading import Article, SectionKind, Thread
from mdtickets.domain.delivery import DeliveryState
from mdtickets.domain.event import What
from mdtickets.domain.model import Address, ArticleKind, State, StateType
from mdtickets.domain.number import clean_subject
from mdtickets.domain.plain import plain_line, plain_text
from mdtickets.render import times
from mdtickets.render.listing import priority_word
from mdtickets.render.terminal import Screen, Style
from mdtickets.render.width import tame, width_of, wrap

_INDENT = "    "
_FOLD = "▸"
_MOST_NAMES = 3
_LONGEST_NOTE = 300  # characters of a card's
# Words beside the time of a received mail that was filed in another way than most.
_FILED_AS = {
    What.DUPLICATE: "duplicate",
    What.BOUNCE: "bounce",
    What.AUTOMATIC: "automatic",
    What.JUNK: "junk",
}
_OPEN = frozenset({StateType.NEW, StateType.OPEN})


class Detail(Struct, frozen=True, kw_only=True):
    """How much of each article is wanted."""

    unfold: bool = False
    headers: bool = False
    article: int | None = None  # only this one


class _Page(Struct, frozen=True, kw_only=True):
    """What all lines of one thread share."""

    now: datetime
    zone: tzinfo
    screen: Screen

    def both(self, left: str, right: str, style: Style, right_style: Style = Style.NONE) -> list[str]:
        """A text on the left and one on the right edge; below each other when they do not fit."""
        gap = self.screen.width - width_of(left) - width_of(right)
        if gap >= 2 or not right:
            spaces = " " * max(gap, 0) if right else ""
            return [self.screen.paint(left, style) + spaces + self.screen.paint(right, right_style)]
        lines = [self.screen.paint(line, style) for line in self.wrap(left)]
        return [*lines, *(self.screen.paint(_INDENT + line, right_style) for line in self.wrap(right, _INDENT))]

    def wrap(self, text: str, indent: str = "") -> list[str]:
        """Lines that fit a terminal; in a pipe, the lines as they are."""
        return wrap(text, self.screen.width - len(indent)) if self.screen.is_terminal else text.split("\n")

    def rule(self) -> str:
        """A line across."""
        return self.screen.paint("─" * self.screen.width, Style.DIM)


def format_thread(thread: Thread, detail: Detail, now: datetime, screen: Screen) -> str:
    """The text of a ticket, ready to be shown."""
    page = _Page(now=now, zone=thread.zone, screen=screen)
    lines = [*_head(thread, page), page.rule()]
    before: datetime | None = None
    for article in thread.in_order:
        if detail.article in {None, article.position}:
            lines += _article(thread, article, before, detail, page)
        before = article.received_at
    lines.append(page.rule())
    return "\n".join(lines) + "\n"


def format_hints(short: str) -> str:
    """The line below a thread on a terminal: what can be done next."""
    return f"reply {short}   note {short}   why {short}   attachments {short} --save .   show {short} --all\n"


def _head(thread: Thread, page: _Page) -> Iterator[str]:
    row = thread.row
    title = _clean(row.title) or "(no subject)"
    state = f"{row.state.value} · {priority_word(row.priority)} · {_clean(row.queue)}"
    yield from page.both(f"{row.number}  {title}", state, Style.HEADING)
    yield from page.both(_customer(thread), " · ".join(_people(thread, page)), Style.NONE, Style.DIM)
    ties = " · ".join(_ties(thread, page))
    if ties:
        yield from page.wrap(ties)
    for use in thread.known.budgets if thread.known else ():
        yield page.screen.paint(_clean(use.line), Style.NOTICE if use.is_used_up else Style.DIM)
    for note in thread.known.notes if thread.known else ():
        yield from _dim(note[:_LONGEST_NOTE], page)
    for problem in thread.problems:
        where = problem.path if problem.line is None else f"{problem.path}:{problem.line}"
        yield page.screen.paint(f"! {_clean(where)}: {_clean(problem.problem)}", Style.ALARM)


def _customer(thread: Thread) -> str:
    if thread.known is None:
        return _clean(thread.row.customer_name or thread.row.customer or "no customer")
    return _clean(thread.known.line)


def _people(thread: Thread, page: _Page) -> Iterator[str]:
    row = thread.row
    yield f"owner {_clean(row.owner)}" if row.owner else "free"
    if row.responsible:
        yield f"responsible {_clean(row.responsible)}"
    if row.lock:
        held_by = "" if row.lock.agent == row.owner else f" by {_clean(row.lock.agent)}"
        yield f"locked{held_by} {times.since(row.lock.since, page.now)}"
    if row.problem:
        yield f"problem: {_clean(row.problem)}"
    if thread.watchers:
        yield f"watched by {', '.join(map(_clean, thread.watchers))}"


def _ties(thread: Thread, page: _Page) -> Iterator[str]:
    row = thread.row
    if row.pending_until:
        yield f"pending until {times.until(row.pending_until, page.now, page.zone)}"
    if thread.merged_into:
        yield f"merged into {_clean(thread.merged_into)}"
    if row.tags:
        yield "tags " + ", ".join(map(_clean, row.tags))
    if row.possible_duplicates:
        yield "≈ " + ", ".join(map(_clean, row.possible_duplicates))
    yield from dict.fromkeys(f"{_clean(link.type)} {_clean(link.meant)}" for link in thread.links)


def _article(thread: Thread, article: Article, before: datetime | None, detail: Detail, page: _Page) -> Iterator[str]:
    style = Style.NONE if article.kind is ArticleKind.ACK else Style.HEADING
    place = f"{article.position:>2}" if article.number == thread.row.number else "  "
    left = f"{place}  {_names(thread, article)}"
    yield from page.both(left, " · ".join(_marks(article, before, page)), style, Style.DIM)
    if article.number != thread.row.number:
        yield from _dim(f"merged: article {article.position} of {article.number}", page)
    yield from (page.screen.paint(_INDENT + line, Style.ALARM) for line in _warnings(article))
    for name, value in _headers(thread, article, detail):
        yield from _dim(f"{name}: {value}", page)
    if article.kind is ArticleKind.ACK and not detail.unfold and detail.article is None:
        # our own template's text says nothing new
        return
    yield from _body(article, detail, page)


def _names(thread: Thread, article: Article) -> str:
    to = _recipients(thread, article)
    match article.kind:
        case ArticleKind.NOTE | ArticleKind.CALL:
            spent = f" · {article.minutes} min" if article.minutes else ""
            return f"{article.kind.value} · {_clean(article.by)}{spent}"
        case ArticleKind.ACK:
            return f"acknowledgement → {to}"
        case ArticleKind.SYSTEM:
            return f"mdtickets → {to}" if to else "mdtickets"
        case ArticleKind.AGENT:
            return f"{_clean(article.by)} → {to}"
        case ArticleKind.CUSTOMER:
            author = article.mail.author if article.mail else None
            return f"{_name(author) if author else '(no sender)'} → {to}"


def _recipients(thread: Thread, article: Article) -> str:
    everybody = article.mail.to if article.mail else ()
    names = [_name(one, thread.own_addresses) for one in everybody[:_MOST_NAMES]]
    more = f" +{len(everybody) - _MOST_NAMES}" if len(everybody) > _MOST_NAMES else ""
    return (", ".join(names) or "(nobody named)") + more


def _name(address: Address, own: frozenset[str] = frozenset()) -> str:
    if address.key in own:
        return _clean(address.address.rpartition("@")[0])
    return _clean(address.name) or _clean(address.address)


def _marks(article: Article, before: datetime | None, page: _Page) -> Iterator[str]:
    """What stands on the right edge: what became of it, and when; the day only where it is another than above."""
    delivery = article.delivery
    if delivery is None:
        yield from (*_state_marks(article), *_filed_as(article), _when(article.received_at, before, page))
        return
    yield f"{delivery.state} {_when(delivery.at, before, page)}"
    yield from _state_marks(article)
    if article.minutes:
        yield f"{article.minutes} min"
    if delivery.detail and not delivery.is_trouble:
        yield _clean(delivery.detail)


def _when(moment: datetime, before: datetime | None, page: _Page) -> str:
    day = times.day(moment, page.now, page.zone)
    if before is not None and day == times.day(before, page.now, page.zone):
        return times.clock(moment, page.zone)
    return times.moment(moment, page.now, page.zone)


def _filed_as(article: Article) -> Iterator[str]:
    if article.what in _FILED_AS:
        yield _FILED_AS[What(article.what)]


def _state_marks(article: Article) -> Iterator[str]:
    for old, new in article.states:
        if new in _STATES and State(new).type is StateType.CLOSED:
            yield "closed"
        elif new in _STATES and State(new).type in _OPEN and old in _STATES and State(old).type is StateType.CLOSED:
            yield "reopened"
        elif new and new not in {"open", "new"}:
            yield _clean(new)


def _warnings(article: Article) -> Iterator[str]:
    if article.missing:
        yield f"! {_clean(article.path)}: {_clean(article.missing)}"
    if article.unverified:
        yield "! unverified: the sender does not belong to this ticket"
    if article.delivery and article.delivery.is_trouble:
        word = "not delivered" if article.delivery.state is DeliveryState.FAILED else "perhaps not delivered"
        yield f"! {word}: {_clean(article.delivery.detail)}".removesuffix(": ")


def _headers(thread: Thread, article: Article, detail: Detail) -> Iterator[tuple[str, str]]:
    mail = article.mail
    if mail is None:
        return
    if detail.headers:
        yield from ((_clean(name).title(), _clean(value)) for name, value in mail.headers)
        return
    if mail.cc:
        yield "Cc", ", ".join(_name(one, thread.own_addresses) for one in mail.cc[:20])
    subject = clean_subject(mail.subject)
    if subject and subject != clean_subject(thread.row.title) and article.kind is ArticleKind.CUSTOMER:
        yield "Subject", _clean(mail.subject)


def _body(article: Article, detail: Detail, page: _Page) -> Iterator[str]:
    folded: list[str] = []
    written = False
    for section in article.sections:
        text = plain_text(section.text).strip("\n")
        if not text.strip():
            continue
        if section.kind is not SectionKind.NEW and not detail.unfold:
            folded.append(_fold(section.kind, text))
            continue
        yield from _dim("   ".join(folded), page)
        folded.clear()
        style = Style.NONE if section.kind is SectionKind.NEW else Style.DIM
        yield from (page.screen.paint(line, style) for line in _text(text, page))
        written = True
    last = [*_attachments(article), *folded, *_defects(article, detail)]
    if not written and not last and not article.missing:
        last = ["(no text)"]
    yield from _dim("   ".join(last), page)


def _text(text: str, page: _Page) -> Iterator[str]:
    blank = False
    for line in page.wrap(text, _INDENT):
        tamed = tame(line.rstrip())
        # three blank lines say no more than one
        if tamed or not blank:
            yield (_INDENT + tamed).rstrip()
        blank = not tamed


def _fold(kind: SectionKind, text: str) -> str:
    count = text.count("\n") + 1
    lines = "1 line" if count == 1 else f"{count} lines"
    return (
        f"{_FOLD} signature ({lines})" if kind is SectionKind.SIGNATURE else f"{_FOLD} {lines.replace(' ', ' quoted ')}"
    )


def _attachments(article: Article) -> Iterator[str]:
    for place, attachment in enumerate(article.attachments, 1):
        yield f"[{place}] {_clean(attachment.name) or _clean(attachment.type)} ({times.size(attachment.size)})"


def _defects(article: Article, detail: Detail) -> Iterator[str]:
    defects = article.mail.defects if article.mail else ()
    if detail.unfold or detail.headers:
        yield from (f"! {_clean(defect)}" for defect in defects)
    elif defects:
        yield f"{_FOLD} {len(defects)} defect{'' if len(defects) == 1 else 's'}"


def _dim(text: str, page: _Page) -> Iterable[str]:
    if not text:
        return ()
    return [page.screen.paint(_INDENT + line, Style.DIM) for line in page.wrap(text, _INDENT)]


def _clean(text: str) -> str:
    return tame(plain_line(text)).strip()


_STATES = frozenset(state.value for state in State)
