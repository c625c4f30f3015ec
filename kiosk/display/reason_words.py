"""Every Reason in words for the person at the gate, and what to do about it."""

from __future__ import annotations

from checkpoint.domain.reason import Reason
from kiosk.display.bilingual import Advice, Said


def _a(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Advice:
    return Advice(Said(zh, en), Said(zh_remedy, en_remedy))


_CODE = {
    Reason.MALFORMED: _a(
        "这不是通行码", "请出示通行证上的二维码", "Not a pass code", "Show the QR code of your pass"
    ),
    Reason.UNKNOWN_ISSUER: _a(
        "不认识发证单位", "请找发证单位核对", "Unknown issuer", "Ask whoever issued it"
    ),
    Reason.BAD_SIGNATURE: _a(
        "通行码签名不对，可能是伪造",
        "请找门卫",
        "The signature is wrong: it may be forged",
        "See the gatekeeper",
    ),
    Reason.WRONG_PURPOSE: _a(
        "发证单位无权发这种证",
        "请找发证企业换证",
        "The issuer may not issue this kind of pass",
        "Ask the enterprise for a proper pass",
    ),
    Reason.EXPIRED: _a(
        "通行证已过期",
        "请找发证单位换发",
        "It has expired",
        "Ask whoever issued it for a new one",
    ),
    Reason.NOT_YET_VALID: _a(
        "通行证还没到生效时间",
        "请在生效后再来",
        "The pass is not valid yet",
        "Come back when it is",
    ),
    Reason.REVOKED: _a(
        "通行证已被撤销", "请找企业管理员", "The pass has been revoked", "Ask your enterprise"
    ),
    Reason.BLOCKED: _a(
        "持证人已被停用", "请找企业管理员", "The holder has been blocked", "Ask your enterprise"
    ),
    Reason.WRONG_SITE: _a(
        "通行证不适用于本厂区",
        "请去证上写明的厂区",
        "The pass is not for this site",
        "Go to the site named on it",
    ),
    Reason.STALE_CODE: _a(
        "动态码已过时",
        "请刷新手机上的码再出示",
        "The living code is out of date",
        "Refresh the code on your phone",
    ),
    Reason.REPLAYED: _a(
        "此码已被用过",
        "请刷新手机上的码，截图无效",
        "This code has been used already",
        "Refresh your code; a screenshot will not do",
    ),
    Reason.FOREIGN_CERTIFICATE: _a(
        "出示的是境外健康证明",
        "请门卫对照身份证件核对姓名和出生日期",
        "A foreign health certificate",
        "The gatekeeper compares name and birth date with an identity document",
    ),
    Reason.FOREIGN_NOT_ACCEPTED: _a(
        "本岗不收境外健康证明",
        "请出示通行证，没有的找门卫登记",
        "Foreign health certificates are not taken here",
        "Show your pass; without one, see the gatekeeper",
    ),
    Reason.FOREIGN_INSUFFICIENT: _a(
        "境外健康证明不足以放行",
        "请找门卫",
        "The certificate is not enough to let you in",
        "See the gatekeeper",
    ),
    Reason.NO_CODE: _a(
        "没有出示通行码", "请找门卫登记", "No code was shown", "See the gatekeeper to register"
    ),
}

_STATUS = {
    Reason.STATUS_YELLOW: _a(
        "健康码为黄码",
        "请找门卫，按防疫规定处理",
        "Health status is yellow",
        "See the gatekeeper; follow the health rules",
    ),
    Reason.STATUS_RED: _a(
        "健康码为红码",
        "请留在原地，听门卫安排",
        "Health status is red",
        "Stay where you are; the gatekeeper will help",
    ),
    Reason.STATUS_EXPIRED: _a(
        "健康码已过期",
        "请重新申报，或请企业复核",
        "Health status has expired",
        "Declare again, or have the enterprise review it",
    ),
    Reason.STATUS_ABSENT: _a(
        "查不到健康码",
        "请先申报。刚申报的请稍后再试",
        "No health status on record",
        "Declare first. If you just did, try again shortly",
    ),
    Reason.STATUS_UNKNOWN: _a(
        "健康码暂时查不到",
        "请稍候再试或找门卫",
        "Health status could not be looked up",
        "Try again shortly or see the gatekeeper",
    ),
    Reason.NO_DECLARATION: _a(
        "近期没有易登记",
        "请先申报。刚申报的请找门卫",
        "No recent declaration on record",
        "Declare first. If you just did, see the gatekeeper",
    ),
}

_BODY = {
    Reason.FEVER: _a(
        "体温偏高",
        "请到休息处等候，找门卫复测",
        "Temperature is high",
        "Rest aside; the gatekeeper measures again",
    ),
    Reason.TEMPERATURE_LOW: _a(
        "体温过低，可能没测准",
        "请靠近再测一次",
        "Temperature is too low to be true",
        "Come closer and measure again",
    ),
    Reason.DEVICE_DOWN: _a(
        "设备故障",
        "请找门卫核查",
        "A device of the gate is down",
        "The gatekeeper checks everybody meanwhile",
    ),
    Reason.NO_TEMPERATURE: _a(
        "没有测到体温",
        "请找门卫手工测温",
        "No temperature was taken",
        "The gatekeeper measures by hand",
    ),
    Reason.REFERENCE_DUE: _a(
        "测温仪过了核对时间",
        "请门卫按“测温核对”",
        "The thermometer's daily check is overdue",
        "The gatekeeper checks it with “Reference check”",
    ),
    Reason.REFERENCE_FAILED: _a(
        "测温仪核对不合格",
        "请门卫手工测温",
        "The thermometer failed its daily check",
        "The gatekeeper measures by hand",
    ),
    Reason.NO_MASK: _a("没有戴口罩", "请戴好口罩再来", "No mask", "Put on a mask and come again"),
    Reason.MASK_INCORRECT: _a(
        "口罩没有戴好", "请遮住口鼻", "The mask is not worn properly", "Cover nose and mouth"
    ),
    Reason.MASK_UNKNOWN: _a(
        "没有看清口罩",
        "请正对镜头或找门卫",
        "The mask could not be seen",
        "Face the camera or see the gatekeeper",
    ),
}

_PASSING = {
    Reason.ALREADY_INSIDE: _a(
        "记录显示已在厂内", "请找门卫核对", "Already recorded as inside", "See the gatekeeper"
    ),
    Reason.NOT_INSIDE: _a("没有进厂记录", "已记下", "No record of entering", "Noted"),
    Reason.OUTSIDE_SHIFT: _a(
        "不在班次时间或车辆运行日内",
        "请按班次或运行日来，或找负责人",
        "Outside the shift or the vehicle's days",
        "Come at your time, or ask your foreman or the vehicle's manager",
    ),
    Reason.VEHICLE_FULL: _a(
        "车上人数已满", "请换乘下一班车", "The vehicle is full", "Take the next one"
    ),
    Reason.PLATE_MISMATCH: _a(
        "车牌与通行证不符",
        "请找门卫核对车辆",
        "The plate is not the one on the pass",
        "The gatekeeper checks the vehicle",
    ),
    Reason.PLATE_UNKNOWN: _a(
        "没有核对车牌",
        "请找门卫核对车牌",
        "Nobody has compared the plate",
        "The gatekeeper reads the plate",
    ),
    Reason.NOT_ON_MANIFEST: _a(
        "不在乘车名单上", "请找车辆负责人", "Not on the manifest", "Ask the vehicle's manager"
    ),
    Reason.NOT_DISINFECTED: _a(
        "车辆没有消毒记录",
        "请先消毒并登记",
        "No record of disinfection",
        "Disinfect the vehicle and register it",
    ),
}

_GATE = {
    Reason.OK: _a("全部通过", "可以通行", "All in order", "You may pass"),
    Reason.NO_WARRANT: _a(
        "本岗现在没有查验授权",
        "请等门卫处理",
        "No inspector's warrant is in force here",
        "Wait for the gatekeeper",
    ),
    Reason.ENTERPRISE_SUSPENDED: _a(
        "企业已被暂停复工",
        "请联系企业负责人",
        "The enterprise is suspended",
        "Ask the head of the enterprise",
    ),
    Reason.BUNDLE_STALE: _a(
        "闸机久未联网，数据偏旧",
        "请等门卫核对",
        "The gate has been offline: its data is old",
        "The gatekeeper may check your pass",
    ),
    Reason.CLOCK_SUSPECT: _a(
        "闸机时钟不准", "请等门卫处理", "The gate's clock is wrong", "Wait for the gatekeeper"
    ),
    Reason.OVERRIDDEN: _a(
        "门卫放行", "理由已记录", "Let through by the gatekeeper", "The reason is on record"
    ),
    Reason.ANNULLED: _a(
        "此记录已作废", "请重新扫码", "This entry was annulled", "Show your code again"
    ),
    Reason.EMERGENCY: _a("紧急开闸", "请有序通行", "Emergency opening", "Pass in good order"),
}

REASONS: dict[Reason, Advice] = {**_GATE, **_CODE, **_STATUS, **_BODY, **_PASSING}
