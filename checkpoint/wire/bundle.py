"""The signed, versioned bundle: all that a kiosk must know to decide alone.

A COSE_Sign1 by the server's bundle key over deterministic CBOR. It is replaced as one
object; a lower version than the one held is never taken.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from typing import Any

from checkpoint import cbor
from checkpoint.clock import from_ms, to_ms
from checkpoint.credential import Trust, cose
from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.policy import Policy
from checkpoint.domain.warrant import Warrant
from checkpoint.errors import KeyFault, PolicyError, WireError
from checkpoint.keys import Keyring, Purpose, SigningKey

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Bundle:
    """What is in force at one kiosk. `version` grows with every change of content.

    `trust` holds the keys that may sign passes and the revoked and blocked sets; `warrants`
    are those of the enterprise, in force or not.
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
        keys = keyring.by_id(envelope.key_id)
        signers = [k for k in keys if Purpose.BUNDLE in k.purposes]
        if not any(k.verifies(envelope.signature, envelope.signed_bytes) for k in signers):
            raise WireError(
                "the bundle is not signed by the server's key", remedy="enrol the kiosk again"
            )
        return _bundle(cbor.loads(envelope.payload))
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


def _document(bundle: Bundle) -> dict[str, Any]:
    policy = asdict(bundle.policy)
    policy["rules"] = list(policy["rules"])
    return {
        "format": FORMAT,
        "version": bundle.version,
        "issued_at": to_ms(bundle.issued_at),
        "kiosk_id": bundle.kiosk_id,
        "enterprise": asdict(bundle.enterprise),
        "site": asdict(bundle.site),
        "gate": asdict(bundle.gate),
        "policy": policy,
        "keys": bundle.trust.keyring.to_json(),
        "revoked": b"".join(sorted(bytes.fromhex(i) for i in bundle.trust.revoked)),
        "blocked": b"".join(sorted(bytes.fromhex(i) for i in bundle.trust.blocked)),
        "warrants": [_warrant_document(w) for w in bundle.warrants],
    }


def _warrant_document(warrant: Warrant) -> dict[str, Any]:
    return asdict(warrant) | {
        "valid_from": to_ms(warrant.valid_from),
        "valid_until": to_ms(warrant.valid_until),
        "sites": list(warrant.sites),
    }


def _bundle(document: dict[str, Any]) -> Bundle:
    if document["format"] != FORMAT:
        raise WireError(
            f"bundle format {document['format']!r} is unknown", remedy="update the kiosk"
        )
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
            _ids(document["revoked"]),
            _ids(document["blocked"]),
        ),
        warrants=tuple(_warrant(w) for w in document["warrants"]),
    )


def _policy(document: dict[str, Any]) -> Policy:
    known = {f.name for f in fields(Policy)}
    if document.keys() != known:
        raise WireError(
            f"policy fields differ: {sorted(document.keys() ^ known)}", remedy="update the kiosk"
        )
    return Policy(**document | {"rules": tuple(document["rules"])})


def _warrant(document: dict[str, Any]) -> Warrant:
    return Warrant(
        **document
        | {
            "valid_from": from_ms(document["valid_from"]),
            "valid_until": from_ms(document["valid_until"]),
            "sites": tuple(document["sites"]),
        }
    )


def _ids(blob: bytes) -> frozenset[str]:
    return frozenset(blob[i : i + 8].hex() for i in range(0, len(blob), 8))
