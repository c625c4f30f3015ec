"""The certificate of a warrant 查验员授权书 on A4 in both languages; its QR counts."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from admin.printing import qr
from admin.printing.glyphs import runs
from admin.printing.papers import compiled
from checkpoint.services.warrant_paper import WarrantPaper

_ZONE = ZoneInfo("Asia/Shanghai")


def _last(until: datetime) -> str:
    """The last day of a term that ends at midnight, else its last minute."""
    local = until.astimezone(_ZONE)
    if local.time() != time.min:
        return f"{local:%Y-%m-%d %H:%M}"
    return f"{local - timedelta(days=1):%Y-%m-%d}（含当日 this day included）"


def warrant_pdf(paper: WarrantPaper) -> bytes:
    """The page, made at the moment of the grant: printed again it is the same."""
    told, w = paper.statement, paper.statement.warrant
    facts = (
        ("查验员", "Inspector", w.inspector),
        ("企业", "Enterprise", told.enterprise),
        ("厂区", "Sites", "、".join(paper.sites) or "全部厂区 all sites"),
        ("有效期自", "From", f"{w.valid_from.astimezone(_ZONE):%Y-%m-%d %H:%M}"),
        ("有效期至", "Until", _last(w.valid_until)),
        ("授权编号", "Warrant number", w.warrant_id),
        ("授权时间", "Granted", f"{told.granted_at.astimezone(_ZONE):%Y-%m-%d %H:%M}"),
    )
    texts = {
        "code": qr.svg(paper.note),
        "rows": [{"zh": zh, "en": en, "value": runs(value)} for zh, en, value in facts],
        "number": w.warrant_id,
    }
    return compiled("warrant.typ", texts, told.granted_at)
