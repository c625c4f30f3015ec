"""A program's calls to the kernel, recorded by strace in the order in which they were made."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

TRACED = (
    "open,openat,openat2,creat,close,close_range,dup,dup2,dup3,fcntl,lseek,"
    "write,pwrite64,writev,pwritev,pwritev2,truncate,ftruncate,fallocate,"
    "fsync,fdatasync,sync,syncfs,mmap,rename,renameat,renameat2,link,linkat,unlink,unlinkat,"
    "mkdir,mkdirat,rmdir,symlink,symlinkat,mknod,mknodat,"
    "sendfile,copy_file_range,splice,io_uring_setup,sendto,sendmsg,"
    "clone,clone3,fork,vfork,execve"
)
"""Every call that could change a file or its name, say something, or pass a descriptor on."""
_LONGEST = 1 << 24
_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)", re.DOTALL)
_RESULT = re.compile(r"(.*)\)\s+= (-?\d+|0x[0-9a-f]+)\b", re.DOTALL)
_STOP_S = 240
_UNFINISHED = " <unfinished ...>"


class NoRecorder(Exception):
    """strace is not there, or may not trace here; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Call:
    """One finished call: it began at line `began` of the recording and ended at line `ended`.

    `result` is negative for a refused one. Texts among `args` are as strace writes them.
    """

    began: int
    ended: int
    thread: int
    name: str
    args: tuple[str, ...]
    result: int

    def blob(self, place: int) -> bytes:
        """The bytes of an argument that is a text."""
        return text_of(self.args[place])


def text_of(arg: str) -> bytes:
    """The bytes of a text in strace's hexadecimal writing. Raises ValueError for another."""
    if not (arg.startswith('"') and arg.endswith('"')):
        raise ValueError(f"the recorder cut a text short: {arg[:40]}")
    return bytes.fromhex(arg[1:-1].replace("\\x", ""))


@dataclass
class Tracer:
    """A program that runs under strace."""

    process: subprocess.Popen[bytes]
    log: Path
    _calls: list[Call] = field(default_factory=list)

    def stop(self) -> None:
        """Stop what is traced as a service is stopped; the recorder ends with it."""
        self._signal(signal.SIGTERM)
        self.process.wait(_STOP_S)

    def kill(self) -> None:
        """End it at once."""
        self._signal(signal.SIGKILL)
        self.process.wait(_STOP_S)

    def _signal(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
            for child in map(int, children.read_text().split()):
                subprocess.run(["/bin/kill", f"-{number}", str(child)], check=False)  # noqa: S603

    def calls(self) -> tuple[Call, ...]:
        """What was called so far; the whole recording once the program has ended."""
        return tuple(parsed(self.log.read_text(encoding="ascii").splitlines()))


def require_recorder() -> None:
    """Raises NoRecorder unless programs can be recorded here."""
    if shutil.which("strace") is None:
        raise NoRecorder("strace is missing: apt-get install -y strace")
    done = subprocess.run(
        ["strace", "-o", "/dev/null", "true"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise NoRecorder(
            "strace may not trace here; a container must allow ptrace"
            f" (--cap-add=SYS_PTRACE where it does not): {done.stderr.strip()[:200]}"
        )


@contextmanager
def tracing(
    command: Sequence[str], log: Path, injected: Sequence[str] = (), **options: Any
) -> Iterator[Tracer]:
    """Run a program under strace; it is killed if it still runs at the end.

    `injected` are strace's own words for faults, `fdatasync:error=EIO:when=3`; `options` go to
    the process. Raises NoRecorder.
    """
    require_recorder()
    faults = [word for one in injected for word in ("-e", f"inject={one}")]
    words = ["strace", "-f", "-qq", "-xx", "-s", str(_LONGEST), "-e", f"trace={TRACED}"]
    bpf = [] if injected else ["--seccomp-bpf"]
    process = subprocess.Popen(  # noqa: S603 - our own programs
        [*words, *bpf, *faults, "-o", str(log), *command], **options
    )
    tracer = Tracer(process, log)
    try:
        yield tracer
    finally:
        tracer.kill()
        _close(process.stdin)
        _close(process.stdout)
        _close(process.stderr)


def _close(stream: IO[bytes] | None) -> None:
    if stream:
        stream.close()


def parsed(lines: Sequence[str]) -> Iterator[Call]:
    """The calls in strace's lines, in the order in which they ended."""
    begun: dict[int, tuple[int, str, str]] = {}
    for number, line in enumerate(lines):
        form = _LINE.fullmatch(line)
        if form is None:
            continue  # a signal, or the end of a thread
        thread, rest = int(form[1]), form[4]
        if form[2]:
            began, name, before = begun.pop(thread)
            rest = before + rest
        elif rest.endswith(_UNFINISHED):
            begun[thread] = (number, form[3], rest.removesuffix(_UNFINISHED))
            continue
        else:
            began, name = number, form[3]
        if result := _RESULT.match(rest):
            args = tuple(_split(result[1]))
            yield Call(began, number, thread, name, args, int(result[2], 0))


def _split(text: str) -> Iterator[str]:
    """Arguments; a text holds neither comma nor bracket, as all of it is hexadecimal."""
    depth, began = 0, 0
    for mark in re.finditer(r"[][{}(),]", text):
        if mark[0] in "[{(":
            depth += 1
        elif mark[0] in "]})":
            depth -= 1
        elif not depth:
            yield text[began : mark.start()].strip()
            began = mark.end()
    yield text[began:].strip()
