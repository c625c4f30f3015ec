"""Every transport of the registry keeps its port's promises against servers of all tempers."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

import pytest

from checkpoint.clock import FixedClock
from checkpoint.errors import WireError
from checkpoint.keys import Purpose, SigningKey
from checkpoint.wire.enrolment import EnrolmentAnswer, EnrolmentRequest
from checkpoint.wire.entries import Batch
from checkpoint.wire.request import Authorization, SignedRequest
from kiosk.drivers import registry
from kiosk.ports import Transport

pytestmark = pytest.mark.port("transport")

Serve = Callable[[type[BaseHTTPRequestHandler]], str]
every_transport = pytest.mark.parametrize("name", sorted(registry.TRANSPORTS))

BATCH = Batch.model_construct(kiosk_id="kiosk-1", epoch=1, entries=[], head="head")
ENROLMENT = EnrolmentRequest.model_construct(code="abc", public_key=b"k" * 32, software="test")
ANSWER = EnrolmentAnswer(kiosk_id="k", enterprise_id="e", site_id="s", gate_id="g", keyring={})


class Handler(BaseHTTPRequestHandler):
    """Answers everything as its class says, and keeps what it was asked."""

    status: ClassVar[int] = 200
    headers_out: ClassVar[dict[str, str]] = {"Content-Type": "application/json"}
    body: ClassVar[bytes] = b"{}"
    asked: ClassVar[list[tuple[SignedRequest, str]]]

    def do_GET(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = SignedRequest(self.command, self.path, self.rfile.read(length))
        self.asked.append((request, self.headers.get("Authorization", "")))
        self.send_response(self.status)
        for name, value in self.headers_out.items():
            self.send_header(name, value)
        if self.status != 304:
            self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        if self.status != 304:
            self.wfile.write(self.body)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Quiet."""


def answering(status: int = 200, body: bytes = b"{}", **headers: str) -> type[Handler]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    members = {
        "status": status,
        "body": body,
        "headers_out": {"Content-Type": "application/json"} | named,
        "asked": [],
    }
    return type("Answering", (Handler,), members)


@pytest.fixture
def key(clock: FixedClock) -> SigningKey:
    return SigningKey.generate("kiosk-1", frozenset({Purpose.HEAD}), clock.now())


@pytest.fixture
def reach(clock: FixedClock, key: SigningKey) -> Callable[[str, str], Transport]:
    def made(name: str, url: str) -> Transport:
        transport: Transport = registry.load(registry.TRANSPORTS, name)(url, key, clock)
        return transport

    return made


Reach = Callable[[str, str], Transport]


@every_transport
def test_is_a_device(name: str, reach: Reach) -> None:
    transport = reach(name, "http://127.0.0.1:9")
    with transport:
        assert transport.name == name
        assert not transport.simulated
    transport.close()


@every_transport
def test_a_batch_is_signed_and_its_receipt_comes_back(
    name: str, serve: Serve, reach: Reach, key: SigningKey, clock: FixedClock
) -> None:
    handler = answering(body=b'{"receipt": "note"}')
    with reach(name, serve(handler)) as transport:
        assert transport.push(BATCH).receipt == "note"
    request, header = handler.asked[0]
    assert (request.method, request.path) == ("POST", "/api/v1/entries")
    assert Batch.model_validate_json(request.body).kiosk_id == "kiosk-1"
    authorization = Authorization.parse(header)
    assert authorization is not None
    assert authorization.at == clock.now()
    assert authorization.holds(request, key.trusted)


@every_transport
def test_enrolment_is_not_signed(name: str, serve: Serve, reach: Reach) -> None:
    handler = answering(201, ANSWER.model_dump_json().encode())
    with reach(name, serve(handler)) as transport:
        assert transport.enrol(ENROLMENT) == ANSWER
    request, header = handler.asked[0]
    assert request.path == "/api/v1/enrolment"
    assert header == ""


@every_transport
def test_a_bundle_comes_with_its_etag(name: str, serve: Serve, reach: Reach) -> None:
    handler = answering(body=b"\xd2bundle", Content_Type="application/cose", ETag='"7"')
    with reach(name, serve(handler)) as transport:
        assert transport.bundle("") == (b"\xd2bundle", '"7"')


@every_transport
def test_the_same_bundle_is_not_sent_again(name: str, serve: Serve, reach: Reach) -> None:
    with reach(name, serve(answering(304))) as transport:
        assert transport.bundle('"7"') is None


@every_transport
def test_the_servers_clock_is_noted(name: str, serve: Serve, reach: Reach) -> None:
    with reach(name, serve(answering(body=b'{"receipt": "note"}'))) as transport:
        transport.push(BATCH)
        date = getattr(transport, "server_date", None)
    assert date is not None
    assert date.tzinfo is not None


@every_transport
@pytest.mark.parametrize(
    "handler",
    [
        answering(body=b"<html>sign in to the airport's network</html>"),
        answering(body=b""),
        answering(body=b"\xff\x00" * 100),
        answering(body=b'{"receipt": 5}'),
        answering(body=b'{"receipt": "' + b"x" * 300_000 + b'"}'),
        answering(body=b"x", Content_Encoding="gzip"),
        answering(302, Location="http://127.0.0.1:9/elsewhere"),
        answering(500, b"Internal Server Error"),
        answering(503, b'{"error": ["not", "text"]}'),
    ],
)
def test_rubbish_is_a_fault_with_a_remedy(
    name: str, serve: Serve, reach: Reach, handler: type[Handler]
) -> None:
    with reach(name, serve(handler)) as transport:
        for ask in (lambda: transport.push(BATCH), lambda: transport.enrol(ENROLMENT)):
            with pytest.raises(WireError) as caught:
                ask()
            assert caught.value.remedy
        for get in (
            lambda: transport.bundle(""),
            lambda: transport.used_steps(0),
            lambda: transport.held(1),
        ):
            with pytest.raises(WireError):
                get()


@every_transport
def test_used_steps_are_asked_for_by_a_signed_request(
    name: str, serve: Serve, reach: Reach, key: SigningKey
) -> None:
    used = b'{"at": 1772436600000, "steps": [{"pass_id": "00112233445566aa", "step": 59081220}]}'
    handler = answering(body=used)
    with reach(name, serve(handler)) as transport:
        told = transport.used_steps(7)
    assert (told.at, told.steps[0].pass_id) == (1772436600000, "00112233445566aa")
    request, header = handler.asked[0]
    assert (request.method, request.path) == ("GET", "/api/v1/steps?since=7")
    authorization = Authorization.parse(header)
    assert authorization is not None
    assert authorization.holds(request, key.trusted)


@every_transport
@pytest.mark.parametrize(
    "used",
    [
        b'{"at": 1}',
        b'{"at": -1, "steps": []}',
        b'{"at": 1e3, "steps": []}',
        b'{"at": 1, "steps": {}}',
        b'{"at": 1, "steps": [{"pass_id": "AA", "step": 1}]}',
        b'{"at": 1, "steps": [{"pass_id": "00112233445566aa", "step": 1e400}]}',
        b'{"at": 1, "steps": [{"pass_id": "00112233445566aa", "step": 99999999999999999999}]}',
        b'{"at": 1, "steps": [{"pass_id": "00112233445566aa", "step": "1"}]}',
        b"[" * 100_000,
    ],
)
def test_steps_that_are_none_are_a_fault(
    name: str, serve: Serve, reach: Reach, used: bytes
) -> None:
    with (
        reach(name, serve(answering(body=used))) as transport,
        pytest.raises(WireError, match="answered no UsedSteps"),
    ):
        transport.used_steps(0)


@every_transport
def test_a_refusal_is_told_in_the_servers_words(name: str, serve: Serve, reach: Reach) -> None:
    problem = b'{"error": "this kiosk was\\nrevoked", "remedy": "enrol it again"}'
    with (
        reach(name, serve(answering(403, problem))) as transport,
        pytest.raises(WireError, match="refused with 403: this kiosk was revoked") as caught,
    ):
        transport.push(BATCH)
    assert caught.value.remedy == "enrol it again"


@every_transport
def test_no_server_is_a_fault_and_the_next_call_tries_again(
    name: str, reach: Reach, serve: Serve
) -> None:
    with reach(name, "http://127.0.0.1:9") as transport:
        for _ in range(2):
            with pytest.raises(WireError, match="can't be reached") as caught:
                transport.push(BATCH)
            assert "start the server" in caught.value.remedy


@every_transport
def test_a_server_without_tls_is_not_spoken_to_as_if_it_had(
    name: str, reach: Reach, serve: Serve
) -> None:
    url = serve(answering()).replace("http://", "https://")
    with reach(name, url) as transport, pytest.raises(WireError) as caught:
        transport.push(BATCH)
    assert caught.value.remedy


class Hurried(FixedClock):
    """A clock on which half a minute passes at every look."""

    def monotonic(self) -> float:
        self.advance(30)
        return super().monotonic()


@every_transport
def test_an_answer_that_drips_in_is_not_waited_for(
    name: str, serve: Serve, key: SigningKey, clock: FixedClock
) -> None:
    url = serve(answering(body=b'{"receipt": "note"}'))
    driver = registry.load(registry.TRANSPORTS, name)
    with (
        driver(url, key, Hurried(clock.now())) as transport,
        pytest.raises(WireError, match="took more than 20 s"),
    ):
        transport.push(BATCH)


@every_transport
def test_nothing_new_is_no_answer_to_who_holds_nothing(
    name: str, serve: Serve, reach: Reach
) -> None:
    with reach(name, serve(answering(304))) as transport, pytest.raises(WireError):
        transport.bundle("")


@every_transport
def test_not_enrolled(name: str, clock: FixedClock) -> None:
    driver = registry.load(registry.TRANSPORTS, name)
    with (
        driver("http://127.0.0.1:9", None, clock) as transport,
        pytest.raises(WireError, match="not enrolled"),
    ):
        transport.push(BATCH)


@every_transport
@pytest.mark.parametrize("url", ["", "gate.example", "ftp://gate.example", "http://"])
def test_an_address_that_is_none(name: str, url: str, reach: Reach) -> None:
    with pytest.raises(WireError) as caught:
        reach(name, url)
    assert caught.value.remedy


@every_transport
def test_proxies_of_the_environment_are_not_used(
    name: str, serve: Serve, reach: Reach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    with reach(name, serve(answering(body=b'{"receipt": "note"}'))) as transport:
        assert transport.push(BATCH).receipt == "note"
