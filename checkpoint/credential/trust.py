"""All that a verifier believes, replaced as one object when another bundle comes."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field

from checkpoint.credential.foreign.certificates import Certificates
from checkpoint.credential.id_set import IdSet
from checkpoint.domain.health_pass import HealthPass
from checkpoint.keys import Keyring, Withdrawal


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys, revoked passes (lost card) and blocked holders (suspended person), as exact sets.

    `withdrawn` are keys that may have been stolen: their passes count as revoked.
    `certificates` are those of the issuers of foreign certificates.
    """

    keyring: Keyring
    revoked: Set[str] = field(default_factory=IdSet)
    blocked: Set[str] = field(default_factory=IdSet)
    withdrawn: tuple[Withdrawal, ...] = ()
    certificates: Certificates = field(default_factory=Certificates)

    def revokes(self, health_pass: HealthPass) -> bool:
        """Whether the pass, or the key that signed it at that time, is worth nothing now."""
        by = (health_pass.issuer, health_pass.key_id, health_pass.issued_at)
        return health_pass.pass_id in self.revoked or any(w.covers(*by) for w in self.withdrawn)
