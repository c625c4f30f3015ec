"""Finding entries within one's scope; every lookup leaves a record."""

from __future__ import annotations

from checkpoint.domain.entry import Personal
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office
from checkpoint.services.rows import ActionRow, EntryPlace, EntryRow
from checkpoint.storage.entry_filter import EntryFilter
from checkpoint.storage.scope import Page, Scope


def find(
    office: Office, by: Actor, scope: Scope, wanted: EntryFilter, after: str | None = None
) -> Page[EntryRow]:
    """Entries, the newest first, names masked. The lookup is recorded."""
    raise NotImplementedError


def unmask(office: Office, by: Actor, scope: Scope, place: EntryPlace, why: str) -> Personal:
    """The person of one entry. Recorded with the reason, which must be given.

    Raises NotFound outside the scope, or when the entry has no person or was erased.
    """
    raise NotImplementedError


def actions(office: Office, scope: Scope, after: str | None = None) -> Page[ActionRow]:
    """The action record, the newest first."""
    raise NotImplementedError
