"""The gate's own values in words: outcomes, phases, lamps, kinds, masks and faults."""

from __future__ import annotations

from checkpoint.domain.decision import Outcome, Treasure
from checkpoint.domain.foreign_certificate import CertificateKind
from checkpoint.domain.health_pass import PassKind
from checkpoint.domain.observation import Direction, Mask
from kiosk.display.bilingual import Advice, Said
from kiosk.ports import Light, Phase

OUTCOMES: dict[Outcome, Advice] = {
    Outcome.ADMIT: Advice(Said("请通行", "Go ahead"), Said("登记完成", "You are registered")),
    Outcome.REFER: Advice(Said("请稍候", "Please wait"), Said("找门卫", "See the gatekeeper")),
    Outcome.DENY: Advice(
        Said("禁止通行", "Stop"), Said("请听门卫安排", "Follow the gatekeeper's directions")
    ),
}

PHASES: dict[Phase, Advice] = {
    Phase.WAITING: Advice(
        Said("请出示通行码", "Show your pass"),
        Said("把二维码对准读码处", "Hold the QR code up to the reader"),
    ),
    Phase.TEMPERATURE: Advice(
        Said("正在测温", "Taking your temperature"),
        Said("请靠近测温仪，站稳", "Come close to the thermometer and stand still"),
    ),
    Phase.MASK: Advice(
        Said("正在看口罩", "Looking at your mask"),
        Said("请正对镜头", "Face the camera"),
    ),
    Phase.PLATE: Advice(
        Said("正在核对车牌", "Checking the plate"),
        Said("请停稳，等门卫核对", "Stay where you are: the gatekeeper compares"),
    ),
    Phase.VERDICT: Advice(Said("已有结果", "Decided"), Said("请看门卫", "Look to the gatekeeper")),
    Phase.CLEAR: Advice(
        Said("请离开通道", "Please clear the way"), Said("下一位请稍候", "Next person, please wait")
    ),
}

BY_HAND = Advice(
    Said("门卫测温", "Temperature by hand"),
    Said("请到门卫跟前测温", "Let the gatekeeper measure you"),
)

SEVERAL_CODES = Advice(
    Said("画面里有几个码", "Several codes in view"),
    Said("请只出示一个", "Hold only one"),
)

TREASURES: dict[Treasure, Said] = {
    Treasure.CODE: Said("通行码", "Code"),
    Treasure.REGISTER: Said("登记", "Register"),
    Treasure.TEMPERATURE: Said("体温", "Temperature"),
    Treasure.MASK: Said("口罩", "Mask"),
}

GLYPHS: dict[Treasure, str] = {
    Treasure.CODE: "码",
    Treasure.REGISTER: "登",
    Treasure.TEMPERATURE: "温",
    Treasure.MASK: "罩",
}

LIGHTS: dict[Light, Said] = {
    Light.OFF: Said("未查", "Not checked"),
    Light.PENDING: Said("进行中", "Checking"),
    Light.GOOD: Said("通过", "Good"),
    Light.DOUBT: Said("存疑", "In doubt"),
    Light.BAD: Said("不通过", "Refused"),
}

DIRECTIONS: dict[Direction, Said] = {
    Direction.IN: Said("进", "In"),
    Direction.OUT: Said("出", "Out"),
}

KINDS: dict[PassKind, Said] = {
    PassKind.WORKER: Said("员工出行上岗通行证", "Worker's travel pass"),
    PassKind.COMMUTING_VEHICLE: Said("员工通勤车辆通行证", "Commuting vehicle pass"),
    PassKind.EMERGENCY_VEHICLE: Said("车辆应急通行证", "Emergency vehicle pass"),
    PassKind.VISITOR: Said("访客证", "Visitor's pass"),
}

CERTIFICATES: dict[CertificateKind, Said] = {
    CertificateKind.VACCINATION: Said("境外疫苗接种证明", "Foreign vaccination certificate"),
    CertificateKind.TEST: Said("境外检测证明", "Foreign test certificate"),
    CertificateKind.RECOVERY: Said("境外康复证明", "Foreign recovery certificate"),
}
"""What is shown in both languages at once: the gatekeeper reads it to somebody from abroad."""

SAYS: dict[CertificateKind, Said] = {
    CertificateKind.VACCINATION: Said("剂次", "Dose"),
    CertificateKind.TEST: Said("采样", "Sampled"),
    CertificateKind.RECOVERY: Said("有效期", "Valid"),
}

RESULTS: dict[str, Said] = {
    "detected": Said("检出病毒（阳性）", "Virus detected (positive)"),
    "not_detected": Said("未检出（阴性）", "Not detected (negative)"),
    "unclear": Said("结果不明", "Result unclear"),
}

DEVICES: dict[str, Said] = {
    "camera": Said("摄像头", "camera"),
    "reader": Said("读码器", "code reader"),
    "scanner": Said("扫码枪", "scanner"),
    "thermometer": Said("测温仪", "thermometer"),
    "mask": Said("口罩识别", "mask sensor"),
    "barrier": Said("道闸", "barrier"),
    "turn": Said("通行检测器", "passage sensor"),
    "plate": Said("车牌识别", "plate reader"),
    "transport": Said("上传通道", "way to the server"),
    "display": Said("显示屏", "display"),
}

MASKS: dict[Mask, Said] = {
    Mask.WORN: Said("戴好", "Worn"),
    Mask.INCORRECT: Said("没戴好", "Incorrect"),
    Mask.NONE: Said("没戴", "No mask"),
}
