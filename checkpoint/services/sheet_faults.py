"""What is wrong with a cell of a sheet, as a value: where, what kind, and the value masked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from checkpoint.errors import Refused
from checkpoint.services.sheets import Cell, Row, narrow, text_of

_KINDS = {
    "is not 17 digits and a check character": "id_form",
    "begins with no known region": "id_region",
    "holds no possible date of birth": "id_birth",
    "has a wrong check character": "id_check",
    "is not 5 to 15 digits": "phone_form",
    "holds characters that can't be shown": "unshown",
    "is not a province character": "plate_form",
    "is not a unified social credit code": "credit_code",
    "is not of the allowed form": "short_id",
    "is out of range": "range",
    "can't be used": "short_id",
    "is no count": "count_form",
    "is longer than 128 characters": "length_128",
}
_SCIENTIFIC = ("E+", "e+")
_SHOWN = 4
_NAMES = ("name", "driver", "head", "contact")


@dataclass(frozen=True, slots=True)
class Fault:
    """One cell that can't be taken; `field` '' for the row as a whole. `kind` is stored.

    `other` is the row that it collides with, 0 for none.
    """

    row: int
    field: str
    kind: str
    masked: str = ""
    other: int = 0


@dataclass(slots=True)
class Cells:
    """The cells of one row being read; what is wrong with them gathers in `faults`.

    Values of fields that are not `personal` are shown whole; None: all of them are.
    """

    row: Row
    personal: frozenset[str] | None = None
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, name: str, kind: str, other: int = 0) -> str:
        """Note a fault; nothing is read then."""
        told = text_of(self.row.cells.get(name, ""))
        hidden = self.personal is None or name in self.personal
        shown = mask(name, told) if hidden else _visible(told)
        self.faults.append(Fault(self.row.number, name, kind, shown, other))
        return ""

    def text(self, name: str, *, needed: bool = False) -> str:
        """A cell as text: numbers as digits, never dates or truth values."""
        cell = self.row.cells.get(name, "")
        odd = _odd(name, cell)
        if odd:
            return self.wrong(name, odd)
        found = text_of(cell)
        if not found and name in self.row.merged:
            return self.wrong(name, "merged")
        if not found and needed:
            return self.wrong(name, "missing")
        return found

    def checked(
        self, name: str, check: Callable[[str], str], *, needed: bool = False, wide: bool = False
    ) -> str:
        """A cell that a service's check takes; full-width digits are made narrow unless `wide`."""
        before = len(self.faults)
        found = self.text(name, needed=needed)
        if len(self.faults) > before or not found:
            return ""
        try:
            return check(found if wide else narrow(found))
        except Refused as fault:
            return self.wrong(name, kind_of(fault))


def kind_of(fault: Refused) -> str:
    """The kind of what a service refuses."""
    what = fault.message.partition(" ")[2]
    return next((kind for start, kind in _KINDS.items() if what.startswith(start)), "length")


def mask(name: str, text: str) -> str:
    """A value of which only the ends are shown: enough to find it, not to know it."""
    text = _visible(text)
    if name in _NAMES:
        return text[:1] + "*" * (len(text) - 1)
    if len(text) <= _SHOWN:
        return text[:1] + "*" * (len(text) - 1)
    return "*" * min(len(text) - 2, 16) + text[-2:]


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() else "▢" for char in text[:64])


def _odd(name: str, cell: Cell) -> str:
    """What is wrong with a cell by its kind alone, '' for nothing."""
    if isinstance(cell, dict):
        return "date" if "date" in cell else "time" if name != "shift" else ""
    if isinstance(cell, bool):
        return "truth"
    number = isinstance(cell, float | int)
    if name in ("id_number", "credit_code"):
        scientific = isinstance(cell, str) and any(sign in cell for sign in _SCIENTIFIC)
        return "as_number" if number or scientific else ""
    if number and name in (*_NAMES, "plate"):
        return "number"
    if number and not float(cell).is_integer():
        return "fraction"
    return ""
