"""Carol keeps filters under names: they come back as they were, and are nobody else's."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from checkpoint.domain.decision import Outcome
from checkpoint.domain.entry import EntryKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import ClockQuality, Direction
from checkpoint.domain.reason import Reason
from checkpoint.errors import NotFound, Overtaken, Refused
from checkpoint.services import views
from checkpoint.services.actor import Actor
from checkpoint.services.view_filter import Span, ViewFilter, packed, unpacked
from checkpoint.services.views import ViewForm
from checkpoint.storage import mentions, sunset, tables
from checkpoint.storage.entry_filter import Later
from tests.checkpoint.services.district import District

CAROL = Actor("c" * 16, "inspector", "Carol")
ERIN = Actor("e" * 16, "inspector", "Erin")
FEVER = ViewFilter(span=Span.TODAY, reason=Reason.FEVER, temperature_from_c=3730)
TEXT = st.text(max_size=32)
FILTERS = st.builds(
    ViewFilter,
    span=st.none() | st.sampled_from(Span),
    site_id=TEXT,
    gate_id=TEXT,
    kinds=st.lists(st.sampled_from(EntryKind), max_size=4).map(tuple),
    pass_kind=st.none() | st.sampled_from(PassKind),
    direction=st.none() | st.sampled_from(Direction),
    outcome=st.none() | st.sampled_from(Outcome),
    reason=st.none() | st.sampled_from(Reason),
    temperature_from_c=st.none() | st.integers(2000, 5000),
    temperature_to_c=st.none() | st.integers(2000, 5000),
    clock_quality=st.none() | st.sampled_from(ClockQuality),
    later=st.none() | st.sampled_from(Later),
    degraded=st.booleans(),
)


def _acts(district: District) -> list[tuple[str, str]]:
    with district.office.db.read() as session:
        rows = session.scalars(select(tables.Action).order_by(tables.Action.id)).all()
        return [(row.verb, row.subject) for row in rows if row.verb.endswith("_view")]


def _names(district: District, by: Actor, *colleagues: str, home: str = "acme") -> list[str]:
    return [row.name for row in views.seen(district.office, by.account_id, home, colleagues)]


@given(FILTERS)
def test_a_filter_comes_back_as_it_was(wanted: ViewFilter) -> None:
    assert unpacked(packed(wanted)) == (wanted, ())


def test_a_filter_of_only_known_fields_is_read_and_what_is_no_value_is_named() -> None:
    told = {
        "reason": "fever",
        "name": "张三",
        "outcome": "PERHAPS",
        "temperature_to_c": True,
        "kinds": "passage",
        "site_id": "x" * 33,
        "degraded": 1,
    }
    spoilt = ("degraded", "kinds", "outcome", "site_id", "temperature_to_c")
    assert unpacked(json.dumps(told)) == (ViewFilter(reason=Reason.FEVER), spoilt)


@pytest.mark.parametrize("text", ["", "[]", "7", "{", "null"])
def test_what_is_no_filter_asks_for_nothing_and_says_so(text: str) -> None:
    assert unpacked(text) == (ViewFilter(), ("conditions",))


def test_a_view_is_saved_renamed_replaced_and_deleted_each_recorded(district: District) -> None:
    office = district.office
    made = views.save(office, CAROL, "acme", ViewForm("发热 𠮷", FEVER))
    assert views.save(office, CAROL, "acme", ViewForm("发热 𠮷", FEVER)) == made
    row = views.own(office, CAROL.account_id, made)
    assert (row.name, row.filter, row.version, row.spoilt) == ("发热 𠮷", FEVER, 1, ())
    views.change(office, CAROL, made, 1, ViewForm("今日发热", None))
    row = views.own(office, CAROL.account_id, made)
    assert (row.name, row.filter, row.version) == ("今日发热", FEVER, 2)
    denied = ViewFilter(outcome=Outcome.DENY)
    views.change(office, CAROL, made, 2, ViewForm("今日发热", denied))
    views.change(office, CAROL, made, 2, ViewForm("今日发热", denied))
    assert views.own(office, CAROL.account_id, made).filter == denied
    views.delete(office, CAROL, made)
    assert _names(district, CAROL) == []
    assert _acts(district) == [
        ("save_view", made),
        ("change_view", made),
        ("change_view", made),
        ("delete_view", made),
    ]


def test_a_name_is_given_once_and_a_change_of_an_old_one_is_told(district: District) -> None:
    office = district.office
    made = views.save(office, CAROL, "acme", ViewForm("发热", FEVER))
    other = views.save(office, CAROL, "acme", ViewForm("夜班", ViewFilter()))
    with pytest.raises(Refused, match="name is taken"):
        views.save(office, CAROL, "acme", ViewForm("发热", ViewFilter()))
    with pytest.raises(Refused, match="name is taken"):
        views.change(office, CAROL, other, 1, ViewForm("发热", None))
    views.save(office, ERIN, "acme", ViewForm("发热", FEVER))
    views.change(office, CAROL, made, 1, ViewForm("发热者", None))
    with pytest.raises(Overtaken):
        views.change(office, CAROL, made, 1, ViewForm("体温", None))
    for name in ("", " ", "x" * 65, "a\u202eb"):
        with pytest.raises(Refused):
            views.save(office, CAROL, "acme", ViewForm(name, FEVER))


def test_one_view_at_most_opens_the_list(district: District) -> None:
    office = district.office
    first = views.save(office, CAROL, "acme", ViewForm("a", FEVER, opens=True))
    second = views.save(office, CAROL, "acme", ViewForm("b", FEVER, opens=True))
    views.save(office, ERIN, "acme", ViewForm("c", FEVER, shared=True, opens=True))
    views.change(office, CAROL, second, 1, ViewForm("b2", None, opens=True))
    opens = {row.name for row in views.seen(office, CAROL.account_id, "acme", ()) if row.opens}
    assert opens == {"b2"}
    views.change(office, CAROL, first, 1, ViewForm("a", None, opens=True))
    opens = {row.name for row in views.seen(office, CAROL.account_id, "acme", ()) if row.opens}
    assert opens == {"a"}


def test_others_see_what_is_shared_while_its_account_inspects_and_change_nothing(
    district: District,
) -> None:
    office = district.office
    shared = views.save(office, CAROL, "acme", ViewForm("共享", FEVER, shared=True))
    views.save(office, CAROL, "acme", ViewForm("自用", FEVER))
    views.save(office, ERIN, "acme", ViewForm("艾琳", FEVER))
    assert _names(district, ERIN, CAROL.account_id) == ["艾琳", "共享"]
    assert _names(district, ERIN) == ["艾琳"]
    assert _names(district, ERIN, CAROL.account_id, home="zenith") == ["艾琳"]
    for act in (
        lambda: views.own(office, ERIN.account_id, shared),
        lambda: views.change(office, ERIN, shared, 1, ViewForm("mine", None)),
        lambda: views.delete(office, ERIN, shared),
    ):
        with pytest.raises(NotFound):
            act()
    assert _names(district, CAROL) == ["共享", "自用"]


def test_thirty_views_are_the_most(small: District) -> None:
    for number in range(views.VIEWS_MOST):
        views.save(small.office, CAROL, "acme", ViewForm(f"{number}", FEVER))
    with pytest.raises(Refused, match="at most 30"):
        views.save(small.office, CAROL, "acme", ViewForm("one more", FEVER))
    views.save(small.office, ERIN, "acme", ViewForm("of another", FEVER))


def test_somebody_named_in_a_view_is_struck_and_at_the_end_none_is_left(
    district: District,
) -> None:
    office = district.office
    for name in ("张三 夜班", "张三 夜班 2"):
        views.save(office, CAROL, "acme", ViewForm(name, FEVER))
    with office.db.write() as session:
        mentions.strike(session, [], ["张三"])
    assert _names(district, CAROL) == ["▢ 夜班", "▢ 夜班 2"]
    with office.db.write() as session:
        sunset.forget(session)
    assert _names(district, CAROL) == []
