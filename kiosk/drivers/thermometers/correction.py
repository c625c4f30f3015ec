"""From what an infrared sensor says to the temperature of skin."""

from __future__ import annotations

from kiosk.config import ThermometerSettings

_KELVIN = 273.15


def skin_c(raw_c: float, ambient_c: float | None, settings: ThermometerSettings) -> float:
    """°C of the skin: without what it reflects of its surroundings, plus the site's own offset.

    A sensor set to emissivity 1 sees `e T^4 + (1 - e) A^4` of a surface at T before surroundings
    at A, in kelvin (Stefan-Boltzmann; the MLX90640 datasheet, section 11.2.2.9, inverts it in the
    same way). Skin has e = 0.98 (Steketee 1973, Phys. Med. Biol. 18, 686). `offset_c` is found at
    the gate against a clinical thermometer; no formula here turns a forehead into a body core.
    """
    skin = raw_c
    if ambient_c is not None:
        surroundings = (1 - settings.emissivity) * (ambient_c + _KELVIN) ** 4
        skin = (((raw_c + _KELVIN) ** 4 - surroundings) / settings.emissivity) ** 0.25 - _KELVIN
    return skin + settings.offset_c
