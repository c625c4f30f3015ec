"""An enterprise admin's pages: the roster, passes, kiosks, and how today goes at the gates."""

from admin.enterprise import kiosks, passes, roster
from admin.enterprise.home import blueprint

__all__ = ["blueprint", "kiosks", "passes", "roster"]
