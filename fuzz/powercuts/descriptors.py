"""Who has which file open: descriptors are shared by threads and inherited by children."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fuzz.powercuts.calls import Call
from fuzz.powercuts.disk import Node

_MAKING = {"clone", "clone3", "fork", "vfork"}


@dataclass(slots=True)
class Opened:
    """An open file description: where the next plain write goes."""

    node: Node
    append: bool = False
    offset: int = 0


Table = dict[int, Opened]


@dataclass
class OpenFiles:
    """The open files of the recorded folder, by thread and descriptor."""

    _tables: dict[int, Table] = field(default_factory=dict)
    _parents: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def expect(self, calls: Sequence[Call]) -> None:
        """Learn who makes which thread, and whether it shares the descriptors.

        A child may call before the call that made it has returned to its parent.
        """
        for call in calls:
            if call.name in _MAKING and call.result > 0:
                shares = any("CLONE_FILES" in arg for arg in call.args)
                self._parents[call.result] = (call.thread, shares)

    def of(self, call: Call) -> Table:
        """The files that the caller has open."""
        return self._of(call.thread)

    def _of(self, thread: int) -> Table:
        if thread not in self._tables:
            parent, shares = self._parents.get(thread, (0, False))
            table = self._of(parent) if parent else {}
            self._tables[thread] = table if shares else dict(table)
        return self._tables[thread]

    def first(self, call: Call) -> Opened | None:
        """The file that the first argument is open on."""
        first = call.args[0] if call.args else ""
        return self.of(call).get(int(first)) if first.isdigit() else None

    def follow(self, call: Call) -> None:
        """Take note of what a call does to descriptors alone."""
        table = self.of(call)
        match call.name:
            case _ if call.result < 0:
                return
            case "close":
                table.pop(int(call.args[0]), None)
            case "close_range":
                first, last = int(call.args[0]), int(call.args[1])
                for number in [number for number in table if first <= number <= last]:
                    del table[number]
            case "dup" | "dup2" | "dup3":
                self._double(table, call)
            case "fcntl" if call.args[1].startswith("F_DUPFD"):
                self._double(table, call)
            case "lseek" if opened := self.first(call):
                opened.offset = call.result
            case "execve":
                self._tables[call.thread] = {}  # every file of ours closes on exec

    def _double(self, table: Table, call: Call) -> None:
        opened = self.first(call)
        table.pop(call.result, None)
        if opened:
            table[call.result] = opened
