"""Entries coming up from the kiosks."""

from __future__ import annotations

from checkpoint.services.office import Office
from checkpoint.wire.entries import Batch


def ingest(office: Office, kiosk_id: str, batch: Batch) -> str:
    """Take a batch; the answer is the signed receipt note, given after the commit.

    Every entry is accepted, flagged or quarantined, and stored once however often it comes.
    Raises NotFound for an unknown kiosk and WireError for a batch that is not this kiosk's.
    """
    raise NotImplementedError
