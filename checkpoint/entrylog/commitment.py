"""The salted commitment that ties a person to an entry until the person is erased."""

from __future__ import annotations

import hmac

from checkpoint import cbor
from checkpoint.domain.entry import Personal
from checkpoint.errors import EntryError

SALT_BYTES = 16


def encode_personal(personal: Personal) -> bytes:
    """Deterministic CBOR: [name, ID tail, holder id, plate], and the date of birth if there."""
    fields = [personal.name, personal.id_tail, personal.holder_id, personal.plate]
    return cbor.dumps_ordered([*fields, personal.born] if personal.born else fields)


def decode_personal(blob: bytes) -> Personal:
    """Read back `encode_personal`. Raises EntryError."""
    try:
        fields = cbor.peek(blob)
    except cbor.NotCanonicalError as fault:
        raise EntryError(f"not a personal record: {fault}") from fault
    match fields:
        case [str(name), str(id_tail), str(holder_id), str(plate), *born]:
            personal = Personal(name, id_tail, holder_id, plate, *map(str, born[:1]))
            if encode_personal(personal) == blob:
                return personal
    raise EntryError("not a personal record")


def commit(blob: bytes, salt: bytes) -> bytes:
    """HMAC-SHA256 of the encoded record under the salt: hiding while the salt is secret."""
    return hmac.digest(salt, b"sibao/personal/v1\0" + blob, "sha256")
