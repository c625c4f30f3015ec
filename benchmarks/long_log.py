"""A log of any length, made by the real gate and the real server, but not synced while it grows.

The journal commits once a batch instead of once an entry, and nothing waits for the disk.

Every entry goes the way of docs/architecture.md: appended to a journal, sent in batches, taken
in by the server, acknowledged by its receipt.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from sqlalchemy import event

from checkpoint.clock import FixedClock
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import Entry, EntryKind, Personal
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction, Mask, Reading
from checkpoint.domain.reason import Reason
from checkpoint.entrylog import Link
from checkpoint.keys import Keyring, Purpose, SigningKey
from checkpoint.services import SYSTEM, Office, authorizing, enrolment, export, ingest
from checkpoint.services.forms import EnterpriseForm
from checkpoint.storage.scope import Scope
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import BATCH_LIMIT, Batch, Receipt, ReceiptLine, Standing, batch_of
from kiosk.journal import Draft, Journal
from kiosk.journal.sealing import sealing_key

BEGINS = datetime(2026, 3, 2, tzinfo=UTC)
PEOPLE = 5000
BETWEEN_S = 1.0
"""A gate at its busiest; it signs a head every ten seconds."""


@dataclass(frozen=True, slots=True)
class LongLog:
    """The gate's journal and the server's log of the same entries; `grow` makes both longer."""

    folder: Path
    office: Office
    journal: Journal
    place: EnrolmentAnswer
    clock: FixedClock

    @property
    def gate(self) -> Path:
        """The gate's folder."""
        return self.folder / "gate"

    @property
    def url(self) -> str:
        """The server's database."""
        return _url(self.folder)

    @property
    def export(self) -> Path:
        """Where `write_export` puts its file."""
        return self.folder / "log.zip"

    def grow(self, size: int, *, served: bool) -> Iterator[int]:
        """Add entries up to a size; gives the size after each batch.

        With `served` the server takes every batch in; else its key alone signs the receipts,
        and its log stays as long as it was.
        """
        last = _last(self.journal)
        while last < size:
            with patch("os.fsync"), _one_transaction(self.journal):
                last = self._batch(range(last, min(last + BATCH_LIMIT, size)), served=served)
            yield last

    def _batch(self, numbers: range, *, served: bool) -> int:
        for number in numbers:
            self.clock.advance(BETWEEN_S)
            self.journal.append(self._draft(number))
        sent = self.journal.unsent(BATCH_LIMIT)
        head = self.journal.head()
        note = self._taken(batch_of(sent, head)) if served else self._signed(sent)
        receipt = Receipt.open(note, self.office.keys.server_keyring())
        self.journal.acknowledge(note, receipt)
        return sent[-1].seq

    def write_export(self) -> None:
        """All of it as one signed file."""
        export.write(self.office, SYSTEM, Scope.whole_district(), self.export)

    def _taken(self, batch: Batch) -> str:
        return ingest.ingest(self.office, self.place.kiosk_id, batch)

    def _signed(self, sent: list[Link]) -> str:
        lines = tuple(ReceiptLine(k.seq, k.hash, Standing.ACCEPTED) for k in sent)
        receipt = Receipt(self.place.kiosk_id, sent[0].epoch, self.clock.now(), lines)
        return receipt.sign(self.office.keys.server)

    def _draft(self, number: int) -> Draft:
        at, place = self.clock.now(), self.place
        person = number * 7919 % PEOPLE
        entry = Entry(
            *(EntryKind.PASSAGE, "", 1, 1, at, ClockQuality.SYNCHRONISED, 1, 1),
            *(place.enterprise_id, place.site_id, place.gate_id),
            direction=(Direction.IN, Direction.OUT)[number // PEOPLE % 2],
            outcome=Outcome.ADMIT,
            reasons=(Reason.OK,),
            pass_id=f"{person:016x}",
            pass_kind=PassKind.WORKER,
            issuer=place.enterprise_id,
            code_digest=person.to_bytes(32),
            readings=(Reading(3640, 3650, "simulated", at),),
            mask=Mask.WORN,
            mask_source="simulated",
        )
        return Draft(entry, Personal("王小明", f"{person:04d}", f"{person:016x}"))


@contextmanager
def long_log(folder: Path) -> Iterator[LongLog]:
    """A fresh district with one gate and an empty log."""
    clock = FixedClock(BEGINS)
    with ExitStack() as stack:
        office = Office.open(_url(folder), folder / "data" / "keys", clock)
        stack.callback(office.close)
        event.listen(office.db.engine, "connect", _unsynced)
        office.db.engine.dispose()
        office.db.upgrade()
        place, key = _enrolled(office)
        gate = folder / "gate"
        journal = stack.enter_context(
            Journal.open(gate, place.kiosk_id, key, sealing_key(gate), clock)
        )
        _unsynced(journal._store._connection)  # noqa: SLF001 - growing is not what is measured
        (office.keys.server_keyring() + Keyring([key.trusted])).save(gate / "trust.json")
        yield LongLog(folder, office, journal, place, clock)


@contextmanager
def _one_transaction(journal: Journal) -> Iterator[None]:
    """All that is written to the journal meanwhile is committed at once."""
    store = journal._store  # noqa: SLF001 - growing is not what is measured
    with store.writing() as db, patch.object(store, "writing", lambda: nullcontext(db)):
        yield


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'data' / 'sibao.db'}"


def _unsynced(connection: Any, *_: object) -> None:
    connection.execute("PRAGMA synchronous=OFF")


def _last(journal: Journal) -> int:
    path = journal._store.path  # noqa: SLF001
    with sqlite3.connect(path) as db:
        return int(db.execute("SELECT ifnull(max(seq), 0) FROM entry").fetchone()[0])


def _enrolled(office: Office) -> tuple[EnrolmentAnswer, SigningKey]:
    form = EnterpriseForm("acme", "Acme", "91110000000000001H", "Town", "textiles", True)
    authorizing.register_enterprise(office, SYSTEM, form)
    site = authorizing.add_site(office, SYSTEM, "acme", "Works")
    gate = authorizing.add_gate(office, SYSTEM, "acme", site.site_id, "North")
    code = enrolment.make_code(office, SYSTEM, "acme", gate.gate_id, "http://127.0.0.1:8000")
    raw = SigningKey.generate("unnamed", frozenset({Purpose.HEAD}), BEGINS)
    request = EnrolmentRequest.model_construct(
        code=code.code, public_key=raw.trusted.public, software="benchmark"
    )
    answer = enrolment.redeem(office, request)
    return answer, replace(raw, trusted=replace(raw.trusted, owner=answer.kiosk_id))
