"""The signed bundle of each kiosk."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import Trust
from checkpoint.credential.foreign import Certificates
from checkpoint.credential.id_set import IdSet
from checkpoint.domain.boarding import CommutingVehicle
from checkpoint.domain.place import BUREAU
from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.errors import Refused
from checkpoint.keys import Keyring, Purpose
from checkpoint.screening.rules import ASKS_HEALTH, ASKS_MANIFESTS
from checkpoint.services import certificates, health_lines, keys, policy, sealed
from checkpoint.services.office import SERVER, Office
from checkpoint.services.signatures import Signing, count
from checkpoint.services.stored import enterprise_of, gate_of, site_of, warrant_of
from checkpoint.storage import authority, erasures, people, places, riders, tables, trusted
from checkpoint.storage import health as health_rows
from checkpoint.wire.bundle import Bundle, sign_bundle
from checkpoint.wire.health import HealthTable
from checkpoint.wire.manifests import Manifests

REFRESH = timedelta(minutes=10)
"""A bundle older than this is signed again, so that its age at the kiosk says something."""
SOON = timedelta(minutes=1)
"""A bundle this old gives way to one with other greens or declarations."""
SOON_MS = SOON // timedelta(milliseconds=1)
_LARGE = 1 << 16
_LONGEST = timedelta(hours=6)
"""For each so many bytes it may grow older by as much, up to this: it must travel each time."""
_HALF = 16


def bundle_for(office: Office, kiosk_id: str) -> tuple[bytes, str]:
    """The bundle in force and its entity tag (hex, to be quoted in the header).

    The version grows when the content changes and never falls; the bundle is signed again
    when it is older than ten minutes. Raises NotFound, and Refused for a revoked kiosk.
    """
    with office.db.read() as session:
        held = session.get(tables.Bundle, kiosk_id)
        bundle = _content(office, session, kiosk_id)
        if held is not None and _is_fresh(office, session, held, bundle):
            return _tagged(held)
    with office.db.write() as session:
        # Read again, alone: of two callers the second finds what the first has signed.
        office.db.alone(session, "bundle")
        held = session.get(tables.Bundle, kiosk_id)
        home = places.kiosk(session, kiosk_id).enterprise_id
        keys.renew(office, session, (SERVER, BUREAU, home))
        bundle = _content(office, session, kiosk_id)
        if held is None or not _is_fresh(office, session, held, bundle):
            held = _sign(office, session, held, bundle)
        return _tagged(held)


def _content(office: Office, session: Session, kiosk_id: str) -> Bundle:
    """All that the kiosk must know, not yet with a version."""
    kiosk = places.kiosk(session, kiosk_id)
    if kiosk.revoked_at is not None:
        raise Refused(f"kiosk {kiosk_id!r} is revoked", remedy="enrol it again")
    gate, site = places.gate(session, kiosk.gate_id)
    enterprise = places.enterprise(session, kiosk.enterprise_id)
    now = office.now_ms()
    issuers = (kiosk.enterprise_id, BUREAU)
    keyring = Keyring()
    for issuer in issuers:
        keyring += Keyring([office.keys.issuer(issuer).trusted]) + office.keys.ring(issuer)
    warrants = authority.warrants(session, [kiosk.enterprise_id])
    applied = policy.applied(session, kiosk.enterprise_id, now)
    coming = policy.coming(session, kiosk.enterprise_id, now)
    held = (applied, *(later.policy for later in coming))
    takes_foreign = any(each.foreign_certificates is not ForeignWorth.OFF for each in held)
    return Bundle(
        version=0,
        issued_at=office.clock.now(),
        kiosk_id=kiosk_id,
        enterprise=enterprise_of(enterprise),
        site=site_of(site),
        gate=gate_of(gate),
        policy=applied,
        coming=coming,
        trust=Trust(
            keyring,
            _revoked(office, session, issuers, now),
            people.blocked(session, issuers, now),
            trusted.withdrawals(session, issuers),
            certificates.believed(office, session) if takes_foreign else Certificates(),
        ),
        warrants=tuple(warrant_of(row) for row in warrants if row.valid_until > now),
        server_keys=office.keys.server_keyring(),
        handovers=office.keys.handovers(),
        erased=_erased(office, session, kiosk.enterprise_id),
        health=_health(office, session, kiosk.enterprise_id, held),
        manifests=_manifests(office, session, kiosk.enterprise_id, held),
    )


def _erased(office: Office, session: Session, enterprise_id: str) -> IdSet:
    """The ids of erased holders of whom the kiosk's journal may still know."""
    rows = erasures.tombstones(session, (enterprise_id, ""), office.now_ms())
    return IdSet(
        sealed.unseal(office, row.holder_sealed, f"tombstone/{row.holder_index.hex()}")
        for row in rows
    )


def _health(
    office: Office, session: Session, enterprise_id: str, policies: tuple[Policy, ...]
) -> HealthTable | None:
    """What is known of the workers' health, where a rule asks for it; read anew when changed."""
    if not any(ASKS_HEALTH & {*each.rules} for each in policies):
        return None
    max_age_s = policies[0].status_max_age_s
    mark, now = (max_age_s, *health_rows.mark(session, enterprise_id)), office.now_ms()
    held = office.health.get(enterprise_id)
    # Where only declarations came in, gates hear of them soon: there are many, one by one.
    soon = held is not None and held[0][:2] == mark[:2] and 0 <= now - held[1] < SOON_MS
    if held is None or (held[0] != mark and not soon):
        rows = health_rows.everybody(session, enterprise_id)
        table = HealthTable.of(
            (row.holder_id, health_lines.known_of(row, max_age_s)) for row in rows
        )
        held = office.health[enterprise_id] = (mark, now, table)
    return held[2]


def _manifests(
    office: Office, session: Session, enterprise_id: str, policies: tuple[Policy, ...]
) -> Manifests | None:
    """The vehicles and their riders, where a rule asks for them; read anew when changed."""
    if not any(ASKS_MANIFESTS & {*each.rules} for each in policies):
        return None
    mark = riders.mark(session, enterprise_id)
    held = office.manifests.get(enterprise_id)
    if held is None or held[0] != mark:
        found = riders.everybody(session, enterprise_id)
        table = Manifests(
            {row.holder_id: CommutingVehicle(row.days, row.seats, IdSet(ids)) for row, ids in found}
        )
        held = office.manifests[enterprise_id] = (mark, table)
    return held[1]


def _revoked(office: Office, session: Session, issuers: tuple[str, ...], now: int) -> IdSet:
    """The revoked passes, read anew only when they are others: gates ask far more often."""
    mark = people.revoked_mark(session, issuers, now)
    held = office.revoked.get(issuers)
    if held is None or held[0] != mark:
        held = office.revoked[issuers] = (mark, people.revoked(session, issuers, now))
    return held[1]


def _digest(bundle: Bundle) -> bytes:
    """Of the content, all but version and time: half of it urgent, half greens and declarations."""
    whole = bundle.health.to_document().values() if bundle.health else ()
    return _urgent(bundle) + hashlib.sha256(b"".join(whole)).digest()[:_HALF]


def _urgent(bundle: Bundle) -> bytes:
    """The beginning of SHA-256 over what a gate should not wait for."""
    trust = bundle.trust
    sets = (trust.revoked, trust.blocked, bundle.erased)
    ids = b"".join(IdSet.of(ids).digest() for ids in sets)
    keys = (trust.keyring.to_json(), bundle.server_keys.to_json(), bundle.handovers)
    places_ = (bundle.enterprise, bundle.site, bundle.gate)
    signers = [certificate.fingerprint for certificate in trust.certificates.certificates]
    ill = bundle.health.urgent() if bundle.health else None
    vehicles = bundle.manifests.to_document() if bundle.manifests else None
    said = (
        places_,
        bundle.policy,
        bundle.coming,
        keys,
        ids,
        trust.withdrawn,
        bundle.warrants,
        signers,
        ill,
        vehicles,
    )
    return hashlib.sha256(repr(said).encode()).digest()[:_HALF]


def _is_fresh(office: Office, session: Session, held: tables.Bundle, bundle: Bundle) -> bool:
    age = office.clock.now() - from_ms(held.issued_at)
    digest = _digest(bundle)
    urgent = digest[:_HALF] == held.content[:_HALF]
    # Of a declaration the gates hear soon, and not each time that somebody declares.
    step = REFRESH if digest == held.content else SOON
    longest = min(step * (1 + len(held.signed) // _LARGE), _LONGEST)
    return urgent and _is_ahead(session, held) and timedelta(0) <= age < longest


def _holds(session: Session, held: tables.Bundle, digest: bytes) -> bool:
    """Whether the version may stay: the same content, and not behind what the kiosk has."""
    return held.content == digest and _is_ahead(session, held)


def _is_ahead(session: Session, held: tables.Bundle) -> bool:
    return held.version >= trusted.seen_version(places.kiosk(session, held.kiosk_id))


def _sign(
    office: Office, session: Session, held: tables.Bundle | None, bundle: Bundle
) -> tables.Bundle:
    digest = _digest(bundle)
    same = held is not None and _holds(session, held, digest)
    kiosk = places.kiosk(session, bundle.kiosk_id)
    version = held.version if held is not None and same else trusted.next_version(session, kiosk)
    bundle = replace(bundle, version=version)
    key = office.keys.server
    row = tables.Bundle(
        kiosk_id=bundle.kiosk_id,
        version=version,
        content=digest,
        issued_at=to_ms(bundle.issued_at),
        signed=sign_bundle(bundle, key),
    )
    count(office, session, Signing(key, Purpose.BUNDLE, f"{bundle.kiosk_id}/{version}"))
    return session.merge(row)


def _tagged(held: tables.Bundle) -> tuple[bytes, str]:
    return held.signed, hashlib.sha256(held.signed).hexdigest()[:32]
