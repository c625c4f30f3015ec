"""From what an infrared sensor says to the temperature of skin."""

from __future__ import annotations

import math

from kiosk.config import ThermometerSettings

_KELVIN = 273.15
_STEPS = ((1.9, 0.006569, -0.002276), (-0.9, 0.01262, -0.00667))
"""Share, attenuation and what water adds to it, for 8 to 14 µm."""
_WATER = (1.5587, 6.939e-2, -2.7816e-4, 6.8455e-7)
"""The logarithm of the grams of water that a cubic metre of air can hold, by its °C."""


def skin_c(raw_c: float, ambient_c: float | None, settings: ThermometerSettings) -> float:
    """°C of the skin: without the air before it and what it reflects, plus the site's own offset.

    A sensor set to emissivity 1 sees `e T^4 + (1 - e) A^4` of a surface at T before surroundings
    at A, in kelvin (Stefan-Boltzmann; the MLX90640 datasheet, section 11.2.2.9, inverts it in the
    same way). Skin has e = 0.98 (Steketee 1973, Phys. Med. Biol. 18, 686). Of that the air on the
    way lets `t` through and adds `(1 - t) A^4` (see `transmittance`); where distance or ambient
    are unknown, nothing is reckoned for it. `offset_c` is found at the gate against a clinical
    thermometer; no formula here turns a forehead into a body core.
    """
    skin = raw_c
    if ambient_c is not None:
        around = (ambient_c + _KELVIN) ** 4
        clear = transmittance(settings.distance_mm, ambient_c, settings.humidity)
        shown = clear * settings.emissivity
        skin = (((raw_c + _KELVIN) ** 4 - (1 - shown) * around) / shown) ** 0.25 - _KELVIN
    return skin + settings.offset_c


def transmittance(distance_mm: int, air_c: float, humidity: int) -> float:
    """How much of the heat comes through so much air, 0 to 1; about 0.995 at an arm's length.

    The model of FLIR's thermal cameras, as Minkina and Klecha give it: 2016, "Atmospheric
    transmission coefficient modelling in the infrared for thermovision measurements",
    J. Sens. Sens. Syst. 5, 17.
    """
    if not distance_mm:
        return 1.0
    water = humidity / 100 * math.exp(sum(part * air_c**n for n, part in enumerate(_WATER)))
    way, wet = math.sqrt(distance_mm / 1000), math.sqrt(water)
    return min(1.0, sum(s * math.exp(-way * (a + b * wet)) for s, a, b in _STEPS))
