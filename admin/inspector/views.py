"""Saved views of the list: keeping a filter under a name, changing and deleting it."""

from __future__ import annotations

import re
from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField, HiddenField, SelectField

from admin.access import actor, scope
from admin.auth.current import account
from admin.db import office
from admin.forms.fields import Form, choices, line, objections
from admin.inspector import view_row
from admin.inspector.filters import SPANS, FilterForm, filter_form, offered
from admin.inspector.home import blueprint
from checkpoint.errors import NotFound
from checkpoint.services import views
from checkpoint.services.view_filter import Span, ViewFilter
from checkpoint.services.views import ViewRow

_PREFIX = "view-"
"""The list's filter has a field `name` as well, and both come with one request."""


class EditForm(Form):
    """A view as its account sees it; `version` is the one that was shown."""

    name = line(
        _("Name of the view"),
        description=_("Say what it looks for. No names of people."),
        render_kw={"autocomplete": "off"},
    )
    shared = BooleanField(_("Share it with the inspectors of my enterprise"))
    opens = BooleanField(_("The list opens with it"))
    version = HiddenField(default="0")


class SaveForm(EditForm):
    """A view to be saved, or put in the place of another; then that one's name stays."""

    span = SelectField(_("Time"), choices=choices(("", _("Any time")), *SPANS.items()), default="")
    replaces = SelectField(
        _("Save as"),
        default="",
        validate_choice=False,
        description=_("A view in whose place it is put keeps its name and who sees it."),
    )

    def place_of(self) -> tuple[str, int]:
        """The id and version of the view that it replaces, '' for none."""
        view_id, _dot, version = self.replaces.data.partition(".")
        return view_id, _number(version)


@blueprint.get("/views", endpoint="views")
def all_views() -> ResponseReturnValue:
    """One's own views and those that colleagues share, each with what it asks for."""
    _warranted()
    rows, owners = view_row.seen()
    form = offered(FilterForm(), scope())
    return render_template(
        "inspector/views.html",
        rows=[(row, told(row, form)) for row in rows],
        owners=owners,
        most=views.VIEWS_MOST,
        section="inspector.entries",
    )


@blueprint.post("/views/new")
def save_view() -> ResponseReturnValue:
    """Ask for the name of a filter, then keep it."""
    _warranted()
    asked, now = filter_form(scope()), office().clock.now()
    form = SaveForm(prefix=_PREFIX)
    mine = [row for row in view_row.seen()[0] if row.account_id == account().account_id]
    form.replaces.choices = choices(
        ("", _("A new view")),
        *(
            (f"{r.view_id}.{r.version}", gettext("In place of “%(name)s”", name=r.name))
            for r in mine
        ),
    )
    ready = asked.validate()
    if f"{_PREFIX}span" not in request.form:
        form.span.data = asked.span(now) or "" if ready else ""
    elif ready and _whole(form):
        kept = replace(asked.kept(now), span=Span(form.span.data) if form.span.data else None)
        with objections(form):
            return redirect(url_for("inspector.entries", view=_saved(form, kept)))
    return render_template(
        "inspector/view_save.html",
        form=form,
        asked=asked,
        told=_conditions(asked) if ready else [],
        let_go=asked.let_go(now) if ready else [],
        any_own=bool(mine),
        section="inspector.entries",
    )


@blueprint.route("/views/<view_id>", methods=["GET", "POST"])
def view(view_id: str) -> ResponseReturnValue:
    """Rename one of one's own views, share it, let the list open with it."""
    _warranted()
    row = views.own(office(), account().account_id, view_id)
    form = EditForm(data={"name": row.name, "shared": row.shared, "opens": row.opens})
    if request.method == "GET":
        form.version.data = str(row.version)
    elif form.validate():
        wanted = views.ViewForm(form.name.data, None, form.shared.data, form.opens.data)
        with objections(form):
            views.change(office(), actor(), view_id, _number(form.version.data), wanted)
            flash(gettext("The view is saved."), "success")
            return redirect(url_for("inspector.views"))
    return render_template(
        "inspector/view.html",
        form=form,
        row=row,
        told=told(row, offered(FilterForm(), scope())),
        section="inspector.entries",
    )


@blueprint.post("/views/<view_id>/delete")
def delete_view(view_id: str) -> ResponseReturnValue:
    """Forget one of one's own views."""
    _warranted()
    views.delete(office(), actor(), view_id)
    flash(gettext("The view is deleted."), "success")
    return redirect(url_for("inspector.views"))


def told(row: ViewRow, form: FilterForm) -> list[tuple[object, object]]:
    """What a view asks for, in words; the form is filled with it."""
    form.open(replace(row.filter, span=None), office().clock.now())
    span = [(_("Time"), SPANS[row.filter.span])] if row.filter.span else []
    return [*span, *_conditions(form)]


def _conditions(form: FilterForm) -> list[tuple[object, object]]:
    """The conditions that a view keeps, but its time."""
    gone = {"since", "until", "name", "id_tail", "plate", "pass_id"}
    return [(label, value) for name, label, value in form.chips() if name not in gone]


def _whole(form: SaveForm) -> bool:
    """Whether the form is as it must be; a view that takes another's place needs no name."""
    if form.replaces.data:
        form.name.validators = []
    return bool(form.validate())


def _saved(form: SaveForm, kept: ViewFilter) -> str:
    """Keep the view; its id. What it replaces keeps its name and who sees it."""
    view_id, version = form.place_of()
    if not view_id:
        new = views.ViewForm(form.name.data, kept, form.shared.data, form.opens.data)
        return views.save(office(), actor(), account().enterprise_id or "", new)
    held = views.own(office(), account().account_id, view_id)
    wanted = views.ViewForm(held.name, kept, held.shared, held.opens)
    views.change(office(), actor(), view_id, version, wanted)
    return view_id


def _number(typed: str | None) -> int:
    """A version; 0, which none has, for what is no number."""
    return int(typed) if typed and re.fullmatch("[0-9]{1,9}", typed) else 0


def _warranted() -> None:
    """Raises NotFound for somebody who may inspect nothing."""
    mine = scope()
    if not (mine.enterprises or mine.sites):
        raise NotFound("no warrant is in force")
