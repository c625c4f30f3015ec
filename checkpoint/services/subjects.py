"""What an act was done to, by name: people, vehicles, places and devices instead of their ids."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from checkpoint.services import sealed
from checkpoint.services.office import Office
from checkpoint.services.roster import name_of
from checkpoint.storage import subjects as stored
from checkpoint.storage import tables


def names(office: Office, session: Session, ids: Collection[str], *, whole: bool) -> dict[str, str]:
    """Id → name, of those of these ids that have one.

    A pass is called by its holder, a vehicle by its plate. Without `whole` the names of people of
    enterprises are masked, as the bureau sees them. Who was erased has no name.
    """
    asked = {one for one in ids if one}
    found = stored.placed(session, asked)
    for each, holder in stored.holders(session, asked).items():
        if holder.name_sealed:
            found[each] = _called(office, holder, whole=whole)
    return found


def _called(office: Office, row: tables.Holder, *, whole: bool) -> str:
    if row.plate:
        return row.plate
    name = name_of(office, row)
    return name if whole or row.enterprise_id is None else sealed.masked(name)
