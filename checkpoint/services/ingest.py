"""Entries coming up from the kiosks.

1. The head must be signed by the kiosk and reach as far as the batch. 2. Alone with this
kiosk's chains, judge each entry in order of its number (`services.placing`). 3. Store what is
new: entries, what was set aside, the head. 4. Sign the receipt. 5. Its new lines go into the
receipt log (`services.receipt_log`). 6. Commit; the log's head is kept elsewhere; only then answer.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.domain.entry import Personal
from checkpoint.entrylog import Head, Link, decode_personal, open_head
from checkpoint.entrylog.erasure import Ground
from checkpoint.entrylog.tree_head import Leaf
from checkpoint.errors import EntryError, WireError
from checkpoint.keys import Keyring, Purpose
from checkpoint.services import erasures, receipt_log, restoring, sealed, steps
from checkpoint.services.actor import SYSTEM
from checkpoint.services.office import Office
from checkpoint.services.placing import Chain, Home, Placed, place
from checkpoint.services.signatures import Signing, count
from checkpoint.storage import erasures as stored
from checkpoint.storage import log, places, tables, trusted
from checkpoint.storage.projection import projected
from checkpoint.wire.entries import Batch, Receipt, ReceiptLine, Standing

HASH_BYTES = 32


@dataclass(frozen=True, slots=True)
class _Delivery:
    """A believed batch: whose, where in the log, its entries and its head, when it came.

    Rows and receipt have this one time, so that an audit can hold them to each other.
    """

    kiosk: tables.Kiosk
    place: tuple[str, int]
    links: list[Link]
    head: Head
    note: str
    at: datetime


def ingest(office: Office, kiosk_id: str, batch: Batch) -> str:
    """Take a batch; the answer is the signed receipt note, given after the commit.

    Every entry is accepted, flagged or quarantined, and stored once however often it comes.
    Raises NotFound for an unknown kiosk, WireError for a batch that is not this kiosk's, and
    BehindHeads when the database does not hold what this server signed before.
    """
    with office.db.write() as session:
        kiosk = places.kiosk(session, kiosk_id, lock=True)
        delivery = _believed(kiosk, batch, office.clock.now())
        placed = _placed(session, delivery)
        fresh = _store(office, session, delivery, [item for item in placed if not item.known])
        receipt = _receipt(delivery, placed)
        note = _sign(office, session, receipt, kept=bool(fresh))
        leaves = [Leaf(*delivery.place, receipt.at, _line(item)) for item in fresh]
        head = receipt_log.append(office, session, leaves)  # 5
        restoring.settle(office, session)
        tip = log.furthest(session, delivery.place)
    office.heads.keep(head, {delivery.place: tip} if tip else {})  # 6
    return note


def _believed(kiosk: tables.Kiosk, batch: Batch, now: datetime) -> _Delivery:  # 1
    links = batch.links()
    # A revoked kiosk's signature still says whose entries these are; they are flagged.
    head = open_head(batch.head, Keyring([trusted.trusted_key(kiosk)]))
    place_ = (kiosk.kiosk_id, batch.epoch)
    if head is None or (batch.kiosk_id, batch.epoch) != place_ or _chain(head) != place_:
        raise WireError(
            f"the batch is not under a head of kiosk {kiosk.kiosk_id!r}",
            remedy="check the kiosk's key and enrolment",
        )
    if any(len(link.hash) != HASH_BYTES for link in links):
        raise WireError("a hash is not 32 bytes", remedy="update the kiosk")
    if links and head.seq < max(link.seq for link in links):
        raise WireError("the head ends before the batch", remedy="sign a head at the last entry")
    return _Delivery(kiosk, place_, links, head, batch.head, now)


def _chain(head: Head) -> tuple[str, int]:
    return head.kiosk_id, head.epoch


def _placed(session: Session, delivery: _Delivery) -> list[Placed]:  # 2
    """The standing of each entry, in the order of the batch."""
    links = delivery.links
    if not links:
        return []
    seqs = [link.seq for link in links]
    held = log.held(session, delivery.place, range(min(seqs) - 1, max(seqs) + 2))
    chain = Chain(held, {link.seq: link.hash for link in links}, delivery.head)
    kiosk = delivery.kiosk
    home = Home(
        enterprise_id=kiosk.enterprise_id,
        site_id=kiosk.site_id,
        enrolled_at=from_ms(kiosk.enrolled_at),
        revoked=kiosk.revoked_at is not None,
        now=delivery.at,
    )
    placed: dict[int, Placed] = {}
    for index in sorted(range(len(links)), key=lambda i: links[i].seq):
        item = placed[index] = place(links[index], chain, home)
        if item.standing is not Standing.QUARANTINED:
            held[item.link.seq] = (item.link.hash, item.link.body)
    return [placed[index] for index in range(len(links))]


def _store(  # 3
    office: Office, session: Session, delivery: _Delivery, news: list[Placed]
) -> list[Placed]:
    """Write what is new; what of it was not here before."""
    now = to_ms(delivery.at)
    kiosk, head = delivery.kiosk, delivery.head
    news, late = _without_erased(office, session, news)
    kept = [item for item in news if item.standing is not Standing.QUARANTINED]
    aside = [item for item in news if item.standing is Standing.QUARANTINED]
    came = {"received_at": now}
    log.add_entries(session, [_entry_row(office, kiosk, item) | came for item in kept])
    _note_erased(office, session, kept, late)
    log.fill_gaps(session, delivery.place, [item.link.seq + 1 for item in kept if item.fills])
    fresh = [
        item for item in aside if log.add_quarantined(session, _quarantine_row(office, item) | came)
    ]
    log.add_head(
        session,
        {
            "kiosk_id": head.kiosk_id,
            "epoch": head.epoch,
            "seq": head.seq,
            "hash": head.hash,
            "at": to_ms(head.at),
            "note": delivery.note,
        },
    )
    kiosk.last_seen = max(kiosk.last_seen or 0, now)
    if kept:
        last = max(kept, key=lambda item: item.link.seq)
        log.move_tip(session, delivery.place, (last.link.seq, last.link.hash))
        versions = (item.entry.bundle_version for item in kept if item.entry)
        kiosk.bundle_version = max(kiosk.bundle_version, *versions)
        steps.note(office, session, kiosk, (item.entry for item in kept if item.entry))
    kiosk.unsent = max(0, head.seq - log.tip(session, delivery.place))
    return [*kept, *fresh]


def _entry_row(office: Office, kiosk: tables.Kiosk, item: Placed) -> log.Values:
    link, personal = item.link, item.personal
    return {
        "kiosk_id": link.kiosk_id,
        "epoch": link.epoch,
        "seq": link.seq,
        "hash": link.hash,
        "body": link.body,
        "personal": sealed.seal_side(office, link),
        **(projected(item.entry) if item.entry else {}),
        "holder_id": personal.holder_id if personal else "",
        "name_index": _index(office, "name", personal.name if personal else ""),
        "tail_index": _index(office, "id_tail", personal.id_tail if personal else ""),
        "kiosk_enterprise_id": kiosk.enterprise_id,
        "kiosk_site_id": kiosk.site_id,
        "standing": item.standing.value,
        "why": item.why,
    }


def _without_erased(
    office: Office, session: Session, news: list[Placed]
) -> tuple[list[Placed], set[int]]:
    """The same without the personal sides of erased holders, and the numbers of those."""
    indexes = {
        item.link.seq: sealed.indexes(office, "tombstone", person.holder_id)
        for item in news
        if (person := _person(item)) and person.holder_id
    }
    asked = {index for each in indexes.values() for index in each}
    gone = stored.tombstoned(session, asked, office.now_ms())
    late = {seq for seq, each in indexes.items() if not gone.isdisjoint(each)}
    return [_emptied(item) if item.link.seq in late else item for item in news], late


def _person(item: Placed) -> Personal | None:
    if item.personal or not item.link.personal:
        return item.personal
    try:
        return decode_personal(item.link.personal)
    except EntryError:
        return None


def _emptied(item: Placed) -> Placed:
    return replace(item, link=replace(item.link, salt=b"", personal=b""), personal=None)


def _note_erased(office: Office, session: Session, kept: list[Placed], late: set[int]) -> None:
    """Of an entry without its person the record says so: nobody emptied it here."""
    empty = [
        item.link
        for item in kept
        if item.entry and item.entry.commitment and not item.link.personal
    ]
    for ground, links in (
        (Ground.ARRIVED, [link for link in empty if link.seq not in late]),
        (Ground.ERASED_BEFORE, [link for link in empty if link.seq in late]),
    ):
        if links:
            places_ = [(link.kiosk_id, link.epoch, link.seq) for link in links]
            erasures.note(office, session, SYSTEM, ground, places_)


def _quarantine_row(office: Office, item: Placed) -> log.Values:
    link = item.link
    return {
        "kiosk_id": link.kiosk_id,
        "epoch": link.epoch,
        "seq": link.seq,
        "hash": link.hash,
        "body": link.body,
        "personal": sealed.seal_side(office, link),
        "content": content_of(link),
        "why": item.why,
    }


def content_of(link: Link) -> bytes:
    """The SHA-256 over all parts of a quarantined entry, its personal side in plain."""
    parts = (link.hash, link.body, link.salt, link.personal)
    content = b"".join(len(part).to_bytes(4) + part for part in parts)
    return hashlib.sha256(content).digest()


def _index(office: Office, column: str, value: str) -> bytes | None:
    return sealed.index(office, column, value) if value else None


def _line(item: Placed) -> ReceiptLine:
    return ReceiptLine(item.link.seq, item.link.hash, item.standing, item.why or "-")


def _receipt(delivery: _Delivery, placed: list[Placed]) -> Receipt:
    return Receipt(*delivery.place, delivery.at, tuple(_line(item) for item in placed))


def _sign(office: Office, session: Session, receipt: Receipt, *, kept: bool) -> str:  # 4
    """The receipt's note, stored where it brought something new."""
    note = receipt.sign(office.keys.server)
    kiosk_id, epoch = receipt.kiosk_id, receipt.epoch
    signing = Signing(office.keys.server, Purpose.RECEIPT, f"{kiosk_id}/{epoch}")
    count(office, session, signing)
    if kept:
        session.add(tables.Receipt(kiosk_id=kiosk_id, epoch=epoch, at=to_ms(receipt.at), note=note))
    return note
