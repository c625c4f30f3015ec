"""The page's own words: labels, buttons, questions, and what is wrong with an act."""

from __future__ import annotations

from kiosk.display.bilingual import Said

LABELS: dict[str, Said] = {
    "title": Said("四宝门岗", "Sibao gate"),
    "brand": Said("四宝", "Sibao"),
    "switch_language": Said("切换到中文", "Switch to English"),
    "switch_short": Said("中文", "English"),
    "inside": Said("在厂人数", "Inside"),
    "turn_round": Said("换方向", "Turn round"),
    "sound_on": Said("声音：开", "Sound: on"),
    "sound_off": Said("声音：关", "Sound: off"),
    "simulated": Said("SIMULATED 模拟", "SIMULATED 模拟"),
    "simulated_what": Said("以下设备是模拟的：", "These devices are simulated:"),
    "treasures": Said("四宝", "The four treasures"),
    "camera": Said("闸机摄像头画面", "Picture of the gate's camera"),
    "no_picture": Said("没有画面", "No picture"),
    "preview_off": Said("画面已关闭", "The picture is switched off"),
    "nobody": Said("闸机前没有人", "Nobody at the gate"),
    "nobody_known": Said("没有可信的通行证", "No trusted pass"),
    "id_tail": Said("证件尾号", "ID ending"),
    "plate": Said("车牌", "Plate"),
    "born": Said("出生日期", "Born"),
    "country": Said("签发国家", "Issued in"),
    "reasons": Said("原因", "Reasons"),
    "faults": Said("故障", "Faults"),
    "entry": Said("记录", "Entry"),
    "second_look": Said("请门卫核对：", "Gatekeeper, please compare:"),
    "second_look_what": Said(
        "本人、姓名、证件尾号是否一致", "do person, name and ID ending agree?"
    ),
    "second_look_vehicle": Said(
        "车牌、驾驶员与通行证是否一致", "do plate and driver agree with the pass?"
    ),
    "second_look_foreign": Said(
        "本人、姓名、出生日期与身份证件是否一致",
        "do person, name and birth date agree with an identity document?",
    ),
    "view_only": Said(
        "此屏只能观看，请在闸机本机上操作", "View only: press buttons at the gate's own screen"
    ),
    "online": Said("在线", "Online"),
    "offline": Said("离线", "Offline"),
    "stand_alone": Said("单机运行", "Stand-alone"),
    "unsent": Said("条未上传", "not sent"),
    "trust_age": Said("数据更新于", "Data updated"),
    "last_receipt": Said("上次回执", "Last receipt"),
    "ago_now": Said("刚刚", "just now"),
    "ago_minutes": Said("{n} 分钟前", "{n} min ago"),
    "ago_hours": Said("{n} 小时前", "{n} h ago"),
    "ago_days": Said("{n} 天前", "{n} days ago"),
    "lost": Said("连接不到闸机", "The gate can't be reached"),
    "lost_what": Said(
        "屏幕上没有有效结果，请勿放行；正在重连…",
        "Nothing on this screen is valid. Let nobody through; reconnecting…",
    ),
    "silent": Said("闸机没有反应", "The gate does not answer"),
    "silent_what": Said(
        "程序在运行，但闸机停住了。请勿放行，请重启闸机",
        "The program runs but the gate has stopped. Let nobody through; restart it",
    ),
    "missing": Said("这里没有闸机页面", "There is no page of the gate here"),
    "to_the_gate": Said("回到闸机页面", "Back to the gate's page"),
    "technical": Said("技术信息", "Technical detail"),
    "starting": Said("正在启动", "Starting"),
    "starting_what": Said("请稍候", "One moment please"),
}

ASKS: dict[str, Said] = {
    "ask_temperature": Said("门卫：请输入体温", "Gatekeeper: type the temperature"),
    "ask_again": Said("第 {n} 次测量：请再测一次", "Measurement {n}: please measure again"),
    "ask_earlier": Said("前次 {t}", "Earlier {t}"),
    "ask_mask": Said("门卫：口罩戴得怎么样？", "Gatekeeper: how is the mask worn?"),
    "ask_plate": Said(
        "门卫：车头的车牌是这个吗？", "Gatekeeper: does the vehicle bear this plate?"
    ),
    "plate_read": Said("识别到 {p}", "The reader saw {p}"),
    "plate_agrees": Said("一致", "It does"),
    "plate_differs": Said("不一致", "It differs"),
    "plate_recorded": Said("已记录：{m}", "Recorded: {m}"),
    "keypad": Said("数字键盘", "Keypad"),
    "erase": Said("退格", "Erase"),
    "enter": Said("确定", "Enter"),
    "confirm_temperature": Said("记录 {t}？", "Record {t}?"),
    "record": Said("记录", "Record"),
    "retype": Said("重输", "Type again"),
    "recorded": Said("已记录 {t}", "Recorded {t}"),
    "mask_recorded": Said("已记录：{m}", "Recorded: {m}"),
    "nonsense": Said(
        "“{t}” 不是体温，请输入 30.0 到 45.0，例如 36.5",
        "“{t}” is no temperature: type 30.0 to 45.0, such as 36.5",
    ),
    "override": Said("人工放行", "Override"),
    "override_title": Said("人工放行", "Override"),
    "override_about": Said("放行的是", "Whom to let through"),
    "override_quick": Said("常用理由（点一下）", "Usual reasons (one tap)"),
    "override_words": Said("其他理由（至少 4 个字）", "Another reason (at least 4 characters)"),
    "override_short": Said("理由太短：至少 4 个字", "Too short: at least 4 characters"),
    "override_confirm": Said(
        "确认放行？理由会记入记录。", "Let through? The reason goes on record."
    ),
    "codeless_what": Said(
        "读不了码：请门卫核对纸质证件", "Codes can't be read: look at the printed pass"
    ),
    "codeless": Said("登记来人", "Somebody is here"),
    "boarding": Said("通勤车辆查验中", "Riders of a vehicle"),
    "boarding_of": Said("已到 {n} 人 / 核定 {m} 座", "{n} so far / {m} seats"),
    "boarding_riders": Said("已到 {n} 人", "{n} so far"),
    "vehicle_done": Said("车辆查验完毕", "Vehicle done"),
    "unwalked": Said(
        "无人通过，放行已自动作废，请重新扫码：",
        "Nobody walked through, the admission is annulled; show the code again:",
    ),
    "annul": Said("无人通过", "Nobody walked through"),
    "annul_title": Said("无人通过", "Nobody walked through"),
    "annul_about": Said("放行后没有通过的是", "Who was let through and did not walk through"),
    "annul_confirm": Said(
        "确认无人通过？会另记一条作废记录，原记录不变；在厂状态恢复到放行之前。动态码已用过的不能再用，请等下一个码。",
        "Did nobody walk through? A new entry says so, the first stays as it is; who is inside"
        " becomes what it was. A living code stays used: wait for the next one.",
    ),
    "annul_send": Said("确认无人通过", "Nobody walked through"),
    "emergency": Said("紧急开闸", "Emergency open"),
    "emergency_title": Said("紧急开闸", "Emergency opening"),
    "emergency_what": Said(
        "仅用于火灾、救护等紧急情况，会立即开闸并记入记录。",
        "For fire, ambulance and the like only. The barrier opens at once; it goes on record.",
    ),
    "emergency_sure": Said("再按一次才开闸", "Press once more to open"),
    "emergency_open": Said("立即开闸", "Open now"),
    "next": Said("下一步", "Next"),
    "cancel": Said("取消", "Cancel"),
    "let_through": Said("确认放行", "Let through"),
    "sent": Said("已交给闸机", "Passed to the gate"),
    "ago_seconds": Said("{n} 秒前", "{n} s ago"),
    "barrier_open": Said("道闸已开", "The barrier is open"),
}

REFERENCE: dict[str, Said] = {
    "reference": Said("测温核对", "Reference check"),
    "reference_title": Said("测温仪每日核对", "The thermometer's daily check"),
    "reference_how": Said(
        "把已知温度的标准对准测温仪，没有人在闸机前时由闸机读数，结果记入记录。",
        "Hold something of known temperature before the thermometer. The gate reads it while nobody"
        " is at the gate; the result goes on record.",
    ),
    "reference_against": Said("标准是", "The reference is"),
    "reference_skin": Said(
        "额头（用医用体温计量过）", "a forehead that a clinical thermometer measured"
    ),
    "reference_black_body": Said("黑体炉", "a black body"),
    "reference_c": Said("标准温度（°C）", "Its temperature (°C)"),
    "reference_value_c": Said(
        "手持测温仪读数（°C）", "What the thermometer in your hand says (°C)"
    ),
    "reference_who": Said("核对人姓名", "Name of who checks"),
    "reference_start": Said("开始核对", "Start the check"),
    "reference_wrong": Said(
        "请填写 30.0 到 45.0 的温度和姓名", "Give temperatures of 30.0 to 45.0 and a name"
    ),
}
"""The dialog of the reference check."""

USUAL_REASONS: tuple[Said, ...] = (
    Said("复测体温正常", "Measured again: normal"),
    Said("口罩已戴好", "Mask now worn properly"),
    Said("已核对身份证件", "ID card checked"),
    Said("出厂时漏扫码", "Exit was not scanned"),
    Said("企业来电确认", "Enterprise confirmed by phone"),
    Said("救护、抢修等急事", "Ambulance or urgent repair"),
)
"""Why a gatekeeper decides over the rules most often; one tap writes one."""

ERRORS: dict[str, Said] = {
    "bad_field": Said("页面过旧，请刷新", "The page is out of date: reload it"),
    "bad_temperature": Said("体温须在 30.0 到 45.0 之间", "A temperature must be 30.0 to 45.0"),
    "bad_name": Said("姓名须为 1 到 64 个字", "A name has 1 to 64 characters"),
    "bad_words": Said("理由须为 4 到 200 个字", "A reason has 4 to 200 characters"),
    "moved_on": Said("已经换人，没有记录", "Another person is here now: nothing was recorded"),
    "too_late": Said(
        "已过两分钟或已经放行，没有记录",
        "More than two minutes ago, or let through already: nothing was recorded",
    ),
    "too_late_to_annul": Said(
        "已过十五分钟或已经作废，没有记录",
        "More than fifteen minutes ago, or annulled already: nothing was recorded",
    ),
    "not_asked": Said("闸机现在不需要这个，没有记录", "The gate does not ask for it now"),
    "not_here": Said("只能在闸机本机上操作", "Only at the gate's own screen"),
    "wrong_origin": Said("请从闸机页面操作", "Use the gate's own page"),
    "wrong_token": Said("页面过旧，请刷新", "The page is out of date: reload it"),
    "too_many": Said("按得太快，请稍候", "Too many presses: one moment"),
    "unreachable": Said("没有送到闸机，请重试", "It did not reach the gate: try again"),
}
