"""A person's way through the log, and who was inside with them; both begin at an entry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import DateTimeLocalField, Field
from wtforms.validators import DataRequired, ValidationError

from admin.access import actor, scope
from admin.db import office
from admin.forms.fields import ZONE, Form, begin_of, end_of, objections, today
from admin.inspector.detail import NUMBERS, entry_at
from admin.inspector.filters import places
from admin.inspector.home import blueprint
from admin.printing.stays_chart import Bar, Lane, drawn
from checkpoint.clock import from_ms
from checkpoint.domain.entry import Personal
from checkpoint.services import contacts as meeting
from checkpoint.services import tracing
from checkpoint.services.rows import EntryPlace, EntryRow
from checkpoint.services.stays import Stay
from checkpoint.services.tracing import LONGEST_SPAN, Question

_AT = f"/entries/<kiosk_id>/{NUMBERS}"
_DRAWN = 30
"""So many contacts are in the picture; the table has all that are named."""
_BEFORE = timedelta(days=7)
_MINUTE = timedelta(minutes=1)


class SpanForm(Form):
    """From when until when."""

    since = DateTimeLocalField(_("From"), validators=[DataRequired(_("Fill this in."))])
    until = DateTimeLocalField(
        _("Until"),
        validators=[DataRequired(_("Fill this in."))],
        description=_(
            "At first: to midnight of the entry's day, or to the end of its stay if that is later."
        ),
    )

    def validate_until(self, field: Field) -> None:
        """The span is neither empty nor too long."""
        span = field.data - self.since.data if field.data and self.since.data else None
        if span is not None and span <= timedelta(0):
            raise ValidationError(gettext("The end must be after the beginning."))
        if span is not None and span > LONGEST_SPAN:
            days = LONGEST_SPAN.days
            raise ValidationError(gettext("At most %(days)s days at once.", days=days))

    def of(self, place: EntryPlace) -> Question:
        """The question about the person of an entry."""
        since, until = (
            f.data.replace(tzinfo=ZONE).astimezone(UTC) for f in (self.since, self.until)
        )
        return Question(place, since, until)

    def take(self, question: Question) -> None:
        """Fill in the times of a question, out to whole minutes: the fields have no seconds."""
        self.since.data = _clock_time(question.since)
        self.until.data = _clock_time(question.until + _MINUTE - timedelta(microseconds=1))


@blueprint.route(f"{_AT}/timeline", methods=["GET", "POST"])
def timeline(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """All entries of the person of an entry, and how long they were inside."""
    return _timeline(EntryPlace(kiosk_id, epoch, seq), named=False)


@blueprint.post(f"{_AT}/timeline/person")
def timeline_with_person(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """The same with the name, on this answer only. Recorded with its reason."""
    return _timeline(EntryPlace(kiosk_id, epoch, seq), named=True)


@blueprint.route(f"{_AT}/contacts", methods=["GET", "POST"])
def contacts(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """Who was inside together with the person of an entry."""
    return _contacts(EntryPlace(kiosk_id, epoch, seq), named=False)


@blueprint.post(f"{_AT}/contacts/people")
def contacts_with_people(kiosk_id: str, epoch: int, seq: int) -> ResponseReturnValue:
    """The same with all names, on this answer only. Each is recorded with the reason."""
    return _contacts(EntryPlace(kiosk_id, epoch, seq), named=True)


def _timeline(place: EntryPlace, *, named: bool) -> ResponseReturnValue:
    at = entry_at(place).entry.at
    form = _form(begin_of(today(at - _BEFORE)), end_of(today(at)))
    found = None
    if request.method == "GET" or form.validate():
        with objections(form):
            found = tracing.timeline(office(), actor(), scope(), _question(form, place))
    people = _names([place] if found and named else [])
    return render_template(
        "inspector/timeline.html",
        **_shown(place, form, people),
        found=found,
        picture_uri=_picture(form.of(place), [_lane(found.person, found.stays, people, asked=True)])
        if found and found.stays
        else "",
    )


def _contacts(place: EntryPlace, *, named: bool) -> ResponseReturnValue:
    at = entry_at(place).entry.at
    form = _form(begin_of(today(at)), end_of(today(at)))
    found, people, lanes = None, _Names(), []
    if request.method == "GET" or form.validate():
        with objections(form):
            found = meeting.contacts(office(), actor(), scope(), _question(form, place))
    if found:
        everybody = [place, *(row.entry.place for row in found.rows)]
        people = _names(everybody if named else [])
        lanes = [_lane(found.person, found.stays, people, asked=True)]
        lanes += [
            _lane(row.entry, [met.theirs for met in row.meetings], people)
            for row in found.rows[:_DRAWN]
        ]
    return render_template(
        "inspector/contacts.html",
        **_shown(place, form, people),
        found=found,
        drawn=_DRAWN,
        picture_uri=_picture(form.of(place), lanes) if found and found.rows else "",
    )


class _Names(dict[EntryPlace, Personal]):
    """The people of entries whose names are shown."""

    def of(self, row: EntryRow) -> str:
        """The name, masked unless it is shown; the plate where there is no name."""
        shown = self.get(row.place)
        return (shown.name if shown else row.name) or row.plate or row.pass_id


def _names(wanted: list[EntryPlace]) -> _Names:
    why = request.form.get("why", "")
    return _Names(tracing.unmask(office(), actor(), scope(), wanted, why) if wanted else {})


def _question(form: SpanForm, place: EntryPlace) -> Question:
    """What the form asks; a form that nobody has filled in takes the entry's stays whole."""
    if request.method == "GET":
        form.take(tracing.whole(office(), scope(), form.of(place)))
    return form.of(place)


def _form(since: datetime, until: datetime) -> SpanForm:
    return SpanForm(data={"since": _clock_time(since), "until": _clock_time(until)})


def _clock_time(at: datetime) -> datetime:
    """A minute as the district's clocks show it, without a zone: what the fields hold."""
    return at.astimezone(ZONE).replace(second=0, microsecond=0, tzinfo=None)


def _shown(place: EntryPlace, form: SpanForm, people: _Names) -> dict[str, object]:
    """What both pages show."""
    held = places(scope())
    return {
        "at": {"kiosk_id": place.kiosk_id, "epoch": place.epoch, "seq": place.seq},
        "form": form,
        "people": people,
        "sites": {each.site.site_id: each.site.name for each in held},
        "gates": {gate.gate_id: gate.name for each in held for gate in each.gates},
        "when": from_ms,
        "lasting": _lasting,
        "section": "inspector.entries",
    }


def _lasting(span: timedelta | int) -> str:
    """Hours and minutes."""
    minutes = (timedelta(milliseconds=span) if isinstance(span, int) else span) // timedelta(
        minutes=1
    )
    return f"{minutes // 60}:{minutes % 60:02d}"


def _lane(
    row: EntryRow, stays: list[Stay] | tuple[Stay, ...], people: _Names, *, asked: bool = False
) -> Lane:
    bars = tuple(Bar(from_ms(s.since), from_ms(s.until), s.doubt is not None) for s in stays)
    return Lane(f"{people.of(row)} {row.plate or row.id_tail}".strip(), bars, asked)


def _picture(question: Question, lanes: list[Lane]) -> str:
    return drawn(lanes, question.since.astimezone(ZONE), question.until)
