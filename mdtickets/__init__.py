"""mdtickets: the shared mailbox as tickets, in plain files and git."""

__version__ = "0.1.0"
