"""The names of drafts.

`NUMBER` is an answer, `new` a mail that opens a ticket, `call-new` a call that does; the others are `forward-NUMBER`,
`note-NUMBER` and `call-NUMBER`.
"""

NEW = "new"  # in place of a number

_FORWARD, _NOTE, _CALL = "forward-", "note-", "call-"
_COMMANDS = {"": "reply {number} --resume", _FORWARD: "forward {number} --resume", _NOTE: "note {number}"}


def forward_of(number: str) -> str:
    """The name of the draft by which a mail of that ticket is passed on."""
    return f"{_FORWARD}{number}"


def note_of(number: str) -> str:
    """The name of a note on that ticket."""
    return f"{_NOTE}{number}"


def call_of(number: str) -> str:
    """The name of what was said in a call about that ticket, of one that opens a ticket when it has no number."""
    return f"{_CALL}{number or NEW}"


def is_draft_name(name: str) -> bool:
    """Whether a draft may be called so."""
    kind, number = split_name(name)
    return number.isdecimal() or (number == NEW and kind in {"", _CALL})


def is_mail(name: str) -> bool:
    """Whether it is the draft of a mail, with headers on top."""
    return split_name(name)[0] in {"", _FORWARD}


def split_name(name: str) -> tuple[str, str]:
    """What stands in front of the number ("" for a mail to the customer), and the number."""
    kind = next((prefix for prefix in (_FORWARD, _NOTE, _CALL) if name.startswith(prefix)), "")
    return kind, name.removeprefix(kind)


def go_on_with(name: str) -> str:
    """The command that goes on with that draft."""
    kind, number = split_name(name)
    if name == NEW:
        return "mdtickets compose --resume"
    if kind == _CALL:
        return "mdtickets call --in" if number == NEW else f"mdtickets call {number} --in"
    return f"mdtickets {_COMMANDS[kind].format(number=number)}"


def describe_draft(name: str) -> str:
    """What a sentence calls it: `a draft of …`."""
    kind, number = split_name(name)
    what = "a new mail" if name == NEW else "a new ticket" if number == NEW else number
    return (
        f"a {kind.removesuffix('-')} on {what}" if kind in {_NOTE, _CALL} else f"a forward of {what}" if kind else what
    )
