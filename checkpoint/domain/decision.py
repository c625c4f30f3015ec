"""The answer: ADMIT, REFER to a person, or DENY, with every reason."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checkpoint.domain.reason import Reason


class Outcome(StrEnum):
    """In order of gravity: ADMIT, REFER, DENY."""

    ADMIT = "ADMIT"
    REFER = "REFER"
    DENY = "DENY"

    @property
    def gravity(self) -> int:
        """0 for ADMIT, 1 for REFER, 2 for DENY."""
        return list(Outcome).index(self)


class Treasure(StrEnum):
    """The four treasures 四宝 that light up at the gate."""

    CODE = "code"
    """码: the code is shown, genuine, in force and for this place"""
    REGISTER = "register"
    """登: the passing can be registered: state, warrant, trust, clock"""
    TEMPERATURE = "temperature"
    """温"""
    MASK = "mask"
    """罩"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule's objection or remark, the outcome that it asks for, and the treasure it dims."""

    reason: Reason
    outcome: Outcome
    treasure: Treasure


@dataclass(frozen=True, slots=True)
class Decision:
    """The gravest outcome of all findings, all reasons in rule order, the policy applied.

    `reasons` is `(Reason.OK,)` when no rule had anything to say.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    policy_version: int
    findings: tuple[Finding, ...] = ()

    def treasure(self, treasure: Treasure) -> Outcome:
        """The gravest outcome among the findings of one treasure."""
        mine = [f.outcome for f in self.findings if f.treasure == treasure]
        return max(mine, key=lambda outcome: outcome.gravity, default=Outcome.ADMIT)
