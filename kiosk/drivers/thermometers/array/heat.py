"""From the words in the sensor's RAM to °C in each pixel: section 11.2.2 of the datasheet."""

from __future__ import annotations

import numpy as np

from kiosk.drivers.thermometers.array.calibration import COLUMNS, ROWS, Calibration, Picture, Words

RAM, RAM_WORDS = 0x0400, 0x340
"""The first address, and how many words of 16 bits follow: the pixels, then the sensor's own."""
_VBE, _PTAT, _GAIN, _VOLT = 0x0700, 0x0720, 0x070A, 0x072A
_BLIND = (0x0708, 0x0728)
"""The compensation pixel, by subpage."""
_VOLTS, _WARM_C, _KELVIN = 3.3, 25.0, 273.15
"""The state in which the factory calibrated."""


def ambient_c(ram: Words, known: Calibration) -> float:
    """°C of the sensor itself (Ta, section 11.2.2.3). Raises ValueError where it says nothing."""
    said, supply = _signed(ram), known.supply
    spread = said[_PTAT - RAM] * supply.alpha + said[_VBE - RAM]
    if not spread:
        raise ValueError("the sensor measures nothing")
    art = said[_PTAT - RAM] / spread * 2**18
    lifted = art / (1 + supply.ptat_volt * _volts_over(said, known))
    return float((lifted - supply.ptat_at_25) / supply.ptat_kelvin + _WARM_C)


def object_c(ram: Words, subpage: int, known: Calibration) -> Picture:
    """°C that a black body would have in each pixel (To at emissivity 1).

    Good within the range that a person is in, 0 °C to CT3. Only the pixels of the subpage were
    measured with it; those that failed say NaN. Raises ValueError where the sensor says nothing.
    """
    said, own = _signed(ram), ambient_c(ram, known)
    if not said[_GAIN - RAM]:
        raise ValueError("the sensor measures nothing")
    gain = known.gain / said[_GAIN - RAM]
    warm, over = own - _WARM_C, _volts_over(said, known)
    pixels, blind = known.pixels, known.compensation
    drift = (1 + pixels.by_ambient * warm) * (1 + pixels.by_volt * over)
    seen = said[: ROWS * COLUMNS].reshape(ROWS, COLUMNS) * gain - pixels.offset * drift
    blind_drift = (1 + blind.by_ambient * warm) * (1 + blind.by_volt * over)
    unlit = said[_BLIND[subpage] - RAM] * gain - blind.offset[subpage] * blind_drift
    sensitivity = pixels.sensitivity - blind.share * blind.sensitivity[subpage]
    sensitivity = sensitivity * (1 + known.sensitivity_by_ambient * warm)
    kelvin = _radiant(seen - blind.share * unlit, sensitivity, own, known.sensitivity_by_object)
    return np.where(known.bad, np.nan, kelvin - _KELVIN)


def _radiant(signal: Picture, sensitivity: Picture, own: float, by_object: float) -> Picture:
    """Section 11.2.2.9: kelvin, by the fourth root; what is colder than nothing says NaN."""
    body = (own + _KELVIN) ** 4
    with np.errstate(invalid="ignore", divide="ignore"):
        bent = by_object * (sensitivity**3 * signal + sensitivity**4 * body) ** 0.25
        slope = sensitivity * (1 - by_object * _KELVIN) + bent
        kelvin: Picture = (signal / slope + body) ** 0.25
    return kelvin


def _volts_over(said: Picture, known: Calibration) -> float:
    """How far the supply lies over 3.3 V (section 11.2.2.2), at the calibrated resolution."""
    return float((said[_VOLT - RAM] - known.supply.volt_at_25) / known.supply.volt)


def _signed(ram: Words) -> Picture:
    return ram.astype(np.uint16).view(np.int16).astype(float)
