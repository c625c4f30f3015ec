"""Work that is done when it is handed over."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import Any

from checkpoint.errors import DeviceFault


class AtOnce(Executor):
    """Does what it is given before it answers: no thread, no waiting."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except DeviceFault as fault:
            future.set_exception(fault)
        return future
