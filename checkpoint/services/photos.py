"""The photo 照片 of a worker: kept if the enterprise likes, sealed, one at a time.

A picture arrives here as the JPEG that is to be kept; making it of what a phone took is the
pages' part. Putting and removing it is an edit of the holder's line.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from checkpoint.clock import from_ms, rfc3339
from checkpoint.errors import NotFound, Refused
from checkpoint.services import editing
from checkpoint.services.actions import Act
from checkpoint.services.actor import Actor
from checkpoint.services.editing import Conflict
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderKind
from checkpoint.storage import people, tables

MOST = 60_000
"""Bytes of a photo."""
_BEGIN, _END = b"\xff\xd8\xff", b"\xff\xd9"
"""Of every JPEG (ITU-T T.81, annex B: SOI and the next marker, EOI)."""


@dataclass(frozen=True, slots=True)
class PhotoForm:
    """A JPEG, and the version of the line that it was chosen for."""

    version: int
    jpeg: bytes


def put(
    office: Office, by: Actor, enterprise_id: str, holder_id: str, form: PhotoForm
) -> Conflict | None:
    """Keep a photo in place of the one before; None once it is there.

    Raises NotFound for another enterprise's holder and one who was erased, Refused for bytes that
    are no JPEG or too many, and for a vehicle.
    """
    _check(form.jpeg)
    with office.db.write() as session:
        row = editing.line(session, enterprise_id, holder_id)
        if row.kind != HolderKind.WORKER:
            raise Refused("photo is of workers alone", remedy="choose a worker of the roster")
        held = session.get(tables.HolderPhoto, holder_id)
        if held is not None and _opened(office, held) == form.jpeg:
            return None
        if row.version != form.version:
            return editing.conflict(office, session, row)
        fresh = tables.HolderPhoto(
            holder_id=holder_id,
            jpeg_sealed=office.keys.sealing.seal(form.jpeg, place(holder_id)),
            changed_at=office.now_ms(),
            changed_by=by.account_id,
        )
        session.merge(fresh)
        editing.changed(office, session, by, Act("put_photo", holder_id, enterprise_id))
    office.db.scrub("holder_photo")
    return None


def remove(
    office: Office, by: Actor, enterprise_id: str, holder_id: str, version: int
) -> Conflict | None:
    """Leave no photo of a worker; None once there is none. Raises as `put`."""
    with office.db.write() as session:
        row = editing.line(session, enterprise_id, holder_id)
        held = session.get(tables.HolderPhoto, holder_id)
        if held is None:
            return None
        if row.version != version:
            return editing.conflict(office, session, row)
        session.delete(held)
        editing.changed(office, session, by, Act("remove_photo", holder_id, enterprise_id))
    office.db.scrub("holder_photo")
    return None


def photo(office: Office, enterprise_id: str, holder_id: str) -> bytes:
    """The JPEG. Raises NotFound for another enterprise's holder, and where there is none."""
    with office.db.read() as session:
        people.holder(session, enterprise_id, holder_id)
        held = session.get(tables.HolderPhoto, holder_id)
        if held is None:
            raise NotFound(f"of holder {holder_id!r} there is no photo")
        return _opened(office, held)


def since(office: Office, enterprise_id: str, holder_id: str) -> datetime | None:
    """Since when the photo is there that there is; None for none, and for another's holder."""
    with office.db.read() as session:
        found = people.photos(session, enterprise_id, (holder_id,))
        return from_ms(found[0].changed_at) if found else None


def of_holders(office: Office, enterprise_id: str, holder_ids: Iterable[str]) -> dict[str, bytes]:
    """The JPEGs that there are of some holders of one enterprise, by holder."""
    with office.db.read() as session:
        found = people.photos(session, enterprise_id, tuple(holder_ids))
        return {row.holder_id: _opened(office, row) for row in found}


def own(office: Office, session: Session, holder_id: str) -> dict[str, Any] | None:
    """What a person's own record holds of it: the JPEG in Base64; None for none."""
    row = session.get(tables.HolderPhoto, holder_id)
    if row is None:
        return None
    jpeg = base64.b64encode(_opened(office, row)).decode()
    return {"changed_at": rfc3339(from_ms(row.changed_at)), "jpeg": jpeg}


def place(holder_id: str) -> str:
    """Where a photo is sealed for."""
    return f"holder_photo/{holder_id}/jpeg"


def _opened(office: Office, row: tables.HolderPhoto) -> bytes:
    return office.keys.sealing.open(row.jpeg_sealed, place(row.holder_id))


def _check(jpeg: bytes) -> None:
    if not (jpeg.startswith(_BEGIN) and jpeg.endswith(_END)):
        raise Refused("photo is no JPEG", remedy="give a JPEG")
    if len(jpeg) > MOST:
        raise Refused(f"photo has more than {MOST} bytes", remedy="give a smaller JPEG")
