"""The bureau's numbers, versioned, and an enterprise's stricter ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from checkpoint.domain.degraded import Degraded
from checkpoint.domain.retention import Retention
from checkpoint.errors import PolicyError

HOUR_S = 3600
HEALTH_MOST_S = 366 * 24 * HOUR_S
"""The greatest age of a declaration or of a health status that a policy can allow."""
_RANGES = {
    "shift_grace_s": (0, 12 * HOUR_S),
    "reference_s": (0, 31 * 24 * HOUR_S),
    "reference_tolerance_c": (10, 200),
    "remeasure": (0, 5),
    "declaration_s": (0, HEALTH_MOST_S),
    "status_max_age_s": (0, HEALTH_MOST_S),
}

DEFAULT_RULES = (
    "credential",
    "wrong_site",
    "suspension",
    "warrant",
    "trust_age",
    "clock",
    "passback",
    "outside_shift",
    "temperature",
    "mask",
    "devices",
    "plate",
)


SWITCHED = ("boarding",)
"""Rules that an enterprise may switch on where the bureau left them off."""


class ForeignWorth(StrEnum):
    """What a valid foreign certificate is worth at a gate, the strictest first.

    The value is stored and sent, never renamed.
    """

    OFF = "off"
    """nothing: it is refused, and nobody is named by it"""
    REFER = "refer"
    """it names a person, and the gatekeeper decides"""
    ADMIT = "admit"
    """where what it says suffices, it stands for a visitor's pass; else the gatekeeper decides"""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the rules compare with. Temperatures in hundredths of a °C, ages in seconds.

    A corrected temperature at or above `fever_threshold_c` is a fever (37.3 °C: the limit
    that Chinese workplaces applied in 2020, National Health Commission guidance of
    2020-02-21); below `implausible_below_c` or above `implausible_above_c` it is no body
    temperature. `remeasure` is how many further measurements a fever or an implausible value
    gets before the decision. `trust_*_s` are the ages of the cached bundle at which an entry
    is marked, printed passes are referred, everything is referred. `shift_grace_s` is how long
    before a shift begins and after it ends its workers may still come in. `foreign_certificates`
    may be given as its text. `reference_s` is how often a thermometer is held to a reference,
    0 for never, and `reference_tolerance_c` how far from it a reading may lie; where that is
    overdue or failed passings are marked, and referred if `reference_refers`. `declaration_s` is
    how old a worker's last declaration may be, 0 where none is asked for; `status_max_age_s` how
    long a green health status counts without being said again, 0 for without limit; a yellow one
    denies where `yellow_denies`, else it refers. `retention` is how long personal
    data is kept, `degraded` what a gate does while a device is down.

    Raises PolicyError when it has no rule, an unknown rule is left to `screening`, or when a
    number is out of range.
    """

    version: int = 1
    fever_threshold_c: int = 3730
    implausible_below_c: int = 3500
    implausible_above_c: int = 4300
    mask_required: bool = True
    remeasure: int = 2
    screen_exits: bool = True
    passback: bool = True
    trust_marked_s: int = 24 * HOUR_S
    trust_printed_refer_s: int = 72 * HOUR_S
    trust_all_refer_s: int = 7 * 24 * HOUR_S
    shift_grace_s: int = HOUR_S // 2
    foreign_certificates: ForeignWorth = ForeignWorth.OFF
    reference_s: int = 24 * HOUR_S
    reference_tolerance_c: int = 50
    reference_refers: bool = False
    declaration_s: int = 0
    status_max_age_s: int = 0
    yellow_denies: bool = False
    rules: tuple[str, ...] = DEFAULT_RULES
    retention: Retention = field(default_factory=Retention)
    degraded: Degraded = field(default_factory=Degraded)

    def __post_init__(self) -> None:
        object.__setattr__(self, "foreign_certificates", _worth(self.foreign_certificates))
        if not self.rules:
            raise PolicyError("a policy without rules would admit everyone", remedy="name rules")
        if self.degraded.strict and "devices" not in self.rules:
            raise PolicyError(
                "a device that is down refers nobody without the rule devices",
                remedy="switch the rule devices on, or let the gatekeeper work by hand",
            )
        low, fever, high = (
            self.implausible_below_c,
            self.fever_threshold_c,
            self.implausible_above_c,
        )
        if not 3000 <= low < fever < high <= 4500:
            raise PolicyError(
                f"temperatures must satisfy 30.00 <= implausible_below_c < fever_threshold_c"
                f" < implausible_above_c <= 45.00 °C, not {low}, {fever}, {high} hundredths",
                remedy="correct the three numbers",
            )
        for name, (least, most) in _RANGES.items():
            if not least <= getattr(self, name) <= most:
                raise PolicyError(
                    f"{name} is {getattr(self, name)}", remedy=f"take {least} to {most}"
                )
        if not 0 < self.trust_marked_s <= self.trust_printed_refer_s <= self.trust_all_refer_s:
            raise PolicyError(
                "trust ages must grow: marked, printed refer, all refer",
                remedy="correct the trust_*_s numbers",
            )

    @property
    def boarding(self) -> bool:
        """Whether the rule of this name is asked: days, seats and manifests of vehicles."""
        return "boarding" in self.rules

    def to_fields(self) -> dict[str, Any]:
        """All numbers as they are stored and sent: plain maps and lists."""
        worth = self.foreign_certificates.value
        told = {"rules": list(self.rules), "degraded": self.degraded.to_fields()}
        return asdict(self) | told | {"foreign_certificates": worth}

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Policy:
        """Read back `to_fields`; a field that an earlier version lacked has its default.

        Raises PolicyError for a value out of range, TypeError for an unknown field.
        """
        values = dict(stored)
        if "rules" in values:
            values["rules"] = tuple(values["rules"])
        parts = {
            "retention": Retention(**values.get("retention", {})),
            "degraded": Degraded(**values.get("degraded", {})),
        }
        return cls(**values | parts)

    def tightened(self, **changes: object) -> Policy:
        """This policy with an enterprise's stricter numbers; rules of `SWITCHED` by their names.

        Raises PolicyError naming the field when a change is unknown or would loosen it.
        """
        known = {*(each.name for each in fields(self)), *SWITCHED} & _STRICTER.keys()
        for name, value in changes.items():
            if name not in known:
                raise PolicyError(
                    f"an enterprise can't set {name!r}", remedy=f"set one of {sorted(known)}"
                )
            if not _STRICTER[name](getattr(self, name), value):
                raise PolicyError(
                    f"{name}={value!r} is looser than the bureau's {getattr(self, name)!r}",
                    remedy="an enterprise may only be stricter",
                )
        asked = {name for name in SWITCHED if changes.pop(name, False)} - {*self.rules}
        return replace(self, rules=(*self.rules, *sorted(asked)), **changes)  # type: ignore[arg-type]


def _worth(value: object) -> ForeignWorth:
    known = [worth for worth in ForeignWorth if worth == value]
    if not known:
        raise PolicyError(
            f"foreign_certificates is {value!r}", remedy=f"take one of {', '.join(ForeignWorth)}"
        )
    return known[0]


def _worth_at_most(mine: object, theirs: object) -> bool:
    order = list(ForeignWorth)
    return order.index(_worth(theirs)) <= order.index(_worth(mine))


def _at_most(mine: object, theirs: object) -> bool:
    return isinstance(theirs, int) and isinstance(mine, int) and theirs <= mine


def _sooner(mine: object, theirs: object) -> bool:
    return theirs == mine or (bool(theirs) and (mine == 0 or _at_most(mine, theirs)))


def _at_least(mine: object, theirs: object) -> bool:
    return isinstance(theirs, int) and isinstance(mine, int) and theirs >= mine


_STRICTER = {
    "fever_threshold_c": _at_most,
    "implausible_below_c": _at_least,
    "implausible_above_c": _at_most,
    "mask_required": _at_least,
    "screen_exits": _at_least,
    "passback": _at_least,
    "trust_marked_s": _at_most,
    "trust_printed_refer_s": _at_most,
    "trust_all_refer_s": _at_most,
    "shift_grace_s": _at_most,
    "foreign_certificates": _worth_at_most,
    "reference_s": _sooner,
    "reference_tolerance_c": _at_most,
    "reference_refers": _at_least,
    "declaration_s": _sooner,
    "status_max_age_s": _sooner,
    "yellow_denies": _at_least,
    "boarding": _at_least,
}
