"""The settings of what is no device: the screen, and the way to the server."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kiosk.config.section import Name, Seconds, Section


class DisplaySettings(Section):
    """The screen at the gate, a page served on this machine."""

    enabled: bool = True
    """whether the page is served"""
    host: Annotated[str, Field(min_length=1, max_length=255)] = "127.0.0.1"
    """the address to listen on; a screen on another machine may look, but its buttons do nothing"""
    port: Annotated[int, Field(ge=0, le=65535)] = 8100
    """the port to listen on; 0 takes a free one"""
    language: Literal["zh", "en"] = "zh"
    """the language shown first: `zh` or `en`"""
    preview: bool = True
    """whether the camera's picture is shown; it is kept in memory only"""
    sound: bool = True
    """whether anything is heard: a tone for each verdict, and words"""
    voice: bool = True
    """whether short words are spoken, where this machine has a voice for the page's language"""
    volume: Annotated[int, Field(ge=1, le=100)] = 100
    """how loud tones and words are, in parts of a hundred"""


class TransportSettings(Section):
    """The way to the server; its address comes from enrolment."""

    driver: Name = "http"
    """a transport of the registry: `http`"""


class SyncSettings(Section):
    """When entries go up and the bundle comes down."""

    interval_s: Seconds = 1.0
    """how often to look for unsent entries"""
    bundle_s: Seconds = 30.0
    """how often to ask for a newer bundle"""
    steps_s: Seconds = 2.0
    """how often to ask which living codes were used at the other gates"""
    batch: Annotated[int, Field(ge=1, le=256)] = 128
    """entries in one batch at most"""
    backoff_min_s: Seconds = 1.0
    """the first pause after a failure; it doubles with each further one"""
    backoff_max_s: Seconds = 15.0
    """the longest pause after failures"""
