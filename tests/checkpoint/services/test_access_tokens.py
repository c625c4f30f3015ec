"""Access tokens and the entries that they ask for, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from checkpoint.domain.entry import Personal
from checkpoint.domain.token_scope import TokenScope
from checkpoint.errors import NotFound, Refused
from checkpoint.services import access_tokens, asking_once, entry_feed, ingest
from checkpoint.services.access_tokens import TokenForm, TokenState
from checkpoint.services.asking_once import Asked
from checkpoint.services.repeating import repeat
from checkpoint.storage import access_tokens as stored
from tests.checkpoint.services.district import BOB, DAVE, District


def _anybody(_account: str, _enterprise: str) -> bool:
    return True


def _form(district: District, name: str = "HR") -> TokenForm:
    until = district.office.clock.now() + timedelta(days=30)
    return TokenForm(name, (TokenScope.ENTRIES_READ,), until)


def test_a_token_is_found_by_its_text_alone(district: District) -> None:
    office = district.office
    text, row = access_tokens.make(office, BOB, "acme", _form(district))
    found = access_tokens.holder_of(office, text, _anybody)
    assert (found.token_id, found.state) == (row.token_id, TokenState.IN_FORCE)
    assert found.actor.name == "HR"
    with pytest.raises(NotFound):
        access_tokens.holder_of(office, text[:-1] + "g", _anybody)
    with pytest.raises(NotFound):
        access_tokens.revoke(office, DAVE, "zenith", row.token_id, "mine")
    with pytest.raises(Refused, match="name is taken"):
        access_tokens.make(office, BOB, "acme", _form(district))
    access_tokens.used(office, found, "10.0.0.7")
    (shown,) = access_tokens.tokens(office, "acme", lambda *_: False)
    assert (shown.used_from, shown.state) == ("10.0.0.7", TokenState.MAKER_GONE)
    access_tokens.revoke(office, BOB, "acme", row.token_id, "gone")
    assert access_tokens.holder_of(office, text, _anybody).state is TokenState.REVOKED


def test_a_token_revoked_since_a_backup_is_revoked_again(district: District) -> None:
    office = district.office
    _text, row = access_tokens.make(office, BOB, "acme", _form(district))
    access_tokens.revoke(office, BOB, "acme", row.token_id, "gone")
    with office.db.write() as session:
        held = stored.token(session, "acme", row.token_id)
        held.revoked_at = None
    assert repeat(office).done == {"revoke_token": 1}


def test_twenty_tokens_are_the_most(district: District) -> None:
    for number in range(access_tokens.TOKENS_MOST):
        access_tokens.make(district.office, BOB, "acme", _form(district, f"s{number}"))
    with pytest.raises(Refused, match="at most"):
        access_tokens.make(district.office, BOB, "acme", _form(district, "more"))
    access_tokens.make(district.office, DAVE, "zenith", _form(district))


def test_of_many_at_once_with_one_key_one_does_it(district: District) -> None:
    _text, row = access_tokens.make(district.office, BOB, "acme", _form(district))
    done: list[int] = []

    def ask(number: int) -> str:
        def do() -> str:
            done.append(number)
            return "made"

        try:
            return asking_once.once(
                district.office, Asked(row.token_id, "secret", "key", b"same"), do
            )
        except Refused:
            return "later"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(ask, range(6)))
    assert len(done) == 1
    assert set(answers) <= {"made", "later"}
    with pytest.raises(Refused, match="another request"):
        asking_once.once(
            district.office, Asked(row.token_id, "secret", "key", b"other"), lambda: "x"
        )


def test_the_feed_tells_each_entry_once_and_only_ones_own(district: District) -> None:
    office = district.office
    ours, theirs = district.kiosk(), district.kiosk("zenith")
    person = Personal("张三", "0012", "00000000000000aa")
    seen, cursor = [], ""
    for _round in range(3):
        for kiosk in (ours, theirs):
            links = [kiosk.entry(person) for _ in range(3)]
            ingest.ingest(office, kiosk.kiosk_id, kiosk.batch(links))
        page = entry_feed.since(office, BOB, "acme", cursor, 2)
        assert page.more
        while True:
            seen += [row.entry.place.seq for row in page.rows]
            cursor = page.cursor
            if not page.more:
                break
            page = entry_feed.since(office, BOB, "acme", cursor, 2)
    assert seen == list(range(1, 10))
    assert {row.holder_id for row in entry_feed.inside(office, BOB, "acme").rows} == {
        "00000000000000aa"
    }
    assert entry_feed.since(office, DAVE, "nobody", "").rows == ()
