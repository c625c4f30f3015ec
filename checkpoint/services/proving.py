"""One entry proven to an outsider: its bytes, its leaf in the receipt log, a signed tree head."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from checkpoint.entrylog import Link, genesis, link, tree
from checkpoint.entrylog.proof_file import Inclusion, Proof, Since
from checkpoint.entrylog.receipt import Standing
from checkpoint.entrylog.tree_head import TreeHead
from checkpoint.errors import EntryError, NotFound, Refused
from checkpoint.keys import Purpose, open_note
from checkpoint.keys.keyring import TrustedKey
from checkpoint.keys.note import verifier_key
from checkpoint.services import fields, lookup, receipt_log, sealed
from checkpoint.services.actor import Actor
from checkpoint.services.office import SERVER, Office
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import finding, log, tables
from checkpoint.storage import receipt_log as leaves
from checkpoint.storage.scope import Scope


@dataclass(frozen=True, slots=True)
class ProofForm:
    """What is asked for: an entry; `why` to hand the person out too, recorded as an unmasking.

    `kept` is the note of a tree head that the outsider has: the proof then leads from it.
    """

    place: EntryPlace
    why: str | None = None
    kept: str = ""


@dataclass(frozen=True, slots=True)
class _Stand:
    """Where an entry stands: its leaf, the log's tree, its signed head and who signed that."""

    row: tables.Leaf
    node: tree.Node
    note: str
    head: TreeHead
    key: TrustedKey


def prove(office: Office, by: Actor, scope: Scope, form: ProofForm) -> Proof:
    """The proof of one entry in scope; that it was handed out is recorded.

    Raises NotFound outside of the scope, Refused for what can't be proven (yet), EntryError where
    the log is damaged.
    """
    why = None if form.why is None else fields.reason(form.why)
    spot = (form.place.kiosk_id, form.place.epoch, form.place.seq)
    with office.db.read() as session:
        entry = finding.one(session, scope, spot)
        proof = _proof(office, session, entry, form.kept) if entry else None
        person = _person(office, entry) if entry and why is not None else None
    if proof is None:
        raise NotFound("no such entry in the scope")
    lookup.proof_noted(office, by, scope, form.place, why)
    if why is not None and person is None:
        raise Refused("nobody stands in this entry, or the person was erased", remedy="prove it")
    return replace(proof, person=person)


def _proof(office: Office, session: Session, entry: tables.Entry, kept: str) -> Proof:
    stand = _stand(office, session, entry)
    at, size = stand.row.position, stand.head.size
    return Proof(
        body=entry.body,
        previous=_previous(session, entry),
        leaf=leaves.leaf_of(stand.row).text(),
        inclusion=Inclusion(at, tuple(tree.inclusion(at, size, stand.node)), stand.note),
        key=verifier_key(stand.head.origin, stand.key),
        since=_since(kept, stand) if kept else None,
    )


def _stand(office: Office, session: Session, entry: tables.Entry) -> _Stand:
    """The first leaf that took the entry, under the last head of its log."""
    rows = leaves.found(session, (entry.kiosk_id, entry.epoch, entry.seq))
    taken = (r for r in rows if r.hash == entry.hash and r.standing != Standing.QUARANTINED)
    row = next(taken, None)
    log_row = session.get(tables.ReceiptLog, row.log_id) if row else None
    if row is None or log_row is None:
        raise Refused("the receipt log does not hold this entry", remedy="audit the database")
    note = leaves.last_head(session, log_row)
    head = TreeHead.open(note, office.keys.ring(SERVER))
    opened = open_note(note, Purpose.RECEIPT, office.keys.ring(SERVER), SERVER)
    if head is None or opened is None or head != receipt_log.head_of(session, log_row, head.size):
        raise EntryError("the receipt log is not as it was signed", remedy="audit the database")
    return _Stand(row, leaves.tiles(session, log_row).node, note, head, opened[1])


def _previous(session: Session, entry: tables.Entry) -> bytes:
    """The hash that the entry follows from."""
    before = genesis(entry.kiosk_id, entry.epoch)
    if entry.seq > 1:
        before = log.hash_at(session, (entry.kiosk_id, entry.epoch), entry.seq - 1) or b""
    if link(before, entry.body) != entry.hash:
        raise Refused(
            "the entry before this one is not here, so its hash can't be made again",
            remedy="wait until the gate has sent it, or audit the database",
        )
    return before


def _person(office: Office, entry: tables.Entry) -> tuple[bytes, bytes] | None:
    """The plain record and its salt; None for an entry without a person."""
    place = (entry.kiosk_id, entry.epoch, entry.seq)
    side = Link(*place, entry.hash, entry.body, b"", entry.personal)
    salt, record = sealed.personal_side(office, side)
    return (record, salt) if record and salt else None


def _since(kept: str, stand: _Stand) -> Since | None:
    """How the tree goes on from a head that the outsider kept; None where it is the same one."""
    old = TreeHead.read(kept)
    if old is None or old.origin != stand.head.origin:
        raise Refused("the kept head is none of this entry's receipt log", remedy="give another")
    if not 0 < old.size <= stand.head.size:
        raise Refused("the kept head is beyond this log", remedy="audit the database with it")
    if old.size == stand.head.size:
        return None
    path = tree.consistency(old.size, stand.head.size, stand.node)
    return Since(old.size, tree.root(old.size, stand.node), tuple(path))
