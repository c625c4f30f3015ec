"""Finding holders of a roster: by part of a name, its pinyin or initials, ID tail, plate, job.

Names are sealed, so what is kept are blind indexes of whatever somebody may type, each for one
enterprise alone: `keep` writes them whenever a line is made, changed or sealed anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from checkpoint.keys.sealing_ring import SealingRing
from checkpoint.services import sealed, spelling
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind
from checkpoint.storage import holders, tables

SLICE = 500
"""Lines in one transaction: gates that report meanwhile wait half a second at most."""
_COLUMN = "roster"
_BYTES = 8
"""Of a blind index: two of a million texts are the same once in 37 million rosters."""
_REMEMBERED = 1 << 14


class Finding:
    """By what holders of one enterprise are found; what many have in common is made once."""

    def __init__(self, ring: SealingRing, enterprise_id: str) -> None:
        self._ring, self._home = ring, enterprise_id
        self._key = lru_cache(_REMEMBERED)(self._made)
        self._parts = lru_cache(_REMEMBERED)(spelling.parts)

    def keys(self, name: str, number: str, *texts: str) -> bytes:
        """All keys of a name, an ID number or its end, and other texts of the line, in order."""
        found = {spelling.plain(number), spelling.plain(number[-4:])} - {""}
        found |= spelling.parts(name) | spelling.pinyin_of(name)
        for text in texts:
            found |= self._parts(text)
        return b"".join(sorted({self._key(text) for text in found}))

    def _made(self, text: str) -> bytes:
        return _short(self._ring.blind_index(f"{self._home}/{text}", _COLUMN))


def keep(office: Office, row: tables.Holder) -> None:
    """Let a holder be found by what the line says now, and by nothing that it said before.

    Only workers and vehicles of a roster are looked for.
    """
    if row.enterprise_id and row.kind != HolderKind.VISITOR and row.name_sealed:
        ring, place = office.keys.sealing, f"holder/{row.holder_id}"
        name = ring.open(row.name_sealed, f"{place}/name").decode()
        number = ring.open(row.id_sealed, f"{place}/id").decode() if row.id_sealed else row.id_tail
        finding = Finding(ring, row.enterprise_id)
        row.found_by = finding.keys(name, number, row.plate, row.job, row.route)


def keep_all(office: Office, tell: Callable[[int], None] = lambda _done: None) -> int:
    """Do it for holders for whom it was not done yet, after an upgrade; how many.

    Slice by slice, each durable by itself: a run that was cut short is taken up by the next one.
    `tell` takes how many are done, between two slices.
    """
    done, after = 0, ""
    while True:
        with office.db.write() as session:
            rows = holders.without_keys(session, after, SLICE)
            for row in rows:
                keep(office, row)
        if not rows:
            return done
        done, after = done + len(rows), rows[-1].holder_id
        tell(done)


def words_of(office: Office, enterprise_id: str, search: str) -> tuple[holders.Found, ...]:
    """By what somebody must be found for each word of a search; nothing for an empty one.

    A word longer than a part: by all of it, or by each part in it.
    """
    return tuple(_word(office, enterprise_id, term) for term in spelling.terms(search))


def _word(office: Office, enterprise_id: str, term: str) -> holders.Found:
    whole = (_keys(office, enterprise_id, term),)
    ends = range(spelling.PART, len(term) + 1)
    parts = [term[end - spelling.PART : end] for end in ends]
    if len(parts) < 2:
        return (whole,)
    return (whole, tuple(_keys(office, enterprise_id, part) for part in parts))


def _keys(office: Office, enterprise_id: str, text: str) -> holders.Keys:
    indexes = sealed.indexes(office, _COLUMN, f"{enterprise_id}/{text}")
    return tuple(_short(index) for index in indexes)


def _short(index: bytes) -> bytes:
    return index[:_BYTES]
