"""Holders and their passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, case, exists, func, select, true
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import InstrumentedAttribute

from checkpoint.credential.id_set import IdSet
from checkpoint.errors import NotFound
from checkpoint.storage.keyset import page
from checkpoint.storage.tables import Holder, HolderPhoto, IssuedPass, Signature
from checkpoint.storage.worth import barred, stands

PAGE = 50
_CHUNK = 500


def holder(
    session: Session, enterprise_id: str | None, holder_id: str, *, lock: bool = False
) -> Holder:
    """A holder of the enterprise (None: of the bureau); `lock` makes others wait.

    Raises NotFound for another's and for one who was erased.
    """
    row = line(session, enterprise_id, holder_id, lock=lock)
    if not row.name_sealed:
        raise NotFound(f"holder {holder_id!r} was erased")
    return row


def line(
    session: Session, enterprise_id: str | None, holder_id: str, *, lock: bool = False
) -> Holder:
    """The line of a holder, empty of the person once erased. Raises NotFound for another's."""
    row = session.get(Holder, holder_id, with_for_update=lock or None)
    if row is None or row.enterprise_id != enterprise_id:
        raise NotFound(f"no holder {holder_id!r} here")
    return row


def photos(
    session: Session, enterprise_id: str, holder_ids: Sequence[str]
) -> Sequence[HolderPhoto]:
    """The photos that there are of some holders of an enterprise; others' are left out."""
    found: list[HolderPhoto] = []
    for begin in range(0, len(holder_ids), _CHUNK):
        rows = select(HolderPhoto).join(Holder, Holder.holder_id == HolderPhoto.holder_id)
        named = HolderPhoto.holder_id.in_(holder_ids[begin : begin + _CHUNK])
        found += session.scalars(rows.where(Holder.enterprise_id == enterprise_id, named))
    return found


def anybody(session: Session, holder_id: str) -> Holder:
    """A holder of whichever enterprise. Raises NotFound."""
    row = session.get(Holder, holder_id)
    if row is None:
        raise NotFound(f"no holder {holder_id!r}")
    return row


def by_id_index(session: Session, indexes: Sequence[bytes]) -> Sequence[Holder]:
    """The lines with this ID number in all rosters."""
    return session.scalars(
        select(Holder).where(Holder.id_index.in_(indexes)).order_by(Holder.holder_id)
    ).all()


def same_visitor(
    session: Session, enterprise_id: str | None, names: Sequence[bytes], id_tail: str
) -> Sequence[str]:
    """The holders under which an enterprise keeps visitors of this name and ID ending.

    Nobody for an empty ending: a name alone is not a person.
    """
    rows = select(Holder.holder_id).where(
        Holder.enterprise_id == enterprise_id,
        Holder.kind == "visitor",
        Holder.name_index.in_(names),
        Holder.id_tail == id_tail,
        Holder.id_tail != "",
    )
    return session.scalars(rows).all()


def same_vehicle(session: Session, enterprise_id: str | None, plate: str) -> Sequence[str]:
    """The holders under which an enterprise (None: the bureau) keeps this vehicle."""
    rows = select(Holder.holder_id).where(
        Holder.enterprise_id == enterprise_id if enterprise_id else Holder.enterprise_id.is_(None),
        Holder.plate == plate,
        Holder.plate != "",
    )
    return session.scalars(rows).all()


def passes_of(session: Session, holder_id: str) -> Sequence[IssuedPass]:
    """All passes of one holder, the oldest first."""
    rows = select(IssuedPass).where(IssuedPass.holder_id == holder_id)
    return session.scalars(rows.order_by(IssuedPass.issued_at, IssuedPass.pass_id)).all()


def worker_taken(session: Session, enterprise_id: str, indexes: Sequence[bytes]) -> bool:
    """Whether the enterprise has a worker with this ID number."""
    found = select(Holder.holder_id).where(
        Holder.enterprise_id == enterprise_id, Holder.kind == "worker", Holder.id_index.in_(indexes)
    )
    return session.scalar(found) is not None


def vehicle_taken(session: Session, enterprise_id: str, plate: str) -> bool:
    """Whether the enterprise has a vehicle with this plate."""
    found = select(Holder.holder_id).where(
        Holder.enterprise_id == enterprise_id, Holder.kind == "vehicle", Holder.plate == plate
    )
    return session.scalar(found) is not None


def issued(session: Session, issuer: str, pass_id: str, *, lock: bool = False) -> IssuedPass:
    """A pass of the issuer; `lock` makes others wait. Raises NotFound for another's."""
    row = session.get(IssuedPass, pass_id, with_for_update=lock or None)
    if row is None or row.issuer != issuer:
        raise NotFound(f"no pass {pass_id!r} here")
    return row


def passes(
    session: Session, issuer: str, holder_id: str, after: str | None
) -> tuple[Sequence[IssuedPass], str | None]:
    """The passes of an issuer, of one holder where given, the newest first."""
    rows = select(IssuedPass).where(IssuedPass.issuer == issuer)
    if holder_id:
        rows = rows.where(IssuedPass.holder_id == holder_id)
    return page(session, rows, (IssuedPass.issued_at, IssuedPass.pass_id), after, PAGE)


def expiring(
    session: Session, issuer: str, kinds: Sequence[str], term: tuple[int, int], most: int
) -> Sequence[IssuedPass]:
    """The passes that end within the term, the soonest first, `most` of them.

    Of those that stand, without blocked holders and those who hold a later one of the kind.
    """
    begins, ends = term
    later = aliased(IssuedPass)
    renewed = exists().where(
        later.holder_id == IssuedPass.holder_id,
        later.kind == IssuedPass.kind,
        later.issuer == issuer,
        later.expires_at > IssuedPass.expires_at,
        stands(later),
    )
    rows = (
        select(IssuedPass)
        .join(Holder, Holder.holder_id == IssuedPass.holder_id)
        .where(
            IssuedPass.issuer == issuer,
            IssuedPass.kind.in_(kinds),
            IssuedPass.expires_at > begins,
            IssuedPass.expires_at <= ends,
            stands(),
            ~barred(),
            ~renewed,
        )
        .order_by(IssuedPass.expires_at, IssuedPass.pass_id)
    )
    return session.scalars(rows.limit(most)).all()


def lately(session: Session, issuer: str, kind: str, since: int) -> Sequence[IssuedPass]:
    """The passes of a kind that an issuer signed from a moment on, a page of them at most."""
    rows = select(IssuedPass).where(
        IssuedPass.issuer == issuer,
        IssuedPass.kind == kind,
        IssuedPass.issued_at >= since,
        IssuedPass.text_sealed != b"",
    )
    return session.scalars(rows.order_by(IssuedPass.issued_at.desc()).limit(PAGE)).all()


def vehicle_passes(
    session: Session, plate: str, kind: str, term: tuple[int, int]
) -> list[tuple[IssuedPass, str]]:
    """The passes of a kind that a vehicle, whoever's, has in force within a term; their routes."""
    begins, ends = term
    rows = (
        select(IssuedPass, Holder.route)
        .join(Holder, Holder.holder_id == IssuedPass.holder_id)
        .where(
            Holder.plate == plate,
            IssuedPass.kind == kind,
            IssuedPass.not_before < ends,
            IssuedPass.expires_at > begins,
            stands(),
        )
        .order_by(IssuedPass.issued_at, IssuedPass.pass_id)
    )
    return [(row, route) for row, route in session.execute(rows)]


def ready(session: Session, enterprise_id: str, kind: str) -> Sequence[Holder]:
    """The holders of a kind that are not blocked: by plate, then in the order of coming."""
    return session.scalars(
        select(Holder)
        .where(
            Holder.enterprise_id == enterprise_id,
            Holder.kind == kind,
            ~barred(),
            Holder.name_sealed != b"",
        )
        .order_by(Holder.plate, Holder.added_at, Holder.holder_id)
    ).all()


def held_until(session: Session, issuer: str, ends: int, since: int = 0) -> dict[str, str]:
    """Who holds a pass of the issuer that is valid until `ends` or longer: holder → pass.

    Of those that were issued at `since` or later.
    """
    rows = select(IssuedPass.holder_id, IssuedPass.pass_id).where(
        IssuedPass.issuer == issuer,
        IssuedPass.expires_at >= ends,
        IssuedPass.issued_at >= since,
        stands(),
    )
    return {row.holder_id: row.pass_id for row in session.execute(rows)}


def holders_by_id(session: Session, holder_ids: set[str]) -> dict[str, Holder]:
    """Holders by id."""
    rows = session.scalars(select(Holder).where(Holder.holder_id.in_(sorted(holder_ids))))
    return {row.holder_id: row for row in rows}


def revoked(session: Session, issuers: Sequence[str], now: int) -> IdSet:
    """The ids of revoked passes of these issuers that have not expired by themselves."""
    rows = select(IssuedPass.pass_id).where(
        IssuedPass.issuer.in_(issuers),
        IssuedPass.expires_at > now,
        IssuedPass.revoked_at.is_not(None),
    )
    return IdSet(session.scalars(rows))


def revoked_mark(session: Session, issuers: Sequence[str], now: int) -> tuple[int, ...]:
    """What differs whenever `revoked` does, without reading the ids.

    Revocations are only added, which the first and the last number tell; of the same rows, an
    equal count of those that have not expired is the same rows.
    """
    counted = func.count(case((IssuedPass.expires_at > now, 1)))
    rows = select(func.count(), counted, func.max(IssuedPass.revoked_at)).where(
        IssuedPass.issuer.in_(issuers), IssuedPass.revoked_at.is_not(None)
    )
    total, living, last = session.execute(rows).one()
    return total, living, last or 0


def blocked(session: Session, issuers: Sequence[str], now: int) -> IdSet:
    """The ids of blocked holders with a pass of these issuers that has not expired."""
    rows = (
        select(Holder.holder_id)
        .join(IssuedPass, IssuedPass.holder_id == Holder.holder_id)
        .where(
            IssuedPass.issuer.in_(issuers),
            IssuedPass.expires_at > now,
            barred(),
        )
    )
    return IdSet(session.scalars(rows))


def issued_ids(
    session: Session, only: Sequence[str] | None = None
) -> Iterator[tuple[str, str, str]]:
    """Of every pass, or of those named: its id, the key that signed it, its kind."""
    rows = select(IssuedPass.pass_id, IssuedPass.key_id, IssuedPass.kind)
    for row in session.execute(rows.where(_among(IssuedPass.pass_id, only))):
        yield row.pass_id, row.key_id, row.kind


def signed_ids(
    session: Session, purposes: Sequence[str], only: Sequence[str] | None = None
) -> Iterator[tuple[str, str, str]]:
    """Of every counted signature for these purposes: what it is of, the key, the purpose."""
    rows = select(Signature.subject, Signature.key_id, Signature.purpose).where(
        Signature.purpose.in_(purposes), _among(Signature.subject, only)
    )
    for row in session.execute(rows):
        yield row.subject, row.key_id, row.purpose


def _among(column: InstrumentedAttribute[str], only: Sequence[str] | None) -> ColumnElement[bool]:
    return true() if only is None else column.in_(only)
