"""The published vectors of foreign certificates, by short names."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from checkpoint.credential.foreign.certificate import Certificate

VECTORS = Path(__file__).parents[1] / "assets" / "hc1" / "vectors.jsonl"


def _vectors() -> dict[str, dict[str, Any]]:
    rows = [json.loads(line) for line in VECTORS.read_text(encoding="utf-8").splitlines()]
    return {row["file"].replace("/2DCode/raw/", "/").removesuffix(".json"): row for row in rows}


VECTOR = _vectors()


def certificate_in(name: str) -> Certificate:
    """The issuer's certificate that comes with a vector."""
    return Certificate.from_der(base64.b64decode(VECTOR[name]["context"]["CERTIFICATE"]))
