"""The signed, versioned bundle: all that a kiosk must know to decide alone.

A COSE_Sign1 by a bundle key of the server over deterministic CBOR. It is replaced as one
object; a lower version than the one held is never taken. A key that the kiosk does not know
yet is reached over the handovers inside: each is signed by the key before it.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from checkpoint import cbor
from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import Trust, cose
from checkpoint.credential.foreign import Certificates
from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.credential.id_set import IdSet
from checkpoint.domain.degraded import Degraded
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.policy import ForeignWorth, Policy
from checkpoint.domain.policy_changes import ComingPolicy
from checkpoint.domain.retention import Retention
from checkpoint.domain.warrant import Warrant
from checkpoint.errors import KeyFault, PolicyError, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey, TrustedKey, Withdrawal
from checkpoint.keys.handover import follow
from checkpoint.wire.health import HealthTable
from checkpoint.wire.manifests import Manifests

FORMAT = 8
_READ = tuple(range(1, FORMAT + 1))
"""Formats before this one lack some fields; a gate may still hold such a bundle."""
MOST_VALUES = 200_000
"""In a bundle, lists and maps counted: a district's warrants, keys and certificates have fewer. The
payload is read before it is believed, as the handovers to an unknown key lie in it."""
_WORTH = "foreign_certificates"
_SINCE_5 = ("reference_s", "reference_tolerance_c", "reference_refers")
_SINCE_7 = ("declaration_s", "status_max_age_s", "yellow_denies")


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is in force at one kiosk. `version` grows with every change of content.

    `trust` holds the keys that may sign passes, what was withdrawn, and the revoked and blocked
    sets; `warrants` are those of the enterprise, in force or not. `server_keys` are all keys of
    the server that the kiosk is to trust from now on, empty for those it has; `handovers` lead
    from older ones to them. `erased` are the ids of holders whom the journal must forget.
    `coming` are the policies that take the place of `policy` later, the next one first. `health`
    is what is known of the enterprise's workers, `manifests` its commuting vehicles with their
    riders, each None where no rule of the policies asks for it.
    """

    version: int
    issued_at: datetime
    kiosk_id: str
    enterprise: Enterprise
    site: Site
    gate: Gate
    policy: Policy
    trust: Trust
    warrants: tuple[Warrant, ...] = field(default=())
    server_keys: Keyring = field(default_factory=Keyring, compare=False)
    handovers: tuple[str, ...] = ()
    erased: AbstractSet[str] = frozenset()
    coming: tuple[ComingPolicy, ...] = ()
    health: HealthTable | None = None
    manifests: Manifests | None = None

    def at(self, now: datetime) -> Bundle:
        """The same with the policy that holds at a time: a gate without network changes on time."""
        due = [later.policy for later in self.coming if later.effective_at <= now]
        return replace(self, policy=due[-1], coming=self.coming[len(due) :]) if due else self

    def warrant_at(self, at: datetime) -> Warrant | None:
        """The first warrant that covers this site at a time."""
        return next((w for w in self.warrants if w.covers(self.site.site_id, at)), None)


def sign_bundle(bundle: Bundle, key: SigningKey) -> bytes:
    """The bytes that travel and are cached."""
    return cose.sign(cbor.dumps(_document(bundle)), Purpose.BUNDLE, key)


def open_bundle(blob: bytes, keyring: Keyring) -> Bundle:
    """Verify and read a bundle. Raises WireError naming what is wrong with it."""
    try:
        envelope = cose.parse(blob)
        cbor.bounded(envelope.payload, MOST_VALUES)
        document = None
        if not keyring.by_id(envelope.key_id):
            document = cbor.loads(envelope.payload)
            keyring = follow(_notes(document), keyring)
        signer = _signer(envelope, keyring)
        return _held(_bundle(document or cbor.loads(envelope.payload)), signer)
    except (
        cose.MalformedError,
        cbor.NotCanonicalError,
        KeyError,
        TypeError,
        ValueError,
        KeyFault,
        PolicyError,
    ) as fault:
        raise WireError(f"the bundle can't be read: {fault}", remedy="update the kiosk") from fault


def _signer(envelope: cose.Envelope, keyring: Keyring) -> TrustedKey:
    for key in keyring.by_id(envelope.key_id):
        meant = Purpose.BUNDLE in key.purposes
        if meant and key.verifies(envelope.signature, envelope.signed_bytes):
            return key
    raise WireError("the bundle is not signed by the server's key", remedy="enrol the kiosk again")


def _held(bundle: Bundle, signer: TrustedKey) -> Bundle:
    """The bundle, if its signer was in force and is one of the keys that it names."""
    if not signer.in_force(bundle.issued_at):
        raise WireError(
            f"the server's key {signer.key_id} was not in force when the bundle was made",
            remedy="check the server's clock, then `python -m admin keys rotate server`",
        )
    named = {key.public for key in bundle.server_keys.keys}
    if named and signer.public not in named:
        raise WireError("the bundle withdraws its own key", remedy="check the server's keys")
    return bundle


def _notes(document: object) -> list[str]:
    """The handovers of a bundle that is not believed yet."""
    notes = document.get("handovers") if isinstance(document, dict) else None
    return [note for note in notes if isinstance(note, str)] if isinstance(notes, list) else []


def _document(bundle: Bundle) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "version": bundle.version,
        "issued_at": to_ms(bundle.issued_at),
        "kiosk_id": bundle.kiosk_id,
        "enterprise": asdict(bundle.enterprise),
        "site": asdict(bundle.site),
        "gate": asdict(bundle.gate),
        "policy": bundle.policy.to_fields(),
        "coming": [[to_ms(c.effective_at), c.policy.to_fields()] for c in bundle.coming],
        "keys": bundle.trust.keyring.to_json(),
        "revoked": IdSet.of(bundle.trust.revoked).to_bytes(),
        "blocked": IdSet.of(bundle.trust.blocked).to_bytes(),
        "erased": IdSet.of(bundle.erased).to_bytes(),
        "health": bundle.health.to_document() if bundle.health else None,
        "vehicles": bundle.manifests.to_document() if bundle.manifests else None,
        "withdrawn": [withdrawal.to_list() for withdrawal in bundle.trust.withdrawn],
        "certificates": [c.der for c in bundle.trust.certificates.certificates],
        "warrants": [_warrant_document(w) for w in bundle.warrants],
        "server_keys": bundle.server_keys.to_json(),
        "handovers": list(bundle.handovers),
    }


def _warrant_document(warrant: Warrant) -> dict[str, Any]:
    return asdict(warrant) | {
        "valid_from": to_ms(warrant.valid_from),
        "valid_until": to_ms(warrant.valid_until),
        "sites": list(warrant.sites),
    }


def _bundle(document: dict[str, Any]) -> Bundle:
    if document["format"] not in _READ:
        raise WireError(
            f"bundle format {document['format']!r} is unknown", remedy="update the kiosk"
        )
    if document["format"] < 2:
        document |= {"withdrawn": [], "server_keys": Keyring().to_json(), "handovers": []}
    if document["format"] < 3:
        policy = document["policy"] | {_WORTH: ForeignWorth.OFF.value}
        document |= {"certificates": [], "policy": policy}
    if document["format"] < 4:
        policy = document["policy"] | {"retention": asdict(Retention())}
        document |= {"erased": b"", "policy": policy}
    if document["format"] < 5:
        since: dict[str, Any] = {name: getattr(Policy(), name) for name in _SINCE_5}
        since["degraded"] = Degraded().to_fields()
        document |= {"policy": document["policy"] | since}
    if document["format"] < 6:
        document |= {"coming": []}
    if document["format"] < 7:
        since = {name: getattr(Policy(), name) for name in _SINCE_7}
        coming = [[at, policy | since] for at, policy in document["coming"]]
        document |= {"health": None, "policy": document["policy"] | since, "coming": coming}
    if document["format"] < 8:
        document |= {"vehicles": None}
    health, vehicles = document["health"], document["vehicles"]
    return Bundle(
        version=document["version"],
        issued_at=from_ms(document["issued_at"]),
        kiosk_id=document["kiosk_id"],
        enterprise=Enterprise(**document["enterprise"]),
        site=Site(**document["site"]),
        gate=Gate(**document["gate"]),
        policy=_policy(document["policy"]),
        trust=Trust(
            Keyring.from_json(document["keys"]),
            IdSet.from_bytes(document["revoked"]),
            IdSet.from_bytes(document["blocked"]),
            tuple(Withdrawal.from_list(w) for w in document["withdrawn"]),
            Certificates(Certificate.from_der(der) for der in document["certificates"]),
        ),
        warrants=tuple(_warrant(w) for w in document["warrants"]),
        server_keys=Keyring.from_json(document["server_keys"]),
        handovers=tuple(document["handovers"]),
        erased=IdSet.from_bytes(document["erased"]),
        coming=_coming(document["coming"]),
        health=None if health is None else HealthTable.from_document(health),
        manifests=None if vehicles is None else Manifests.from_document(vehicles),
    )


def _coming(document: list[list[Any]]) -> tuple[ComingPolicy, ...]:
    found = tuple(ComingPolicy(from_ms(at), _policy(fields)) for at, fields in document)
    times = [later.effective_at for later in found]
    if times != sorted(set(times)):
        raise WireError("coming policies are out of order", remedy="report this line")
    return found


def _policy(document: dict[str, Any]) -> Policy:
    known = {f.name for f in fields(Policy)}
    if document.keys() != known:
        raise WireError(
            f"policy fields differ: {sorted(document.keys() ^ known)}", remedy="update the kiosk"
        )
    return Policy.of(document)


def _warrant(document: dict[str, Any]) -> Warrant:
    return Warrant(
        **document
        | {
            "valid_from": from_ms(document["valid_from"]),
            "valid_until": from_ms(document["valid_until"]),
            "sites": tuple(document["sites"]),
        }
    )
