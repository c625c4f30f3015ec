"""The description of the API: OpenAPI 3.1, from the very models of `checkpoint.wire`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import InType, SecureType, SecuritySchemeData

from admin import __doc__ as _about

VERSION = "1"
KIOSK = "kiosk"
TOKEN = "token"  # noqa: S105 - the kind of caller

tree = SpecTree(
    "flask",
    mode="strict",
    title="Sibao API",
    version=VERSION,
    description=str(_about),
    openapi_version="3.1.0",
    path="api/v1/openapi.json",
    filename="openapi.json",
    page_templates={},
    annotations=False,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        SecurityScheme(
            name=KIOSK,
            data=SecuritySchemeData(
                type=SecureType.API_KEY,
                name="Authorization",
                field_in=InType.HEADER,
                description="`Sibao kiosk=ID, at=MS, signature=BASE64` by the kiosk's key",
            ),
        ),
        SecurityScheme(
            name=TOKEN,
            data=SecuritySchemeData(
                type=SecureType.HTTP,
                scheme="bearer",
                description="an access token, made on the enterprise's page Own systems",
            ),
        ),
    ],
)


class Problem(BaseModel):
    """Why a request was not served, and what mends it. It never repeats what was sent."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    error: str
    remedy: str = ""


class Health(BaseModel):
    """The server is up and its database answers.

    `receipts`: `ok`; `refused` over a database that was put back; `restored` while what a
    restore lost has not come again; `unknown` where the log can't be read.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: str
    database: str
    receipts: str


def answers(*problems: int, **good: type[BaseModel] | tuple[None, str]) -> Response:
    """The answers of a route: the good ones by name, the problems by status."""
    bad = {f"HTTP_{status}": Problem for status in problems}
    return Response(**good, **bad)
