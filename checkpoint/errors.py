"""One error tree. An exception means that we got no answer; a refusal is a value."""

from enum import StrEnum


class SibaoError(Exception):
    """A fault, with what an operator can do about it.

    `message` says what is wrong and where; `remedy` says how to mend it.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def diagnostics(self) -> str:
        """One line for an operator: the fault, its kind and its remedy."""
        kind = type(self).__name__
        return f"{self.message} [{kind}]" + (f" → {self.remedy}" if self.remedy else "")


class SettingError(SibaoError):
    """A setting has a wrong type or value, or is missing."""


class KeyFault(SibaoError):
    """A key or keyring can't be read, is malformed, or may not sign this."""


class ClaimError(SibaoError):
    """A pass can't be issued with these claims."""


class PolicyError(SibaoError):
    """A policy is without rules, out of range, or looser than the one it stands on."""


class EntryError(SibaoError):
    """Bytes are not a canonical entry, head, receipt or export line."""


class WireError(SibaoError):
    """What came over the network is not what was agreed, or did not come at all."""


class LogFault(WireError):
    """The server's receipt log shrank, forked, or gave way to another one."""


class JournalFault(SibaoError):
    """The gate's journal could not take an entry, or holds something broken."""


class StorageFault(SibaoError):
    """The server's database did not answer, or is at the wrong version."""


class Damaged(StorageFault):
    """What is stored can't be read as anything that this program stores."""


class Unmade(StorageFault):
    """The database has no tables of this program."""


class BehindHeads(StorageFault):
    """The database does not hold what this server signed: it was put back, or changed."""


class Ailment(StrEnum):
    """How a device ails."""

    LOST = "lost"
    """unplugged, or never there"""
    SILENT = "silent"
    """it takes no notice of questions"""
    BABBLING = "babbling"
    """what it says means nothing"""
    SLOW = "slow"
    """its answers come too late to be of use"""
    STUCK = "stuck"
    """it says the very same for ever; a camera's picture is frozen"""
    FAILED = "failed"
    """any other way"""


class DeviceFault(SibaoError):
    """A camera, sensor, barrier or network device is missing or failed."""

    def __init__(
        self, message: str, *, remedy: str = "", ailment: Ailment = Ailment.FAILED
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.ailment = ailment

    def again(self) -> "DeviceFault":
        """The same fault, to be raised where the device is asked: in another thread, once more."""
        return DeviceFault(self.message, remedy=self.remedy, ailment=self.ailment)


class NotFound(SibaoError):
    """The object does not exist, or lies outside the caller's scope."""


class Refused(SibaoError):
    """The request is understood and not allowed in the present state."""


class Overtaken(Refused):
    """Somebody changed the record since the form was made: nothing of the form was taken.

    `who` changed it last, at `at_ms` (UTC, ms since 1970).
    """

    def __init__(self, who: str, at_ms: int) -> None:
        super().__init__("version is old: the record was changed meanwhile", remedy="reload it")
        self.who = who
        self.at_ms = at_ms
