"""All that a verifier believes, replaced as one object when another bundle comes."""

from __future__ import annotations

from dataclasses import dataclass, field

from checkpoint.keys import Keyring


@dataclass(frozen=True, slots=True)
class Trust:
    """Keys, revoked passes (lost card) and blocked holders (suspended person), as exact sets."""

    keyring: Keyring
    revoked: frozenset[str] = field(default_factory=frozenset)
    blocked: frozenset[str] = field(default_factory=frozenset)
