"""The issuers' certificates that a verifier trusts, by key id.

A certificate is trusted because it lies in the list that the operator gives (hcert spec,
"Trusted List Format"); its own signature is not checked again here.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from pathlib import Path

from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.errors import KeyFault

_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", re.DOTALL)


class Certificates:
    """Trusted certificates; several may share a key id, all of them are tried."""

    def __init__(self, certificates: Iterable[Certificate] = ()) -> None:
        self.certificates = tuple(certificates)
        self._by_id: dict[bytes, list[Certificate]] = {}
        for certificate in self.certificates:
            self._by_id.setdefault(certificate.key_id, []).append(certificate)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificates) and self.certificates == other.certificates

    def __hash__(self) -> int:
        return hash(self.certificates)

    def by_id(self, key_id: bytes) -> tuple[Certificate, ...]:
        """The certificates under an id, empty when unknown."""
        return tuple(self._by_id.get(key_id, ()))

    @classmethod
    def load_pem(cls, path: Path) -> Certificates:
        """Read all PEM certificates of a file, or of the `*.pem` files of a folder.

        Raises KeyFault naming the file, and the certificate at fault by its place.
        """
        files = sorted(path.glob("*.pem")) if path.is_dir() else [path]
        found = [certificate for file in files for certificate in _read(file)]
        if not found:
            raise KeyFault(f"{path} holds no *.pem file", remedy="give PEM certificates")
        return cls(found)


def _read(path: Path) -> list[Certificate]:
    try:
        blob = path.read_bytes()
    except OSError as fault:
        raise KeyFault(f"{path}: {fault}", remedy="give a readable file") from fault
    return read_pem(blob, str(path))


def read_pem(text: bytes, source: str) -> list[Certificate]:
    """All PEM certificates of a text, in order.

    Raises KeyFault naming the source, and the certificate at fault by its place.
    """
    blocks = _PEM.findall(text)
    if not blocks:
        raise KeyFault(
            f"{source} holds no PEM certificate", remedy="give X.509 certificates in PEM"
        )
    found = []
    for place, block in enumerate(blocks, start=1):
        try:
            blob = base64.b64decode(b"".join(block.split()), validate=True)
            found.append(Certificate.from_der(blob))
        except (binascii.Error, KeyFault) as fault:
            raise KeyFault(
                f"{source}, certificate {place}: {fault}", remedy="mend or remove this certificate"
            ) from fault
    return found
