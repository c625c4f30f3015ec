"""Cases and their steps: finding them, and leaving nobody's words in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import Session

from checkpoint.domain.inspection_case import CaseState, StepKind
from checkpoint.errors import NotFound
from checkpoint.storage.citing import Place, at
from checkpoint.storage.keyset import page
from checkpoint.storage.mentions import STRUCK
from checkpoint.storage.places import within
from checkpoint.storage.scope import Scope
from checkpoint.storage.tables import (
    Action,
    CaseEntry,
    CaseLookup,
    CaseStep,
    Entry,
    InspectionCase,
    Lookup,
)

PAGE = 50
_WORDS = CaseStep.words_sealed != b""


def one(session: Session, scope: Scope, case_id: str, *, lock: bool = False) -> InspectionCase:
    """A case in scope; `lock` holds off other changes of it. Raises NotFound."""
    row = session.get(InspectionCase, case_id, with_for_update=lock or None)
    if row is None or not scope.covers(row.enterprise_id, row.site_id):
        raise NotFound("no such case in the scope")
    return row


def listed(
    session: Session, scope: Scope, states: Iterable[CaseState], after: str | None
) -> tuple[Sequence[InspectionCase], str | None]:
    """Cases in scope that stand in one of these ways, the newest first."""
    seen = within(scope, InspectionCase.enterprise_id, InspectionCase.site_id)
    rows = select(InspectionCase).where(seen, InspectionCase.state.in_(sorted(states)))
    return page(session, rows, (InspectionCase.opened_at, InspectionCase.case_id), after, PAGE)


def released(session: Session, enterprise_id: str) -> Sequence[InspectionCase]:
    """The cases that an enterprise was told of, the newest first."""
    told = (InspectionCase.enterprise_id == enterprise_id, InspectionCase.released_at.is_not(None))
    order = (InspectionCase.released_at.desc(), InspectionCase.case_id)
    return session.scalars(select(InspectionCase).where(*told).order_by(*order)).all()


def steps(session: Session, case_id: str) -> Sequence[CaseStep]:
    """What was done in a case, in order."""
    rows = select(CaseStep).where(CaseStep.case_id == case_id).order_by(CaseStep.number)
    return session.scalars(rows).all()


def first_steps(session: Session, case_ids: Iterable[str]) -> dict[str, CaseStep]:
    """The step that opened each of these cases."""
    mine = select(CaseStep).where(CaseStep.case_id.in_(sorted(case_ids)), CaseStep.number == 1)
    return {row.case_id: row for row in session.scalars(mine)}


def entries(session: Session, case_id: str) -> list[tuple[CaseEntry, Entry | None]]:
    """The entries that a case links, in order, and what is held at each place now."""
    same = and_(
        Entry.kiosk_id == CaseEntry.kiosk_id,
        Entry.epoch == CaseEntry.epoch,
        Entry.seq == CaseEntry.seq,
    )
    rows = select(CaseEntry, Entry).outerjoin(Entry, same).where(CaseEntry.case_id == case_id)
    order = (CaseEntry.kiosk_id, CaseEntry.epoch, CaseEntry.seq)
    return [(link, held) for link, held in session.execute(rows.order_by(*order))]


def lookups(session: Session, case_id: str) -> list[tuple[int, Lookup | None]]:
    """The lookups that a case links; None where retention ended the line."""
    rows = select(CaseLookup.lookup_id, Lookup).outerjoin(Lookup, Lookup.id == CaseLookup.lookup_id)
    wanted = rows.where(CaseLookup.case_id == case_id).order_by(CaseLookup.lookup_id)
    return [(number, line) for number, line in session.execute(wanted)]


def about(session: Session, scope: Scope, place: Place) -> Sequence[InspectionCase]:
    """The cases in scope that link an entry."""
    here = select(CaseEntry.case_id).where(at_places([place]))
    seen = within(scope, InspectionCase.enterprise_id, InspectionCase.site_id)
    rows = select(InspectionCase).where(InspectionCase.case_id.in_(here), seen)
    return session.scalars(rows.order_by(InspectionCase.opened_at)).all()


def takes(case: InspectionCase, entry: Entry) -> bool:
    """Whether an entry is of the place that a case is about."""
    home = entry.kiosk_enterprise_id == case.enterprise_id
    return home and case.site_id in ("", entry.kiosk_site_id)


def at_places(places: Iterable[Place]) -> ColumnElement[bool]:
    """The links to these places."""
    links: Any = CaseEntry
    return at(links, places)


def of_holder(session: Session, holder_id: str) -> list[str]:
    """The cases that link an entry of a holder, while the entry says so."""
    same = and_(
        Entry.kiosk_id == CaseEntry.kiosk_id,
        Entry.epoch == CaseEntry.epoch,
        Entry.seq == CaseEntry.seq,
        Entry.holder_id == holder_id,
        Entry.holder_id != "",
    )
    rows = select(CaseEntry.case_id).where(exists().where(same)).distinct()
    return sorted(session.scalars(rows))


def worded(session: Session) -> Iterator[CaseStep]:
    """The steps that still have words."""
    yield from session.scalars(select(CaseStep).where(_WORDS).order_by(CaseStep.id))


def strike(session: Session, case_ids: Iterable[str]) -> None:
    """Destroy all words of these cases."""
    mine = CaseStep.case_id.in_(sorted(case_ids))
    session.execute(update(CaseStep).where(mine).values(words_sealed=b""))


def strike_steps(session: Session, ids: Iterable[int]) -> None:
    """Destroy the words of these steps."""
    session.execute(update(CaseStep).where(CaseStep.id.in_(list(ids))).values(words_sealed=b""))


def strike_some(session: Session, which: ColumnElement[bool], limit: int) -> int:
    """Destroy the words of at most so many steps; how many."""
    ids = session.scalars(select(CaseStep.id).where(which).order_by(CaseStep.id).limit(limit)).all()
    strike_steps(session, ids)
    return len(ids)


def forget(session: Session) -> None:
    """Leave nobody's name or words in any case."""
    session.execute(update(CaseStep).values(name=STRUCK, words_sealed=b""))


def words_of(kind: StepKind) -> str:
    """The act that the record tells a step by."""
    return f"case_{kind.value}"


def breaks(session: Session) -> Iterator[str]:
    """Where the steps of cases and the record of actions say different things."""
    kinds = {words_of(kind): kind.value for kind in StepKind}
    acts = select(Action).where(Action.verb.in_(kinds))
    told = {(act.subject, act.why, kinds[act.verb]) for act in session.scalars(acts)}
    held = {
        (row.case_id, f"step {row.number} {row.digest.hex()}", row.kind)
        for row in session.scalars(select(CaseStep))
    }
    for case_id in sorted({each[0] for each in told ^ held}):
        yield f"the steps of case {case_id} are not as the record of actions says"
