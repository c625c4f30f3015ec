"""Workers of the demo district with a pass on their phone, who declared on it.

The phones are made of the same keys as a browser's; they are thrown away, as nobody holds them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from admin.demo import district
from admin.forms.fields import begin_of, today
from checkpoint.clock import to_ms
from checkpoint.credential.envelope import from_text
from checkpoint.domain.declaration import DeclaredBy
from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.services import Actor, Office, health, phone, phone_declaring
from checkpoint.services.forms import PassForm
from checkpoint.services.phone_declaring import Today
from checkpoint.wire.declaration import PhoneDeclaration
from checkpoint.wire.phone import PhoneRegistration

_LIFE = timedelta(days=90)


def declare(office: Office, by: Actor, enterprise_id: str, holders: Mapping[str, str]) -> None:
    """Let those who never declared by phone do so; `by` makes their links."""
    for part, answers in district.ON_PHONES.items():
        who = holders[part]
        said = health.health_of(office, enterprise_id, who).declarations
        if any(row.declared_by is DeclaredBy.PHONE for row in said):
            continue
        form = PassForm(PassKind.WORKER, office.clock.now() + _LIFE, holder_id=who)
        link = phone.make_link(office, by, enterprise_id, form)
        key = Ed25519PrivateKey.generate()
        text = phone.register(office, _registration(link, key)).text
        now = office.clock.now()
        day = today(now)
        message = _said(text, key, (now, answers))
        phone_declaring.declare(office, message, Today(day, begin_of(day)))


def _registration(link: str, key: Ed25519PrivateKey) -> PhoneRegistration:
    draft = PhoneRegistration.model_construct(
        link=link,
        algorithm=KeyAlgorithm.ED25519,
        public=key.public_key().public_bytes_raw(),
        proof=b"",
    )
    return draft.model_copy(update={"proof": key.sign(draft.proven)})


def _said(
    text: str, key: Ed25519PrivateKey, told: tuple[datetime, Mapping[str, Any]]
) -> PhoneDeclaration:
    now, answers = told
    said = json.dumps({"day": today(now).isoformat(), "at": to_ms(now), **answers})
    draft = PhoneDeclaration.model_construct(text=text, said=said, signature=b"")
    return draft.model_copy(update={"signature": key.sign(draft.signed_bytes(from_text(text)))})
