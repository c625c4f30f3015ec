"""An annulled entry as Carol the inspector finds it, and as an audit does."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.entrylog.audit import audit
from checkpoint.services import Scope, auditing, lookup
from checkpoint.services.ingest import ingest
from checkpoint.services.rows import Citation, EntryPlace
from checkpoint.storage.entry_filter import EntryFilter
from tests.checkpoint.services.district import CAROL, District
from tests.checkpoint.services.test_copies import annulment_of


def breaches(district: District) -> list[str]:
    with auditing.evidence(district.office, Scope.whole_district()) as log:
        return [breach.words for breach in audit(log).breaches]


@pytest.mark.parametrize("refused", [False, True])
def test_an_annulled_entry_and_its_annulment_lead_to_each_other(
    district: District, *, refused: bool
) -> None:
    kiosk = district.kiosk()
    entry = kiosk.entry(outcome=Outcome.DENY if refused else Outcome.ADMIT)
    annulment_of(kiosk, entry)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    found = lookup.find(district.office, CAROL, Scope.of("acme"), EntryFilter())
    rows = {row.place.seq: row for row in found.rows}
    place = EntryPlace(kiosk.kiosk_id, 1, 2)
    assert rows[1].cited_by == (Citation(place, EntryKind.ANNULMENT),)
    assert (rows[1].annulled, rows[2].annulled) == (not refused, False)


def test_whom_an_annulment_is_about_can_not_be_changed(district: District) -> None:
    kiosk = district.kiosk()
    entry, other = kiosk.entry(), kiosk.entry()
    annulment_of(kiosk, entry)
    ingest(district.office, kiosk.kiosk_id, kiosk.batch())
    assert not breaches(district)
    with district.office.db.write() as session:
        session.execute(text("UPDATE entry SET cites = :seq WHERE seq = 3"), {"seq": other.seq})
    assert breaches(district) == ["the stored column cites is not what the bytes say"]
