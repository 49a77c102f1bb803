"""Commands as forks of one warm process, each handled as asyncio handles a process it has started."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.cli.warm import Warm

if TYPE_CHECKING:
    import socket
    from asyncio import StreamReader, TimerHandle
    from collections.abc import Callable, Iterable, Mapping, Sequence

IDLE = 5.0  # seconds without a command after which the warm process is let go, with the memory and the modules that it holds


class Forks:
    """Forks a process that has ``modules`` imported; it is started when it is needed, and again where it was killed."""

    def __init__(self, modules: Iterable[str], env: Mapping[str, str], longest: int) -> None:
        self.modules, self.env, self.longest = tuple(modules), env, longest
        self._warm: Warm | None = None
        self._at_work = 0
        self._idle: TimerHandle | None = None

    async def start(self, words: Sequence[str]) -> Fork:
        """Do what ``python -m WORDS`` does, its output in lines of at most ``longest`` bytes; OSError where there is no room."""
        self._at_work += 1
        if self._idle:
            self._idle.cancel()
        fork = None
        try:
            fork = await self._forked(words) or await self._forked(words)
        finally:
            if fork is None:
                self._ended()
        if fork is None:
            msg = "the process that forks was killed twice"
            raise ChildProcessError(msg)
        return fork

    async def _forked(self, words: Sequence[str]) -> Fork | None:
        """Fork; None where the warm process was killed before it could."""
        if self._warm is None or self._warm.is_gone:
            self.close()
            self._warm = Warm(self.modules, self.env)
        warm, (ours, theirs) = self._warm, zip(os.pipe(), os.pipe(), strict=True)
        try:
            answer = warm.fork(words, *theirs)
        except OSError:
            for file in ours:
                os.close(file)
            raise
        finally:
            for file in theirs:
                os.close(file)
        answer.settimeout(0)
        out, err = [await _reader(file, self.longest) for file in ours]
        if pid := await asyncio.get_running_loop().sock_recv(answer, 16):
            return Fork(out, err, int(pid), answer, self._ended)
        answer.close()
        if self._warm is warm:  # it may not yet be seen to be gone
            self.close()
        return None

    def close(self) -> None:
        """Let the process go."""
        if self._idle:
            self._idle.cancel()
        if self._warm:
            self._warm.close()
        self._warm = self._idle = None

    def _ended(self) -> None:
        self._at_work -= 1
        if not self._at_work:
            self._idle = asyncio.get_running_loop().call_later(IDLE, self.close)


@dataclass(slots=True, eq=False)
class Fork:
    """As much of ``asyncio.subprocess.Process`` as is needed."""

    stdout: StreamReader
    stderr: StreamReader
    pid: int  # 0 where it is over, or never began
    _answer: socket.socket
    _ended: Callable[[], None]

    def send_signal(self, which: int) -> None:
        """Send a signal; ProcessLookupError where it is over."""
        if not self.pid:
            raise ProcessLookupError
        os.kill(self.pid, which)

    async def wait(self) -> int | None:
        """Wait for its end and give its exit code; None where the process that knew it was killed."""
        with self._answer:
            code = await asyncio.get_running_loop().sock_recv(self._answer, 16)
        self.pid = 0
        self._ended()
        return int(code) if code else None


async def _reader(file: int, longest: int) -> StreamReader:
    reader = asyncio.StreamReader(longest)
    pipe = os.fdopen(file, "rb", 0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), pipe)
    return reader
