"""Where one entry of a batch belongs: into the log, into the log with a mark, or aside.

Pure: what is held and who the kiosk is come in, a `Placed` comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from checkpoint.domain.entry import Entry, Personal
from checkpoint.entrylog import (
    Head,
    Link,
    commit,
    decode_entry,
    decode_personal,
    genesis,
    link,
)
from checkpoint.errors import EntryError
from checkpoint.wire.entries import Standing

FUTURE = timedelta(minutes=5)
"""How far ahead of the server's clock an entry may be."""
PAST = timedelta(days=1)
"""How long before its kiosk's enrolment an entry may be."""
ID_MOST = 128
"""Characters of an id at most."""


@dataclass(frozen=True, slots=True)
class Home:
    """The kiosk as it was enrolled, and the server's time."""

    enterprise_id: str
    site_id: str
    enrolled_at: datetime
    revoked: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class Chain:
    """What is known around a batch: hash and body of the entries held, the head it came with.

    `claimed` are the hashes in the batch itself, by sequence number.
    """

    held: dict[int, tuple[bytes, bytes]]
    claimed: dict[int, bytes]
    head: Head


@dataclass(frozen=True, slots=True)
class Placed:
    """The standing of one entry; `entry` and `personal` as far as they could be read.

    `known` means that this very entry is held already; `fills` that the next one is held and
    follows it.
    """

    link: Link
    standing: Standing
    why: str = ""
    entry: Entry | None = None
    personal: Personal | None = None
    known: bool = False
    fills: bool = False


def place(item: Link, chain: Chain, home: Home) -> Placed:
    """Judge one entry; those before it in the batch are in `chain.held` already."""
    there = chain.held.get(item.seq)
    if there is not None:
        if there[0] == item.hash:
            return Placed(item, Standing.ACCEPTED, known=True)
        return Placed(item, Standing.QUARANTINED, "fork")
    entry = _read(item.body)
    if entry is None:
        return Placed(item, Standing.QUARANTINED, "unreadable")
    if (entry.kiosk_id, entry.epoch, entry.seq) != (item.kiosk_id, item.epoch, item.seq):
        return Placed(item, Standing.QUARANTINED, "mismatch")
    if not _follows(item, chain):
        return Placed(item, Standing.QUARANTINED, "broken_chain")
    fills = item.seq + 1 in chain.held
    personal, objection = _personal(item, entry)
    why = _mark(entry, home) or objection
    if not why and item.seq > 1 and item.seq - 1 not in chain.held:
        why = "gap"
    standing = Standing.FLAGGED if why else Standing.ACCEPTED
    return Placed(item, standing, why, entry, personal, fills=fills)


def _read(body: bytes) -> Entry | None:
    """The entry, if it can be read, and kept and found again in a database."""
    try:
        entry = decode_entry(body)
    except EntryError:
        return None
    ids = (entry.enterprise_id, entry.site_id, entry.gate_id, entry.warrant_id, entry.pass_id)
    return entry if all(len(i) <= ID_MOST and "\0" not in i for i in ids) else None


def _follows(item: Link, chain: Chain) -> bool:
    """Whether the hash fits the entry before it, the one after it and the head.

    Before it counts what is held, else what the batch claims; with neither there is a gap,
    and the hash can be checked only by what comes later.
    """
    if item.seq == 1:
        before = genesis(item.kiosk_id, item.epoch)
    elif item.seq - 1 in chain.held:
        before = chain.held[item.seq - 1][0]
    else:
        before = chain.claimed.get(item.seq - 1, b"")
    after = chain.held.get(item.seq + 1)
    return (
        (not before or link(before, item.body) == item.hash)
        and (after is None or link(item.hash, after[1]) == after[0])
        and (chain.head.seq != item.seq or chain.head.hash == item.hash)
    )


def _personal(item: Link, entry: Entry) -> tuple[Personal | None, str]:
    """The person beside the entry, and the mark if it is not what the body is committed to."""
    if not item.personal:
        return None, "erased" if entry.commitment else ""
    try:
        personal = decode_personal(item.personal)
    except EntryError:
        return None, "personal"
    if "\0" in personal.holder_id or len(personal.holder_id) > ID_MOST:
        return None, "personal"
    sound = commit(item.personal, item.salt) == entry.commitment
    return personal, "" if sound else "personal"


def _mark(entry: Entry, home: Home) -> str:
    if home.revoked:
        return "kiosk_revoked"
    if entry.enterprise_id not in ("", home.enterprise_id) or entry.site_id not in (
        "",
        home.site_id,
    ):
        return "place"
    if entry.at > home.now + FUTURE or entry.at < home.enrolled_at - PAST:
        return "clock"
    return ""
