"""What happens at the enterprise's own gates, for an access-control or time system."""

from __future__ import annotations

from datetime import datetime

from flask import jsonify
from flask.typing import ResponseReturnValue

from admin.api.problems import query
from admin.api.systems.described import told
from admin.api.systems.door import blueprint, by, mine
from admin.api.systems.models import (
    After,
    EntryAnswer,
    EntryFeed,
    InsideAnswer,
    InsidePage,
    KioskAnswer,
    KioskList,
    Since,
)
from admin.db import office
from checkpoint.clock import rfc3339
from checkpoint.services import enrolment, entry_feed
from checkpoint.services.entry_feed import FeedEntry
from checkpoint.storage.scope import Scope


@blueprint.get("/entries")
@told(EntryFeed, query=Since)
def entries() -> ResponseReturnValue:
    """Entries of own gates, in the order in which they came to the server.

    Begin without a cursor, send each answer's cursor with the next question. A question that names
    somebody is noted among the lookups, which the bureau sees.
    """
    asked = query(Since)
    page = entry_feed.since(office(), by(), mine(), asked.cursor, asked.limit)
    found = EntryFeed(
        entries=[_answer(row) for row in page.rows], cursor=page.cursor, more=page.more
    )
    return jsonify(found.model_dump())


@blueprint.get("/inside")
@told(InsidePage, query=After)
def inside() -> ResponseReturnValue:
    """Who came in within the last day and was not seen to leave."""
    page = entry_feed.inside(office(), by(), mine(), query(After).after or "")
    found = InsidePage(
        at=rfc3339(office().clock.now()),
        inside=[
            InsideAnswer(
                holder_id=row.holder_id,
                pass_id=row.pass_id,
                person=row.person,
                since=rfc3339(row.since),
                site_id=row.site_id,
                gate_id=row.gate_id,
            )
            for row in page.rows
        ],
        after=page.after,
    )
    return jsonify(found.model_dump())


@blueprint.get("/kiosks")
@told(KioskList)
def kiosks() -> ResponseReturnValue:
    """The kiosks of the enterprise, revoked ones too."""
    found = [
        KioskAnswer(
            kiosk_id=row.kiosk_id,
            site_id=row.site_id,
            gate_id=row.gate_id,
            gate=row.gate_name,
            software=row.software,
            enrolled_at=rfc3339(row.enrolled_at),
            revoked=row.revoked_at is not None,
            last_seen=_time(row.last_seen),
            unsent=row.unsent,
            bundle_version=row.bundle_version,
        )
        for row in enrolment.kiosks(office(), Scope.of(mine()))
    ]
    return jsonify(KioskList(kiosks=found).model_dump())


def _time(at: datetime | None) -> str | None:
    return None if at is None else rfc3339(at)


def _answer(row: FeedEntry) -> EntryAnswer:
    entry = row.entry
    return EntryAnswer(
        kiosk_id=entry.place.kiosk_id,
        epoch=entry.place.epoch,
        seq=entry.place.seq,
        at=rfc3339(entry.at),
        received_at=rfc3339(entry.received_at),
        kind=entry.kind.value,
        direction=entry.direction.value if entry.direction else None,
        outcome=entry.outcome.value if entry.outcome else None,
        reasons=[reason.value for reason in entry.reasons],
        site_id=entry.site_id,
        gate_id=entry.gate_id,
        holder_id=row.holder_id,
        pass_id=entry.pass_id,
        person=entry.name,
        plate=entry.plate,
        temperature_c=entry.temperature_c,
        mask=entry.mask.value if entry.mask else None,
        clock=entry.clock_quality.value,
        standing=entry.standing.value,
        why=entry.why,
    )
