"""Who and what is in the demo district. Every name, number and place is fictional."""

from __future__ import annotations

from dataclasses import dataclass

from stdnum.cn import ric, uscc

from checkpoint.services.enterprise_record import Contact
from checkpoint.services.forms import EnterpriseForm, VehicleForm, WorkerForm

NAME = "临江示范区"
NAME_EN = "Linjiang demo district"


@dataclass(frozen=True, slots=True)
class Plant:
    """An enterprise with its sites, each with its gates."""

    form: EnterpriseForm
    sites: tuple[tuple[str, tuple[str, ...]], ...]


def _credit_code(body: str) -> str:
    return body + str(uscc.calc_check_digit(body + "0"))


def fictional_id(born: str, order: int) -> str:
    """An ID number with a right check character and a region, 999999, that nobody has."""
    body = f"999999{born}{order:03d}"
    return body + str(ric.calc_check_digit(body + "0"))


CHENGUANG = Plant(
    EnterpriseForm(
        "chenguang",
        "晨光机械厂",
        _credit_code("91999901MA0000001"),
        township="临江街道",
        industry="通用设备制造",
        above_scale=True,
    ),
    (("东厂区", ("一号门",)), ("西厂区", ("二号门",))),
)
BEIHE = Plant(
    EnterpriseForm(
        "beihe",
        "北河食品厂",
        _credit_code("91999902MA0000002"),
        township="北河镇",
        industry="食品制造",
    ),
    (("主厂区", ("正门",)),),
)
PLANTS = (CHENGUANG, BEIHE)


def _worker(name: str, born: str, order: int, job: str) -> WorkerForm:
    return WorkerForm(name, fictional_id(born, order), job=job)


WORKERS = {
    "valid_printed": _worker("李示春", "19880412", 101, "装配工"),
    "valid_phone": _worker("王示远", "19930705", 102, "质检员"),
    "expired": _worker("张示安", "19790930", 103, "叉车司机"),
    "forged": _worker("刘示明", "19850118", 104, "电工"),
    "changed": _worker("陈示兰", "19900226", 105, "仓管员"),
    "revoked": _worker("杨示强", "19820611", 106, "焊工"),
    "blocked": _worker("赵示平", "19950803", 107, "钳工"),
    "wrong_site": _worker("黄示秋", "19871109", 108, "车工"),
    "fever": _worker("周示海", "19910519", 109, "搬运工"),
    "no_mask": _worker("吴示雨", "19980127", 110, "学徒"),
    "nose_out": _worker("徐示松", "19760214", 111, "保洁员"),
    "visited": _worker("孙示芳", "19840323", 112, "人事专员"),
}
"""The dozen of 晨光机械厂, by the part that each plays in the film."""

NIGHT = (20 * 60, 8 * 60)
"""From when until when the night shift works, minutes of the day."""
NIGHT_SHIFT = {
    "night_well": _worker("郑示夜", "19900817", 113, "夜班装配工"),
    "night_throat": _worker("冯示星", "19941003", 114, "夜班质检员"),
    "night_home": _worker("褚示月", "19860502", 115, "夜班叉车司机"),
}
"""Three more of 晨光机械厂, who come to 西厂区 and not into the film."""
ON_PHONES = {
    "night_well": {"temperature_c": 3640, "symptoms": [], "contact": False},
    "night_throat": {"temperature_c": 3670, "symptoms": ["throat"], "contact": False},
}
"""Who declared on their phone, and what they answered."""
AT_HOME = ("night_home", "家属发热，居家观察")
"""Whose status Bob set to yellow, and why."""
SYSTEM = "人事系统"
"""What the token of 晨光机械厂 is for."""
CASE = (
    "门岗测温发热的后续处置",
    "已电话联系企业安全主任，当事人已离开厂区。",
    "请说明当事人的去向、就诊结果和同班组人员情况。",
)
"""What Carol's case is called, what she noted, and what 晨光机械厂 is asked."""

BUS = VehicleForm("京A0D001", "马示行", seats=32, route="示范线：临江公园 — 东厂区")

RIDERS = ("valid_printed", "valid_phone", "changed", "fever", "visited")
"""Who is on the bus's manifest, by the part that each plays."""

ELSEWHERE = (
    _worker("何示北", "19890914", 201, "面点师"),
    _worker("高示南", "19920416", 202, "包装工"),
)
"""Two of 北河食品厂."""

RECORD = {
    "address": "临江街道示范路 1 号",
    "staff": 120,
    "head": Contact("钱示文", "13900000001"),
    "contacts": (Contact("沈示君", "13900000002", "安全主任"),),
    "medical": "临江示范卫生院",
    "medical_phone": "0000-0000001",
    "isolation": True,
    "isolation_where": "东厂区办公楼一层",
}
"""What the bureau keeps of 晨光机械厂."""
EMERGENCY = ("京A0D911", "韩示路", "口罩生产线停机待料", "熔喷布 · 省道至东厂区")
"""A vehicle that 晨光机械厂 asks the bureau for: plate, driver, what for, goods and way."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs in."""

    username: str
    name: str
    role: str
    enterprise_id: str | None
    about_zh: str
    about_en: str


PEOPLE = (
    Person("alice", "Alice 艾丽", "bureau", None, "区发展改革工信局", "bureau officer"),
    Person("erin", "Erin 易琳", "bureau", None, "区局第二位经办人", "second bureau officer"),
    Person("bob", "Bob 鲍勃", "enterprise", "chenguang", "晨光机械厂管理员", "admin of plant A"),
    Person(
        "carol", "Carol 卡罗", "inspector", "chenguang", "晨光机械厂查验员", "inspector of plant A"
    ),
    Person("dave", "Dave 戴维", "enterprise", "beihe", "北河食品厂管理员", "admin of plant B"),
)
