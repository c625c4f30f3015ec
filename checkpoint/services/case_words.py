"""Words in cases that are about a person, or name one: they go when the person is erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, rfc3339
from checkpoint.services.case_steps import step_row
from checkpoint.services.office import Office
from checkpoint.storage import cases, tables


def strike(office: Office, session: Session, holder_id: str, words: Sequence[str]) -> None:
    """Destroy the words of the cases that link the holder's entries, and of steps that name them.

    Nobody can tell which words of a case are about whom. That there was a case, who made which step
    and when, stays; so do its verification and its links.
    """
    cases.strike(session, cases.of_holder(session, holder_id))
    session.flush()
    named = [word.casefold() for word in words]
    ids = [
        step.id
        for step in cases.worded(session)
        if any(word in step_row(office, step).words.casefold() for word in named)
    ]
    cases.strike_steps(session, ids)


def own(office: Office, session: Session, holder_id: str) -> list[dict[str, Any]]:
    """The cases that link the holder's entries, for their own record.

    The words are given where all linked entries are the holder's: else they may be about others.
    """
    return [_own(office, session, one, holder_id) for one in cases.of_holder(session, holder_id)]


def _own(office: Office, session: Session, case_id: str, holder_id: str) -> dict[str, Any]:
    case = session.get_one(tables.InspectionCase, case_id)
    linked = [held for _, held in cases.entries(session, case_id)]
    alone = all(held is not None and held.holder_id == holder_id for held in linked)
    told: dict[str, Any] = {
        "case": case_id,
        "kind": case.kind,
        "state": case.state,
        "opened_at": rfc3339(from_ms(case.opened_at)),
        "closed_at": rfc3339(from_ms(case.closed_at)) if case.closed_at else None,
        "of_others_too": not alone,
    }
    if alone:
        steps = (step_row(office, step) for step in cases.steps(session, case_id))
        told["words"] = [
            {"at": rfc3339(x.at), "role": x.role, "name": x.name, "words": x.words}
            for x in steps
            if x.words
        ]
    return told
