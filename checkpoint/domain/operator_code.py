"""What is broken at a gate, as a short code: a letter for the part, two digits for how it ails."""

from __future__ import annotations

from enum import StrEnum

from checkpoint.errors import Ailment

LETTERS = {
    "camera": "C",
    "reader": "R",
    "scanner": "S",
    "thermometer": "T",
    "mask": "M",
    "barrier": "B",
    "turn": "W",
    "plate": "V",
    "server": "N",
    "server_log": "L",
    "journal": "J",
    "bundle": "P",
    "clock": "K",
}
"""The letter of each part of a gate, by the name that an entry's detail `device` has."""

_NUMBERS = {
    Ailment.LOST: "01",
    Ailment.SILENT: "02",
    Ailment.BABBLING: "03",
    Ailment.SLOW: "04",
    Ailment.STUCK: "05",
    Ailment.FAILED: "09",
}


class OperatorCode(StrEnum):
    """Shown at the gate and stored in entries of kind `fault`; never renamed."""

    CAMERA_LOST = "C-01"
    CAMERA_SILENT = "C-02"
    CAMERA_BABBLING = "C-03"
    CAMERA_SLOW = "C-04"
    CAMERA_FROZEN = "C-05"
    CAMERA_FAILED = "C-09"
    READER_BABBLING = "R-03"
    READER_SLOW = "R-04"
    READER_FAILED = "R-09"
    SCANNER_LOST = "S-01"
    SCANNER_SILENT = "S-02"
    SCANNER_BABBLING = "S-03"
    SCANNER_SLOW = "S-04"
    SCANNER_STUCK = "S-05"
    SCANNER_FAILED = "S-09"
    THERMOMETER_LOST = "T-01"
    THERMOMETER_SILENT = "T-02"
    THERMOMETER_BABBLING = "T-03"
    THERMOMETER_SLOW = "T-04"
    THERMOMETER_STUCK = "T-05"
    THERMOMETER_FAILED = "T-09"
    MASK_BABBLING = "M-03"
    MASK_SLOW = "M-04"
    MASK_FAILED = "M-09"
    BARRIER_LOST = "B-01"
    BARRIER_SILENT = "B-02"
    BARRIER_BABBLING = "B-03"
    BARRIER_SLOW = "B-04"
    BARRIER_STUCK = "B-05"
    BARRIER_FAILED = "B-09"
    TURN_LOST = "W-01"
    TURN_SILENT = "W-02"
    TURN_BABBLING = "W-03"
    TURN_SLOW = "W-04"
    TURN_STUCK = "W-05"
    TURN_FAILED = "W-09"
    PLATE_LOST = "V-01"
    PLATE_SILENT = "V-02"
    PLATE_BABBLING = "V-03"
    PLATE_FAILED = "V-09"
    SERVER = "N-09"
    SERVER_LOG = "L-09"
    JOURNAL = "J-09"
    BUNDLE = "P-09"
    CLOCK = "K-09"


def operator_code(device: str, ailment: Ailment) -> OperatorCode:
    """The code of a device that ails so; the one for any other failure where there is none."""
    code = f"{LETTERS[device]}-{_NUMBERS[ailment]}"
    known = any(code == one for one in OperatorCode)
    return OperatorCode(code if known else f"{LETTERS[device]}-{_NUMBERS[Ailment.FAILED]}")
