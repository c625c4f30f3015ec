"""Faults in words, by their operator code."""

from __future__ import annotations

from checkpoint.domain.operator_code import OperatorCode
from kiosk.display.bilingual import Advice, Said


def _f(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Advice:
    return Advice(Said(zh, en), Said(zh_remedy, en_remedy))


FAULTS: dict[OperatorCode, Advice] = {
    OperatorCode.CAMERA_LOST: _f(
        "摄像头未接通",
        "检查插头和电源，恢复后自动重连；此间由门卫核查",
        "The camera is not connected",
        "Check plug and power; it reconnects by itself; meanwhile the gatekeeper checks",
    ),
    OperatorCode.CAMERA_SILENT: _f(
        "摄像头没有画面",
        "拔下重插；此间由门卫核查",
        "The camera gives no picture",
        "Plug it in anew; meanwhile the gatekeeper checks",
    ),
    OperatorCode.CAMERA_BABBLING: _f(
        "摄像头画面损坏",
        "检查线缆和摄像头；此间由门卫核查",
        "The camera's pictures are damaged",
        "Check its cable; meanwhile the gatekeeper checks",
    ),
    OperatorCode.CAMERA_SLOW: _f(
        "摄像头太慢",
        "检查网络、线缆和光线；请让人多停留片刻",
        "The camera is too slow",
        "Check network, cable and light; let people wait a moment longer",
    ),
    OperatorCode.CAMERA_FROZEN: _f(
        "摄像头画面不动",
        "看镜头是否被遮，拔下重插；此间由门卫核查",
        "The camera's picture is frozen",
        "See whether it is covered, plug it in anew; meanwhile the gatekeeper checks",
    ),
    OperatorCode.CAMERA_FAILED: _f(
        "摄像头出错",
        "重启闸机；此间由门卫核查",
        "The camera failed",
        "Restart the gate; meanwhile the gatekeeper checks",
    ),
    OperatorCode.READER_BABBLING: _f(
        "读码器给出的不是文字", "重启闸机", "The code reader answers nonsense", "Restart the gate"
    ),
    OperatorCode.READER_SLOW: _f(
        "读码器太慢", "重启闸机", "The code reader is too slow", "Restart the gate"
    ),
    OperatorCode.READER_FAILED: _f(
        "读码器出错", "重启闸机", "The code reader failed", "Restart the gate"
    ),
    OperatorCode.SCANNER_LOST: _f(
        "扫码枪未接通",
        "检查插头，恢复后自动重连；有摄像头的可用摄像头读码",
        "The scanner is not connected",
        "Check its plug; a camera, where there is one, reads codes meanwhile",
    ),
    OperatorCode.SCANNER_SILENT: _f(
        "扫码枪没有应答",
        "拔下重插；有摄像头的可用摄像头读码",
        "The scanner does not answer",
        "Plug it in anew; a camera, where there is one, reads codes meanwhile",
    ),
    OperatorCode.SCANNER_BABBLING: _f(
        "扫码枪数据错乱",
        "检查波特率和设置；有摄像头的可用摄像头读码",
        "The scanner sends nonsense",
        "Check its speed and settings; a camera, where there is one, reads codes meanwhile",
    ),
    OperatorCode.SCANNER_SLOW: _f(
        "扫码枪太慢",
        "检查线缆；有摄像头的可用摄像头读码",
        "The scanner is too slow",
        "Check its cable; a camera, where there is one, reads codes meanwhile",
    ),
    OperatorCode.SCANNER_STUCK: _f(
        "扫码枪不停重复同一个码",
        "看是否有码留在枪前，拔下重插",
        "The scanner repeats one code for ever",
        "See whether a code lies before it; plug it in anew",
    ),
    OperatorCode.SCANNER_FAILED: _f(
        "扫码枪出错",
        "拔下重插；有摄像头的可用摄像头读码",
        "The scanner failed",
        "Plug it in anew; a camera, where there is one, reads codes meanwhile",
    ),
    OperatorCode.THERMOMETER_LOST: _f(
        "测温仪未接通",
        "检查连线；可由门卫手工测温",
        "The thermometer is not connected",
        "Check its cable; the gatekeeper may measure by hand",
    ),
    OperatorCode.THERMOMETER_SILENT: _f(
        "测温仪没有应答",
        "拔下重插；可由门卫手工测温",
        "The thermometer does not answer",
        "Plug it in anew; the gatekeeper may measure by hand",
    ),
    OperatorCode.THERMOMETER_BABBLING: _f(
        "测温仪数据错乱",
        "检查连线和波特率；可由门卫手工测温",
        "The thermometer sends nonsense",
        "Check its cable and speed; the gatekeeper may measure by hand",
    ),
    OperatorCode.THERMOMETER_SLOW: _f(
        "测温仪太慢",
        "检查连线；可由门卫手工测温",
        "The thermometer is too slow",
        "Check its cable; the gatekeeper may measure by hand",
    ),
    OperatorCode.THERMOMETER_STUCK: _f(
        "测温仪读数不变",
        "拔下重插；可由门卫手工测温",
        "The thermometer always says the same",
        "Plug it in anew; the gatekeeper may measure by hand",
    ),
    OperatorCode.THERMOMETER_FAILED: _f(
        "测温仪出错",
        "检查连线；可由门卫手工测温",
        "The thermometer failed",
        "Check its cable; the gatekeeper may measure by hand",
    ),
    OperatorCode.MASK_BABBLING: _f(
        "口罩识别结果无效",
        "由门卫判断口罩",
        "The mask sensor answers nonsense",
        "The gatekeeper judges masks",
    ),
    OperatorCode.MASK_SLOW: _f(
        "口罩识别太慢",
        "由门卫判断口罩；如不恢复请重启闸机",
        "The mask sensor is too slow",
        "The gatekeeper judges masks; restart the gate if it stays so",
    ),
    OperatorCode.MASK_FAILED: _f(
        "口罩识别出错", "由门卫判断口罩", "The mask sensor failed", "The gatekeeper judges masks"
    ),
    OperatorCode.BARRIER_LOST: _f(
        "道闸未接通",
        "手动开闸，检查电源和连线",
        "The barrier is not connected",
        "Open by hand; check its power and cable",
    ),
    OperatorCode.BARRIER_SILENT: _f(
        "道闸没有应答",
        "手动开闸，检查继电器",
        "The barrier does not answer",
        "Open by hand; check its relay",
    ),
    OperatorCode.BARRIER_BABBLING: _f(
        "道闸数据错乱",
        "手动开闸，检查地址和连线",
        "The barrier answers nonsense",
        "Open by hand; check its address and cable",
    ),
    OperatorCode.BARRIER_SLOW: _f(
        "道闸反应太慢",
        "手动开闸，检查网络",
        "The barrier is too slow",
        "Open by hand; check the network",
    ),
    OperatorCode.BARRIER_STUCK: _f(
        "道闸继电器不听指令",
        "手动开闸，查明还有谁在控制它",
        "The barrier's relay is not as it was switched",
        "Open by hand; find out who else switches it",
    ),
    OperatorCode.BARRIER_FAILED: _f(
        "道闸没有动作",
        "手动开闸，并检查连线",
        "The barrier does not move",
        "Open by hand and check its cable",
    ),
    OperatorCode.TURN_LOST: _f(
        "通行检测器未接通",
        "检查连线；无人通过时由门卫点按",
        "The passage sensor is not connected",
        "Check its cable; the gatekeeper says when nobody walked through",
    ),
    OperatorCode.TURN_SILENT: _f(
        "通行检测器没有应答",
        "检查电源；无人通过时由门卫点按",
        "The passage sensor does not answer",
        "Check its power; the gatekeeper says when nobody walked through",
    ),
    OperatorCode.TURN_BABBLING: _f(
        "通行检测器数据错乱",
        "检查地址和连线；无人通过时由门卫点按",
        "The passage sensor answers nonsense",
        "Check its address and cable; the gatekeeper says when nobody walked through",
    ),
    OperatorCode.TURN_SLOW: _f(
        "通行检测器太慢",
        "检查网络；无人通过时由门卫点按",
        "The passage sensor is too slow",
        "Check the network; the gatekeeper says when nobody walked through",
    ),
    OperatorCode.TURN_STUCK: _f(
        "通行检测器一直显示有人",
        "看是否被挡住；无人通过时由门卫点按",
        "The passage sensor sees somebody all the time",
        "See whether it is blocked; the gatekeeper says when nobody walked through",
    ),
    OperatorCode.TURN_FAILED: _f(
        "通行检测器出错",
        "检查连线；无人通过时由门卫点按",
        "The passage sensor failed",
        "Check its cable; the gatekeeper says when nobody walked through",
    ),
    OperatorCode.PLATE_LOST: _f(
        "车牌识别未接通",
        "检查车牌摄像头和识别环境；由门卫核对车牌",
        "The plate reader is not there",
        "Check its camera and its environment; the gatekeeper compares plates",
    ),
    OperatorCode.PLATE_SILENT: _f(
        "车牌识别没有应答",
        "会自动重启；由门卫核对车牌",
        "The plate reader does not answer",
        "It is started again by itself; the gatekeeper compares plates",
    ),
    OperatorCode.PLATE_BABBLING: _f(
        "车牌识别结果无效",
        "由门卫核对车牌",
        "The plate reader answers nonsense",
        "The gatekeeper compares plates",
    ),
    OperatorCode.PLATE_FAILED: _f(
        "车牌识别出错",
        "由门卫核对车牌；如不恢复请重启闸机",
        "The plate reader failed",
        "The gatekeeper compares plates; restart the gate if it stays so",
    ),
    OperatorCode.SERVER: _f(
        "连不上服务器",
        "闸机照常工作，恢复后自动补传",
        "The server can't be reached",
        "The gate goes on and sends what it kept later",
    ),
    OperatorCode.SERVER_LOG: _f(
        "服务器的回执总册与以前不符",
        "闸机照常工作，请告知区里查明原因",
        "The server's log is not what it was",
        "The gate goes on; tell the bureau, which must find out why",
    ),
    OperatorCode.JOURNAL: _f(
        "记录写不进磁盘",
        "停止放行，检查磁盘空间",
        "Entries can't be written to disk",
        "Let nobody through; check the disk's space",
    ),
    OperatorCode.BUNDLE: _f(
        "策略和名单数据有问题",
        "检查服务器和登记状态",
        "Policy and lists are not right",
        "Check the server and the enrolment",
    ),
    OperatorCode.CLOCK: _f("闸机时钟不准", "校准时间", "The gate's clock is wrong", "Set the time"),
}

OTHER_FAULT = _f("闸机有故障", "请联系维护人员", "The gate has a fault", "Call maintenance")
