"""After a restore: what was ended since the backup is ended again.

1. Of each subject the last line counts: who was blocked and unblocked is not blocked. 2. Each is
done by its own service, and recorded as ever. 3. What this database does not hold is told; of an
erased person a reminder is kept, as gates may still send the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from checkpoint.domain.place import BUREAU
from checkpoint.entrylog.erasure import Ground
from checkpoint.errors import NotFound, Refused
from checkpoint.services import (
    access_tokens,
    authorizing,
    certificates,
    editing,
    enrolment,
    erasing,
    issuing,
    keys,
    phone_links,
)
from checkpoint.services.actor import SYSTEM
from checkpoint.services.erasing import ErasureForm
from checkpoint.services.keys import WithdrawalForm
from checkpoint.services.office import Office
from checkpoint.storage import erasures as stored
from checkpoint.storage import people
from checkpoint.storage.ended_store import Ended, EndedStore

WHY = "ended before the restore"
_OPPOSITE = {
    "unblock_holder": "block_holder",
    "return_holder": "leave_holder",
    "restore": "suspend",
    "restore_certificate": "withdraw_certificate",
}


@dataclass(slots=True)
class Repeated:
    """How many were ended again by verb, and those that are not in this database."""

    done: dict[str, int] = field(default_factory=dict)
    unknown: list[Ended] = field(default_factory=list)

    @property
    def passes(self) -> list[Ended]:
        """Passes that were issued and revoked since the backup: gates would take them again."""
        return [line for line in self.unknown if line.verb == "revoke_pass"]


def repeat(office: Office, since: int = 0) -> Repeated:
    """End again what was ended at this time or later (ms). May be repeated. Raises StorageFault."""
    told = Repeated()
    for line in _last(EndedStore(office.heads.folder).since(since)):
        try:
            _REPEATS[line.verb](office, line)
        except Refused:
            continue
        except NotFound:
            told.unknown.append(line)
            if line.verb == "erase_person":
                erasing.remember(office, line.subject, line.enterprise_id)
        else:
            told.done[line.verb] = told.done.get(line.verb, 0) + 1
    if told.done.get("erase_person"):
        office.db.scrub(*stored.TOUCHED, whole=True)
    return told


def _last(lines: Iterable[Ended]) -> list[Ended]:
    found: dict[tuple[str, str], Ended] = {}
    for line in lines:
        if line.verb in _REPEATS:
            found[_OPPOSITE.get(line.verb, line.verb), line.subject] = line
    return list(found.values())


def _erase(office: Office, line: Ended) -> None:
    ground = Ground(line.ground) if line.ground in set(Ground) else Ground.REQUEST
    if not erasing.is_due(office, line.subject):
        raise Refused("erased already")
    form = ErasureForm(line.enterprise_id or None, line.subject, ground)
    erasing.erase_holder(office, SYSTEM, form, erasing.silent)


def _revoke_pass(office: Office, line: Ended) -> None:
    issuing.revoke_pass(office, SYSTEM, line.enterprise_id or BUREAU, line.subject, WHY)


def _withdraw_link(office: Office, line: Ended) -> None:
    phone_links.withdraw(office, SYSTEM, line.enterprise_id or BUREAU, line.subject, WHY)


def _in_roster(office: Office, holder_id: str) -> None:
    """Raises Refused for one who was erased: there is nothing left to end; NotFound for none."""
    with office.db.read() as session:
        if not people.anybody(session, holder_id).name_sealed:
            raise Refused("erased already")


def _block(office: Office, line: Ended) -> None:
    _in_roster(office, line.subject)
    change = issuing.block_holder if line.verb == "block_holder" else issuing.unblock_holder
    change(office, SYSTEM, line.enterprise_id or BUREAU, line.subject, WHY)


def _leave(office: Office, line: Ended) -> None:
    _in_roster(office, line.subject)
    change = editing.leave if line.verb == "leave_holder" else editing.take_back
    change(office, SYSTEM, line.enterprise_id, line.subject, WHY)


def _suspend(office: Office, line: Ended) -> None:
    change = authorizing.suspend if line.verb == "suspend" else authorizing.restore
    change(office, SYSTEM, line.subject, WHY)


def _withdraw_certificate(office: Office, line: Ended) -> None:
    withdrawn = line.verb == "withdraw_certificate"
    change = certificates.withdraw if withdrawn else certificates.restore
    change(office, SYSTEM, line.subject, WHY)


def _withdraw_key(office: Office, line: Ended) -> None:
    """Of a key that was taken out of use, which its file says; a part of one by hand."""
    owner, _, key_id = line.subject.rpartition("/")
    if office.keys.live(owner).by_id(key_id):
        raise NotFound(f"how much of key {key_id!r} was withdrawn is not known")
    keys.withdraw(office, SYSTEM, WithdrawalForm(key_id, WHY))


_REPEATS: dict[str, Callable[[Office, Ended], None]] = {
    "erase_person": _erase,
    "revoke_pass": _revoke_pass,
    "withdraw_phone_link": _withdraw_link,
    "block_holder": _block,
    "unblock_holder": _block,
    "leave_holder": _leave,
    "return_holder": _leave,
    "suspend": _suspend,
    "restore": _suspend,
    "withdraw_certificate": _withdraw_certificate,
    "restore_certificate": _withdraw_certificate,
    "withdraw_key": _withdraw_key,
    "revoke_warrant": lambda office, line: authorizing.revoke_warrant(
        office, SYSTEM, line.subject, WHY
    ),
    "revoke_token": lambda office, line: access_tokens.revoke(
        office, SYSTEM, line.enterprise_id, line.subject, WHY
    ),
    "revoke_kiosk": lambda office, line: enrolment.revoke_kiosk(
        office, SYSTEM, line.enterprise_id, line.subject, WHY
    ),
}
