"""The photo of a worker: put there, shown to the enterprise alone, removed."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from flask_wtf.file import FileField, FileRequired

from admin.access import actor, own_enterprise
from admin.db import office
from admin.enterprise.home import blueprint
from admin.forms import photo
from admin.forms.fields import Form, objections
from admin.forms.holders import VersionField, version_of
from checkpoint.errors import NotFound
from checkpoint.services import photos, roster
from checkpoint.services.editing import Conflict
from checkpoint.services.photos import PhotoForm
from checkpoint.services.rows import HolderKind, HolderRow


class PutForm(Form):
    """A picture from a phone or a computer."""

    version = VersionField()
    photo = FileField(
        _("Picture"),
        validators=[FileRequired(_("Choose a file."))],
        description=_(
            "JPEG, PNG or WebP, up to 10 MB, the face in the middle. It is cut to 3:4; where and"
            " when it was taken is not kept."
        ),
        render_kw={"accept": "image/jpeg,image/png,image/webp"},
    )


@blueprint.get("/roster/<holder_id>/photo.jpg")
def holder_photo(holder_id: str) -> ResponseReturnValue:
    """The photo itself. No browser keeps it (`app.headers`)."""
    response = Response(photos.photo(office(), own_enterprise(), holder_id), mimetype="image/jpeg")
    response.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    return response


@blueprint.route("/roster/<holder_id>/photo", methods=["GET", "POST"])
def edit_photo(holder_id: str) -> ResponseReturnValue:
    """Choose a photo."""
    holder = _worker(holder_id)
    form = PutForm(version=holder.version)
    conflict: Conflict | None = None
    if form.validate_on_submit():
        with objections(form):
            wanted = PhotoForm(form.version.data, photo.made(form.photo.data.read()))
            conflict = photos.put(office(), actor(), own_enterprise(), holder_id, wanted)
            if conflict is None:
                flash(gettext("The photo is kept."), "success")
                return _to("enterprise.holder", holder_id)
            form.version.data = conflict.now.version
    return render_template(
        "enterprise/photo.html",
        form=form,
        holder=holder,
        photo=photos.since(office(), own_enterprise(), holder_id),
        conflict=conflict,
        section="enterprise.holders",
    )


@blueprint.post("/roster/<holder_id>/photo/remove")
def remove_photo(holder_id: str) -> ResponseReturnValue:
    """Leave no photo."""
    _worker(holder_id)
    version = version_of(request.form.get("version", ""))
    conflict = photos.remove(office(), actor(), own_enterprise(), holder_id, version)
    if conflict is not None:
        told = gettext("Somebody changed this line meanwhile. Look again, then remove the photo.")
        flash(told, "warning")
        return _to("enterprise.edit_photo", holder_id)
    flash(gettext("The photo is removed."), "success")
    return _to("enterprise.holder", holder_id)


def _worker(holder_id: str) -> HolderRow:
    """A worker of one's own. Raises NotFound for anything else."""
    holder = roster.holder(office(), own_enterprise(), holder_id)
    if holder.kind is not HolderKind.WORKER:
        raise NotFound("only workers have a photo", remedy="choose a worker of the roster")
    return holder


def _to(endpoint: str, holder_id: str) -> ResponseReturnValue:
    return redirect(url_for(endpoint, holder_id=holder_id))
