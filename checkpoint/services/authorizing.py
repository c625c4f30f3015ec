"""Authorizing enterprises, places and inspectors: the bureau's and the admins' acts."""

from __future__ import annotations

from checkpoint.domain.place import Enterprise, Gate, Site
from checkpoint.domain.warrant import Warrant
from checkpoint.services.actor import Actor
from checkpoint.services.forms import EnterpriseForm, WarrantForm
from checkpoint.services.office import Office
from checkpoint.services.rows import EnterpriseRow, SiteRow, WarrantRow
from checkpoint.storage.scope import Scope


def register_enterprise(office: Office, by: Actor, form: EnterpriseForm) -> Enterprise:
    """Enter an enterprise into the register.

    Raises Refused naming the field: a wrong credit code, a bad or taken id.
    """
    raise NotImplementedError


def add_site(
    office: Office, by: Actor, enterprise_id: str, name: str, zone: str = "Asia/Shanghai"
) -> Site:
    """A new site; its id is made here, unique in the district."""
    raise NotImplementedError


def add_gate(office: Office, by: Actor, enterprise_id: str, site_id: str, name: str) -> Gate:
    """A new gate of a site; its id is made here."""
    raise NotImplementedError


def suspend(office: Office, by: Actor, enterprise_id: str, why: str) -> None:
    """Stop an enterprise: its kiosks refuse everybody with their next bundle."""
    raise NotImplementedError


def restore(office: Office, by: Actor, enterprise_id: str, why: str) -> None:
    """End a suspension."""
    raise NotImplementedError


def grant_warrant(office: Office, by: Actor, form: WarrantForm) -> Warrant:
    """Authorize a named person to inspect."""
    raise NotImplementedError


def revoke_warrant(office: Office, by: Actor, warrant_id: str, why: str) -> None:
    """End a warrant before its time."""
    raise NotImplementedError


def enterprise(office: Office, enterprise_id: str) -> Enterprise:
    """One enterprise. Raises NotFound."""
    raise NotImplementedError


def enterprises(office: Office, scope: Scope) -> tuple[EnterpriseRow, ...]:
    """The enterprises that a scope names, by id."""
    raise NotImplementedError


def places(office: Office, enterprise_id: str) -> tuple[SiteRow, ...]:
    """The sites of an enterprise with their gates."""
    raise NotImplementedError


def warrants(office: Office, scope: Scope) -> tuple[WarrantRow, ...]:
    """The warrants of the enterprises of a scope, the newest first."""
    raise NotImplementedError


def inspection_scope(office: Office, account_id: str) -> Scope:
    """What an account may inspect now: the sites of its warrants in force.

    An empty scope without any. A suspended enterprise can still be inspected.
    """
    raise NotImplementedError
