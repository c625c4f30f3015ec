"""Whom a code names: for the entry, and for the personal record beside it."""

from __future__ import annotations

from dataclasses import replace

from checkpoint.domain.entry import Entry, Personal
from checkpoint.domain.observation import Verification

CERTIFICATE, COUNTRY = "certificate", "country"
"""The details of an entry that say what kind of foreign certificate was shown, and whose."""


def cited(entry: Entry, seen: Verification | None) -> Entry:
    """The entry with the credential that was believed: nothing personal."""
    if seen is None:
        return entry
    known, foreign = seen.health_pass, seen.certificate
    if foreign:
        named = {CERTIFICATE: foreign.kind.value, COUNTRY: foreign.country}
        return replace(entry, pass_id=seen.credential_id, details=entry.details | named)
    if known is None:
        return entry
    return replace(entry, pass_id=known.pass_id, pass_kind=known.kind, issuer=known.issuer)


def personal_of(seen: Verification | None) -> Personal | None:
    """The person's side of an entry, None where nobody could be believed."""
    known, foreign = (seen.health_pass, seen.certificate) if seen else (None, None)
    if foreign:
        return Personal(foreign.name, "", foreign.holder_id, born=foreign.born)
    if known is None:
        return None
    plate = known.vehicle.plate if known.vehicle else ""
    return Personal(known.name, known.id_tail, known.holder_id, plate)
