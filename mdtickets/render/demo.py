"""What `demo` says: where the store is, what became of its mail, and what to try next."""

from typing import Any

from msgspec.structs import replace

from mdtickets.app.demo import Demo
from mdtickets.render.filing import filing_as_json, format_filed
from mdtickets.render.terminal import Screen, Style

_WIDE = 1000  # columns of a pipe: nothing is cut there


def format_demo(demo: Demo, program: str, screen: Screen) -> str:
    """The story of the demo. `program` is how mdtickets was called; its lines can be copied."""
    lines = [
        f"A store for {demo.name} in {demo.root} (a git repository: {demo.commits} commits)",
        f"Filing the {demo.waiting} mails waiting in its Maildirs",
        *(f"  {line}" for line in _filed(demo, screen)),
        _sum(demo),
        *(screen.paint(f"! {trouble}", Style.ALARM) for trouble in _troubles(demo)),
        "",
        "Try:",
        *(f"  {line}" for line in suggestions(demo, program)),
    ]
    return "\n".join(lines) + "\n"


def suggestions(demo: Demo, program: str) -> tuple[str, ...]:
    """Command lines that show something on this store."""
    tickets = [f"{program} -C {demo.root} {command} {demo.part}" for command in ("show", "why")] if demo.part else []
    return (f"{program} -C {demo.root} list", *tickets, f"git -C {demo.root} log --stat -3")


def demo_as_json(demo: Demo, program: str) -> dict[str, Any]:
    """The same for programs."""
    return {
        "path": str(demo.root),
        "commits": demo.commits,
        "waiting": demo.waiting,
        **filing_as_json(demo.swept.filing),
        "sent": len(demo.swept.sending.sent),
        "try": list(suggestions(demo, program)),
    }


def _filed(demo: Demo, screen: Screen) -> list[str]:
    """The lines of `file`; in a pipe too they are for a person."""
    wide = replace(screen, is_terminal=True, width=screen.width - len("  ") if screen.is_terminal else _WIDE)
    return format_filed(demo.swept.filing.filed, wide, demo.shortened).splitlines()


def _sum(demo: Demo) -> str:
    filed = demo.swept.filing.filed
    acknowledged = sum(1 for each in filed if each.acknowledged)
    told = f"{len(filed)} filed, {acknowledged} acknowledged"
    if not demo.swept.sending.sent:
        return told
    return f"{told} (they lie in {demo.root / '.mdtickets' / 'outgoing'}: no mail left this machine)"


def _troubles(demo: Demo) -> list[str]:
    filing = demo.swept.filing
    told = [f"{each.path}: {each.reason}" for each in filing.failed]
    if filing.postponed:
        told.append(f"not committed yet: {filing.postponed}")
    return [*told, demo.swept.trouble] if demo.swept.trouble else told
