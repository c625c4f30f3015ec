"""A phone gets its pass: one link, one phone, one pass in force."""

from __future__ import annotations

from datetime import timedelta

import pytest

from checkpoint.credential import Trust, verify
from checkpoint.domain.health_pass import KeyAlgorithm, PassKind
from checkpoint.domain.reason import Reason
from checkpoint.errors import ClaimError, NotFound, Refused, WireError
from checkpoint.keys import Keyring
from checkpoint.services import issuing, phone, roster
from checkpoint.services.forms import WorkerForm
from checkpoint.services.phone import PhoneForm
from checkpoint.wire.phone import PhoneRegistration
from tests.checkpoint.services.district import BOB, DAVE, NOON, District, id_number
from tests.fixtures.phone import Phone

MONTH = NOON + timedelta(days=30)


@pytest.fixture(params=KeyAlgorithm)
def mine(request: pytest.FixtureRequest) -> Phone:
    return Phone.make(request.param)


def asked(link: str, by: Phone, signer: Phone | None = None) -> PhoneRegistration:
    """What the page sends."""
    draft = PhoneRegistration.model_construct(
        link=link, algorithm=by.algorithm, public=by.raw, proof=b""
    )
    return draft.model_copy(update={"proof": (signer or by).sign(draft.proven)})


@pytest.fixture
def holder(request: pytest.FixtureRequest) -> str:
    """A worker of Bob's."""
    name = "district" if "district" in request.fixturenames else "small"
    d: District = request.getfixturevalue(name)
    return roster.add_worker(d.office, BOB, "acme", WorkerForm("张三", id_number()))


def link_for(d: District, holder: str, sites: tuple[str, ...] = ()) -> str:
    return phone.make_link(d.office, BOB, "acme", PhoneForm(holder, MONTH, sites))


def test_a_phone_gets_a_pass_that_only_it_can_show(
    district: District, mine: Phone, holder: str
) -> None:
    d, site = district, district.sites["acme"].site_id
    issued = phone.register(d.office, asked(link_for(d, holder, (site,)), mine))
    known = issued.health_pass
    assert (known.kind, known.holder_id, known.sites) == (PassKind.WORKER, holder, (site,))
    trust = Trust(Keyring([d.office.keys.issuer("acme").trusted]))
    assert verify(mine.code(issued.text, NOON), trust, NOON).valid
    assert verify(issued.text, trust, NOON).reasons == (Reason.STALE_CODE,)


def test_a_link_is_for_one_phone(district: District, mine: Phone, holder: str) -> None:
    d, link = district, link_for(district, holder)
    issued = phone.register(d.office, asked(link, mine))
    with pytest.raises(Refused, match="unknown, used or expired"):
        phone.register(d.office, asked(link, Phone.make(mine.algorithm)))
    assert phone.register(d.office, asked(link, mine)).text == issued.text, "the answer was lost"


def test_a_link_runs_out(small: District, mine: Phone, holder: str) -> None:
    link = link_for(small, holder)
    small.clock.advance(24 * 3600)
    with pytest.raises(Refused, match="unknown, used or expired"):
        phone.register(small.office, asked(link, mine))
    with pytest.raises(Refused, match="unknown, used or expired"):
        phone.register(small.office, asked("no-such-link", mine))


def test_another_phone_takes_the_pass_from_the_first(
    district: District, mine: Phone, holder: str
) -> None:
    d, first = district, link_for(district, holder)
    old = phone.register(d.office, asked(first, mine)).health_pass.pass_id
    new = phone.register(d.office, asked(link_for(d, holder), Phone.make(mine.algorithm)))
    revoked = {row.pass_id: row.revoked for row in issuing.passes(d.office, "acme").rows}
    assert (revoked[old], revoked[new.health_pass.pass_id]) == (True, False)
    with pytest.raises(Refused):
        phone.register(d.office, asked(first, mine))


def test_a_key_must_be_one_and_must_sign(small: District, mine: Phone, holder: str) -> None:
    link = link_for(small, holder)
    with pytest.raises(WireError, match="proof"):
        phone.register(small.office, asked(link, mine, Phone.make(mine.algorithm)))
    other = asked(link_for(small, holder), mine).model_copy(update={"link": link})
    with pytest.raises(WireError, match="proof"):
        phone.register(small.office, other)
    bad = asked(link, mine).model_copy(update={"public": b"x" * 7})
    with pytest.raises(WireError, match="public"):
        phone.register(small.office, bad)
    issued = phone.register(small.office, asked(link, mine))
    assert issued.health_pass.holder_id == holder, "nothing was used up"


def test_links_are_for_ones_own_people_who_may_pass(
    small: District, mine: Phone, holder: str
) -> None:
    d = small
    with pytest.raises(NotFound):
        phone.make_link(d.office, DAVE, "zenith", PhoneForm(holder, MONTH))
    with pytest.raises(NotFound):
        link_for(d, holder, ("elsewhere",))
    with pytest.raises(ClaimError, match="until"):
        phone.make_link(d.office, BOB, "acme", PhoneForm(holder, NOON))
    before = link_for(d, holder)
    issuing.block_holder(d.office, BOB, "acme", holder, "in quarantine")
    with pytest.raises(Refused, match="blocked"):
        link_for(d, holder)
    with pytest.raises(Refused, match="blocked"):
        phone.register(d.office, asked(before, mine))
