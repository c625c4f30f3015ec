"""The certificate of a sunset on paper, in Chinese and English; what counts is the signed note."""

from __future__ import annotations

from admin.printing.glyphs import runs
from admin.printing.papers import compiled
from checkpoint.clock import rfc3339
from checkpoint.entrylog.sunset import Certificate

_CLASSES = {
    "accounts": ("账号", "accounts"),
    "actions": ("操作记录", "lines of the action record"),
    "contacts": ("企业负责人和联系人", "heads and contacts of enterprises"),
    "declarations": ("健康申报", "declarations of health"),
    "cases": ("核查事项中的文字", "words of cases"),
    "enterprises": ("企业", "enterprises"),
    "entries": ("通行记录中的个人信息", "entries without their person now"),
    "erasures": ("删除声明", "signed erasures"),
    "heads": ("链头", "heads"),
    "holders": ("花名册条目", "lines of rosters"),
    "kiosks": ("闸机", "kiosks"),
    "jobs": ("后台作业", "background jobs"),
    "links": ("手机链接", "phone links"),
    "lookups": ("查询记录", "lookups"),
    "passes": ("通行证内容", "contents of passes"),
    "quarantined": ("隔离记录中的个人信息", "personal sides set aside"),
    "receipts": ("回执", "receipts"),
    "remarks": ("批注内容", "words of remarks"),
    "statuses": ("健康码记录", "health statuses"),
    "requests": ("应急通行证申请", "requests for emergency passes"),
    "tombstones": ("删除提醒", "reminders of erasures"),
}
_KEPT = {
    "entries": ("通行记录（不含个人信息）", "entries, without persons"),
    "cases": ("核查事项（不含文字）", "cases, without their words"),
    "remarks": ("批注（不含内容）", "remarks, without their words"),
}
_VERDICTS = {
    "intact": ("完好", "intact"),
    "tampered": ("被改动", "tampered"),
    "incomplete": ("不完整", "incomplete"),
}
_PERSONS = {
    True: ("含个人信息，请封存", "holds personal data: keep it under lock"),
    False: ("不含个人信息", "holds no personal data"),
}
_CHAINS_MOST = 40
"""Chains on paper; the note names all of them."""

Row = tuple[str, str, str]
"""A label in Chinese and in English, and the value."""


def certificate_pdf(told: Certificate, note: str) -> bytes:
    """One A4 document; `note` is printed whole where the chains are few."""
    texts = {
        "rows": [_drawn(row) for row in _facts(told)],
        "erased": [_counted(*each, kept=False) for each in told.erased],
        "kept": [_counted(*each, kept=True) for each in told.kept],
        "note": [runs(line) for line in _lines(told, note)],
    }
    return compiled("certificate.typ", texts, told.ended)


def _facts(told: Certificate) -> tuple[Row, ...]:
    export, log = told.export, told.standing
    words = [_VERDICTS[verdict] for verdict in (told.before, told.after, export.verdict)]
    before, after, archived = (f"{zh} {en}" for zh, en in words)
    return (
        ("开始时间", "Begun", rfc3339(told.begun)),
        ("结束时间", "Ended", rfc3339(told.ended)),
        ("批准账号", "Confirmed by accounts", " · ".join(told.officers)),
        ("原因", "Reason", told.why),
        ("归档文件", "Export", f"{export.name} · {' '.join(_PERSONS[export.with_persons])}"),
        ("归档文件 SHA-256", "SHA-256 of the export", export.sha256),
        ("审计（之前）", "Audit before", before),
        ("审计（之后）", "Audit after", after),
        ("审计（归档文件）", "Audit of the export", archived),
        ("已销毁密钥", "Keys destroyed", " · ".join(told.destroyed)),
        ("签名密钥", "Signed by key", told.signer),
        ("回执日志", "Receipt log", log.tree or "—"),
        ("操作记录", "Action record", f"{log.record[0]} · {log.record[1]}"),
    )


def _drawn(row: Row) -> dict[str, object]:
    return {"zh": row[0], "en": row[1], "value": runs(row[2])}


def _counted(name: str, count: int, *, kept: bool) -> dict[str, object]:
    zh, en = (_KEPT if kept else {}).get(name) or _CLASSES.get(name, ("", name))
    return {"zh": zh, "en": en, "value": [str(count)]}


def _lines(told: Certificate, note: str) -> list[str]:
    lines = note.splitlines()
    if len(told.standing.chains) <= _CHAINS_MOST:
        return lines
    shown = [line for line in lines if not line.startswith("chain ")]
    return [*shown, f"({len(told.standing.chains)} chains: certificate.txt)"]
