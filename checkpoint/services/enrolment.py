"""Kiosks: enrolled once by a one-time code, trusted until revoked."""

from __future__ import annotations

from datetime import datetime

from checkpoint.keys import TrustedKey
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.rows import KioskRow
from checkpoint.storage.scope import Scope
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentCode, EnrolmentRequest


def make_code(
    office: Office, by: Actor, enterprise_id: str, gate_id: str, server_url: str
) -> EnrolmentCode:
    """A code for one kiosk at one gate, valid for 24 hours. Shown once: only its hash is kept."""
    raise NotImplementedError


def redeem(office: Office, request: EnrolmentRequest) -> EnrolmentAnswer:
    """Exchange a code for a place. Of two kiosks with one code, one gets it.

    Raises Refused for an unknown, used or expired code (one message for all), WireError for a
    key that is no Ed25519 public key.
    """
    raise NotImplementedError


def revoke_kiosk(office: Office, by: Actor, enterprise_id: str, kiosk_id: str, why: str) -> None:
    """Trust a kiosk no longer: no bundles for it, and its entries are flagged from now on."""
    raise NotImplementedError


def kiosks(office: Office, scope: Scope) -> tuple[KioskRow, ...]:
    """The kiosks of a scope, revoked ones too, by id."""
    raise NotImplementedError


def key_of(office: Office, kiosk_id: str) -> TrustedKey:
    """The kiosk's public key, owner the kiosk, to check requests and heads with. NotFound if none.

    A revoked kiosk's key ends (`until`) at the revocation.
    """
    raise NotImplementedError


def seen(office: Office, kiosk_id: str, at: datetime) -> None:
    """Note that a kiosk was heard of."""
    raise NotImplementedError
