"""Standard output and error as cron and pipes leave them: closed, full, or heard by nobody. No exit code may hang on that."""

from __future__ import annotations

import os
import sys
from io import BufferedWriter, FileIO, TextIOWrapper
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Unheard(FileIO):
    """The end of a stream: what ``lost`` errors keep from being written is lost, for there is nobody to complain to."""

    def __init__(self, number: int, lost: type[OSError]) -> None:
        super().__init__(number, "w", closefd=False)
        self.lost = lost

    def write(self, data: ReadableBuffer, /) -> int:
        """Write it, or lose it."""
        try:
            return super().write(data)
        except self.lost:
            return memoryview(data).nbytes


def ready() -> None:
    """Open what is closed, towards nowhere; print what a terminal has no letters for as escapes; let a line of trouble be lost."""
    _fill()
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 (for as long as we live)
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    unheard("stderr", OSError)


def unheard(name: str, lost: type[OSError] = BrokenPipeError) -> None:
    """Let a stream go on when its reader has left. One that is not the process's own, as in a test, is left alone."""
    stream: Any = getattr(sys, name)
    if stream is not getattr(sys, f"__{name}__") or stream is None:
        return
    stream.flush()
    end = BufferedWriter(_Unheard(stream.fileno(), lost))
    setattr(sys, name, TextIOWrapper(end, stream.encoding, stream.errors, line_buffering=stream.line_buffering))


def _fill() -> None:
    """Take the numbers of closed streams: the next file opened would get them, and with them what a library complains of."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:  # the lowest free number is given: this one
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)  # noqa: FBT003 (os takes it by place alone)
