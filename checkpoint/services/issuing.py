"""Passes: issued, shown again, revoked; holders blocked."""

from __future__ import annotations

from checkpoint.services.actor import Actor
from checkpoint.services.forms import PassForm
from checkpoint.services.office import Office
from checkpoint.services.rows import IssuedPass, PassRow
from checkpoint.storage.scope import Page


def issue_pass(office: Office, by: Actor, issuer: str, form: PassForm) -> IssuedPass:
    """Sign a pass by the key of `issuer`: an enterprise id, or BUREAU for emergency vehicles.

    Raises NotFound for a holder of another enterprise, Refused for a suspended enterprise, a
    blocked holder or a kind that is not the issuer's, ClaimError for what a pass can't carry.
    """
    raise NotImplementedError


def revoke_pass(office: Office, by: Actor, issuer: str, pass_id: str, why: str) -> None:
    """Make one pass (a lost card) worthless. Raises NotFound outside the issuer's passes."""
    raise NotImplementedError


def block_holder(office: Office, by: Actor, enterprise_id: str, holder_id: str, why: str) -> None:
    """Make all passes of a holder worthless until unblocked."""
    raise NotImplementedError


def unblock_holder(office: Office, by: Actor, enterprise_id: str, holder_id: str, why: str) -> None:
    """End a block."""
    raise NotImplementedError


def passes(
    office: Office, issuer: str, after: str | None = None, holder_id: str = ""
) -> Page[PassRow]:
    """The passes of an issuer, the newest first; those of one holder where given."""
    raise NotImplementedError


def text_of(office: Office, issuer: str, pass_id: str) -> IssuedPass:
    """A pass issued before, to show or print again. Raises NotFound outside the issuer's."""
    raise NotImplementedError
