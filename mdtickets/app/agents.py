"""Who is at the keyboard."""

from mdtickets.app.session import Session
from mdtickets.domain.nearest import check_word
from mdtickets.domain.settings import Agent
from mdtickets.errors import UsageError
from mdtickets.store.git_process import Git
from mdtickets.store.noticing import find_identity


def find_agent(session: Session, named: str) -> Agent | None:
    """The agent of that key; with "" the one that git's `user.email` names, None when it names nobody.

    Raises UsageError for a key that is not in the settings, with the nearest that is.
    """
    agents = session.settings.agents
    if named:
        check_word("--as", named, agents)
        return agents[named]
    identity = find_identity(Git(session.layout.root)) if agents else None
    return session.settings.agent_of(identity[1]) if identity else None


def require_agent(session: Session, named: str) -> Agent:
    """The agent who acts. Raises UsageError when nobody is named and git names nobody of the team."""
    agent = find_agent(session, named)
    if agent is None:
        known = ", ".join(session.settings.agents) or "none yet: mdtickets config set agent.KEY.name NAME"
        raise UsageError("Nobody of the team is named.", f"Say who you are: --as AGENT or MDTICKETS_AGENT ({known}).")
    return agent
