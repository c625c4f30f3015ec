"""Who stands where in which picture of a scene."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from kiosk.drivers import film_layout as layout
from kiosk.film.inset import draw_inset, draw_notice
from kiosk.film.lens import Lens, moved
from kiosk.film.passes import glare, phone, printed
from kiosk.film.people import HEAD, Look, person
from kiosk.film.script import Scene
from kiosk.film.sprites import Picture, Sprite, paste, shade
from kiosk.film.vehicles import offset, van

FPS = 12
ENTER, RAISE, HOLD, LOWER, LEAVE, EMPTY = 12, 5, 34, 5, 12, 12
"""Pictures of each part: a second to come, nearly three to hold, a second of empty gate."""
SCENE_PICTURES = ENTER + RAISE + HOLD + LOWER + LEAVE + EMPTY

_PASS_MIDDLE = (816, 452)
_BELOW = 420
"""Pixels that a lowered pass lies further down."""
_SHOULDER = (700, 470)


@dataclass(frozen=True, slots=True)
class Cast:
    """What a scene is made of, drawn once."""

    scene: Scene
    figure: Sprite
    place: tuple[int, int]
    look: Look
    shown: Sprite | None
    lens: Lens
    tilt: tuple[float, float, float]

    @classmethod
    def of(cls, scene: Scene, rng: np.random.Generator) -> Cast:
        """Draw a scene's people and things."""
        look = Look.chosen(rng)
        figure = person(look, scene.mask)
        place = (layout.MARK[0] - HEAD[0], layout.MARK[1] - HEAD[1])
        if scene.vehicle:
            figure, place = van(figure, rng), offset()
        draw = {"printed": printed, "phone": phone}.get(scene.carries)
        shown = draw(scene.who, scene.text) if draw else None
        tilt = (rng.uniform(-6, 6), rng.uniform(-0.05, 0.05), rng.uniform(-0.05, 0.05))
        return cls(scene, figure, place, look, shown, Lens.chosen(rng), tilt)


def pictures(scene: Scene, ground: Picture, rng: np.random.Generator) -> Iterator[Picture]:
    """The pictures of one scene, an empty gate at its end."""
    cast = Cast.of(scene, rng)
    for number in range(SCENE_PICTURES):
        picture = ground.copy()
        across = _across(number, layout.WIDTH if scene.vehicle else 760)
        if across is not None:
            bob = 0 if scene.vehicle else round(4 * abs(math.sin(number * 1.1)) * (across != 0))
            sway = round(3 * math.sin(number * 0.33)) if across == 0 and not scene.vehicle else 0
            paste(picture, cast.figure, cast.place[0] + across + sway, cast.place[1] - bob)
        raised = _raised(number)
        if raised > 0:
            _hold_up(picture, cast, number, raised)
        at_mark = ENTER <= number < ENTER + RAISE + HOLD + LOWER
        draw_inset(picture, scene.temperature_c if at_mark else None, rng)
        draw_notice(picture)
        yield cast.lens.seen(picture, number)


def _across(number: int, far: int) -> int | None:
    """Pixels right of the mark; None when nobody is in view."""
    if number < ENTER:
        return -round(far * math.pow(1 - (number + 1) / ENTER, 1.6))
    gone = number - (ENTER + RAISE + HOLD + LOWER)
    if gone < 0:
        return 0
    return round(far * math.pow((gone + 1) / LEAVE, 1.5)) if gone < LEAVE else None


def _raised(number: int) -> float:
    """How far the pass is up: 0 out of view, 1 in front of the camera."""
    step = number - ENTER + 1
    if step <= RAISE:
        return max(0.0, step / RAISE)
    lowered = step - RAISE - HOLD
    return 1.0 if lowered <= 0 else max(0.0, 1 - lowered / LOWER)


def _hold_up(picture: Picture, cast: Cast, number: int, raised: float) -> None:
    shown = cast.shown
    if shown is None:
        return
    if cast.scene.carries == "phone":
        shown = glare(shown, (number % 60) / 60)
    shake_x = 3.0 * math.sin(number * 0.9) + 1.5 * math.sin(number * 2.3)
    shake_y = 2.5 * math.sin(number * 0.7 + 1)
    x = _PASS_MIDDLE[0] + shake_x
    y = _PASS_MIDDLE[1] + shake_y + _BELOW * (1 - raised) ** 1.3
    turn = cast.tilt[0] + 0.8 * math.sin(number * 0.4)
    warped = _turned(shown, turn, cast.tilt[1:])
    if 0 < raised < 1:
        warped = moved(warped, 22)
    _arm(picture, (x, y), cast.look, shown.shape[0])
    paste(picture, warped, round(x - warped.shape[1] / 2), round(y - warped.shape[0] / 2))
    _fingers(picture, (x, y + shown.shape[0] / 2), cast.look)


def _turned(sprite: Sprite, degrees: float, lean: tuple[float, ...]) -> Sprite:
    """A sprite turned in its plane and leaning away to the side and upwards."""
    height, width = sprite.shape[:2]
    side = round(math.hypot(width, height) * 1.04)
    corners = np.array(((-1, -1), (1, -1), (1, 1), (-1, 1)), np.float32)
    flat = corners * (width / 2, height / 2)
    depth = 1 + corners @ np.array(lean, np.float32)
    angle = math.radians(degrees)
    spin = np.array(((math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))))
    there = (flat @ spin) / depth[:, None] + side / 2
    here = flat + np.array((width / 2, height / 2))
    how = cv2.getPerspectiveTransform(here.astype(np.float32), there.astype(np.float32))
    turned = cv2.warpPerspective(sprite, how, (side, side), flags=cv2.INTER_AREA)
    return np.asarray(turned, np.uint8)


def _arm(picture: Picture, middle: tuple[float, float], look: Look, height: int) -> None:
    hand = (round(middle[0]), round(middle[1] + height / 2 - 10))
    elbow = (_SHOULDER[0] + 36, 700)
    for wide, colour in ((74, shade(look.clothes, 0.7)), (64, look.clothes)):
        cv2.line(picture, _SHOULDER, elbow, colour, wide, cv2.LINE_AA)
        cv2.line(picture, elbow, hand, colour, wide, cv2.LINE_AA)
    cv2.ellipse(picture, hand, (54, 44), 0, 0, 360, look.skin, -1, cv2.LINE_AA)


def _fingers(picture: Picture, edge: tuple[float, float], look: Look) -> None:
    """A thumb and a finger over the lower edge."""
    for dx in (-34, 30):
        tip = (round(edge[0] + dx), round(edge[1] - 12))
        root = (round(edge[0] + dx * 0.8), round(edge[1] + 34))
        cv2.line(picture, root, tip, shade(look.skin, 0.85), 26, cv2.LINE_AA)
        cv2.line(picture, root, tip, look.skin, 21, cv2.LINE_AA)
