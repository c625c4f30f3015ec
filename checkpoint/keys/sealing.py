"""Personal fields at rest: AES-256-GCM (NIST SP 800-38D) under named keys, and a blind index.

A sealed field is suite (1 byte) || key id (4) || nonce (12) || ciphertext and tag. What it
belongs to goes in as associated data, so that a sealed field can't be moved to another row.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

from checkpoint.errors import KeyFault
from checkpoint.keys.private_file import broken, read_secret, write_secret

_SUITE_AES_256_GCM = b"\x01"
_HEADER = 1 + 4 + 12


@dataclass(frozen=True, slots=True)
class SealingKey:
    """Keys for personal fields: one encrypts, one indexes. Kept outside every database."""

    key_id: bytes
    _seal: bytes = field(repr=False)
    _index: bytes = field(repr=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)
    _mac: HMAC = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Prepare both keys once: that takes several times as long as a field."""
        object.__setattr__(self, "_cipher", AESGCM(self._seal))
        object.__setattr__(self, "_mac", HMAC(self._index, SHA256()))

    @classmethod
    def generate(cls) -> SealingKey:
        """Fresh keys from the system's random source."""
        return cls(secrets.token_bytes(4), secrets.token_bytes(32), secrets.token_bytes(32))

    def seal(self, plain: bytes, belongs_to: str) -> bytes:
        """Encrypt; `belongs_to` names table, row and column and must be given to open it."""
        header = _SUITE_AES_256_GCM + self.key_id
        nonce = secrets.token_bytes(12)
        return header + nonce + self._cipher.encrypt(nonce, plain, header + belongs_to.encode())

    def open(self, sealed: bytes, belongs_to: str) -> bytes:
        """Decrypt. Raises KeyFault for another key's field, a moved or a changed one."""
        header, nonce = sealed[:5], sealed[5:_HEADER]
        if len(sealed) < _HEADER + 16 or header != _SUITE_AES_256_GCM + self.key_id:
            raise KeyFault("a sealed field is not under this key", remedy="give the key it names")
        try:
            return self._cipher.decrypt(nonce, sealed[_HEADER:], header + belongs_to.encode())
        except InvalidTag as fault:
            raise KeyFault(f"the sealed field of {belongs_to} was changed or moved") from fault

    def blind_index(self, value: str, column: str) -> bytes:
        """HMAC-SHA256 that finds an equal value of a column again without showing it."""
        mac = self._mac.copy()
        mac.update(f"{column}\0{value}".encode())
        return mac.finalize()

    @classmethod
    def load_or_make(cls, path: Path) -> SealingKey:
        """The keys in the file, mode 0600; fresh ones, saved, where there is no file yet.

        Raises KeyFault when others could read the file or it is no sealing key.
        """
        if not path.exists():
            cls.generate().save(path)
        parts = read_secret(path)
        try:
            key_id, seal, index = (
                base64.b64decode(parts[name], validate=True) for name in ("id", "seal", "index")
            )
        except (ValueError, KeyError, TypeError) as fault:
            raise broken(path, fault) from fault
        return cls(key_id, seal, index)

    def save(self, path: Path) -> None:
        """Write the key file with mode 0600; an existing file is never overwritten."""
        parts = {"id": self.key_id, "seal": self._seal, "index": self._index}
        document = {name: base64.b64encode(part).decode() for name, part in parts.items()}
        write_secret(path, document | {"sibao_sealing_key": 1})
