"""The tables of a kiosk's journal: what the kiosk makes and an audit compares with.

Each upgrade is the SQL that leads from one version (`PRAGMA user_version`) to the next.
"""

from __future__ import annotations

_FIRST = """
CREATE TABLE chain (
    kiosk_id TEXT NOT NULL PRIMARY KEY CHECK (kiosk_id <> ''),
    epoch INTEGER NOT NULL CHECK (epoch >= 1),
    made_at INTEGER NOT NULL
) STRICT;
CREATE TABLE entry (
    kiosk_id TEXT NOT NULL REFERENCES chain (kiosk_id),
    epoch INTEGER NOT NULL CHECK (epoch >= 1),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB NOT NULL CHECK (length(body) > 0),
    salt BLOB NOT NULL,
    personal BLOB NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind <> ''),
    outcome TEXT NOT NULL CHECK (outcome IN ('', 'ADMIT', 'REFER', 'DENY')),
    direction TEXT NOT NULL CHECK (direction IN ('', 'in', 'out')),
    pass_id TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'unsent' CHECK (state IN ('unsent', 'acknowledged', 'quarantined')),
    why TEXT NOT NULL DEFAULT '',
    acknowledged_at INTEGER CHECK ((acknowledged_at IS NULL) = (state = 'unsent')),
    UNIQUE (kiosk_id, epoch, seq)
) STRICT;
CREATE INDEX entry_unsent ON entry (epoch, seq) WHERE state = 'unsent';
CREATE TABLE head (
    epoch INTEGER NOT NULL CHECK (epoch >= 1),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    note TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq)
) STRICT;
CREATE TABLE receipt (
    id INTEGER PRIMARY KEY,
    epoch INTEGER NOT NULL,
    at INTEGER NOT NULL,
    note TEXT NOT NULL
) STRICT;
CREATE TABLE inside (
    holder BLOB NOT NULL PRIMARY KEY CHECK (length(holder) = 32),
    since INTEGER NOT NULL
) STRICT;
"""
_USED_STEP = """
CREATE TABLE used_step (
    pass_id TEXT NOT NULL PRIMARY KEY CHECK (pass_id <> ''),
    step INTEGER NOT NULL
) STRICT;
CREATE INDEX used_step_step ON used_step (step);
"""
_ERASURE = """
CREATE TABLE erasure (
    number INTEGER PRIMARY KEY CHECK (number >= 1),
    note TEXT NOT NULL
) STRICT;
"""
_SERVER_LOG = """
CREATE TABLE tree_head (
    origin TEXT NOT NULL PRIMARY KEY CHECK (origin <> ''),
    size INTEGER NOT NULL CHECK (size >= 0),
    note TEXT NOT NULL
) STRICT;
CREATE TABLE again (
    epoch INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (epoch, seq)
) STRICT;
"""

UPGRADES = (_FIRST, _USED_STEP, _ERASURE, _SERVER_LOG)
"""From version n to n + 1 at index n."""
VERSION = len(UPGRADES)
