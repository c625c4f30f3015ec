"""The holders 持证人 of an enterprise: workers and vehicles."""

from __future__ import annotations

from checkpoint.services.actor import Actor
from checkpoint.services.forms import VehicleForm, WorkerForm
from checkpoint.services.office import Office
from checkpoint.services.rows import HolderRow
from checkpoint.storage.scope import Page


def add_worker(office: Office, by: Actor, enterprise_id: str, form: WorkerForm) -> str:
    """A new worker; the answer is the holder id.

    Raises Refused naming the field, never its value: a wrong ID number, one taken already.
    """
    raise NotImplementedError


def add_vehicle(office: Office, by: Actor, enterprise_id: str, form: VehicleForm) -> str:
    """A new vehicle; the answer is the holder id. Raises Refused naming the field."""
    raise NotImplementedError


def holders(
    office: Office, enterprise_id: str, search: str = "", after: str | None = None
) -> Page[HolderRow]:
    """Workers and vehicles, the newest first.

    `search` is a whole name, a whole ID number or its last four, a whole plate, or empty.
    """
    raise NotImplementedError


def holder(office: Office, enterprise_id: str, holder_id: str) -> HolderRow:
    """One holder. Raises NotFound outside the enterprise."""
    raise NotImplementedError
