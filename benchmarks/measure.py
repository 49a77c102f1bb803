"""What a command costs: the CPU time of its process and of every process it started, its wall time, its peak memory."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TICK = os.sysconf("SC_CLK_TCK")
LOOK = 0.1  # seconds between two looks whether it has ended
SELDOM = 5  # looks; the memory is looked at every fifth time, for the kernel adds up its pages


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU (user and system, children included), seconds on the clock, bytes of memory at its peak, exit code."""

    cpu: float
    wall: float
    peak: int
    code: int


def run(command: Sequence[str], env: Mapping[str, str], folder: Path, log: Path) -> Cost:
    """Run a command to its end, its output into ``log``. A child that nobody waited for would not be counted: ours are."""
    started, peak, looks = time.monotonic(), 0, 0
    with log.open("ab") as out:
        process = subprocess.Popen(command, env=env, cwd=folder, stdout=out, stderr=out)
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        if looks % SELDOM == 0:
            peak = max(peak, memory_of(process.pid))
        looks += 1
        time.sleep(LOOK)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - started, peak, process.returncode)


def memory_of(pid: int) -> int:
    """Resident bytes of a process and of all below it; of what several share, each has its part (PSS)."""
    total = 0
    with suppress(OSError, StopIteration):
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        total = int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            total += sum(memory_of(int(child)) for child in children.read_text().split())
    return total


def cpu_of(pids: Sequence[int]) -> float:
    """Seconds of CPU that processes, and the children they have waited for, have had so far."""
    total = 0.0
    for pid in pids:
        with suppress(OSError):
            words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, words[11:15])) / TICK  # utime, stime, cutime, cstime
    return total
