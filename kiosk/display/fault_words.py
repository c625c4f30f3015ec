"""Faults in words, by their operator code of docs/operations.md."""

from __future__ import annotations

from kiosk.display.bilingual import Advice, Said


def _f(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Advice:
    return Advice(Said(zh, en), Said(zh_remedy, en_remedy))


FAULTS: dict[str, Advice] = {
    "camera": _f(
        "摄像头没有画面",
        "检查插头和电源，恢复后自动重连",
        "The camera gives no picture",
        "Check plug and power; the gate reconnects by itself",
    ),
    "reader": _f("读码器出错", "重启闸机", "The code reader failed", "Restart the gate"),
    "thermometer": _f(
        "测温仪没有读数",
        "检查连线；可由门卫手工测温",
        "The thermometer gives no reading",
        "Check its cable; the gatekeeper may measure by hand",
    ),
    "mask": _f(
        "口罩识别出错", "由门卫判断口罩", "The mask sensor failed", "The gatekeeper judges masks"
    ),
    "barrier": _f(
        "道闸没有动作",
        "手动开闸，并检查连线",
        "The barrier does not move",
        "Open by hand and check its cable",
    ),
    "server": _f(
        "连不上服务器",
        "闸机照常工作，恢复后自动补传",
        "The server can't be reached",
        "The gate goes on and sends what it kept later",
    ),
    "server_log": _f(
        "服务器的回执总册与以前不符",
        "闸机照常工作，请告知区里查明原因",
        "The server's log is not what it was",
        "The gate goes on; tell the bureau, which must find out why",
    ),
    "journal": _f(
        "记录写不进磁盘",
        "停止放行，检查磁盘空间",
        "Entries can't be written to disk",
        "Let nobody through; check the disk's space",
    ),
    "bundle": _f(
        "策略和名单数据有问题",
        "检查服务器和登记状态",
        "Policy and lists are not right",
        "Check the server and the enrolment",
    ),
    "clock": _f("闸机时钟不准", "校准时间", "The gate's clock is wrong", "Set the time"),
}

OTHER_FAULT = _f("闸机有故障", "请联系维护人员", "The gate has a fault", "Call maintenance")
