"""Batches of passes: listed, opened to be printed again, tallied."""

from __future__ import annotations

from dataclasses import dataclass

from checkpoint.clock import from_ms
from checkpoint.domain.health_pass import PassKind
from checkpoint.services import issuing, signatures
from checkpoint.services.office import Office
from checkpoint.services.rows import BatchRow, IssuedPass
from checkpoint.services.signatures import Tally
from checkpoint.storage import batches as stored
from checkpoint.storage import tables
from checkpoint.storage.scope import Page


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch with its passes, in the order of printing."""

    row: BatchRow
    passes: tuple[IssuedPass, ...]


def batches(office: Office, issuer: str, after: str | None = None) -> Page[BatchRow]:
    """The batches of an issuer, the newest first."""
    with office.db.read() as session:
        found, cursor = stored.batches(session, issuer, after)
        counts = stored.counts(session, [row.id for row in found], office.now_ms())
    return Page(tuple(_row(row, counts.get(row.id, (0, 0, row.at))) for row in found), cursor)


def batch(office: Office, issuer: str, number: int) -> Batch:
    """One batch. Raises NotFound outside the issuer's."""
    with office.db.read() as session:
        row = stored.batch(session, issuer, number)
        members = stored.members(session, number)
        counts = stored.counts(session, [number], office.now_ms())
        passes = issuing.opened(office, session, members) if members else ()
    return Batch(_row(row, counts.get(number, (0, 0, row.at))), passes)


def tally(office: Office, batch: Batch) -> Tally:
    """Whether each pass of a batch has its one logged signature."""
    return signatures.tally(office, [one.health_pass.pass_id for one in batch.passes])


def _row(row: tables.PassBatch, counts: tuple[int, int, int]) -> BatchRow:
    count, usable, ends = counts
    return BatchRow(row.id, PassKind(row.kind), from_ms(row.at), count, usable, from_ms(ends))
