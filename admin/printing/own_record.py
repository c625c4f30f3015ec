"""A person's own record as a file: for a program (JSON) and to read (one page of HTML)."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

from flask import render_template, send_file
from flask.typing import ResponseReturnValue


def own_record_zip(told: dict[str, Any]) -> bytes:
    """`record.json` and `record.html`; the page needs nothing from outside."""
    page = render_template("own_record.html", told=told)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("record.json", json.dumps(told, ensure_ascii=False, indent=1))
        file.writestr("record.html", page)
    return packed.getvalue()


def record_file(told: dict[str, Any]) -> ResponseReturnValue:
    """The download. Its name is the holder's random number, never a person's."""
    name = f"record-{told['roster']['holder_id']}.zip"
    packed = io.BytesIO(own_record_zip(told))
    return send_file(packed, "application/zip", as_attachment=True, download_name=name)
