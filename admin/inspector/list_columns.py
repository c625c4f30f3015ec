"""The columns that a list of entries may have, in order: each a label and a cell as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _

from admin.forms import names, words
from admin.forms.times import moment
from checkpoint.services.listing import Listed

Said = Callable[[Mapping[str, Any], object], str]
STANDARD = (
    *("at", "site", "gate", "direction", "outcome", "reasons", "name", "id_tail", "plate"),
    *("temperature", "mask", "place", "marks"),
)
"""The columns that are ticked at first."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it is called, what it says of an entry, its share of a printed page."""

    label: Any
    cell: Callable[[Listed], str]
    width: float = 1.0


def columns(sites: Mapping[str, str], gates: Mapping[str, str]) -> dict[str, Column]:
    """All columns by their code, in the language at hand; `sites`, `gates` are names by id."""
    known: dict[tuple[int, str], str] = {}
    owners: dict[str, str] = {}

    def said(table: Mapping[str, Any], code: object) -> str:
        # Words are looked up once: a list has millions of them.
        if not code:
            return ""
        key = (id(table), str(code))
        if key not in known:
            known[key] = str(table.get(str(code), code))
        return known[key]

    return {
        "at": Column(_("Time"), lambda x: moment(x.row.at), 1.5),
        "received": Column(_("Received"), lambda x: moment(x.row.received_at), 1.5),
        "enterprise": Column(_("Enterprise"), lambda x: _name(x.row.enterprise_id, owners), 1.4),
        "site": Column(_("Site"), lambda x: sites.get(x.row.site_id, x.row.site_id)),
        "gate": Column(_("Gate"), lambda x: gates.get(x.row.gate_id, x.row.gate_id)),
        "kind": Column(_("Kind"), lambda x: said(words.ENTRY_KINDS, x.row.kind), 1.2),
        "direction": Column(_("Direction"), lambda x: said(words.DIRECTIONS, x.row.direction), 0.6),
        "outcome": Column(_("Outcome"), lambda x: said(words.OUTCOMES, x.row.outcome)),
        "reasons": Column(_("Reasons"), lambda x: _reasons(x, said), 2.0),
        "said": Column(_("Reason given"), lambda x: x.said, 1.6),
        "name": Column(_("Name"), lambda x: x.name),
        "id_tail": Column(_("ID ends in"), lambda x: x.id_tail, 0.7),
        "plate": Column(_("Plate"), lambda x: x.row.plate),
        "pass_kind": Column(_("Pass"), lambda x: said(words.PASS_KINDS, x.row.pass_kind), 1.2),
        "pass_id": Column(_("Number of the pass"), lambda x: x.row.pass_id, 1.4),
        "temperature": Column(_("Temperature (°C)"), _degrees, 0.7),
        "mask": Column(_("Mask"), lambda x: said(words.MASKS, x.row.mask), 0.8),
        "clock": Column(_("Gate's clock"), lambda x: said(words.CLOCKS, x.row.clock_quality)),
        "standing": Column(_("Standing"), lambda x: said(words.STANDINGS, x.row.standing)),
        "marks": Column(_("Afterwards"), lambda x: _marks(x, said)),
        "remarks": Column(_("Remarks"), _remarks, 2.2),
        "place": Column(_("Place in the chain"), _place, 1.4),
        "hash": Column(_("Hash"), lambda x: x.hash.hex(), 2.4),
    }


def _name(enterprise_id: str, owners: dict[str, str]) -> str:
    if enterprise_id and enterprise_id not in owners:
        owners[enterprise_id] = names.owner(enterprise_id)
    return owners.get(enterprise_id, "")


def _reasons(one: Listed, said: Said) -> str:
    return "; ".join(said(words.REASONS, reason) for reason in one.row.reasons)


def _degrees(one: Listed) -> str:
    """One decimal, cut and never rounded up into a fever."""
    held = one.row.temperature_c
    return "" if held is None else f"{held // 10 / 10:.1f}"


def _marks(one: Listed, said: Said) -> str:
    given = [said(words.LATER, "annulled")] if one.row.annulled else []
    given += [said(words.LATER, "corrected")] if one.row.corrected else []
    given += [said(words.ENTRY_KINDS, each.kind) for each in one.row.cited_by]
    return "; ".join(dict.fromkeys(given))


def _remarks(one: Listed) -> str:
    return "\n".join(f"{moment(x.at)} {x.name}: {x.words}" for x in one.row.remarks)


def _place(one: Listed) -> str:
    place = one.row.place
    return f"{place.kiosk_id}/{place.epoch}/{place.seq}"
