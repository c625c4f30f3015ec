"""The issuers' certificates that a verifier trusts, by key id.

A certificate is trusted because it lies in the list that the operator gives (hcert spec,
"Trusted List Format"); its own signature is not checked again here.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from pathlib import Path

from checkpoint.credential.foreign.certificate import Certificate
from checkpoint.errors import KeyFault

DER_MOST = 4096
"""Bytes of one certificate; published ones have 600 to 1,700."""
LIST_MOST = 5000
"""Certificates of one list; the published list of all states has about 1,000."""
_BEGIN, _END = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
_TEXT_MOST = 2 * DER_MOST  # base64 in lines of any length, with what blanks there are


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
    """All PEM certificates of a text, in order: at most `LIST_MOST`, of `DER_MOST` bytes each.

    Raises KeyFault naming the source, and the certificate at fault by its place.
    """
    found = []
    for place, block in enumerate(_blocks(text), start=1):
        try:
            found.append(_certificate(block, place))
        except (ValueError, KeyFault) as fault:
            raise KeyFault(
                f"{source}, certificate {place}: {fault}", remedy="mend or remove this certificate"
            ) from fault
    if not found:
        raise KeyFault(
            f"{source} holds no PEM certificate", remedy="give X.509 certificates in PEM"
        )
    return found


def _blocks(text: bytes) -> Iterator[bytes | None]:
    """What stands between the lines of each certificate; None, as the last, where no end is."""
    at = text.find(_BEGIN)
    while at >= 0:
        begin = at + len(_BEGIN)
        end = text.find(_END, begin)
        if end < 0:
            yield None
            return
        yield text[begin:end]
        at = text.find(_BEGIN, end)


def _certificate(block: bytes | None, place: int) -> Certificate:
    if block is None:
        raise ValueError("its line END CERTIFICATE is missing")
    if place > LIST_MOST:
        raise ValueError(f"a list has {LIST_MOST} at most")
    if len(block) > _TEXT_MOST:
        raise ValueError(f"it has more than {DER_MOST} bytes")
    blob = base64.b64decode(b"".join(block.split()), validate=True)
    if len(blob) > DER_MOST:
        raise ValueError(f"it has more than {DER_MOST} bytes")
    return Certificate.from_der(blob)
