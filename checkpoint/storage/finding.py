"""Finding entries for a lookup.

Each site of the scope is read backwards in time along `ix_entry_kiosk_site`, which holds all that
a filter asks of an entry but its person; so what is found of a filter never depends on how rare it
is. The sites' newest are merged, and only the rows of the page are fetched whole.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from itertools import islice

from sqlalchemy import ColumnElement, Row, func, literal_column, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from checkpoint.clock import to_ms
from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality
from checkpoint.domain.reason import Reason
from checkpoint.domain.remark import RemarkKind
from checkpoint.storage import keyset
from checkpoint.storage.entry_filter import EntryFilter, Later
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import Action, Entry, Gate, Holder, Kiosk, Remark
from checkpoint.storage.tables.entries import HIGH_C, UNUSUAL
from checkpoint.wire.entries import Standing

Person = dict[str, tuple[bytes, ...]]
PAGE = 50
_EQUAL = (
    *("gate_id", "kiosk_id", "holder_id", "pass_id", "direction", "outcome"),
    *("pass_kind", "clock_quality", "standing"),
)
_OF_ONE_PERSON = ("holder_id", "pass_id")
_DEGRADED = (Reason.DEVICE_DOWN, Reason.BUNDLE_STALE)
_SOME = 500
"""Rows that are fetched at once where all are read."""
_SITES = 50
"""Sites that are read by one statement."""
_UNUSUAL: ColumnElement[bool] = literal_column(f"({UNUSUAL})")
_ORDER = (Entry.at, Entry.id)


def find(
    session: Session, scope: Scope, wanted: EntryFilter, person: Person, after: str | None
) -> tuple[Sequence[Entry], str | None]:
    """Entries of the scope that meet all conditions, the newest first.

    `person` maps `name_index` and `tail_index` to the blind indexes of what is asked for.
    """
    numbers, cursor = _numbers(session, scope, wanted, person, after)
    rows = select(Entry).where(Entry.id.in_(numbers)).order_by(Entry.at.desc(), Entry.id.desc())
    return session.scalars(rows).all(), cursor


def every(
    session: Session, scope: Scope, wanted: EntryFilter, person: Person
) -> Iterator[list[Entry]]:
    """All entries of the scope that meet all conditions, the newest first, some at a time.

    The sites are read side by side, each once; memory does not grow with their entries.
    """
    rows = select(Entry.at, Entry.id).where(*_conditions(wanted))
    rows = rows.order_by(Entry.at.desc(), Entry.id.desc()).execution_options(yield_per=_SOME)
    meant = sites(session, scope, wanted)
    if about := _few(wanted, person):
        parts = [rows.where(*about, _site().in_(meant))]
    else:
        parts = [rows.where(Entry.kiosk_site_id == site_id) for site_id in meant]
    with ExitStack() as streams:
        read = [streams.enter_context(closing(session.execute(part))) for part in parts]
        merged = heapq.merge(*read, key=lambda row: (-row.at, -row.id))
        while numbers := [row.id for row in islice(merged, _SOME)]:
            chosen = select(Entry).where(Entry.id.in_(numbers))
            yield list(session.scalars(chosen.order_by(Entry.at.desc(), Entry.id.desc())))


def count(session: Session, scope: Scope, wanted: EntryFilter, person: Person) -> int:
    """How many entries of the scope meet all conditions."""
    rows = select(func.count()).where(
        *_conditions(wanted), Entry.kiosk_site_id.in_(sites(session, scope, wanted))
    )
    return session.scalar(rows.where(*_few(wanted, person))) or 0


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
    return keyset.page(session, rows, (Action.at, Action.id), after, PAGE)


def sites(session: Session, scope: Scope, wanted: EntryFilter) -> list[str]:
    """The sites of the scope where kiosks stand or stood that the filter may mean.

    A gate is of one site, and an entry belongs to where its kiosk stands whatever it says itself.
    """
    rows = select(Kiosk.site_id).where(within(scope, Kiosk.enterprise_id, Kiosk.site_id))
    for column, value in ((Kiosk.site_id, wanted.site_id), (Kiosk.kiosk_id, wanted.kiosk_id)):
        rows = rows.where(column == value) if value else rows
    if wanted.gate_id:
        home = select(Gate.site_id).where(Gate.gate_id == wanted.gate_id)
        rows = rows.where(Kiosk.site_id.in_(home))
    return sorted(session.scalars(rows.distinct()))


def _numbers(
    session: Session, scope: Scope, wanted: EntryFilter, person: Person, after: str | None
) -> tuple[list[int], str | None]:
    """The row numbers of a page, and the cursor of the next one."""
    limit = keyset.capped(wanted.limit)
    meant = sites(session, scope, wanted)
    rows = select(Entry.at, Entry.id).where(*_conditions(wanted), *keyset.beyond(_ORDER, after))
    rows = rows.order_by(Entry.at.desc(), Entry.id.desc()).limit(limit + 1)
    found: list[Row[int, int]] = []
    if about := _few(wanted, person):
        # They are read by an index of their own, whatever the site.
        found = list(session.execute(rows.where(*about, _site().in_(meant))))
    else:
        for begin in range(0, len(meant), _SITES):
            parts = (
                select(rows.where(Entry.kiosk_site_id == site_id).subquery())
                for site_id in meant[begin : begin + _SITES]
            )
            found += session.execute(union_all(*parts)).all()
    found = sorted(found, key=lambda row: (row.at, row.id), reverse=True)
    more = len(found) > limit
    found = found[:limit]
    return [row.id for row in found], f"{found[-1].at}.{found[-1].id}" if more else None


def _site() -> ColumnElement[str]:
    """The site as a value that no index is taken for."""
    return Entry.kiosk_site_id.concat("")


def _few(wanted: EntryFilter, person: Person) -> list[ColumnElement[bool]]:
    """The conditions that only few entries meet: a person's, and those that others are about."""
    given = [getattr(Entry, column).in_(indexes) for column, indexes in person.items()]
    asked = {name: getattr(wanted, name) for name in _OF_ONE_PERSON}
    # Their indexes hold only rows with one; SQLite must see it said in the same words.
    given += [
        getattr(Entry, name) != literal_column("''") for name, value in asked.items() if value
    ]
    if wanted.plate:
        bearers = select(Holder.holder_id).where(
            Holder.plate == wanted.plate, Holder.plate != literal_column("''")
        )
        given += [Entry.holder_id.in_(bearers), Entry.holder_id != literal_column("''")]
    if wanted.later is not None:
        given += _before(wanted.later)
    return given


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
        given.append(_names(wanted.reason))
    if wanted.degraded:
        given.append(or_(*map(_names, _DEGRADED)))
    if wanted.temperature_from_c is not None:
        given.append(Entry.temperature_c >= wanted.temperature_from_c)
    if wanted.temperature_to_c is not None:
        given.append(Entry.temperature_c <= wanted.temperature_to_c)
    if _is_unusual(wanted):
        given.append(_UNUSUAL)
    return given


def _is_unusual(wanted: EntryFilter) -> bool:
    """Whether no plain admission can meet it: what is left is read by an index of its own."""
    usual = {
        "reason": Reason.OK,
        "outcome": Outcome.ADMIT,
        "clock_quality": ClockQuality.SYNCHRONISED,
        "standing": Standing.ACCEPTED,
        "pass_kind": PassKind.WORKER,
    }
    return (
        wanted.degraded
        or (wanted.temperature_from_c or 0) >= HIGH_C
        or bool(wanted.kinds and EntryKind.PASSAGE not in wanted.kinds)
        or any(getattr(wanted, name) not in (None, value) for name, value in usual.items())
    )


def _names(reason: Reason) -> ColumnElement[bool]:
    return Entry.reasons.contains(f" {reason.value} ", autoescape=True)


def _before(later: Later) -> list[ColumnElement[bool]]:
    """That something later is about the entry."""
    place = tuple_(Entry.kiosk_id, Entry.epoch, Entry.seq)
    if later in (Later.REMARKED, Later.CORRECTED):
        said = select(Remark.kiosk_id, Remark.epoch, Remark.seq)
        corrects = Remark.kind == RemarkKind.CORRECTION.value
        return [place.in_(said.where(corrects) if later is Later.CORRECTED else said)]
    other = aliased(Entry)
    citing = select(other.kiosk_id, other.epoch, other.cites).where(other.cites.is_not(None))
    if later is Later.OVERRIDDEN:
        return [place.in_(citing.where(other.kind == EntryKind.OVERRIDE.value))]
    annulling = citing.where(other.kind == EntryKind.ANNULMENT.value)
    return [place.in_(annulling), Entry.outcome == Outcome.ADMIT.value]
