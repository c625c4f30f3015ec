"""Papers that several roles print: the certificate of a warrant."""

from __future__ import annotations

import io

from flask import send_file
from flask.typing import ResponseReturnValue

from admin.printing.warrant_paper import warrant_pdf
from checkpoint.services.warrant_paper import WarrantPaper


def warrant_file(paper: WarrantPaper) -> ResponseReturnValue:
    """The certificate as a PDF; the file's name is the warrant's number."""
    name = f"{paper.statement.warrant.warrant_id}.pdf"
    return send_file(io.BytesIO(warrant_pdf(paper)), "application/pdf", download_name=name)
