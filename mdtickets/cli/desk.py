"""`mdtickets` alone: what waits, and what to do next."""

from mdtickets.app.agents import find_agent
from mdtickets.app.desk import what_waits
from mdtickets.app.session import Session
from mdtickets.app.zone import zone_of
from mdtickets.cli import COMMANDS, frame
from mdtickets.render.desk import format_desk


def show_desk(session: Session, named: str) -> None:
    """Show what waits for the agent of that key, or for the one that git knows."""
    agent = find_agent(session, named)
    desk = what_waits(session, agent.key if agent else "")
    frame.show(
        format_desk(desk, session.settings.name, session.now(), zone_of(session), frame.screen(), commands=COMMANDS)
    )
