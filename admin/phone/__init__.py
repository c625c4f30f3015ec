"""The holder's phone: the page that shows the living code, and the link by which it gets it."""

from admin.phone import links
from admin.phone.page import blueprint, declare, register

__all__ = ["blueprint", "declare", "links", "register"]
