"""The steps of a case: how one is committed to and recorded, and read again.

The digest is SHA-256 over "sibao/case-step/v1", a zero byte, 16 random bytes and the deterministic
CBOR of [case, number, time, account, kind, detail, words]. It stands in the step and in the action
record, which is linked and signed; random bytes and words are sealed together and die together.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from checkpoint import cbor
from checkpoint.clock import from_ms
from checkpoint.domain.inspection_case import AFTER, WORDS_MOST, CaseState, StepKind
from checkpoint.domain.legible import is_shown, shows_something
from checkpoint.errors import KeyFault, Refused
from checkpoint.services import sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.storage import cases, tables

_DOMAIN = b"sibao/case-step/v1\0"
_SALT = 16


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be done in a case: its kind, words for people, a detail for programs."""

    kind: StepKind
    words: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step for pages. `erased` once its words are gone; `sound` unless they were changed."""

    number: int
    at: datetime
    account_id: str
    role: str
    name: str
    kind: StepKind
    detail: str
    words: str
    erased: bool
    sound: bool


def text(field: str, value: str, *, most: int = WORDS_MOST) -> str:
    """Some lines of words in composed form, without spaces around them. Raises Refused."""
    plain = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
    if not 1 <= len(plain) <= most:
        raise Refused(f"{field} has {len(plain)} characters", remedy=f"give 1 to {most} characters")
    lines = plain.replace("\n", "").replace("\t", "")
    if not (shows_something(lines) and all(map(is_shown, lines))):
        raise Refused(f"{field} holds characters that can't be shown", remedy="type it again")
    return plain


def add(
    office: Office, session: Session, by: Actor, case: tables.InspectionCase, step: Step
) -> tables.CaseStep:
    """Add a step to a case that is locked, and let the case stand as it says."""
    number, salt, now = case.steps + 1, secrets.token_bytes(_SALT), office.now_ms()
    row = tables.CaseStep(
        case_id=case.case_id,
        number=number,
        at=now,
        account_id=by.account_id,
        role=by.role,
        name=by.name,
        kind=step.kind.value,
        detail=step.detail,
        words_sealed=sealed.seal(office, salt.hex() + step.words, place(case.case_id, number)),
        digest=b"",
    )
    row.digest = _digest(row, salt, step.words)
    case.steps = number
    if step.kind in AFTER:
        case.state = AFTER[step.kind].value
        case.closed_at = now if case.state == CaseState.CLOSED else None
    session.add(row)
    why = f"step {number} {row.digest.hex()}"
    act = Act(cases.words_of(step.kind), case.case_id, case.enterprise_id, why)
    record(office, session, by, act)
    return row


def place(case_id: str, number: int) -> str:
    """Where the words of a step are sealed for."""
    return f"case_step/{case_id}/{number}"


def step_row(office: Office, row: tables.CaseStep) -> StepRow:
    """A step for pages."""
    words, sound = "", True
    if row.words_sealed:
        try:
            blob = sealed.unseal(office, row.words_sealed, place(row.case_id, row.number))
            words = blob[2 * _SALT :]
            sound = _digest(row, bytes.fromhex(blob[: 2 * _SALT]), words) == row.digest
        except (KeyFault, ValueError):
            sound = False
    return StepRow(
        number=row.number,
        at=from_ms(row.at),
        account_id=row.account_id,
        role=row.role,
        name=row.name,
        kind=StepKind(row.kind),
        detail=row.detail,
        words=words,
        erased=not row.words_sealed,
        sound=sound,
    )


def _digest(row: tables.CaseStep, salt: bytes, words: str) -> bytes:
    told = [row.case_id, row.number, row.at, row.account_id, row.kind, row.detail, words]
    return hashlib.sha256(_DOMAIN + salt + cbor.dumps(told)).digest()
