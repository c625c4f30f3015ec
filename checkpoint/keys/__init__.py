"""Signing keys by purpose, keyrings of trusted keys, signed notes. Ed25519 (RFC 8032)."""

from checkpoint.keys.keyring import Keyring, Purpose, TrustedKey
from checkpoint.keys.note import open_note, sign_note
from checkpoint.keys.signing import SigningKey
from checkpoint.keys.trust_file import TrustFile
from checkpoint.keys.withdrawal import Withdrawal

__all__ = [
    "Keyring",
    "Purpose",
    "SigningKey",
    "TrustFile",
    "TrustedKey",
    "Withdrawal",
    "open_note",
    "sign_note",
]
