"""What changes from one policy to another, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checkpoint.domain.policy import Policy

_UNTOLD = frozenset({"version"})


@dataclass(frozen=True, slots=True)
class ComingPolicy:
    """A policy that takes effect at a time of its own."""

    effective_at: datetime
    policy: Policy


@dataclass(frozen=True, slots=True)
class Difference:
    """One number that is another one: its name, as `retention.entries_days`, and both values.

    A rule is named as `rules.mask`; its values are whether it is asked.
    """

    field: str
    old: Any
    new: Any


def differences(old: Policy, new: Policy) -> tuple[Difference, ...]:
    """What differs from one policy to another, but for their versions, in the fields' order."""
    before, after = dict(_flat(old.to_fields())), dict(_flat(new.to_fields()))
    rules = {f"rules.{name}": False for name in (*old.rules, *new.rules)}
    before, after = rules | before, rules | after
    return tuple(
        Difference(name, before[name], value)
        for name, value in after.items()
        if before[name] != value
    )


def _flat(fields: Mapping[str, Any], parent: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in fields.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{name}.")
        elif name == "rules":
            yield from ((f"rules.{rule}", True) for rule in value)
        elif name not in _UNTOLD:
            yield parent + name, value
