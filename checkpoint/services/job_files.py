"""The files of background jobs, and what is kept in a job's row under the job's own key."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from checkpoint.durable import make_folder
from checkpoint.errors import NotFound, StorageFault
from checkpoint.keys.sealed_file import read_sealed, write_sealed
from checkpoint.keys.sealing import SealingKey
from checkpoint.services import sealed
from checkpoint.services.office import Office
from checkpoint.storage import tables

INPUT, OUTPUT = "input", "output"


def key_of(office: Office, row: tables.Job) -> SealingKey:
    """The job's own key. Raises KeyFault."""
    text = sealed.unseal(office, row.key_sealed, key_place(row.job_id))
    return key_from(base64.b64decode(text))


def key_place(job_id: str) -> str:
    """What the sealed key of a job belongs to."""
    return f"job/{job_id}/key"


def put_away(key: SealingKey, job_id: str, column: str, value: Mapping[str, Any]) -> bytes:
    """JSON values under a job's own key."""
    return key.seal(json.dumps(dict(value)).encode(), f"job/{job_id}/{column}")


def taken_out(key: SealingKey, row: tables.Job, column: str) -> dict[str, Any]:
    """What `put_away` put away; empty for nothing."""
    blob: bytes = getattr(row, column)
    found = json.loads(key.open(blob, f"job/{row.job_id}/{column}")) if blob else {}
    return dict(found)


def put_file(office: Office, row: tables.Job, name: str, blobs: Iterator[bytes]) -> int:
    """Write one of the job's files; its bytes. Raises StorageFault without room."""
    path = path_of(office, row.job_id, name)
    try:
        make_folder(path.parent)
        return write_sealed(path, key_of(office, row), f"job/{row.job_id}/{name}", blobs)
    except OSError as fault:
        raise StorageFault(
            f"the file of a job was not written: {fault.strerror}", remedy="make room"
        ) from fault


def file_of(office: Office, row: tables.Job, name: str) -> Iterator[bytes]:
    """One of the job's files, opened. Raises NotFound where there is none any more."""
    path = path_of(office, row.job_id, name)
    if not path.is_file():
        raise NotFound("the file of the job is gone", remedy="ask for it again")
    return read_sealed(path, key_of(office, row), f"job/{row.job_id}/{name}")


def leave_none(office: Office) -> None:
    """Remove the files of all jobs, as the deployment ends."""
    for path in sorted(folder_of(office).glob("*")):
        path.unlink(missing_ok=True)


def fresh_key() -> bytes:
    """A secret of a job's own."""
    return secrets.token_bytes(32)


def key_from(secret: bytes) -> SealingKey:
    """The key of a secret."""
    return SealingKey(hashlib.sha256(secret).digest()[:4], secret, b"")


def folder_of(office: Office) -> Path:
    """Where the files of jobs lie: in the data folder, beside the keys."""
    return office.keys.folder.with_name("jobs")


def path_of(office: Office, job_id: str, name: str) -> Path:
    """One file of one job."""
    return folder_of(office) / f"{job_id}.{name}"
