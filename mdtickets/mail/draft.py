"""A draft as the text that an agent edits: headers on top as mutt has them, a blank line, the words."""

import re
from collections.abc import Iterable, Iterator

from mdtickets.domain.draft import Begun, Draft
from mdtickets.domain.model import Address
from mdtickets.domain.plain import plain_line, plain_text
from mdtickets.errors import UnreadableError
from mdtickets.mail.addresses import parse_addresses

_FIELD = re.compile(r"(To|Cc|Bcc|Subject|Attach|X-Customer|X-Solved|X-Forward|X-Begun)[ \t]*:[ \t]*(.*)", re.IGNORECASE)
_IS_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_NEEDS_QUOTES = re.compile(r"[^\w .'-]")
_NOTHING = "-"


def format_draft(draft: Draft) -> bytes:
    """The draft's text in UTF-8. One `Attach:` line a file; what begins with `X-` is never sent."""
    begun = draft.begun
    fields = [
        ("To", format_addresses(draft.to)),
        ("Cc", format_addresses(draft.cc)),
        ("Bcc", format_addresses(draft.bcc)),
        ("Subject", plain_line(draft.subject)),
        *(("Attach", plain_line(name)) for name in draft.attach or ("",)),
        *([("X-Customer", plain_line(draft.about))] if draft.about else []),
        *(("X-Solved", plain_line(line)) for line in draft.solved),
        *([("X-Forward", plain_line(draft.forwards))] if draft.forwards else []),
        ("X-Begun", " ".join([*_words(begun), ",".join(begun.to)])),
    ]
    head = "".join(f"{name}: {value}".rstrip() + "\n" for name, value in fields)
    return f"{head}\n{draft.body}".encode(errors="replace")


def parse_draft(data: bytes) -> Draft:
    """The draft of a text. Raises UnreadableError with the line that cannot be understood."""
    text = plain_text(data.decode("utf-8-sig", "replace"))
    head, _, body = text.partition("\n\n") if not text.startswith("\n") else ("", "", text[1:])
    found: dict[str, list[tuple[int, str]]] = {}
    for line, name, value in _fields(head):
        found.setdefault(name, []).append((line, value))
    return Draft(
        to=_addresses(found.get("to", ())),
        cc=_addresses(found.get("cc", ())),
        bcc=_addresses(found.get("bcc", ())),
        subject=" ".join(value for _line, value in found.get("subject", ())),
        body=body,
        attach=tuple(value for _line, value in found.get("attach", ()) if value),
        forwards=" ".join(value for _line, value in found.get("x-forward", ())),
        begun=_begun(found.get("x-begun", ())),
    )


def format_addresses(addresses: Iterable[Address]) -> str:
    """An address list for people to edit: names as they are, quoted where they would part the list."""
    return ", ".join(map(_mailbox, addresses))


def read_addresses(texts: Iterable[str]) -> tuple[Address, ...]:
    """The addresses that an agent typed. Raises UnreadableError for what is none."""
    return _addresses([(0, text) for text in texts])


def _mailbox(address: Address) -> str:
    name = plain_line(address.name).replace('"', "'").replace("\\", "")
    where = plain_line(address.address)
    if not name:
        return where
    return f'"{name}" <{where}>' if _NEEDS_QUOTES.search(name) else f"{name} <{where}>"


def _fields(head: str) -> Iterator[tuple[int, str, str]]:
    """Line number, lower-case name and value of each header; folded lines are joined."""
    fields: list[list[str]] = []
    lines: list[int] = []
    for number, line in enumerate(head.split("\n"), 1):
        if line[:1] in {" ", "\t"} and fields:
            fields[-1][1] += f" {line.strip()}"
        elif match := _FIELD.fullmatch(line.rstrip()):
            fields.append([match[1].lower(), match[2]])
            lines.append(number)
        elif line.strip():
            known = "To, Cc, Bcc, Subject, Attach"
            raise UnreadableError(
                f"Line {number} of the draft is no header: {plain_line(line)[:60]}",
                f"Headers ({known}) come first, then a blank line, then the text.",
            )
    for number, (name, value) in zip(lines, fields, strict=True):
        yield number, name, value


def _addresses(values: Iterable[tuple[int, str]]) -> tuple[Address, ...]:
    found: list[Address] = []
    for line, value in values:
        addresses, _cut = parse_addresses([value.encode(errors="replace")])
        wrong = [one.address for one in addresses if not _IS_ADDRESS.fullmatch(one.address)]
        if wrong or (value.strip(" ,") and not addresses):
            where = f"Line {line} of the draft: " if line else ""
            raise UnreadableError(f'{where}"{plain_line(wrong[0] if wrong else value)}" is no mail address.')
        found.extend(addresses)
    return tuple(found)


def _words(begun: Begun) -> list[str]:
    return [begun.token, begun.article or _NOTHING, str(begun.seen), begun.blank or _NOTHING]


def _begun(values: Iterable[tuple[int, str]]) -> Begun:
    words = next((value.split() for _line, value in values), [])
    if len(words) < len(_words(Begun(token=""))) or not words[2].isdecimal():
        return Begun(token="")
    token, article, seen, blank, *rest = words
    to = tuple(address for address in "".join(rest).split(",") if address)
    return Begun(token=token, article=article.strip(_NOTHING), seen=int(seen), blank=blank.strip(_NOTHING), to=to)
