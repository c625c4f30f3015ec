"""The way to the server over HTTP.

Nothing of an answer is believed for its size, its time or its form: each has a limit, and
what lies beyond it is a WireError with a line for the operator. Redirects are not followed
and no proxy of the environment is used: the kiosk speaks to the server that it was enrolled
with, and to nobody else.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel, ConfigDict, ValidationError

from checkpoint.clock import Clock
from checkpoint.errors import WireError
from checkpoint.keys import SigningKey
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import Batch, HeldMessage, ReceiptMessage
from checkpoint.wire.request import SignedRequest
from checkpoint.wire.steps import UsedSteps
from kiosk.drivers.device import ClosingDevice

CONNECT_S = 5.0
ANSWER_S = 20.0
"""For each part of an answer, and for the whole of it."""
SMALL = 256 * 1024
"""Bytes in a JSON answer at most."""
LARGE = 32 * 1024 * 1024
"""Bytes in a bundle at most: room for two million revoked passes."""

M = TypeVar("M", bound=BaseModel)

_JSON = "application/json"
_COSE = "application/cose"
_NO_SERVER = "start the server or mend the network; entries are kept until then"


class Problem(BaseModel):
    """The body of a refusal; what else it may hold is not looked at."""

    model_config = ConfigDict(hide_input_in_errors=True)

    error: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    kind: str
    etag: str
    body: bytes


class HttpTransport(ClosingDevice):
    """Signed requests to one server. `server_date` is what its clock said last, UTC."""

    name = "http"

    def __init__(self, server_url: str, signing_key: SigningKey | None, clock: Clock) -> None:
        parts = urlsplit(server_url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise WireError(
                f"{server_url!r} is no server's address",
                remedy="give it as https://HOST or http://HOST:PORT",
            )
        self._origin = f"{parts.scheme}://{parts.netloc}"
        self._prefix = parts.path.rstrip("/")
        self._key = signing_key
        self._clock = clock
        self.server_date: datetime | None = None
        self._client = httpx.Client(
            timeout=httpx.Timeout(ANSWER_S, connect=CONNECT_S),
            follow_redirects=False,
            trust_env=False,
            headers={"Accept-Encoding": "identity", "User-Agent": "sibao-kiosk"},
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def enrol(self, request: EnrolmentRequest) -> EnrolmentAnswer:
        """Exchange a one-time code for a place at a gate; the request is not signed."""
        body = request.model_dump_json().encode()
        answer = self._ask("POST", "/api/v1/enrolment", body, {"Content-Type": _JSON})
        return self._agreed(EnrolmentAnswer, answer)

    def bundle(self, etag: str) -> tuple[bytes, str] | None:
        """The signed bundle and its ETag, None when `etag` is still in force."""
        headers = {"Accept": _COSE} | ({"If-None-Match": etag} if etag else {})
        answer = self._ask("GET", "/api/v1/bundle", b"", headers, LARGE)
        if answer.status == HTTPStatus.NOT_MODIFIED and etag:
            return None
        if answer.kind != _COSE:
            raise self._rubbish(f"a bundle of type {answer.kind!r}")
        return answer.body, answer.etag

    def push(self, batch: Batch) -> ReceiptMessage:
        """Send a batch, get the signed receipt note and the head of the log that it went into."""
        body = batch.model_dump_json().encode()
        answer = self._ask("POST", "/api/v1/entries", body, {"Content-Type": _JSON})
        return self._agreed(ReceiptMessage, answer)

    def held(self, epoch: int) -> HeldMessage:
        """How much of an epoch of this kiosk the server holds."""
        return self._agreed(HeldMessage, self._ask("GET", f"/api/v1/held/{epoch}", b"", {}))

    def used_steps(self, since: int) -> UsedSteps:
        """The steps of living codes used at the enterprise's gates."""
        return self._agreed(UsedSteps, self._ask("GET", f"/api/v1/steps?since={since}", b"", {}))

    def _ask(
        self, method: str, path: str, body: bytes, headers: dict[str, str], limit: int = SMALL
    ) -> _Answer:
        path = self._prefix + path
        if not path.endswith("/enrolment"):
            headers = headers | {"Authorization": self._authorization(method, path, body)}
        try:
            with self._client.stream(
                method, self._origin + path, content=body, headers=headers
            ) as response:
                answer = self._read(response, limit)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as fault:
            raise self._silence(fault) from fault
        if answer.status not in (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NOT_MODIFIED):
            raise self._refusal(answer)
        return answer

    def _authorization(self, method: str, path: str, body: bytes) -> str:
        if self._key is None:
            raise WireError("the kiosk is not enrolled", remedy="run `python -m kiosk enroll CODE`")
        return SignedRequest(method, path, body).authorization(self._key, self._clock.now())

    def _read(self, response: httpx.Response, limit: int) -> _Answer:
        self._note_date(response.headers.get("date", ""))
        if response.headers.get("content-encoding", "identity") != "identity":
            raise self._rubbish("a compressed answer that was not asked for")
        until = self._clock.monotonic() + ANSWER_S
        body = bytearray()
        for chunk in response.iter_raw():
            body += chunk
            if len(body) > limit:
                raise self._rubbish(f"more than {limit} bytes")
            if self._clock.monotonic() > until:
                raise WireError(
                    f"{self._origin} took more than {ANSWER_S:g} s to answer", remedy=_NO_SERVER
                )
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return _Answer(response.status_code, kind, response.headers.get("etag", ""), bytes(body))

    def _note_date(self, header: str) -> None:
        try:
            date = parsedate_to_datetime(header)
            self.server_date = (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.server_date = None

    def _agreed(self, model: type[M], answer: _Answer) -> M:
        try:
            return model.model_validate_json(answer.body)
        except ValidationError as fault:
            raise self._rubbish(f"no {model.__name__} but {answer.kind or 'nothing'!r}") from fault

    def _rubbish(self, what: str) -> WireError:
        return WireError(
            f"{self._origin} answered {what}",
            remedy="check that the address is the Sibao server's and that both are up to date",
        )

    def _silence(self, fault: Exception) -> WireError:
        if isinstance(fault, httpx.TimeoutException):
            return WireError(f"{self._origin} did not answer in time", remedy=_NO_SERVER)
        if _is_tls(fault):
            return WireError(
                f"{self._origin} is not trusted: {fault}",
                remedy="check the server's certificate and this machine's clock",
            )
        return WireError(f"{self._origin} can't be reached: {fault}", remedy=_NO_SERVER)

    def _refusal(self, answer: _Answer) -> WireError:
        try:
            problem = Problem.model_validate_json(answer.body)
        except ValidationError:
            problem = Problem()
        said = _line(problem.error) or "no reason given"
        return WireError(
            f"{self._origin} refused with {answer.status}: {said}",
            remedy=_line(problem.remedy) or "look into the server's log",
        )


def _is_tls(fault: BaseException | None) -> bool:
    while fault is not None:
        if isinstance(fault, ssl.SSLError):
            return True
        fault = fault.__cause__ or fault.__context__
    return False


def _line(text: str) -> str:
    """One line of a stranger's words, fit for an operator's screen."""
    return "".join(c if c.isprintable() else " " for c in text)[:200].strip()
