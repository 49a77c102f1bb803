"""What the operator decided, beside the archive: what pages cannot say. Lines of JSON, appended and on disk before they count."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from errno import ENOSPC
from typing import TYPE_CHECKING, Any

from pipelines.archive.writer import sync_folder

if TYPE_CHECKING:
    from pathlib import Path

FILE = "journal.jsonl"


def note(folder: Path, what: str, **facts: Any) -> None:
    """Write a decision down: ``what`` is forget, permit, prune or import."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    new = not path.exists()
    line = json.dumps({"at": datetime.now(UTC).isoformat(), "what": what, **facts}, ensure_ascii=False) + "\n"
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        end = os.fstat(handle).st_size
        torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"
        told = (("\n" if torn else "") + line).encode()
        if os.write(handle, told) < len(told):  # a disk that fills takes a part and says nothing; the next write tells
            raise OSError(ENOSPC, os.strerror(ENOSPC), str(path))
        os.fsync(handle)
    finally:
        os.close(handle)
    if new:
        sync_folder(folder)


def entries(folder: Path, what: str) -> list[dict[str, Any]]:
    """Give the decisions of one kind, oldest first. A line that a crash cut short was never promised to anyone."""
    path = folder / FILE
    if not path.exists():
        return []
    # not by splitlines(): an address may hold U+2028 or U+0085, which JSON leaves as they are
    told = [_read(line) for line in path.read_text(encoding="utf-8", errors="replace").split("\n")]
    return [line for line in told if line and line["what"] == what]


def _read(line: str) -> dict[str, Any] | None:
    try:
        said = json.loads(line)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "what" in said else None
