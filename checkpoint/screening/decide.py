"""Ask every rule, keep every answer, take the gravest."""

from __future__ import annotations

from checkpoint.domain.decision import Decision, Finding, Outcome, Treasure
from checkpoint.domain.observation import Observation
from checkpoint.domain.policy import Policy
from checkpoint.domain.reason import Reason
from checkpoint.errors import PolicyError
from checkpoint.screening.rules import RULES

BY_SENSORS = frozenset({Treasure.TEMPERATURE, Treasure.MASK})


def decide(observation: Observation, policy: Policy) -> Decision:
    """The decision on one observation. Pure: the same two values give the same answer.

    Raises PolicyError when the policy names a rule that does not exist.
    """
    unknown = [name for name in policy.rules if name not in RULES]
    if unknown:
        raise PolicyError(f"unknown rules {unknown}", remedy=f"known are {sorted(RULES)}")
    findings = tuple(f for name in policy.rules for f in RULES[name](observation, policy))
    if not observation.measured:
        findings = _without_unasked(findings)
    outcome = max((f.outcome for f in findings), key=lambda o: o.gravity, default=Outcome.ADMIT)
    reasons = tuple(dict.fromkeys(f.reason for f in findings)) or (Reason.OK,)
    return Decision(outcome, reasons, policy.version, findings)


def _without_unasked(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Who is denied anyhow is not blamed for sensors that nobody asked; silence never admits."""
    rest = tuple(
        f for f in findings if f.treasure not in BY_SENSORS and f.reason is not Reason.PLATE_UNKNOWN
    )
    return rest if any(f.outcome is Outcome.DENY for f in rest) else findings
