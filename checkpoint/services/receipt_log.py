"""The receipt log: every receipt's lines in a Merkle tree, and its head signed and kept.

1. One batch at a time. 2. The database must hold all that this server ever signed: the heads
kept elsewhere know. 3. Append the lines. 4. Sign the head. 5. After the commit, and before
anybody hears of it, the head goes to the heads kept elsewhere.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms
from checkpoint.entrylog import tree
from checkpoint.entrylog.tree_head import Leaf, TreeHead, opening, origin_of
from checkpoint.errors import BehindHeads, EntryError
from checkpoint.keys import Purpose
from checkpoint.services.office import SERVER, Office
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import receipt_log, tables
from checkpoint.wire.entries import TreeMessage

RESTORE = "python -m admin restore --here"
_ALONE = "receipt log"


def append(office: Office, session: Session, leaves: list[Leaf]) -> str:
    """Add the lines of a receipt; the note of the tree head, for `keep` after the commit.

    Raises BehindHeads when the database is not what this server signed.
    """
    office.db.alone(session, _ALONE)  # 1
    log = receipt_log.present(session) or _first(office, session)
    if words := behind(office, session, log):  # 2
        raise BehindHeads(words, remedy=RESTORE)
    if not leaves:
        return receipt_log.last_head(session, log)
    grown = receipt_log.tiles(session, log)  # 3
    grown.append(leaf.hash() for leaf in leaves)
    receipt_log.add_leaves(session, log, leaves)
    receipt_log.keep(session, log, grown)
    return _sign(office, session, log)  # 4


def begin(
    office: Office, session: Session, name: str, follows: TreeHead | None
) -> tables.ReceiptLog:
    """Begin a log, under the heads kept elsewhere before it is in the database.

    If the transaction fails, the name is known there and never used, which harms nobody.
    """
    now = max(office.now_ms(), follows.begun + 1 if follows else 0)
    origin = origin_of(name, now)
    text = opening(origin, from_ms(now), follows)
    log = receipt_log.begin(session, origin, text)
    grown = receipt_log.tiles(session, log)
    grown.append([tree.leaf_hash(text.encode())])
    receipt_log.keep(session, log, grown)
    office.heads.keep(_sign(office, session, log), {})
    return log


def ensure(office: Office) -> None:
    """Begin the log of a new installation, so that every backup of it has its name."""
    with office.db.write() as session:
        office.db.alone(session, _ALONE)
        if receipt_log.present(session) is None:
            _first(office, session)


def _first(office: Office, session: Session) -> tables.ReceiptLog:
    return begin(office, session, secrets.token_hex(8), None)


def _sign(office: Office, session: Session, log: tables.ReceiptLog) -> str:
    key = office.keys.server
    note = head_of(session, log).sign(key)
    count(office, session, Signing(key, Purpose.RECEIPT, f"{log.origin}/{log.size}"))
    receipt_log.add_head(session, log, note)
    return note


def head_of(session: Session, log: tables.ReceiptLog, size: int | None = None) -> TreeHead:
    """The head of a log as the database has it now, or had it at an earlier size."""
    size = log.size if size is None else size
    root = tree.root(size, receipt_log.tiles(session, log).node)
    return TreeHead(log.origin, size, root)


def behind(office: Office, session: Session, log: tables.ReceiptLog) -> str:
    """Why this server must sign nothing more over this database; '' when it may."""
    name = TreeHead(log.origin, 0, b"").name
    note = office.heads.furthest(name)
    known = TreeHead.open(note, office.keys.ring(SERVER))
    if known is None:
        state = "a head that no key of this server signed" if note else "no head of this log"
        return f"the heads store {office.heads.folder} holds {state}"
    if known.begun > TreeHead(log.origin, 0, b"").begun:
        return "the database was put back to before another restore"
    if known.origin != log.origin:
        return ""
    if known.size > log.size:
        return (
            f"the database was put back: it ends at receipt line {log.size},"
            f" {known.size} were signed"
        )
    if head_of(session, log, known.size) != known:
        return f"the database holds other receipts than were signed, up to line {known.size}"
    return ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the log stands: the signed note of its head ('' before the first), what is wrong."""

    note: str
    behind: str


def standing(office: Office) -> Standing:
    """The present head, and why receipts are refused, if they are."""
    with office.db.read() as session:
        log = receipt_log.present(session)
        if log is None:
            return Standing("", "")
        try:
            words = behind(office, session, log)
        except EntryError as fault:
            words = fault.message
        return Standing(receipt_log.last_head(session, log), words)


def since(office: Office, known: tuple[str, int] | None) -> TreeMessage:
    """The present head for who holds an earlier one (origin, size), and the proof between.

    For another origin than the present one the proof is that of the opening, the log's first
    leaf, which names the log before it. Size 0 or beyond the present one has no proof.
    """
    with office.db.read() as session:
        log = receipt_log.present(session)
        if log is None:
            return TreeMessage(head="")
        node = receipt_log.tiles(session, log).node
        note = receipt_log.last_head(session, log)
        if known and known[0] == log.origin:
            whole = 0 < known[1] <= log.size
            path = tree.consistency(known[1], log.size, node) if whole else []
            return TreeMessage.model_construct(head=note, path=path)
        path = tree.inclusion(0, log.size, node)
        return TreeMessage.model_construct(head=note, path=path, opening=log.opening)
