"""The bureau's numbers and an enterprise's stricter ones, every version kept."""

from __future__ import annotations

from collections.abc import Mapping

from checkpoint.domain.policy import Policy
from checkpoint.services.actor import Actor
from checkpoint.services.office import Office


def publish(office: Office, by: Actor, policy: Policy) -> Policy:
    """Put the bureau's policy in force; the answer bears its new version."""
    raise NotImplementedError


def tighten(office: Office, by: Actor, enterprise_id: str, changes: Mapping[str, object]) -> Policy:
    """Replace an enterprise's own changes; the answer is what is then in force there.

    Raises PolicyError naming the field when a change is unknown or looser than the bureau's.
    """
    raise NotImplementedError


def in_force(office: Office, enterprise_id: str = "") -> Policy:
    """The bureau's policy, tightened by the enterprise where one is given."""
    raise NotImplementedError
