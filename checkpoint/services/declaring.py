"""Taking down declarations 易登记 of workers.

One with an objection in it makes the health status yellow until a person has reviewed it; one
without makes it green where nothing stands against that. Nothing is scored.
"""

from __future__ import annotations

import json

from sqlalchemy.orm import Session

from checkpoint.clock import to_ms
from checkpoint.domain.declaration import Card, Daily, DeclarationKind
from checkpoint.domain.health_status import HealthStatus
from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import declaring_fields, fields, health_lines, policy, sealed
from checkpoint.services.actions import Act, record
from checkpoint.services.actor import Actor
from checkpoint.services.health_forms import Declared, RollForm, body_place, origin_text
from checkpoint.services.office import Office
from checkpoint.storage import health as stored
from checkpoint.storage import people, places, tables

ROLL_MOST = 200
"""Persons on one list of those who are present and well."""


def declare(office: Office, by: Actor, enterprise_id: str, form: Declared) -> int:
    """Take down what a worker declared; the number of the version that it is.

    What is handed in a second time, unchanged, is the same version. Raises NotFound for another
    enterprise's worker, Refused for a wrong field and for what nobody stands by, Overtaken when a
    later version than `made_from` is there.
    """
    if not form.confirmed:
        raise Refused("confirmed is not ticked", remedy="let whoever declares stand by it")
    what = declaring_fields.checked(form.what, office.clock.now())
    with office.db.write() as session:
        health_lines.worker(session, enterprise_id, form.holder_id)
        last = stored.last(session, form.holder_id, form.kind)
        if last is not None and last.version != form.made_from:
            again = last.version == form.made_from + 1 and last.account_id == by.account_id
            if again and health_lines.read_declaration(office, last).what == what:
                return last.version
            raise Overtaken(last.name, last.at)
        version = last.version + 1 if last else 1
        taken = Declared(form.holder_id, what, version, form.declared_by, confirmed=True)
        row = health_lines.line_of(office, session, enterprise_id, form.holder_id)
        take(office, session, by, (row, taken), fever_limit(office, session, enterprise_id))
        record(office, session, by, Act(f"declare_{form.kind}", form.holder_id, enterprise_id))
    return version


def declare_roll(office: Office, by: Actor, enterprise_id: str, form: RollForm) -> int:
    """Take down that each of these was asked and is well; how many had not declared by then.

    Raises Refused for nobody, for too many and without who asked and on what occasion, NotFound
    where one of them is not the enterprise's worker.
    """
    asked_by, why = fields.line("asked_by", form.asked_by), fields.reason(form.why)
    named = sorted({*form.holder_ids})
    if not 0 < len(named) <= ROLL_MOST:
        raise Refused("holders are none or too many", remedy=f"tick 1 to {ROLL_MOST}")
    what = Daily(told=f"{asked_by}：{why}")
    with office.db.write() as session:
        places.enterprise(session, enterprise_id, lock=True)
        known = people.holders_by_id(session, {*named})
        if any(not health_lines.is_own(known.get(one), enterprise_id) for one in named):
            raise NotFound("not all of these are workers here")
        versions = stored.last_versions(session, named, DeclarationKind.DAILY)
        held, limit = stored.of_many(session, named), fever_limit(office, session, enterprise_id)
        since = to_ms(form.since)
        due = [one for one in named if one not in held or (held[one].declared_at or 0) < since]
        for one in due:
            row = held.get(one) or health_lines.new_line(office, session, enterprise_id, one)
            taken = Declared(one, what, versions.get(one, 0) + 1, confirmed=True)
            take(office, session, by, (row, taken), limit)
        if due:
            record(office, session, by, Act("declare_roll", str(len(due)), enterprise_id, why))
    return len(due)


def take(
    office: Office,
    session: Session,
    by: Actor,
    taken: tuple[tables.HolderHealth, Declared],
    limit: int,
) -> tables.Declaration:
    """Keep a declaration, and what follows of it for the status; `limit` is a fever's.

    Part of the caller's transaction, as is the record. It is of the time when it was said.
    """
    row, form = taken
    what, now = form.what, office.now_ms()
    said_at = to_ms(form.signed.at) if form.signed else now
    signed = {"signed": form.signed.to_fields()} if form.signed else {}
    objections = what.objections() if isinstance(what, Card) else what.objections(limit)
    body = json.dumps(what.to_fields() | signed, ensure_ascii=False, sort_keys=True)
    text = origin_text(what)
    index = sealed.index(office, "origin", text) if text else b""
    line = tables.Declaration(
        holder_id=form.holder_id,
        kind=form.kind.value,
        version=form.made_from,
        at=said_at,
        declared_by=form.declared_by.value,
        account_id=by.account_id,
        name=by.name,
        objections=" ".join(objections),
        origin_index=index,
        body_sealed=sealed.seal(
            office, body, body_place(form.holder_id, form.kind, form.made_from)
        ),
        digest=form.signed.digest if form.signed else None,
    )
    session.add(line)
    row.declared_at, row.changed_at = max(said_at, row.declared_at or 0), now
    heard_at = max(said_at, row.said_at or 0)
    if form.kind is DeclarationKind.CARD:
        row.card_at, row.origin_index = now, index
    if row.status in ("", HealthStatus.GREEN):
        status = HealthStatus.YELLOW if objections else HealthStatus.GREEN
        if status != row.status:
            why = " ".join(objections)
            health_lines.say(office, session, by, (row, status, None, "declaration", why))
        row.said_at = heard_at
    return line


def fever_limit(office: Office, session: Session, enterprise_id: str) -> int:
    """From how many hundredths of a °C on a temperature is a fever, by the enterprise's policy."""
    return policy.applied(session, enterprise_id, office.now_ms()).fever_threshold_c
