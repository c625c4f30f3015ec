"""What the pages hand in. Fields are as a person typed them; the services check them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkpoint.domain.health_pass import HolderKey, PassKind, Vehicle
from checkpoint.services.rows import HolderKind


@dataclass(frozen=True, slots=True)
class EnterpriseForm:
    """An enterprise 企业 to be authorized.

    `enterprise_id` is 2 to 32 of a-z, 0-9 and -, beginning with a letter or digit; it names
    the enterprise's key and stands in its passes. `above_scale` is 规上企业.
    """

    enterprise_id: str
    name: str
    credit_code: str
    township: str = ""
    industry: str = ""
    above_scale: bool = False


@dataclass(frozen=True, slots=True)
class WarrantForm:
    """A warrant 查验授权 to be granted: the person must be named, and the term not empty.

    `account_id` is the account that inspects under it, empty for a person without one;
    `sites` empty means every site of the enterprise.
    """

    enterprise_id: str
    inspector: str
    valid_from: datetime
    valid_until: datetime
    sites: tuple[str, ...] = ()
    account_id: str = ""


@dataclass(frozen=True, slots=True)
class WorkerForm:
    """A worker of an enterprise; `id_number` is the 18-character resident ID.

    `site_id` and `shift` (begin and end in minutes of the site's day) are where and when the
    worker is as a rule, empty and None for none.
    """

    name: str
    id_number: str
    phone: str = ""
    job: str = ""
    site_id: str = ""
    shift: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class VehicleForm:
    """A vehicle of an enterprise and its driver; `days` of the week as digits, 1 for Monday."""

    plate: str
    driver: str
    seats: int = 0
    route: str = ""
    phone: str = ""
    site_id: str = ""
    days: str = ""


class RosterState(StrEnum):
    """What a list of the roster may be narrowed to."""

    BLOCKED = "blocked"
    LEFT = "left"
    NONE = "no_pass"
    SOON = "soon"


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """Which holders of a roster: all that is given must be so."""

    search: str = ""
    kind: HolderKind | None = None
    site_id: str = ""
    state: RosterState | None = None


@dataclass(frozen=True, slots=True)
class HolderEdit:
    """What a holder is to be from now on; `version` is that of the line which was edited.

    `name` is a vehicle's driver; `phone` None leaves it, empty takes it away. What the kind of
    holder does not have is left as it is.
    """

    version: int
    name: str
    phone: str | None = None
    site_id: str = ""
    job: str = ""
    shift: tuple[int, int] | None = None
    seats: int = 0
    route: str = ""
    days: str = ""


@dataclass(frozen=True, slots=True)
class IdCorrection:
    """The right ID number of a worker and why the one before was wrong; `version` as in an edit."""

    version: int
    id_number: str
    why: str


@dataclass(frozen=True, slots=True)
class PassForm:
    """A pass 通行证 to be issued.

    worker, commuting_vehicle: `holder_id` from the roster, nothing else of the person.
    visitor: `name`, `host`, and `id_tail` (last four of the ID) where it is known; from
    `not_before` to `expires_at` is within one day of the sites' zone.
    emergency_vehicle (issued by the bureau): `name` of the driver, `vehicle`, and
    `enterprise_id` that it goes to, empty for any.
    A visitor or emergency vehicle that had a pass before is known by `holder_id` instead.
    `not_before` None means now; `sites` empty means every site; `shift` is a worker's, begin
    and end in minutes of the day; `holder_key` makes it a phone's pass.
    """

    kind: PassKind
    expires_at: datetime
    not_before: datetime | None = None
    holder_id: str = ""
    name: str = ""
    id_tail: str = ""
    host: str = ""
    vehicle: Vehicle | None = None
    enterprise_id: str = ""
    sites: tuple[str, ...] = ()
    shift: tuple[int, int] | None = None
    holder_key: HolderKey | None = None


@dataclass(frozen=True, slots=True)
class RosterForm:
    """Passes for many of the roster at once, on the same terms.

    `kind` is worker or vehicle; `holder_ids` None means all of that kind who are not blocked.
    Who holds a pass until `expires_at` or longer is left out, unless `again`; then those alone who
    got it at `since` or later, where that is given.
    """

    expires_at: datetime
    kind: HolderKind = HolderKind.WORKER
    not_before: datetime | None = None
    holder_ids: tuple[str, ...] | None = None
    sites: tuple[str, ...] = ()
    shift: tuple[int, int] | None = None
    again: bool = False
    since: datetime | None = None
