"""What is stored of an entry for finding it: columns that its canonical bytes determine."""

from __future__ import annotations

from checkpoint.clock import to_ms
from checkpoint.domain.entry import Entry
from checkpoint.domain.reason import Reason

Column = str | int | None


def projected(entry: Entry) -> dict[str, Column]:
    """The projection columns of an entry, by name. An audit compares them with the row."""
    return {
        "at": to_ms(entry.at),
        "kind": entry.kind.value,
        "direction": _word(entry.direction),
        "outcome": _word(entry.outcome),
        "reasons": reasons_text(entry.reasons),
        "enterprise_id": entry.enterprise_id,
        "site_id": entry.site_id,
        "gate_id": entry.gate_id,
        "warrant_id": entry.warrant_id,
        "pass_id": entry.pass_id,
        "pass_kind": _word(entry.pass_kind),
        "temperature_c": entry.readings[-1].corrected_c if entry.readings else None,
        "mask": _word(entry.mask),
        "clock_quality": entry.clock_quality.value,
        "policy_version": entry.policy_version,
        "bundle_version": entry.bundle_version,
        "cites": entry.cites,
    }


def reasons_text(reasons: tuple[Reason, ...]) -> str:
    """Reasons between spaces, so that ` fever ` finds the whole word."""
    return f" {' '.join(reason.value for reason in reasons)} " if reasons else ""


def _word(value: object) -> str | None:
    return None if value is None else str(value)
