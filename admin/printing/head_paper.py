"""The present heads on an A4 page, to be kept in a drawer: the tree head's note as a code."""

from __future__ import annotations

import base64
from zoneinfo import ZoneInfo

from admin.printing import qr
from admin.printing.papers import compiled
from checkpoint.clock import rfc3339
from checkpoint.errors import Refused
from checkpoint.services.heads import Heads

_ZONE = ZoneInfo("Asia/Shanghai")


def heads_pdf(heads: Heads) -> bytes:
    """The page, and more of them where there are many chains. Raises Refused without a head."""
    if heads.tree is None:
        raise Refused("there is no tree head yet", remedy="wait for the first receipt")
    chains = [
        {
            "kiosk": chain.head.kiosk_id,
            "epoch": str(chain.head.epoch),
            "seq": str(chain.head.seq),
            "hash": chain.head.hash.hex(),
            "at": f"{chain.head.at.astimezone(_ZONE):%Y-%m-%d %H:%M:%S}",
        }
        for chain in heads.chains
    ]
    told = {
        "code": qr.svg(heads.note),
        "note": heads.note.rstrip().split("\n"),
        "origin": heads.tree.origin,
        "size": f"{heads.tree.size:,}",
        "root": base64.b64encode(heads.tree.root).decode(),
        "key": heads.key,
        "at": f"{heads.at.astimezone(_ZONE):%Y-%m-%d %H:%M:%S}",
        "utc": rfc3339(heads.at),
        "chains": chains,
    }
    return compiled("heads.typ", told, heads.at)
