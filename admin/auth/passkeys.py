"""Passkeys (WebAuthn level 2): a key in a phone, computer or stick, opened by its own lock.

The authenticator checks the person (PIN, finger, face), so a passkey stands for password and
second factor together, and it can't be shown to a page of another name.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import webauthn
from cryptography.exceptions import UnsupportedAlgorithm
from sqlalchemy import delete, select
from sqlalchemy.orm import Session
from webauthn.helpers import parse_client_data_json
from webauthn.helpers.base64url_to_bytes import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from admin.auth import factors
from admin.auth.account import Account, Challenge
from admin.config import Settings, is_loopback
from admin.db import reading, transaction
from checkpoint.errors import Refused
from checkpoint.services import fields
from checkpoint.services.office import Office
from checkpoint.storage.tables import SecondFactor

TERM = timedelta(minutes=5)
_SIGN_IN = "sign in"
_BAD = (
    *(WebAuthnException, UnsupportedAlgorithm),
    *(ValueError, KeyError, TypeError, AttributeError, RecursionError),
)
"""What the library says of an answer that is none."""
_REQUIRED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class PasskeyDesk:
    """Where passkeys are made and shown: the office, and the name that they are bound to."""

    office: Office
    settings: Settings

    @property
    def possible(self) -> bool:
        """Browsers bind passkeys to a host's name; an address of numbers has none."""
        return self.host == "localhost" or not (is_loopback(self.host) or _is_address(self.host))

    @property
    def host(self) -> str:
        """The name that passkeys are bound to."""
        return urlsplit(self.settings.public_url).hostname or ""

    def options_to_add(self, account: Account) -> str:
        """What the browser is asked to make a passkey with, as JSON."""
        made = webauthn.generate_registration_options(
            rp_id=self.host,
            rp_name=factors.ISSUER,
            user_id=account.account_id.encode(),
            user_name=account.username,
            user_display_name=account.name,
            challenge=self._challenge(f"add {account.account_id}"),
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=_REQUIRED
            ),
            exclude_credentials=self._descriptors(account.account_id),
        )
        return webauthn.options_to_json(made)

    def add(self, account: Account, name: str, answer: str) -> None:
        """Keep the passkey that the browser made. Raises Refused for one that does not hold."""
        told = fields.line("name", name)
        try:
            made = webauthn.verify_registration_response(
                credential=answer,
                expected_challenge=self._spent(answer, f"add {account.account_id}"),
                expected_rp_id=self.host,
                expected_origin=self.settings.public_url,
                require_user_verification=True,
            )
        except _BAD as fault:
            raise _refused() from fault
        row = SecondFactor(
            factor_id=secrets.token_hex(8),
            account_id=account.account_id,
            kind=factors.PASSKEY,
            name=told,
            credential_id=made.credential_id,
            public_key=made.credential_public_key,
            counter=made.sign_count,
            made_at=self.office.now_ms(),
        )
        factors.add(self.office, account, row)

    def options_to_show(self, account: Account | None) -> str:
        """What the browser is asked to show a passkey with; of an account, or of anybody."""
        made = webauthn.generate_authentication_options(
            rp_id=self.host,
            challenge=self._challenge(_SIGN_IN),
            allow_credentials=self._descriptors(account.account_id) if account else None,
            user_verification=_REQUIRED,
        )
        return webauthn.options_to_json(made)

    def shown(self, answer: str) -> Account:
        """The active account whose passkey the browser showed. Raises Refused, always alike."""
        try:
            challenge = self._spent(answer, _SIGN_IN)
            credential_id = base64url_to_bytes(json.loads(answer)["rawId"])
            with transaction(self.office) as session:
                row = _of_credential(session, credential_id)
                account = session.get(Account, row.account_id) if row else None
                if row is None or account is None or not account.active:
                    raise _refused()
                seen = webauthn.verify_authentication_response(
                    credential=answer,
                    expected_challenge=challenge,
                    expected_rp_id=self.host,
                    expected_origin=self.settings.public_url,
                    credential_public_key=row.public_key or b"",
                    credential_current_sign_count=row.counter,
                    require_user_verification=True,
                )
                row.counter, row.used_at = seen.new_sign_count, self.office.now_ms()
                return account
        except _BAD as fault:
            raise _refused() from fault

    def _challenge(self, purpose: str) -> bytes:
        """Fresh bytes that are good once, for a purpose and for a few minutes."""
        made = secrets.token_bytes(32)
        now = self.office.now_ms()
        row = Challenge(
            challenge_hash=_hash(made),
            purpose=purpose,
            expires_at=now + TERM // timedelta(milliseconds=1),
        )
        with transaction(self.office) as session:
            session.execute(delete(Challenge).where(Challenge.expires_at < now))
            session.add(row)
        return made

    def _spent(self, answer: str, purpose: str) -> bytes:
        """The challenge of an answer, which is good no more. Raises Refused for no such one."""
        told = json.loads(answer)["response"]["clientDataJSON"]
        challenge = parse_client_data_json(base64url_to_bytes(told)).challenge
        mine = (Challenge.challenge_hash == _hash(challenge)) & (Challenge.purpose == purpose)
        mine &= Challenge.expires_at >= self.office.now_ms()
        with transaction(self.office) as session:
            gone = session.scalars(delete(Challenge).where(mine).returning(Challenge.purpose)).all()
        if not gone:
            raise _refused()
        return challenge

    def _descriptors(self, account_id: str) -> list[PublicKeyCredentialDescriptor]:
        mine = (SecondFactor.account_id == account_id) & SecondFactor.credential_id.is_not(None)
        with reading(self.office) as session:
            ids = session.scalars(select(SecondFactor.credential_id).where(mine)).all()
        return [PublicKeyCredentialDescriptor(id=known) for known in ids if known]


def _of_credential(session: Session, credential_id: bytes) -> SecondFactor | None:
    wanted = select(SecondFactor).where(SecondFactor.credential_id == credential_id)
    return session.scalar(wanted.with_for_update())


def _refused() -> Refused:
    return Refused("passkey does not hold", remedy="try again, or sign in by password")


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()
