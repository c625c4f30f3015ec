"""Finding holders of a roster: by part of a name, its pinyin or initials, ID tail, plate, job.

Names are sealed, so what is kept are blind indexes of whatever somebody may type, each for one
enterprise alone: a table `keep` writes whenever a line is made, changed or sealed anew.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from checkpoint.keys.sealing_ring import SealingRing
from checkpoint.services import sealed, spelling
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind
from checkpoint.storage import holders, tables

SLICE = 500
"""Lines in one transaction: gates that report meanwhile wait half a second at most."""
_COLUMN = "roster"


def keep(office: Office, session: Session, *rows: tables.Holder) -> None:
    """Let holders be found by what their lines say now, and by nothing that they said before.

    Part of the caller's transaction. Only workers and vehicles of a roster are looked for.
    """
    ring = office.keys.sealing
    found = []
    for row in rows:
        if row.enterprise_id and row.kind != HolderKind.VISITOR and row.name_sealed:
            texts = (f"{row.enterprise_id}/{text}" for text in _found_by(ring, row))
            found.append((row, {_number(ring.blind_index(text, _COLUMN)) for text in texts}))
    holders.put_keys(session, found)


def keep_all(office: Office, tell: Callable[[int], None] = lambda _done: None) -> int:
    """Do it for holders for whom it was not done yet, after an upgrade or an import; how many.

    Slice by slice, each durable by itself: a run that was cut short is taken up by the next one.
    `tell` takes how many are done, between two slices.
    """
    done = 0
    while True:
        with office.db.write() as session:
            rows = holders.without_keys(session, SLICE)
            keep(office, session, *rows)
        if not rows:
            return done
        done += len(rows)
        tell(done)


def keys_of(
    office: Office, session: Session, enterprise_id: str, search: str
) -> tuple[holders.Keys, ...]:
    """What a holder must all have to be found by a search; nothing for an empty one."""
    found: list[holders.Keys] = []
    for term in spelling.terms(search):
        whole = _keys(office, enterprise_id, term)
        if len(term) <= spelling.PART or holders.known(session, whole):
            found.append(whole)
        else:
            ends = range(spelling.PART, len(term) + 1)
            parts = [term[end - spelling.PART : end] for end in ends]
            found += [_keys(office, enterprise_id, part) for part in parts]
    return tuple(found)


def _found_by(ring: SealingRing, row: tables.Holder) -> set[str]:
    place = f"holder/{row.holder_id}"
    name = ring.open(row.name_sealed, f"{place}/name").decode()
    number = ring.open(row.id_sealed, f"{place}/id").decode() if row.id_sealed else ""
    texts = {spelling.plain(number), spelling.plain(row.id_tail)} - {""}
    for text in (name, row.plate, row.job, row.route):
        texts |= spelling.parts(text)
    return texts | spelling.pinyin_of(name)


def _keys(office: Office, enterprise_id: str, text: str) -> holders.Keys:
    indexes = sealed.indexes(office, _COLUMN, f"{enterprise_id}/{text}")
    return tuple(_number(index) for index in indexes)


def _number(index: bytes) -> int:
    return int.from_bytes(index[:8], "big", signed=True)
