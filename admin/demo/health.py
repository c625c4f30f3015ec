"""What some workers of the demo district declared, so that the lists of health show something."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from admin.forms.fields import today
from checkpoint.domain.declaration import (
    Arrival,
    Card,
    DeclaredBy,
    Housing,
    Origin,
    Symptom,
    Transport,
)
from checkpoint.services import SYSTEM, Office, declaring, health
from checkpoint.services.health_forms import Declared

_CARDS: dict[str, tuple[Origin, tuple[Symptom, ...]]] = {
    "valid_printed": (Origin("黑龙江省", "绥化市", "望奎县"), ()),
    "valid_phone": (Origin("湖北省", "孝感市"), ()),
    "fever": (Origin("湖北省", "孝感市", "云梦县"), (Symptom.COUGH,)),
    "visited": (Origin("河南省", "信阳市"), ()),
}
"""From where, and what they feel, by the part that each plays in the film."""


def declare(office: Office, enterprise_id: str, holders: Mapping[str, str]) -> None:
    """Take down the cards of those who have none yet."""
    came = today(office.clock.now()) - timedelta(days=3)
    for part, (origin, symptoms) in _CARDS.items():
        who = holders[part]
        if health.health_of(office, enterprise_id, who).declarations:
            continue
        card = Card(
            origin,
            Arrival(came, Transport.TRAIN, "K7041", "08车22号"),
            Housing.DORMITORY,
            "一号宿舍楼",
            symptoms=symptoms,
            itinerary=("临江示范区", origin.city),
        )
        form = Declared(who, card, 0, DeclaredBy.HOLDER, confirmed=True)
        declaring.declare(office, SYSTEM, enterprise_id, form)
