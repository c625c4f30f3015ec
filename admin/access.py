"""Who may do what: one table, endpoint → (roles, action, scope). What is not in it is refused.

The hook here lets a request in or not; the scope of what it may then see comes from the
table and the account, never from the address. An object outside the scope is answered like
one that does not exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from admin.auth.account import Role
from admin.auth.current import account, signed_in
from admin.db import office
from checkpoint.domain.token_scope import TokenScope
from checkpoint.services import Actor, authorizing
from checkpoint.storage.scope import Scope


class Who(StrEnum):
    """Callers that are not accounts of a role."""

    ANYBODY = "anybody"
    """no sign-in: the sign-in page, files of the pages, liveness"""
    KIOSK = "kiosk"
    """proves itself by its key's signature, checked in `admin.api`; enrolment by its code"""
    TOKEN = "token"  # noqa: S105 - the kind of caller
    """an enterprise's own system; `admin.api.systems` checks the token and the rule's scope"""


class Reach(StrEnum):
    """How far what a request sees and changes goes."""

    NOTHING = "nothing"
    DISTRICT = "district"
    OWN_ENTERPRISE = "own enterprise"
    WARRANTS = "warrants in force"
    OWN_KIOSK = "own kiosk"


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table."""

    roles: frozenset[Role | Who]
    action: str
    reach: Reach
    scope: TokenScope | None = None
    """what an access token must be for"""


def _rules(roles: set[Role | Who], reach: Reach, **actions: str) -> dict[str, Rule]:
    """The lines of one blueprint: action → the names of its endpoints."""
    prefix = {
        Reach.DISTRICT: "bureau.",
        Reach.OWN_ENTERPRISE: "enterprise.",
        Reach.WARRANTS: "inspector.",
        Reach.OWN_KIOSK: "api.",
    }.get(reach, "")
    rule = {action: Rule(frozenset(roles), action, reach) for action in actions}
    return {
        f"{prefix}{name}": rule[action]
        for action, names in actions.items()
        for name in names.split()
    }


def _for_tokens(**endpoints: tuple[TokenScope, str]) -> dict[str, Rule]:
    """The lines of enterprises' own systems: action → its scope and the names of its endpoints."""
    return {
        f"systems.{name}": Rule(frozenset({Who.TOKEN}), action, Reach.OWN_ENTERPRISE, scope)
        for action, (scope, names) in endpoints.items()
        for name in names.split()
    }


EVERY_ROLE: set[Role | Who] = {*Role}

TABLE: dict[str, Rule] = {
    **_rules(
        {Who.ANYBODY},
        Reach.NOTHING,
        read="static htmx bootstrap.static security.static health api.openapi own.static",
        sign_in="security.login",
        sign_out="security.logout",
        choose_language="language",
        take_up_invitation="own.invitation own.accept",
        sign_in_by_passkey="own.sign_in_options own.sign_in_by_passkey",
    ),
    **_rules(
        {Who.ANYBODY},
        Reach.NOTHING,
        read="phone.page phone.static phone.worker phone.time",
        register="phone.register",
        declare="phone.declare",
    ),
    "phone.make_link": Rule(frozenset({Role.ENTERPRISE}), "issue", Reach.OWN_ENTERPRISE),
    **_rules(
        EVERY_ROLE,
        Reach.NOTHING,
        read="home own.page own.jobs own.job own.job_progress own.job_file own.guide",
        change_own="security.change_password own.confirm own.end_others own.add_app"
        " own.add_passkey own.passkey_options own.rename_factor own.remove_factor"
        " own.recovery_codes",
        stop_own="own.cancel_job own.forget_job",
        show_second_factor="own.second own.second_options own.second_passkey",
    ),
    "own.confirm_guide": Rule(frozenset({Role.INSPECTOR}), "confirm", Reach.NOTHING),
    # Comes with Flask-Security; nothing here asks for a password a second time.
    "security.verify": Rule(frozenset(), "nothing", Reach.NOTHING),
    **_rules(
        {Role.BUREAU},
        Reach.DISTRICT,
        read="enterprises enterprise warrants warrant_request print_warrant policy emergency"
        " emergency_request emergency_in_force passes show_pass pass_code print_pass"
        " print_card print_permit phone_links accounts find_accounts actions certificates keys"
        " lookups policy_history proposals kiosks enterprises_template",
        import_sheet="import_enterprises bring_in_enterprises",
        export_sheet="export_enterprises",
        register="register_enterprise add_site add_gate edit_record rename_site rename_gate",
        suspend="suspend restore",
        make_account="add_admin add_inspector",
        change_account="disable_account enable_account reset_account change_role",
        decide_request="issue_emergency refuse_emergency",
        grant="grant_warrant revoke_warrant warrant grant_as_asked ask_back refuse_warrant"
        " grant_many",
        publish="edit_policy preview_policy call_off_policy",
        decide="confirm_proposal decline_proposal withdraw_proposal",
        suspend_many="suspend_enterprises",
        distrust="revoke_kiosk",
        revoke_many="revoke_passes",
        believe="add_certificates withdraw_certificate rotate_key withdraw_key restore_certificate",
        erase="personal erase_person",
        hand_out="own_record",
        judge_health="health",
        take_loss="restoration accept_loss",
        note_in_cases="case_list case case_note",
        issue="issue_pass revoke_pass revoke_others reissue_pass withdraw_phone_link",
    ),
    **_rules(
        {Role.ENTERPRISE},
        Reach.OWN_ENTERPRISE,
        read="today holders find_holders holder holder_photo passes show_pass pass_code print_pass"
        " riders find_riders roster_template vehicles_template"
        " print_card print_permit phone_links expiring in_need batches batch print_batch kiosks"
        " accounts find_accounts tokens actions webhook health holder_health print_health_card"
        " warrants warrant warrant_request print_warrant emergency emergency_request"
        " emergency_in_force emergency_permit",
        tighten="policy reset_policy",
        ask="ask_warrant answer_warrant withdraw_warrant_request ask_emergency withdraw_emergency",
        make_account="add_account",
        keep_record="record edit_record",
        change_account="disable_account enable_account reset_account change_role",
        import_sheet="import_roster bring_in_roster import_vehicles bring_in_vehicles",
        export_sheet="export_roster export_vehicles",
        register="add_worker add_vehicle",
        issue="issue_pass issue_visitor issue_roster revoke_pass revoke_others reissue_pass"
        " withdraw_phone_link revoke_batch",
        block="block unblock leave take_back",
        edit="edit_holder correct_id edit_photo remove_photo put_on_manifest take_off_manifest",
        declare="declare_card declare_daily declare_roll",
        judge_health="set_status",
        connect="make_token revoke_token make_webhook stop_webhook begin_webhook remove_webhook"
        " test_webhook renew_secret",
        erase="erase_holder",
        hand_out="own_record",
        enrol="make_code revoke_kiosk",
        answer_cases="case_list case answer_case",
    ),
    **_rules(
        {Role.INSPECTOR},
        Reach.WARRANTS,
        read="entries news entry timeline contacts lookups audit heads head_notes print_heads"
        " warrants print_warrant emergency_in_force",
        audit="begin_audit verify",
        work_on_cases="case_list case open_case case_step assign_case link_entries link_lookup"
        " add_to_case verify_case print_case",
        unmask="unmask proof_with_person timeline_with_person contacts_with_people",
        prove="proof",
        remark="remark",
        keep_views="views save_view view delete_view",
        export="export download export_list",
    ),
    **_rules(
        {Who.KIOSK},
        Reach.OWN_KIOSK,
        enrol="enrol",
        read="bundle used_steps held",
        report="push_entries",
    ),
    **_for_tokens(
        read=(TokenScope.ROSTER_READ, "holders find_holders holder"),
        register=(TokenScope.ROSTER_WRITE, "add_holder change_holder leave block unblock"),
        read_passes=(TokenScope.PASSES_READ, "passes passes_of_holder show_pass"),
        issue=(TokenScope.PASSES_WRITE, "issue_pass revoke_pass pass_text"),
        read_entries=(TokenScope.ENTRIES_READ, "entries inside"),
        watch=(TokenScope.KIOSKS_READ, "kiosks"),
        try_webhooks=(TokenScope.WEBHOOKS, "webhooks deliveries test_webhook"),
    ),
}


def protect(app: Flask) -> None:
    """Hold the table against every request."""
    app.before_request(_enforce)


def _enforce() -> ResponseReturnValue | None:
    if request.endpoint is None:
        return None  # no such page: the 404 that follows needs no permission
    rule = TABLE.get(request.endpoint)
    if rule is None:
        current_app.logger.error("endpoint %s is not in the access table", request.endpoint)
        abort(403)
    if not for_accounts(request.endpoint):
        return None
    who = signed_in()
    if who is None:
        return _ask_to_sign_in()
    if Role(who.role) not in rule.roles:
        abort(403)
    return None


def for_accounts(endpoint: str | None) -> bool:
    """Whether only those who are signed in are let in here."""
    rule = TABLE.get(endpoint or "")
    return rule is not None and not rule.roles & {Who.ANYBODY, Who.KIOSK, Who.TOKEN}


def _ask_to_sign_in() -> ResponseReturnValue:
    if request.headers.get("HX-Request"):
        return "", 401, {"HX-Redirect": url_for("security.login")}
    if request.method not in ("GET", "HEAD"):
        abort(401)
    return redirect(url_for("security.login", next=request.path))


def actor() -> Actor:
    """Who is written to the action record."""
    who = account()
    return Actor(who.account_id, who.role, who.name)


def scope() -> Scope:
    """What this request may see."""
    reach = TABLE[request.endpoint or ""].reach
    if reach is Reach.DISTRICT:
        return Scope.whole_district()
    if reach is Reach.OWN_ENTERPRISE:
        return Scope.of(own_enterprise())
    if reach is Reach.WARRANTS:
        return authorizing.inspection_scope(office(), account().account_id)
    return Scope()


def own_enterprise() -> str:
    """The enterprise of the account that asks."""
    mine = account().enterprise_id
    if mine is None:
        abort(403)
    return mine
