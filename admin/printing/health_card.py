"""The returning-worker card 返岗员工信息卡 on an A4 page, to be read and signed by the worker."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from admin.printing.glyphs import runs
from admin.printing.papers import compiled
from checkpoint.domain.declaration import Card, DeclaredBy, Housing, Symptom, Transport
from checkpoint.services.health_forms import DeclarationRow
from checkpoint.services.rows import HolderRow

_ZONE = ZoneInfo("Asia/Shanghai")
_TRANSPORTS = {
    Transport.TRAIN: "火车",
    Transport.PLANE: "飞机",
    Transport.COACH: "客车",
    Transport.CAR: "自驾",
    Transport.OTHER: "其他",
}
_HOUSINGS = {
    Housing.DORMITORY: "宿舍",
    Housing.OWN: "自有住房",
    Housing.RENTED: "租房",
    Housing.ISOLATION: "隔离房间",
}
_SYMPTOMS = {
    Symptom.FEVER: "发热",
    Symptom.COUGH: "咳嗽",
    Symptom.TIRED: "乏力",
    Symptom.BREATH: "气促",
    Symptom.THROAT: "咽痛",
    Symptom.DIARRHOEA: "腹泻",
    Symptom.SMELL: "嗅觉或味觉减退",
}
_BY = {
    DeclaredBy.HOLDER: "本人填写",
    DeclaredBy.CLERK: "由经办人代填",
    DeclaredBy.PHONE: "本人手机申报",
}
_SAME = "同后一日"
_NONE = "无"

Row = tuple[str, str]
"""A label and what is filled in."""


def card_pdf(holder: HolderRow, row: DeclarationRow, enterprise: str, at: datetime) -> bytes:
    """One page. Raises TypeError for another declaration than a card."""
    if not isinstance(row.what, Card):
        raise TypeError("only the card is printed")
    told = {
        "enterprise": runs(enterprise),
        "facts": [_drawn(fact) for fact in _facts(holder, row.what)],
        "days": [_drawn(day) for day in _days(row.what)],
        "made": runs(f"第 {row.version} 版 · {_local(row.at)} · {_BY[row.declared_by]}"),
        "clerk": runs(row.name),
        "printed": _local(at),
    }
    return compiled("health_card.typ", told, at)


def _facts(holder: HolderRow, card: Card) -> tuple[Row, ...]:
    came, origin, met = card.arrival, card.origin, card.contacts
    way = " ".join(filter(None, (_TRANSPORTS[came.transport], came.number, came.seat)))
    return (
        ("姓名", holder.name),
        ("身份证后四位", holder.id_tail),
        ("岗位", holder.job or "—"),
        ("来自", " ".join(filter(None, (origin.province, origin.city, origin.county)))),
        ("到达日期", f"{came.on:%Y-%m-%d}"),
        ("交通方式", way),
        ("现住", " ".join(filter(None, (_HOUSINGS[card.housing], card.address)))),
        ("接触风险地区人员", "有" if met.risk else _NONE),
        ("接触病人", "有" if met.ill else _NONE),
        ("接触情况", met.told or "—"),
        ("目前症状", "、".join(_SYMPTOMS[one] for one in card.symptoms) or _NONE),
    )


def _days(card: Card) -> tuple[Row, ...]:
    return tuple(
        (f"{card.arrival.on - timedelta(days=back):%m-%d}", place or _SAME)
        for back, place in enumerate(card.itinerary)
    )


def _drawn(row: Row) -> dict[str, object]:
    return {"label": row[0], "value": runs(row[1])}


def _local(at: datetime) -> str:
    return f"{at.astimezone(_ZONE):%Y-%m-%d %H:%M}"
