"""Finding entries for a lookup."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.storage.keyset import page
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Action, Entry

_EQUAL = ("gate_id", "kiosk_id", "holder_id", "pass_id", "direction", "outcome")
PAGE = 50


def find(
    session: Session,
    scope: Scope,
    wanted: EntryFilter,
    person: dict[str, tuple[bytes, ...]],
    after: str | None,
) -> tuple[Sequence[Entry], str | None]:
    """Entries of the scope that meet all conditions, the newest first.

    `person` maps `name_index` and `tail_index` to the blind indexes of what is asked for.
    """
    rows = select(Entry).where(
        within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id),
        *_conditions(wanted),
        *(getattr(Entry, column).in_(indexes) for column, indexes in person.items()),
    )
    return page(session, rows, (Entry.at, Entry.id), after, wanted.limit)


def one(session: Session, scope: Scope, place: tuple[str, int, int]) -> Entry | None:
    """The entry at a place, where it is in the scope."""
    kiosk_id, epoch, seq = place
    return session.scalar(
        select(Entry).where(
            Entry.kiosk_id == kiosk_id,
            Entry.epoch == epoch,
            Entry.seq == seq,
            within(scope, Entry.kiosk_enterprise_id, Entry.kiosk_site_id),
        )
    )


def actions(
    session: Session, scope: Scope, after: str | None
) -> tuple[Sequence[Action], str | None]:
    """The action record of whole enterprises, or of the district, the newest first."""
    rows = select(Action)
    if not scope.district:
        rows = rows.where(Action.enterprise_id.in_(sorted(scope.enterprises)))
    return page(session, rows, (Action.at, Action.id), after, PAGE)


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    given = [
        getattr(Entry, name) == str(value)
        for name in _EQUAL
        if (value := getattr(wanted, name)) not in (None, "")
    ]
    if wanted.since is not None:
        given.append(Entry.at >= to_ms(wanted.since))
    if wanted.until is not None:
        given.append(Entry.at < to_ms(wanted.until))
    if wanted.kinds:
        given.append(Entry.kind.in_([kind.value for kind in wanted.kinds]))
    if wanted.reason is not None:
        given.append(Entry.reasons.contains(f" {wanted.reason.value} ", autoescape=True))
    if wanted.temperature_from_c is not None:
        given.append(Entry.temperature_c >= wanted.temperature_from_c)
    if wanted.temperature_to_c is not None:
        given.append(Entry.temperature_c <= wanted.temperature_to_c)
    return given
