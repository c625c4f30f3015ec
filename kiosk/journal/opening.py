"""What is looked at when a journal is opened."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from checkpoint.clock import to_ms
from checkpoint.entrylog import decode_entry, genesis, link, open_head
from checkpoint.errors import EntryError, JournalFault
from checkpoint.keys import Keyring
from kiosk.journal.draft import Tip
from kiosk.journal.store import Store

TRUST = "trust_heads.json"


def begun(store: Store, kiosk_id: str, now: datetime) -> Tip:
    """The last entry of the journal; an epoch begins where there is no journal yet."""
    with store.writing() as db:
        epoch = max(1, to_ms(now))
        db.execute(
            "INSERT INTO chain SELECT ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM chain)",
            (kiosk_id, epoch, epoch),
        )
        owner, epoch = db.execute("SELECT kiosk_id, epoch FROM chain").fetchone()
        query = "SELECT seq, hash FROM entry WHERE epoch = ? ORDER BY seq DESC LIMIT 1"
        last = db.execute(query, (epoch,)).fetchone()
    if owner != kiosk_id:
        raise JournalFault(
            f"journal {store.path} belongs to kiosk {owner!r}, not {kiosk_id!r}",
            remedy="use a folder of its own for each kiosk",
        )
    seq, digest = last or (0, genesis(kiosk_id, epoch))
    return Tip(kiosk_id, epoch, seq, digest)


def check_end(store: Store, tip: Tip, keyring: Keyring) -> None:
    """The last entry is what its hash says, and no signed head tells of more."""
    with store.reading() as db:
        query = "SELECT seq, hash, body FROM entry WHERE epoch = ? ORDER BY seq DESC LIMIT 2"
        rows = db.execute(query, (tip.epoch,)).fetchall()
        query = "SELECT note FROM head WHERE epoch = ? ORDER BY seq DESC LIMIT 1"
        note = db.execute(query, (tip.epoch,)).fetchone()
    evidence = "keep the folder as evidence and give the gate a new one"
    if rows:
        seq, digest, body = rows[0]
        before = rows[1][1] if len(rows) > 1 else genesis(tip.kiosk_id, tip.epoch)
        known = len(rows) > 1 or seq == 1
        if (known and link(before, body) != digest) or not _is_at(body, tip):
            raise JournalFault(
                f"journal {store.path}: entry {seq} is not what its hash says", remedy=evidence
            )
    head = open_head(note[0], keyring) if note else None
    if head and (head.seq > tip.seq or (head.seq == tip.seq and head.hash != tip.hash)):
        raise JournalFault(
            f"journal {store.path}: entry {tip.seq} is the last, a signed head tells of {head.seq}",
            remedy=evidence,
        )


def _is_at(body: bytes, tip: Tip) -> bool:
    try:
        entry = decode_entry(body)
    except EntryError:
        return False
    return (entry.kiosk_id, entry.epoch, entry.seq) == (tip.kiosk_id, tip.epoch, tip.seq)


def publish(folder: Path, keyring: Keyring) -> None:
    """The public half of the head key beside the journal, for whoever audits the folder."""
    path = folder / TRUST
    held = Keyring.load(path) if path.exists() else Keyring()
    whole = held + keyring
    if whole.keys != held.keys:
        try:
            whole.save(path)
        except OSError as fault:
            raise JournalFault(f"{path}: {fault.strerror}", remedy="free disk space") from fault
