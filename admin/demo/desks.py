"""What Bob and Carol left on their desks: a token, a status that somebody set, a case."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from admin.demo import district
from checkpoint.credential.issue import fresh_id
from checkpoint.domain.health_status import HealthStatus
from checkpoint.domain.inspection_case import CaseKind, CaseState, StepKind
from checkpoint.domain.reason import Reason
from checkpoint.domain.token_scope import TokenScope
from checkpoint.services import Actor, Office, Scope, access_tokens, case_views, cases, health
from checkpoint.services.access_tokens import TokenForm
from checkpoint.services.case_steps import Step
from checkpoint.services.cases import CaseForm, StepForm
from checkpoint.services.health_forms import StatusForm
from checkpoint.services.rows import EntryPlace
from checkpoint.storage import finding
from checkpoint.storage.entry_filter import EntryFilter

_TOKEN_LIFE = timedelta(days=180)
_AT_HOME = timedelta(days=5)


def token(office: Office, by: Actor, enterprise_id: str) -> None:
    """A token of an own system. Nobody is told its secret: who wants to use one makes another."""
    if not access_tokens.tokens(office, enterprise_id, lambda *_who: True):
        scopes = (TokenScope.ROSTER_READ, TokenScope.ENTRIES_READ)
        form = TokenForm(district.SYSTEM, scopes, office.clock.now() + _TOKEN_LIFE)
        access_tokens.make(office, by, enterprise_id, form)


def statuses(office: Office, by: Actor, enterprise_id: str, holders: Mapping[str, str]) -> None:
    """The yellow status that an enterprise set, with its reason."""
    part, why = district.AT_HOME
    if health.health_of(office, enterprise_id, holders[part]).statuses:
        return
    until = office.clock.now() + _AT_HOME
    form = StatusForm(holders[part], HealthStatus.YELLOW, why, until)
    health.set_status(office, by, enterprise_id, form)


def case(office: Office, by: Actor, enterprise_id: str) -> None:
    """A case about the last fever at a gate, once there was one; Bob is asked about it."""
    scope = Scope.of(enterprise_id)
    if case_views.listed(office, scope, CaseState).rows:
        return
    with office.db.read() as session:
        found, _more = finding.find(session, scope, EntryFilter(reason=Reason.FEVER), {}, None)
    if not found:
        return
    place = EntryPlace(found[0].kiosk_id, found[0].epoch, found[0].seq)
    title, note, asked = district.CASE
    case_id = cases.open_case(
        office, by, scope, CaseForm(fresh_id(), CaseKind.HEALTH, title, (place,))
    )
    for kind, words in ((StepKind.NOTE, note), (StepKind.RELEASED, asked)):
        seen = case_views.row(office, scope, case_id).steps
        cases.add_step(office, by, scope, StepForm(case_id, Step(kind, words), seen))
