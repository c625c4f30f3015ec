"""How the thermometer stands to its reference, in words for the gatekeeper."""

from __future__ import annotations

from kiosk.display.bilingual import Advice, Said
from kiosk.ports import ReferencePhase

STANDINGS: dict[ReferencePhase, Advice] = {
    ReferencePhase.DUE: Advice(
        Said("测温仪今天还没有核对", "The thermometer is due for its daily check"),
        Said("请按“测温核对”", "Press “Reference check”"),
    ),
    ReferencePhase.FAILED: Advice(
        Said("测温仪核对不合格，相差 {d}", "The thermometer failed its check: off by {d}"),
        Said(
            "擦净、预热后再核对；仍不合格请换测温仪，先用手持测温",
            "Clean it, let it warm up, check again; still off: measure by hand and replace it",
        ),
    ),
    ReferencePhase.MEASURING: Advice(
        Said("正在核对测温仪", "Checking the thermometer"),
        Said("请对准，保持不动", "Hold the reference still before it"),
    ),
    ReferencePhase.PASSED: Advice(
        Said("测温仪核对合格，相差 {d}", "The thermometer passed its check: off by {d}"),
        Said("已记录", "It is on record"),
    ),
    ReferencePhase.SILENT: Advice(
        Said("核对没有读到温度", "The check got no reading"),
        Said("请靠近、对准后再核对", "Hold the reference nearer and check again"),
    ),
}
"""Nothing is said while all is well."""
