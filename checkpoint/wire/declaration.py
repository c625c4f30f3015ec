"""A phone says its holder's daily declaration, signed by its own key over pass, day and answers."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Annotated

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, ValidationError

from checkpoint.domain.declaration import Daily, Symptom
from checkpoint.errors import WireError

_DOMAIN = b"sibao/declaration/v1\0"
_SAID_MOST = 400
_LATEST = (1 << 53) - 1


class Statement(BaseModel):
    """What the holder says: of which day by the phone's calendar, when (ms), and the answers.

    `temperature_c` is in hundredths of a °C, None where it was not taken.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, hide_input_in_errors=True)

    day: date
    at: Annotated[int, Field(ge=0, le=_LATEST)]
    temperature_c: Annotated[int, Field(ge=3000, le=4500)] | None
    symptoms: Annotated[tuple[Symptom, ...], Field(max_length=len(Symptom))]
    contact: bool

    @property
    def daily(self) -> Daily:
        """As a declaration."""
        return Daily(self.temperature_c, self.symptoms, self.contact)


class PhoneDeclaration(BaseModel):
    """What the phone sends: the text of its pass, what is said as JSON, and the key's signature.

    `said` is signed as it stands, byte by byte, and parsed only once the signature holds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    text: Annotated[str, Field(min_length=1, max_length=1024)]
    said: Annotated[str, Field(min_length=1, max_length=_SAID_MOST, pattern=r"^[\x20-\x7e]+$")]
    signature: Annotated[Base64Bytes, Field(max_length=128)]

    def signed_bytes(self, envelope: bytes) -> bytes:
        """What `signature` signs; `envelope` is the COSE of the pass."""
        return _DOMAIN + hashlib.sha256(envelope).digest() + self.said.encode("ascii")

    def statement(self) -> Statement:
        """What is said. Raises WireError where it is no statement; the values are not told."""
        try:
            return Statement.model_validate_json(self.said)
        except ValidationError as fault:
            places = ", ".join(".".join(map(str, each["loc"])) for each in fault.errors())
            raise WireError(
                f"said is no statement: {places or 'no JSON'}", remedy="open the page again"
            ) from None


class PhoneDeclared(BaseModel):
    """The server's answer: since when (ms) it counts, and whether a person must look at it."""

    at: int
    needs_look: bool
