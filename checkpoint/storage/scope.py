"""What a reader may see, and how rows come in pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whole enterprises and single sites that may be seen; an empty scope sees nothing.

    An entry belongs to the place where its kiosk was enrolled, whatever its body claims.
    """

    enterprises: frozenset[str] = field(default_factory=frozenset)
    sites: frozenset[str] = field(default_factory=frozenset)
    district: bool = False
    """everything: the bureau's scope"""

    @classmethod
    def whole_district(cls) -> Scope:
        """The bureau's scope."""
        return cls(district=True)

    @classmethod
    def of(cls, *enterprise_ids: str) -> Scope:
        """All sites of these enterprises."""
        return cls(enterprises=frozenset(enterprise_ids))

    def covers(self, enterprise_id: str, site_id: str = "") -> bool:
        """Whether this site of this enterprise (the whole enterprise without a site) is seen."""
        return self.district or enterprise_id in self.enterprises or site_id in self.sites

    def to_json(self) -> dict[str, object]:
        """The form kept in lookup records and exports."""
        if self.district:
            return {"district": True}
        return {"enterprises": sorted(self.enterprises), "sites": sorted(self.sites)}


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows in order. `after` asks for the next page; None when this is the last one."""

    rows: tuple[Row, ...]
    after: str | None = None
