"""Kiosks, warrants and remarks as the record of actions tells of them.

The record is linked and signed; the rows of kiosks and warrants are not. So each is held to the
line that made it and to the line that ended it. Remarks have a record of their own, and the one
shows when the end of the other was cut off under an older signature.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from checkpoint.domain.remark import RemarkKind
from checkpoint.storage.tables import Action, Kiosk, Remark, Warrant
from checkpoint.storage.trusted import enrolment_words

_ENROLMENT = re.compile(r"site \S+ gate \S+ key [0-9a-f]{32}")
_TERMS = re.compile(r"terms [0-9a-f]{32}")
_SLACK_MS = 60_000
"""A row and its line are written in one transaction, at two readings of the clock."""

REMARKED = {RemarkKind.NOTE: "note_entry", RemarkKind.CORRECTION: "correct_entry"}
"""The acts of saying something of an entry."""
Row = Kiosk | Warrant


def warrant_words(warrant: Warrant) -> str:
    """What the record says of a granted warrant: whose it is, for what, and how long."""
    told: list[str | int] = [warrant.account_id, warrant.inspector, warrant.sites]
    told += [warrant.valid_from, warrant.valid_until]
    digest = hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
    return f"terms {digest[:32]}"


def breaks(session: Session) -> Iterator[tuple[str, str]]:
    """What is not as recorded, in words, and the kiosk's id where it is about one."""
    made, ended = _lines(session, "enrol_kiosk"), _lines(session, "revoke_kiosk")
    for kiosk in session.scalars(select(Kiosk).order_by(Kiosk.kiosk_id)):
        line = made.pop(kiosk.kiosk_id, None)
        told = line and line.why in (enrolment_words(kiosk), _before(line, _ENROLMENT))
        if line is None or not told or not _same(line, kiosk, kiosk.enrolled_at):
            yield "the kiosk is not as the record of its enrolment says", kiosk.kiosk_id
        if not _ended(ended.get(kiosk.kiosk_id), kiosk):
            yield "the record says otherwise whether this kiosk was revoked", kiosk.kiosk_id
    for kiosk_id in made:
        yield "the kiosk was enrolled and is gone", kiosk_id
    yield from ((words, "") for words in _warrants(session))
    yield from _remarks(session)


def _warrants(session: Session) -> Iterator[str]:
    made, ended = _lines(session, "grant_warrant"), _lines(session, "revoke_warrant")
    for warrant in session.scalars(select(Warrant).order_by(Warrant.warrant_id)):
        line, name = made.pop(warrant.warrant_id, None), f"warrant {warrant.warrant_id}"
        told = line and line.why in (warrant_words(warrant), _before(line, _TERMS))
        if line is None or not told or not _same(line, warrant, warrant.granted_at):
            yield f"{name} is not as the record of its grant says"
        if not _ended(ended.get(warrant.warrant_id), warrant):
            yield f"the record says otherwise whether {name} was revoked"
    for warrant_id in made:
        yield f"warrant {warrant_id} was granted and is gone"


def _remarks(session: Session) -> Iterator[tuple[str, str]]:
    verbs = {verb: kind.value for kind, verb in REMARKED.items()}
    acts, made = select(Action).where(Action.verb.in_(verbs)), select(Remark)
    told = Counter(
        (verbs[row.verb], row.account_id, row.enterprise_id, row.subject)
        for row in session.scalars(acts)
    )
    held = Counter(
        (row.kind, row.account_id, row.enterprise_id, f"{row.kiosk_id}/{row.epoch}/{row.seq}")
        for row in session.scalars(made)
    )
    for *_, subject in sorted((told - held) + (held - told)):
        yield f"the remarks about {subject} are not as the record of actions says", ""


def _lines(session: Session, verb: str) -> dict[str, Action]:
    rows = session.scalars(select(Action).where(Action.verb == verb).order_by(Action.id))
    return {row.subject: row for row in rows}


def _before(line: Action, form: re.Pattern[str]) -> str | None:
    """The words of a line from before such lines said more, which no row can fail."""
    return None if form.fullmatch(line.why) else line.why


def _same(line: Action, row: Row, at: int) -> bool:
    return line.enterprise_id == row.enterprise_id and abs(line.at - at) <= _SLACK_MS


def _ended(line: Action | None, row: Row) -> bool:
    if line is None or row.revoked_at is None:
        return line is None and row.revoked_at is None
    return abs(line.at - row.revoked_at) <= _SLACK_MS
