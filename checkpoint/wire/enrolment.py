"""One-time enrolment: a code shown by the admin, exchanged for a place at a gate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode, urlsplit

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field

from checkpoint.errors import WireError

SCHEME = "sibao"


@dataclass(frozen=True, slots=True)
class EnrolmentCode:
    """What the admin hands to the kiosk.

    Where the server is, a one-time secret, and the id of the server's bundle key, so that a
    wrong server is noticed. As text: `sibao://HOST[:PORT]/enrol?code=…&key=…[&tls=0]`.
    """

    server: str
    code: str
    server_key_id: str

    def text(self) -> str:
        """The one line to paste, save to a file or show as a QR code."""
        parts = urlsplit(self.server)
        query = {"code": self.code, "key": self.server_key_id}
        if parts.scheme == "http":
            query["tls"] = "0"
        return f"{SCHEME}://{parts.netloc}/enrol?{urlencode(query)}"

    @classmethod
    def parse(cls, text: str) -> EnrolmentCode:
        """Read the line. Raises WireError saying what is missing."""
        try:
            parts = urlsplit(text.strip())
        except ValueError:
            parts = urlsplit("")
        query = parse_qs(parts.query)
        if parts.scheme != SCHEME or not parts.netloc or not {"code", "key"} <= query.keys():
            raise WireError(
                "not an enrolment code",
                remedy="paste the whole line that begins with sibao:// from the kiosk's page",
            )
        scheme = "http" if query.get("tls") == ["0"] else "https"
        return cls(f"{scheme}://{parts.netloc}", query["code"][0], query["key"][0])


class EnrolmentRequest(BaseModel):
    """The kiosk's side: the code and the public half (32 bytes) of the key it made."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    code: Annotated[str, Field(min_length=1, max_length=64)]
    public_key: Annotated[Base64Bytes, Field(max_length=64)]
    software: Annotated[str, Field(max_length=64)] = ""


class EnrolmentAnswer(BaseModel):
    """The server's side: the kiosk's id and place, and the server's keyring document."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kiosk_id: str
    enterprise_id: str
    site_id: str
    gate_id: str
    keyring: dict[str, Any]
