"""The signed bundle of each kiosk."""

from __future__ import annotations

from checkpoint.services.office import Office


def bundle_for(office: Office, kiosk_id: str) -> tuple[bytes, str]:
    """The bundle in force and its entity tag (hex, to be quoted in the header).

    The version grows when the content changes and never falls; the bundle is signed again
    when it is older than ten minutes. Raises NotFound, and Refused for a revoked kiosk.
    """
    raise NotImplementedError
