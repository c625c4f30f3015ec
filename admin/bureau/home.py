"""The bureau's blueprint, on which each module of this package puts its pages."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("bureau", __name__, url_prefix="/bureau", template_folder="templates")
