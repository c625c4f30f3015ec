"""Looking for what is left of a person in raw bytes."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def spellings(secrets: Iterable[str]) -> dict[str, bytes]:
    """Each secret in UTF-8 and UTF-16, and its plain hashes, raw and in hex."""
    found = {}
    for secret in secrets:
        raw = secret.encode()
        found[secret] = raw
        found[f"{secret} as UTF-16"] = secret.encode("utf-16-le")
        for name in ("md5", "sha1", "sha256"):
            digest = hashlib.new(name, raw).digest()
            found |= {f"{name} of {secret}": digest, f"{name} of {secret} in hex": _hex(digest)}
    return found


def _hex(digest: bytes) -> bytes:
    return digest.hex().encode()


def files(*folders: Path) -> Iterator[Path]:
    """Every file under these folders, the folders of keys left out: those are kept apart."""
    for folder in folders:
        yield from (p for p in sorted(folder.rglob("*")) if p.is_file() and "keys" not in p.parts)


def remains(wanted: dict[str, bytes], *folders: Path) -> list[str]:
    """What of the wanted bytes is found in which file."""
    found = []
    for path in files(*folders):
        try:
            blob = path.read_bytes()
        except FileNotFoundError:
            continue
        found += [f"{what} in {path.name}" for what, raw in wanted.items() if raw and raw in blob]
    return found
