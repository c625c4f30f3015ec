"""Webhooks: told of what happened, in order, signed, again after a failure; none goes astray."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind, Personal
from checkpoint.domain.hook_event import CHOSEN, HookEvent, events_of
from checkpoint.domain.reason import Reason
from checkpoint.errors import NotFound, Refused
from checkpoint.services import authorizing, ingest, webhook_queue, webhooks
from checkpoint.services.webhook_queue import DELAYS, STOP_AFTER, Answer, Message
from checkpoint.services.webhook_sending import ANSWER_MOST, Network, Sender, judged
from checkpoint.services.webhooks import OVERLAP, HookForm
from checkpoint.storage import webhooks as stored
from checkpoint.storage.tables.webhooks import DeliveryState
from tests.checkpoint.services.district import ALICE, BOB, DAVE, District, Kiosk

URL = "https://hr.example/hook"
PERSON = Personal("张三", "0012", "00000000000000aa")


@dataclass
class Ear:
    """A system that takes messages, or does not."""

    heard: list[Message] = field(default_factory=list)
    answer: Answer = field(default_factory=lambda: Answer(204, 3))

    def __call__(self, message: Message) -> Answer:
        self.heard.append(message)
        return self.answer

    @property
    def told(self) -> list[dict[str, object]]:
        return [json.loads(message.body) for message in self.heard]


def _hook(district: District, *events: HookEvent, owner: str = "acme") -> tuple[str, str]:
    by = BOB if owner == "acme" else DAVE
    _secret, row = webhooks.make(district.office, by, owner, HookForm(URL, events or CHOSEN))
    return owner, row.hook_id


def _push(district: District, kiosk: Kiosk) -> None:
    ingest.ingest(district.office, kiosk.kiosk_id, kiosk.batch())


def _fever(kiosk: Kiosk) -> None:
    kiosk.entry(PERSON, outcome=Outcome.DENY, reasons=(Reason.FEVER, Reason.NO_MASK))


def _turn(district: District, ear: Ear) -> int:
    webhook_queue.notice(district.office)
    return sum(
        webhook_queue.deliver(district.office, hook, ear)
        for hook in webhook_queue.due(district.office)
    )


@pytest.mark.parametrize(
    ("kind", "outcome", "reasons", "events"),
    [
        ("passage", "ADMIT", ["ok"], ()),
        ("passage", "DENY", ["revoked"], (HookEvent.REFUSED,)),
        ("passage", "DENY", ["fever"], (HookEvent.REFUSED, HookEvent.FEVER)),
        ("passage", "REFER", ["fever"], (HookEvent.REFERRED, HookEvent.FEVER)),
        ("override", "ADMIT", ["overridden", "fever"], (HookEvent.OVERRIDDEN,)),
        ("emergency", None, ["emergency"], (HookEvent.EMERGENCY,)),
        ("fault", None, [], (HookEvent.FAULT,)),
        ("heartbeat", None, [], ()),
    ],
)
def test_which_entries_are_events(
    kind: str, outcome: str | None, reasons: list[str], events: tuple[HookEvent, ...]
) -> None:
    assert events_of(kind, outcome, reasons) == events


def test_a_fever_is_told_once_in_order_and_without_a_name(district: District) -> None:
    kiosk, other = district.kiosk(), district.kiosk("zenith")
    kiosk.entry(PERSON, outcome=Outcome.DENY, reasons=(Reason.FEVER,))
    _push(district, kiosk)
    _hook(district, HookEvent.FEVER, HookEvent.REFUSED)
    for _ in range(3):
        _fever(kiosk)
        kiosk.entry(PERSON)
    _fever(other)
    _push(district, kiosk)
    _push(district, other)
    ear = Ear()
    assert _turn(district, ear) == 6
    assert _turn(district, ear) == 0
    assert [(t["type"], t["data"]["seq"]) for t in ear.told] == [  # type: ignore[index]
        (kind, seq) for seq in (2, 4, 6) for kind in ("entry.refused", "entry.fever")
    ]
    data = ear.told[0]["data"]
    assert isinstance(data, dict)
    assert data["reasons"] == ["fever", "no_mask"]
    assert data["holder_id"] == PERSON.holder_id
    assert data["temperature_c"] == 3650
    everything = b"".join(message.body for message in ear.heard)
    assert "张".encode() not in everything
    assert b"0012" not in everything
    assert len({message.event_id for message in ear.heard}) == 6


def test_a_failing_system_is_tried_again_with_growing_delay_then_given_up(
    district: District,
) -> None:
    hook = _hook(district, HookEvent.FEVER)
    kiosk, ear = district.kiosk(), Ear(answer=Answer(500, 2))
    _fever(kiosk)
    _push(district, kiosk)
    begun = district.clock.now()
    for delay in DELAYS:
        _turn(district, ear)
        before = len(ear.heard)
        district.clock.advance(delay.total_seconds() - 1)
        _turn(district, ear)
        assert len(ear.heard) == before, "too early"
        district.clock.advance(delay.total_seconds() * 0.2 + 1)
    _turn(district, ear)
    assert len(ear.heard) == len(DELAYS) + 1
    assert district.clock.now() - begun > timedelta(hours=24)
    (row,) = webhooks.deliveries(district.office, *hook).rows
    assert (row.state, row.status) == (DeliveryState.GIVEN_UP, 500)
    assert len({message.event_id for message in ear.heard}) == 1
    ear.answer = Answer(200, 2)
    _fever(kiosk)
    _push(district, kiosk)
    assert _turn(district, ear) == 1
    assert webhooks.one(district.office, *hook).failing_since is None


def test_a_failing_event_holds_up_the_next_but_no_test_and_no_other_hook(
    district: District,
) -> None:
    hook, other = _hook(district, HookEvent.FEVER), _hook(district, HookEvent.FEVER)
    kiosk = district.kiosk()
    _fever(kiosk)
    _fever(kiosk)
    _push(district, kiosk)
    webhook_queue.notice(district.office)
    assert set(webhook_queue.due(district.office)) == {hook, other}
    bad, good = Ear(answer=Answer(None, 9, "ConnectError")), Ear()
    webhook_queue.deliver(district.office, hook, bad)
    webhook_queue.deliver(district.office, other, good)
    assert (len(bad.heard), len(good.heard)) == (1, 2)
    webhooks.test(district.office, BOB, *hook)
    webhook_queue.due(district.office)
    webhook_queue.deliver(district.office, hook, good)
    assert good.told[-1]["type"] == "test"
    assert len(good.heard) == 3


def test_days_of_failure_stop_a_webhook_and_so_does_410(district: District) -> None:
    office, ear = district.office, Ear(answer=Answer(410, 1))
    gone, failing = _hook(district, HookEvent.FEVER), _hook(district, HookEvent.REFUSED)
    kiosk = district.kiosk()
    _fever(kiosk)
    _push(district, kiosk)
    webhook_queue.notice(office)
    webhook_queue.due(office)
    webhook_queue.deliver(office, gone, ear)
    assert webhooks.one(office, *gone).stopped_why == webhooks.GONE
    ear.answer = Answer(503, 1)
    webhook_queue.deliver(office, failing, ear)
    district.clock.advance(STOP_AFTER.total_seconds())
    webhook_queue.due(office)
    webhook_queue.deliver(office, failing, ear)
    assert webhooks.one(office, *failing).stopped_why == webhooks.FAILING
    with pytest.raises(Refused, match="is stopped"):
        webhooks.test(office, BOB, *failing)
    webhooks.begin_again(office, BOB, *failing)
    ear.answer = Answer(200, 1)
    district.clock.advance(86_400)
    assert _turn(district, ear) == 1


def test_of_many_processes_one_delivers(district: District) -> None:
    _hook(district, HookEvent.FEVER)
    kiosk, ear = district.kiosk(), Ear()
    _fever(kiosk)
    _push(district, kiosk)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: webhook_queue.notice(district.office), range(4)))
        claimed = list(pool.map(lambda _: webhook_queue.due(district.office), range(4)))
    (mine,) = [hook for each in claimed for hook in each]
    assert webhook_queue.deliver(district.office, mine, ear) == 1
    assert len(ear.heard) == 1


def test_a_silent_kiosk_is_told_once_a_silence(district: District) -> None:
    _hook(district, HookEvent.SILENT)
    kiosk, ear = district.kiosk(), Ear()
    district.clock.advance(601)
    assert _turn(district, ear) == 1
    assert _turn(district, ear) == 0
    kiosk.entry(kind=EntryKind.HEARTBEAT, direction=None, outcome=None, reasons=(), pass_id="")
    _push(district, kiosk)
    district.clock.advance(601)
    assert _turn(district, ear) == 1
    assert ear.told[0]["data"] != ear.told[1]["data"]


def test_the_secret_before_signs_for_a_day_beside_the_new_one(district: District) -> None:
    office, ear = district.office, Ear()
    first, row = webhooks.make(office, BOB, "acme", HookForm(URL, CHOSEN))
    second, row = webhooks.renew_secret(office, BOB, "acme", (row.hook_id, row.secret_at), "lost")
    kiosk = district.kiosk()
    _fever(kiosk)
    _push(district, kiosk)
    _turn(district, ear)
    assert {message.secrets for message in ear.heard} == {(second, first)}
    district.clock.advance(OVERLAP.total_seconds())
    heard = len(ear.heard)
    webhooks.test(office, BOB, "acme", row.hook_id)
    _turn(district, ear)
    assert {message.secrets for message in ear.heard[heard:]} == {(second,)}
    with office.db.read() as session:
        assert stored.hook(session, "acme", row.hook_id).older_sealed is None


def test_a_secret_is_renewed_once_and_by_its_own_enterprise(district: District) -> None:
    office = district.office
    _secret, row = webhooks.make(office, BOB, "acme", HookForm(URL, CHOSEN))
    district.clock.advance(60)
    seen = (row.hook_id, row.secret_at)
    with pytest.raises(NotFound):
        webhooks.renew_secret(office, DAVE, "other", seen, "mine now")
    webhooks.renew_secret(office, BOB, "acme", seen, "a laptop was lost")
    with pytest.raises(Refused, match="renewed already"):
        webhooks.renew_secret(office, BOB, "acme", seen, "a laptop was lost")


def test_nobody_reaches_anothers_webhook_and_a_suspended_one_is_told_nothing(
    district: District,
) -> None:
    office, hook = district.office, _hook(district, HookEvent.FEVER)
    for act in (
        lambda: webhooks.one(office, "zenith", hook[1]),
        lambda: webhooks.test(office, DAVE, "zenith", hook[1]),
        lambda: webhooks.stop(office, DAVE, "zenith", hook[1], "mine"),
        lambda: webhooks.remove(office, DAVE, "zenith", hook[1], "mine"),
        lambda: webhooks.deliveries(office, "zenith", hook[1]),
    ):
        with pytest.raises(NotFound):
            act()
    kiosk, ear = district.kiosk(), Ear()
    _fever(kiosk)
    _push(district, kiosk)
    authorizing.suspend(office, ALICE, "acme", "fire")
    assert _turn(district, ear) == 0
    authorizing.restore(office, ALICE, "acme", "out")
    assert _turn(district, ear) == 1
    webhooks.remove(office, BOB, *hook, "done")
    assert webhooks.hooks(office, "acme") == ()


@pytest.mark.parametrize(
    "url",
    ["", "ftp://x/y", "https://", "https://u:p@x/", "https://x/#f", "https://x:99999/", "//x", "x"],
)
def test_an_address_that_is_none_is_refused(small: District, url: str) -> None:
    with pytest.raises(Refused):
        webhooks.make(small.office, BOB, "acme", HookForm(url, CHOSEN))


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0"),
        *("100.100.100.200", "224.0.0.1", "255.255.255.255", "::1", "fe80::1", "fc00::1", "::"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "ff02::1"),
    ],
)
def test_no_message_goes_to_an_address_inside(address: str) -> None:
    with pytest.raises(Refused, match="public"):
        judged(httpx.URL(URL), [ipaddress.ip_address(address)], ())


def test_one_bad_address_of_a_name_is_enough_and_http_is_for_own_networks() -> None:
    good, bad = ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("10.0.0.1")
    own = (ipaddress.ip_network("10.0.0.0/8"),)
    assert judged(httpx.URL(URL), [good], ()) == good
    with pytest.raises(Refused, match="public"):
        judged(httpx.URL(URL), [good, bad], ())
    with pytest.raises(Refused, match="https"):
        judged(httpx.URL("http://x/"), [good], own)
    assert judged(httpx.URL("http://x/"), [bad], own) == bad


@dataclass
class Server:
    """A real HTTP server on this machine, and what it was sent."""

    port: int
    sent: list[tuple[str, dict[str, str], bytes]]


@pytest.fixture
def server() -> Iterator[Server]:
    sent: list[tuple[str, dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sent.append((self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(307 if self.path == "/away" else 200)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            if self.path == "/long":
                try:
                    for _ in range(4096):
                        self.wfile.write(b"x" * 1024)
                except OSError:
                    sent.append(("cut off", {}, b""))

        def log_message(self, *_: object) -> None:
            pass

    made = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield Server(made.server_address[1], sent)
    made.shutdown()
    made.server_close()
    thread.join(5)


SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()
HERE = (ipaddress.ip_network("127.0.0.0/8"),)


def _send(
    district: District, url: str, *networks: Network, secrets: tuple[str, ...] = (SECRET,)
) -> Answer:
    sender = Sender(district.clock, networks)
    return sender(Message(url, "evt_1", b'{"a":1}', secrets))


def test_a_message_is_signed_as_standard_webhooks_say(small: District, server: Server) -> None:
    answer = _send(small, f"http://127.0.0.1:{server.port}/hook?x=1", *HERE)
    assert answer.good
    ((path, headers, body),) = server.sent
    assert (path, body) == ("/hook?x=1", b'{"a":1}')
    at = int(headers["webhook-timestamp"])
    assert at == int(small.clock.now().timestamp())
    signed = b"evt_1." + str(at).encode() + b"." + body
    wanted = base64.b64encode(hmac.digest(b"k" * 32, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    assert headers["webhook-id"] == "evt_1"
    assert headers["host"] == f"127.0.0.1:{server.port}"


def test_two_signatures_stand_in_one_header_while_a_secret_is_renewed(
    small: District, server: Server
) -> None:
    older = f"whsec_{base64.b64encode(b'o' * 32).decode()}"
    url = f"http://127.0.0.1:{server.port}/hook"
    assert _send(small, url, *HERE, secrets=(SECRET, older)).good
    ((_path, headers, body),) = server.sent
    signed = f"evt_1.{headers['webhook-timestamp']}.".encode() + body
    wanted = [
        base64.b64encode(hmac.digest(key * 32, signed, hashlib.sha256)).decode()
        for key in (b"k", b"o")
    ]
    assert headers["webhook-signature"] == f"v1,{wanted[0]} v1,{wanted[1]}"


def test_no_redirect_is_followed_and_no_long_answer_read(small: District, server: Server) -> None:
    base = f"http://127.0.0.1:{server.port}"
    assert _send(small, f"{base}/away", *HERE).status == 307
    assert [path for path, *_ in server.sent] == ["/away"]
    assert _send(small, f"{base}/long", *HERE).status == 200
    assert ANSWER_MOST < 1 << 20


def test_without_the_operators_word_nothing_is_sent_to_this_machine(
    small: District, server: Server
) -> None:
    for scheme in ("http", "https"):
        answer = _send(small, f"{scheme}://127.0.0.1:{server.port}/hook")
        assert (answer.status, answer.told) == (None, "the address is not a public one")
    assert server.sent == []


def test_a_name_is_judged_by_what_it_stands_for(
    small: District, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lookup(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    url = f"http://rebound.example:{server.port}/hook"
    assert _send(small, url).status is None
    assert _send(small, url, *HERE).good
    assert server.sent[0][1]["host"] == f"rebound.example:{server.port}"


def test_nobody_there_is_an_answer_too(small: District) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    answer = _send(small, f"http://127.0.0.1:{port}/", *HERE)
    assert (answer.status, answer.told) == (None, "ConnectError")
