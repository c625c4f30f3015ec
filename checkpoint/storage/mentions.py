"""Where sentences speak of a person: the reasons that people gave. And the roster's line itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from checkpoint.storage import riders
from checkpoint.storage.tables import (
    Action,
    Declaration,
    EmergencyRequest,
    Holder,
    HolderHealth,
    HolderPhoto,
    IssuedPass,
    Lookup,
    PhoneLink,
    Policy,
    Proposal,
    Remark,
    SaidStatus,
    SavedView,
    Warrant,
    WarrantRequest,
    Withdrawal,
)

STRUCK = "▢"
"""What stands where a person was named."""

BLANK: dict[str, Any] = {
    "name_sealed": b"",
    "name_index": b"",
    **dict.fromkeys(("id_sealed", "id_index", "phone_sealed", "shift_begin", "shift_end")),
    "found_by": None,
    **dict.fromkeys(("id_tail", "job", "plate", "route", "site_id", "days"), ""),
    "seats": 0,
}
"""The roster's line of nobody."""

_SENTENCES: tuple[tuple[Any, str], ...] = (
    (Action, "why"),
    (Lookup, "why"),
    (Lookup, "asked"),
    (Remark, "words"),
    (IssuedPass, "revoked_why"),
    (Warrant, "revoked_why"),
    (Withdrawal, "why"),
    (WarrantRequest, "why"),
    (EmergencyRequest, "why"),
    (Policy, "why"),
    (Proposal, "why"),
    (Proposal, "remark"),
    (SavedView, "name"),
)


def strike(session: Session, ids: Sequence[str], words: Sequence[str]) -> bool:
    """Put STRUCK for these words in every sentence; whether the linked records hold one of them.

    A lookup of the person's holder id is struck too: the id then leads nowhere.
    """
    linked = False
    for table, column in _SENTENCES:
        field = getattr(table, column)
        named = [*words, *(ids if column == "asked" else ())]
        if not named:
            continue
        found = or_(*(field.contains(word, autoescape=True) for word in named))
        pattern = re.compile("|".join(re.escape(word) for word in named), re.IGNORECASE)
        for row in session.scalars(select(table).where(found)):
            setattr(row, column, pattern.sub(STRUCK, getattr(row, column)))
            linked |= table in (Action, Lookup, Remark)
    session.flush()
    return linked


def blank(session: Session, holder_id: str) -> None:
    """Empty the roster's line and the texts of its passes; the passes' numbers stay.

    The photo, the place on manifests, what the holder declared and what was said of their health
    is gone.
    """
    session.execute(
        update(Holder)
        .where(Holder.holder_id == holder_id)
        .values(**BLANK, blocked_why="", left_why="")
    )
    session.execute(
        update(IssuedPass).where(IssuedPass.holder_id == holder_id).values(text_sealed=b"")
    )
    for table in (PhoneLink, HolderPhoto, Declaration, SaidStatus, HolderHealth):
        session.execute(delete(table).where(table.holder_id == holder_id))
    riders.forget(session, holder_id)
    theirs = select(IssuedPass.pass_id).where(IssuedPass.holder_id == holder_id)
    session.execute(delete(EmergencyRequest).where(EmergencyRequest.pass_id.in_(theirs)))
