"""Signed notes: a text that people can read and keep, with an Ed25519 signature line.

The form is C2SP signed-note: text ending in a newline, an empty line, then
`— NAME BASE64(key hash[4] || signature)`, the key hash being the first four bytes of
SHA-256(NAME || 0x0A || 0x01 || public key).
"""

from __future__ import annotations

import base64
import binascii
import hashlib

from checkpoint.errors import KeyFault
from checkpoint.keys.keyring import Keyring, Purpose, TrustedKey
from checkpoint.keys.signing import SigningKey

_ED25519 = b"\x01"
_DASH = "\N{EM DASH} "
NOTE_LIMIT = 1 << 20
_PUBLIC_BYTES = 32


def sign_note(text: str, purpose: Purpose, key: SigningKey, name: str = "") -> str:
    """`text` (ending in a newline) with the signature line of `key`.

    The line names the key's owner, or `name` where another name is agreed. Raises KeyFault
    when the key is not registered for `purpose`.
    """
    if not text.endswith("\n") or "\n\n" in text:
        raise KeyFault(
            "a note must end in one newline and have no empty line", remedy="mend the text"
        )
    name = name or key.trusted.owner
    signature = key.sign(purpose, text.encode())
    line = base64.b64encode(key_hash(name, key.trusted) + signature).decode()
    return f"{text}\n{_DASH}{name} {line}\n"


def open_note(
    note: str, purpose: Purpose, keyring: Keyring, owner: str = ""
) -> tuple[str, TrustedKey] | None:
    """The text and the key that signed it; None when no key of the keyring for `purpose` did.

    The signature line names the key's owner, or any name where `owner` is given. Whether the
    key was in force at the time that the note states is left to the caller.
    """
    text, gap, tail = note.partition("\n\n")
    if not gap or len(note) > NOTE_LIMIT or not tail.startswith(_DASH) or tail.count("\n") != 1:
        return None
    name, _, encoded = tail[len(_DASH) :].rstrip("\n").rpartition(" ")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    if base64.b64encode(blob).decode() != encoded or not tail.endswith("\n"):
        return None
    text += "\n"
    for key in keyring.owned(owner or name, purpose):
        if blob[:4] == key_hash(name, key) and key.verifies(blob[4:], text.encode()):
            return text, key
    return None


def key_hash(name: str, key: TrustedKey) -> bytes:
    """The four bytes by which a signature line names a key."""
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key.public).digest()[:4]


def verifier_key(name: str, key: TrustedKey) -> str:
    """The key in the form that C2SP tools take: `NAME+HASH+BASE64(type || public key)`."""
    public = base64.b64encode(_ED25519 + key.public).decode()
    return f"{name}+{key_hash(name, key).hex()}+{public}"


def read_verifier_key(text: str) -> tuple[str, bytes] | None:
    """Name and public key (32 bytes) of a C2SP verifier key; None for another text."""
    name, _, rest = text.partition("+")
    digest, _, encoded = rest.partition("+")
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    whole = len(blob) == 1 + _PUBLIC_BYTES and blob[:1] == _ED25519
    if not whole or base64.b64encode(blob).decode() != encoded:
        return None
    named = hashlib.sha256(name.encode() + b"\n" + blob).digest()[:4].hex() == digest
    return (name, blob[1:]) if named else None
