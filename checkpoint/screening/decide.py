"""Ask every rule, keep every answer, take the gravest."""

from __future__ import annotations

from checkpoint.domain.decision import Decision, Outcome
from checkpoint.domain.observation import Observation
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import PolicyError
from checkpoint.screening.rules import RULES


def decide(observation: Observation, policy: Policy) -> Decision:
    """The decision on one observation. Pure: the same two values give the same answer.

    Raises PolicyError when the policy names a rule that does not exist.
    """
    unknown = [name for name in policy.rules if name not in RULES]
    if unknown:
        raise PolicyError(f"unknown rules {unknown}", remedy=f"known are {sorted(RULES)}")
    findings = tuple(f for name in policy.rules for f in RULES[name](observation, policy))
    outcome = max((f.outcome for f in findings), key=lambda o: o.gravity, default=Outcome.ADMIT)
    reasons = tuple(dict.fromkeys(f.reason for f in findings)) or (Reason.OK,)
    return Decision(outcome, reasons, policy.version, findings)
