"""Second factors of an account: authenticator apps (TOTP, RFC 6238) and recovery codes.

Seeds and codes are sealed by the key of personal fields. A step of an app is good once: the last
one that was used is kept in the database, so that a code that was seen is worth nothing, also
after a restart. Passkeys are in `admin.auth.passkeys`.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from passlib.exc import TokenError
from passlib.totp import TOTP
from sqlalchemy import Delete, delete, func, select
from sqlalchemy.orm import Session

from admin.auth.account import Account
from admin.auth.accounts import readable
from admin.db import reading, transaction
from checkpoint.clock import from_ms
from checkpoint.errors import NotFound, Refused
from checkpoint.services import Actor, fields, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.office import Office
from checkpoint.storage.tables import RecoveryCode, SecondFactor
from checkpoint.storage.tables.second_factors import code_place, seed_place

APP, PASSKEY = "totp", "passkey"
ISSUER = "Sibao"
MOST = 10
RECOVERY_CODES = 10
_SEED_BYTES = 20
_WINDOW_S = 30
"""How far the clocks may differ: one step before and after."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One second factor as its owner sees it."""

    factor_id: str
    kind: str
    name: str
    made_at: datetime
    used_at: datetime | None


def held(office: Office, account_id: str) -> tuple[Factor, ...]:
    """An account's second factors, the oldest first."""
    with reading(office) as session:
        rows = _rows(session, account_id)
    return tuple(
        Factor(
            row.factor_id,
            row.kind,
            row.name,
            from_ms(row.made_at),
            None if row.used_at is None else from_ms(row.used_at),
        )
        for row in rows
    )


def fresh_seed() -> str:
    """A seed for an app, in Base32."""
    return base64.b32encode(secrets.token_bytes(_SEED_BYTES)).decode()


def uri(account: Account, seed: str) -> str:
    """What an app reads off a QR code."""
    told: str = TOTP(key=seed, issuer=ISSUER).to_uri(account.username)
    return told


def add_app(office: Office, account: Account, name: str, seed: str, code: str) -> None:
    """Add an app that shows a right code of the seed. Raises Refused for a wrong one."""
    counter = _counter(seed, code, office.now_ms(), None)
    if counter is None:
        raise Refused("code is wrong", remedy="compare the clock of the phone")
    factor_id = secrets.token_hex(8)
    row = SecondFactor(
        factor_id=factor_id,
        account_id=account.account_id,
        kind=APP,
        name=fields.line("name", name),
        seed_sealed=sealed.seal(office, seed, seed_place(factor_id)),
        counter=counter,
        made_at=office.now_ms(),
    )
    add(office, account, row)


def add(office: Office, account: Account, row: SecondFactor) -> None:
    """Keep a factor that was proven. Raises Refused when there are `MOST` of them."""
    with transaction(office) as session:
        office.db.alone(session, f"account {account.account_id}")
        if len(_rows(session, account.account_id)) >= MOST:
            raise Refused("an account has ten second factors at most", remedy="remove one")
        twin = SecondFactor.credential_id == row.credential_id
        if row.credential_id and session.scalar(select(SecondFactor).where(twin)):
            raise Refused("passkey is held already", remedy="use it")
        session.add(row)
        _record(office, session, account, "add_factor")


def check_app(office: Office, account_id: str, code: str) -> bool:
    """Whether it is a code of one of the account's apps, of a step that was not used before."""
    with transaction(office) as session:
        office.db.alone(session, f"account {account_id}")
        for row in _rows(session, account_id):
            if row.kind != APP:
                continue
            seed = sealed.unseal(office, row.seed_sealed, seed_place(row.factor_id))
            counter = _counter(seed, code, office.now_ms(), row.counter)
            if counter is not None:
                row.counter, row.used_at = counter, office.now_ms()
                return True
    return False


def fresh_recovery_codes(office: Office, account: Account) -> list[str]:
    """Codes that stand in for a lost factor, each once; those before are worth nothing."""
    codes = [readable(3) for _ in range(RECOVERY_CODES)]
    with transaction(office) as session:
        session.execute(_codes_of(account.account_id))
        for code in codes:
            code_id = secrets.token_hex(8)
            session.add(
                RecoveryCode(
                    code_id=code_id,
                    account_id=account.account_id,
                    code_sealed=sealed.seal(office, code, code_place(code_id)),
                )
            )
        _record(office, session, account, "make_recovery_codes")
    return codes


def recovery_codes_left(office: Office, account_id: str) -> int:
    """How many recovery codes are unused."""
    mine = RecoveryCode.account_id == account_id
    with reading(office) as session:
        return session.scalar(select(func.count()).select_from(RecoveryCode).where(mine)) or 0


def use_recovery_code(office: Office, account: Account, code: str) -> bool:
    """Whether it is one of the account's recovery codes; it is worth nothing afterwards."""
    wanted = select(RecoveryCode).where(RecoveryCode.account_id == account.account_id)
    with transaction(office) as session:
        office.db.alone(session, f"account {account.account_id}")
        for row in session.scalars(wanted):
            known = sealed.unseal(office, row.code_sealed, code_place(row.code_id))
            if hmac.compare_digest(known.encode(), code.strip().casefold().encode()):
                session.delete(row)
                _record(office, session, account, "use_recovery_code")
                return True
    return False


def rename(office: Office, account: Account, factor_id: str, name: str) -> None:
    """Give a factor another name. Raises NotFound, and Refused for a name that can't be shown."""
    told = fields.line("name", name)
    with transaction(office) as session:
        _own(session, account, factor_id).name = told


def remove(office: Office, account: Account, factor_id: str, *, needed: bool) -> None:
    """Take a factor away, and with the last one the recovery codes.

    Raises NotFound, and Refused for the last one where the role needs one (`needed`).
    """
    with transaction(office) as session:
        office.db.alone(session, f"account {account.account_id}")
        row = _own(session, account, factor_id)
        if len(_rows(session, account.account_id)) == 1:
            if needed:
                raise Refused(
                    "the last second factor stays: the role needs one", remedy="add another first"
                )
            session.execute(_codes_of(account.account_id))
        session.delete(row)
        _record(office, session, account, "remove_factor")


def remove_all(session: Session, account_id: str) -> None:
    """Take all factors and recovery codes away, within a transaction."""
    session.execute(delete(SecondFactor).where(SecondFactor.account_id == account_id))
    session.execute(_codes_of(account_id))


def _counter(seed: str, code: str, now_ms: int, last: int | None) -> int | None:
    """The step of a code that is right and later than the last one that was used."""
    try:
        match = TOTP(key=seed).match(code, time=now_ms // 1000, window=_WINDOW_S, last_counter=last)
    except (TokenError, ValueError):
        return None
    counter: int = match.counter
    return counter


def _rows(session: Session, account_id: str) -> Sequence[SecondFactor]:
    mine = select(SecondFactor).where(SecondFactor.account_id == account_id)
    return session.scalars(mine.order_by(SecondFactor.made_at, SecondFactor.factor_id)).all()


def _own(session: Session, account: Account, factor_id: str) -> SecondFactor:
    row = session.get(SecondFactor, factor_id)
    if row is None or row.account_id != account.account_id:
        raise NotFound(f"no second factor {factor_id!r}")
    return row


def _codes_of(account_id: str) -> Delete:
    return delete(RecoveryCode).where(RecoveryCode.account_id == account_id)


def _record(office: Office, session: Session, account: Account, verb: str) -> None:
    by = Actor(account.account_id, account.role, account.name)
    record(office, session, by, Act(verb, account.account_id, account.enterprise_id or ""))
