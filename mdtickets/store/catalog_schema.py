"""The tables of the catalog. Everything in them can be read again from the files."""

# Another number, and the catalog is made anew: nothing in it needs migrating.
CATALOG_VERSION = 12

SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE ticket (
    number TEXT PRIMARY KEY,
    title TEXT NOT NULL, state TEXT NOT NULL, state_type TEXT NOT NULL, queue TEXT NOT NULL, priority TEXT NOT NULL,
    owner TEXT NOT NULL, responsible TEXT NOT NULL, customer TEXT NOT NULL, company TEXT NOT NULL,
    participants TEXT NOT NULL, tags TEXT NOT NULL, problem TEXT NOT NULL,
    created_at TEXT NOT NULL, updated_at TEXT NOT NULL, pending_until TEXT, closed_at TEXT, due_at TEXT,
    waits_since TEXT, articles INTEGER NOT NULL, minutes INTEGER NOT NULL, possible_duplicates TEXT NOT NULL,
    undelivered INTEGER NOT NULL, merged_into TEXT NOT NULL,
    unverified INTEGER NOT NULL, bounced INTEGER NOT NULL, links INTEGER NOT NULL, watchers TEXT NOT NULL,
    timed_at TEXT,            -- when the clock has something to do with it, NULL when never
    broken TEXT NOT NULL,     -- why ticket.md cannot be read, JSON; '' when it can
    problems TEXT NOT NULL,   -- of the history, JSON
    stamp TEXT NOT NULL       -- of ticket.md and history.jsonl when this row was made
) WITHOUT ROWID;
-- all that the usual lists need of tickets that are not shown
CREATE INDEX ticket_waits ON ticket (state_type, waits_since, created_at, owner, queue);
CREATE INDEX ticket_queue ON ticket (state_type, queue);
CREATE INDEX ticket_timed ON ticket (timed_at) WHERE timed_at IS NOT NULL;
CREATE INDEX ticket_merged ON ticket (merged_into) WHERE merged_into != '';
CREATE INDEX ticket_customer ON ticket (customer, created_at);
-- by the last digits of the day's counter: what people type of a number
CREATE INDEX ticket_end ON ticket (substr(number, -4, 3));

CREATE TABLE article (
    number TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL,
    message_id TEXT NOT NULL, sha256 TEXT NOT NULL, author TEXT NOT NULL, subject TEXT NOT NULL,
    opening TEXT NOT NULL,    -- of a ticket's first mail: the words that its text is compared by
    attachments INTEGER NOT NULL, -- of a mail that came in
    PRIMARY KEY (number, name)
) WITHOUT ROWID;
CREATE INDEX article_message_id ON article (message_id) WHERE message_id != '';
CREATE INDEX article_sha256 ON article (sha256);
CREATE INDEX article_attachments ON article (number) WHERE attachments > 0;

CREATE INDEX article_kind ON article (kind, number);

CREATE TABLE tag (number TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (number, tag)) WITHOUT ROWID;
CREATE INDEX tag_word ON tag (tag COLLATE NOCASE, number);

CREATE TABLE own (
    number TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (number, key, value)
) WITHOUT ROWID;
CREATE INDEX own_key ON own (key, value COLLATE NOCASE);

CREATE TABLE reference (message_id TEXT NOT NULL, number TEXT NOT NULL, PRIMARY KEY (message_id, number)) WITHOUT ROWID;
CREATE INDEX reference_number ON reference (number);

CREATE TABLE source (
    name TEXT NOT NULL, maildir TEXT NOT NULL, sha256 TEXT NOT NULL, number TEXT NOT NULL,
    PRIMARY KEY (name, maildir, sha256, number)
) WITHOUT ROWID;
CREATE INDEX source_number ON source (number);

CREATE TABLE acknowledgement (
    number TEXT NOT NULL, article TEXT NOT NULL, address TEXT NOT NULL, domain TEXT NOT NULL, at TEXT NOT NULL,
    PRIMARY KEY (number, article)
) WITHOUT ROWID;
CREATE INDEX acknowledgement_address ON acknowledgement (address, at);
CREATE INDEX acknowledgement_domain ON acknowledgement (domain, at);
CREATE INDEX acknowledgement_at ON acknowledgement (at);

CREATE TABLE card (
    slug TEXT PRIMARY KEY, name TEXT NOT NULL, domain TEXT NOT NULL, company TEXT NOT NULL, language TEXT NOT NULL,
    rate TEXT NOT NULL, budget TEXT NOT NULL, -- as they are written
    merged_into TEXT NOT NULL, broken TEXT NOT NULL, stamp TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX card_domain ON card (domain) WHERE domain != '';
CREATE TABLE card_address (address TEXT NOT NULL, slug TEXT NOT NULL, PRIMARY KEY (address, slug)) WITHOUT ROWID;
CREATE INDEX card_address_slug ON card_address (slug);

-- tickets that the full text must look at again
CREATE TABLE unindexed (number TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TRIGGER ticket_put AFTER INSERT ON ticket
    BEGIN INSERT OR IGNORE INTO unindexed VALUES (NEW.number); END;
CREATE TRIGGER ticket_stamped AFTER UPDATE OF stamp ON ticket WHEN NEW.stamp != OLD.stamp
    BEGIN INSERT OR IGNORE INTO unindexed VALUES (NEW.number); END;
CREATE TRIGGER ticket_removed AFTER DELETE ON ticket
    BEGIN INSERT OR IGNORE INTO unindexed VALUES (OLD.number); END;
"""

# What tells two catalogs apart; `meta` holds what this machine did, not what the files say.
CONTENT_TABLES = ("ticket", "article", "tag", "own", "reference", "source", "acknowledgement", "card", "card_address")
