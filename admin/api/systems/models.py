"""What an enterprise's own systems send and are told. Times are RFC 3339; temperatures 0.01 °C."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Id = Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
Line = Annotated[str, Field(min_length=1, max_length=64)]
Maybe = Annotated[str, Field(max_length=64)]
Shift = Annotated[
    list[Annotated[int, Field(ge=0, le=1439, strict=True)]], Field(min_length=2, max_length=2)
]
Why = Annotated[str, Field(min_length=1, max_length=200)]


class Sent(BaseModel):
    """A body or a query: nothing but what is described, and never repeated in a fault."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Answer(BaseModel):
    """An answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class After(Sent):
    """`after` of the page before; nothing for the first one."""

    after: Annotated[str, Field(max_length=64)] | None = None


class NewHolder(Sent):
    """A worker, by name and ID number, or a vehicle, by plate and driver."""

    kind: Literal["worker", "vehicle"]
    name: Line
    id_number: Annotated[str, Field(max_length=24)] = ""
    phone: Annotated[str, Field(max_length=24)] = ""
    job: Maybe = ""
    plate: Annotated[str, Field(max_length=12)] = ""
    seats: Annotated[int, Field(ge=0, le=200, strict=True)] = 0
    route: Maybe = ""


class HolderChange(Sent):
    """What is to be different; what is left out stays. `version` is the one that was read."""

    version: Annotated[int, Field(ge=1, le=1 << 31, strict=True)]
    name: Line | None = None
    phone: Annotated[str, Field(max_length=24)] | None = None
    job: Maybe | None = None
    site_id: Annotated[str, Field(max_length=32)] | None = None
    shift: Shift | None = None
    seats: Annotated[int, Field(ge=0, le=200, strict=True)] | None = None
    route: Maybe | None = None


class Search(Sent):
    """A whole name, a whole ID number or its last four, or a whole plate."""

    text: Annotated[str, Field(min_length=1, max_length=64)]


class Reasoned(Sent):
    """Why, for the action record."""

    why: Why


class HolderAnswer(Answer):
    """A holder; of ID number and phone only the last four."""

    holder_id: Id
    kind: Literal["worker", "vehicle", "visitor"]
    name: str
    id_tail: str
    phone_tail: str
    job: str
    plate: str
    seats: int
    route: str
    site_id: str
    shift: Shift | None
    blocked: bool
    left: bool
    version: int


class HolderPage(Answer):
    """Holders, the newest first; `after` asks for the next page, null for none."""

    holders: list[HolderAnswer]
    after: str | None


class NewPass(Sent):
    """A pass for a holder of the roster, or for a visitor (`name` and `host`, of one day)."""

    holder_id: Annotated[str, Field(pattern="^([0-9a-f]{16})?$")] = ""
    name: Maybe = ""
    id_tail: Annotated[str, Field(max_length=4)] = ""
    host: Maybe = ""
    not_before: AwareDatetime | None = None
    expires_at: AwareDatetime
    sites: Annotated[list[Annotated[str, Field(max_length=32)]], Field(max_length=16)] = []
    shift: Shift | None = None


class PassAnswer(Answer):
    """A pass without its text; `standing` says whether gates take it."""

    pass_id: Id
    kind: Literal["worker", "commuting_vehicle", "emergency_vehicle", "visitor"]
    holder_id: Id
    name: str
    plate: str
    not_before: str
    expires_at: str
    standing: Literal["in_force", "not_yet", "expired", "revoked", "blocked", "withdrawn"]
    phone: bool


class PassPage(Answer):
    """Passes, the newest first."""

    passes: list[PassAnswer]
    after: str | None


class PassText(Answer):
    """What the QR code of a printed pass holds: whoever has it has the pass."""

    pass_id: Id
    text: str


class Since(Sent):
    """`cursor` of the answer before; nothing for the first entry that is kept."""

    cursor: Annotated[str, Field(max_length=32, pattern=r"^([0-9]{1,9}\.[0-9]{1,18})?$")] = ""
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class EntryAnswer(Answer):
    """An entry of an own gate. `person` is masked; `holder_id` is the roster's where it is known.

    Its place (`kiosk_id`, `epoch`, `seq`) names it for good: after a restore it may come again.
    """

    kiosk_id: str
    epoch: int
    seq: int
    at: str
    received_at: str
    kind: str
    direction: str | None
    outcome: str | None
    reasons: list[str]
    site_id: str
    gate_id: str
    holder_id: str
    pass_id: str
    person: str
    plate: str
    temperature_c: int | None
    mask: str | None
    clock: str
    standing: str
    why: str


class EntryFeed(Answer):
    """Entries in the order in which they came to the server; `more` says whether to ask at once."""

    entries: list[EntryAnswer]
    cursor: str
    more: bool


class InsideAnswer(Answer):
    """Somebody who came in and was not seen to leave; visitors have a pass and no roster's line."""

    holder_id: str
    pass_id: str
    person: str
    since: str
    site_id: str
    gate_id: str


class InsidePage(Answer):
    """Who is inside now; `after` asks for the next page."""

    at: str
    inside: list[InsideAnswer]
    after: str | None


class KioskAnswer(Answer):
    """A kiosk of an own gate and its last signs of life."""

    kiosk_id: str
    site_id: str
    gate_id: str
    gate: str
    software: str
    enrolled_at: str
    revoked: bool
    last_seen: str | None
    unsent: int
    bundle_version: int


class KioskList(Answer):
    """All kiosks of the enterprise."""

    kiosks: list[KioskAnswer]


class HookAnswer(Answer):
    """A webhook, without its secret."""

    hook_id: str
    url: str
    events: list[str]
    stopped: bool
    stopped_why: str
    failing_since: str | None


class HookList(Answer):
    """All webhooks of the enterprise."""

    webhooks: list[HookAnswer]


class DeliveryAnswer(Answer):
    """How one event went; `status` is the last answer's, null for none, and `told` says why."""

    event_id: str
    event: str
    at: str
    state: Literal["waiting", "delivered", "given_up"]
    attempts: int
    last_at: str | None
    status: int | None
    took_ms: int | None
    told: str


class DeliveryPage(Answer):
    """Deliveries, the newest first."""

    deliveries: list[DeliveryAnswer]
    after: str | None


class TestAnswer(Answer):
    """The test that is on its way."""

    event_id: str
