"""Headers that keep a page to itself: nothing from outside, nothing inline, no framing."""

from __future__ import annotations

from flask import Flask, Response, request
from secure import Secure
from secure.headers import (
    CacheControl,
    ContentSecurityPolicy,
    CrossOriginOpenerPolicy,
    CrossOriginResourcePolicy,
    PermissionsPolicy,
    ReferrerPolicy,
    StrictTransportSecurity,
    XContentTypeOptions,
    XFrameOptions,
)

from admin.config import Settings

_FILES = {"static", "htmx", "bootstrap.static", "own.static"}


def set_up(app: Flask, settings: Settings) -> None:
    """Put the headers on every answer; pages are never kept by browsers or proxies."""
    policy = (
        ContentSecurityPolicy()
        .clear()
        .default_src("'none'")
        .script_src("'self'")
        .style_src("'self'")
        .img_src("'self'", "data:")
        .font_src("'self'")
        .connect_src("'self'")
        .form_action("'self'")
        .base_uri("'none'")
        .frame_ancestors("'none'")
    )
    common = Secure(
        csp=policy,
        coop=CrossOriginOpenerPolicy().same_origin(),
        corp=CrossOriginResourcePolicy().same_origin(),
        permissions=PermissionsPolicy().geolocation().microphone().camera(),
        referrer=ReferrerPolicy().same_origin(),
        xcto=XContentTypeOptions().nosniff(),
        xfo=XFrameOptions().deny(),
        hsts=StrictTransportSecurity().max_age(31_536_000) if settings.secure_cookies else None,
    )
    private = Secure(cache=CacheControl().no_store())

    @app.after_request
    def _add(response: Response) -> Response:
        common.set_headers(response)
        if request.endpoint not in _FILES:
            private.set_headers(response)
        return response
