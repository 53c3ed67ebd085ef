"""The tables that statistics count in. All of it comes from the histories and the catalog, and may be deleted.

Times are seconds since 1970; `hour` is the hour on the team's clocks, counted from their 1970-01-01 00:00, so that
`hour / 24` is the day. What a ticket was when something happened stands beside it; what it is now, or was on any other
day, is its `stretch` of that day.
"""

# Another number, and the facts are made anew. It also tells this file from the catalog.
FACTS_VERSION = 7002

SCHEMA = """
CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- which tickets are in the other tables, as they were when the catalog gave them that stamp
CREATE TABLE followed (number TEXT PRIMARY KEY, stamp TEXT NOT NULL) WITHOUT ROWID;

-- how a ticket stood from one moment to just before another; `until` is NULL for the last one
CREATE TABLE stretch (
    number TEXT NOT NULL, position INTEGER NOT NULL, since INTEGER NOT NULL, until INTEGER,
    state TEXT NOT NULL, state_type TEXT NOT NULL, is_open INTEGER NOT NULL, queue TEXT NOT NULL, owner TEXT NOT NULL,
    priority TEXT NOT NULL, customer TEXT NOT NULL, company TEXT NOT NULL, problem TEXT NOT NULL,
    tags TEXT NOT NULL, -- JSON
    PRIMARY KEY (number, position)
) WITHOUT ROWID;

-- created, closed, reopened, changed (its state), first_response, acknowledged
CREATE TABLE happening (
    number TEXT NOT NULL, position INTEGER NOT NULL, what TEXT NOT NULL, at INTEGER NOT NULL, hour INTEGER NOT NULL,
    agent TEXT NOT NULL, state TEXT NOT NULL, queue TEXT NOT NULL, priority TEXT NOT NULL,
    seconds INTEGER,        -- that it took until then, from `at - seconds` on
    working INTEGER,        -- working minutes of them, by the calendar of the queue
    until INTEGER,          -- of a closing: when the ticket was opened again, NULL when it was not
    PRIMARY KEY (number, position)
) WITHOUT ROWID;

-- articles, and second deliveries of one (`kind` = '')
CREATE TABLE post (
    number TEXT NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, hour INTEGER NOT NULL,
    what TEXT NOT NULL, kind TEXT NOT NULL, direction TEXT NOT NULL, automatic INTEGER NOT NULL,
    copied INTEGER NOT NULL, -- came with the ticket that this one was split from
    agent TEXT NOT NULL, state TEXT NOT NULL, queue TEXT NOT NULL, priority TEXT NOT NULL,
    PRIMARY KEY (number, position)
) WITHOUT ROWID;

-- minutes, as they were entered; a correction has the agent, day, activity and place of what it corrects
CREATE TABLE spent (
    number TEXT NOT NULL, position INTEGER NOT NULL, at INTEGER NOT NULL, hour INTEGER NOT NULL,
    entry INTEGER NOT NULL, -- the entry (1 … n) of the ticket that it belongs to: itself, or the one that it corrects
    day TEXT NOT NULL,      -- on which it was spent, 2026-11-24
    agent TEXT NOT NULL, minutes INTEGER NOT NULL, activity TEXT NOT NULL,
    state TEXT NOT NULL, queue TEXT NOT NULL, priority TEXT NOT NULL,
    customer TEXT NOT NULL, company TEXT NOT NULL, problem TEXT NOT NULL,
    PRIMARY KEY (number, position)
) WITHOUT ROWID;
"""

# What two files of the same store have in common.
CONTENT_TABLES = ("followed", "stretch", "happening", "post", "spent")
