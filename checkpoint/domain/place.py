"""Places: an enterprise 企业 has sites 厂区, a site has gates 门岗, a gate has kiosks."""

from __future__ import annotations

from dataclasses import dataclass

BUREAU = "bureau"
"""The issuer name of the district authority; no enterprise may take it."""


@dataclass(frozen=True, slots=True)
class Enterprise:
    """A plant or company under the bureau.

    `enterprise_id` is short text, unique in the district; `credit_code` is the unified
    social credit code (GB 32100-2015, 18 characters).
    """

    enterprise_id: str
    name: str
    credit_code: str
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """A fenced place of one enterprise, with the zone in which its times are shown."""

    site_id: str
    enterprise_id: str
    name: str
    zone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Gate:
    """Where people pass in or out of a site."""

    gate_id: str
    site_id: str
    name: str
