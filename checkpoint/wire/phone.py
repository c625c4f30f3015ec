"""A phone gets its pass: a one-time link and the key that it made, for the pass that names it."""

from __future__ import annotations

import hashlib
from typing import Annotated

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from checkpoint.domain.health_pass import KeyAlgorithm, PassKind

_DOMAIN = b"sibao/phone/v1\0"


class PhoneRegistration(BaseModel):
    """The phone's side. `public` is as WebCrypto exports it `raw`; `proof` is by its key."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    link: Annotated[str, Field(min_length=1, max_length=64)]
    algorithm: KeyAlgorithm
    public: Annotated[Base64Bytes, Field(max_length=128)]
    proof: Annotated[Base64Bytes, Field(max_length=128)]

    @property
    def proven(self) -> bytes:
        """What `proof` signs: that whoever holds the link holds the key."""
        return _DOMAIN + hashlib.sha256(self.link.encode()).digest() + self.public


class PhonePass(BaseModel):
    """The server's side: the pass to be signed into living codes, and what the page shows.

    `where` names the enterprise and the sites that it is for.
    """

    text: str
    kind: PassKind
    name: str
    id_tail: str
    plate: str
    not_before: int
    expires_at: int
    where: str = ""
