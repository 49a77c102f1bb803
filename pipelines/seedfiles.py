"""Where the seeds are: the user's own folder, then the one we ship. Their files by slug, and the state they are in."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path
from typing import Any

from pipelines.seedwords import GENERIC, SeedError

COMMON = "common"
SHARED = (COMMON, GENERIC)
Seeds = tuple[Path, ...]


def folders() -> Seeds:
    """Where the seeds are, the first to be asked first: the user's own (KLIPING_SEEDS), then those we ship."""
    here = Path(__file__).parent
    shipped = here / "seeds" if (here / "seeds").is_dir() else here.parent / "seeds"  # in a wheel, in a checkout
    own = os.environ.get("KLIPING_SEEDS")
    if own and not Path(own).is_dir():
        raise SeedError(f"KLIPING_SEEDS: {own} is no folder")
    return (Path(own), shipped) if own else (shipped,)


def files(seeds: Seeds) -> dict[str, Path]:
    """Every seed's file by its slug; a file of the user's replaces the shipped one of its name."""
    return {path.stem: path for seed in reversed(seeds) for path in sorted(seed.glob("*.toml"))}


def written() -> dict[Path, int]:
    """When each seed's file was last written, in nanoseconds: who keeps seeds for days compares it before he asks again."""
    return {path: path.stat().st_mtime_ns for path in files(folders()).values() if path.is_file()}


def names() -> list[str]:
    """Every outlet's slug, without opening a seed."""
    return sorted(files(folders()).keys() - set(SHARED))


def rules_version() -> str:
    """Name the state of all seeds: the first 16 hex digits of their sha256, names and contents."""
    state = hashlib.sha256()
    for slug, path in sorted(files(folders()).items()):
        held = path.read_bytes() if path.is_file() else b""
        state.update(f"{slug} {len(held)}\n".encode() + held)
    return state.hexdigest()[:16]


def seed_of(seeds: Seeds, slug: str) -> dict[str, Any]:
    """Read one seed's file; SeedError where it is missing or no TOML."""
    held = files(seeds)
    if slug not in held:
        raise SeedError(f"no outlet named {slug!r}; known: {', '.join(sorted(held.keys() - set(SHARED)))}")
    try:
        return tomllib.loads(held[slug].read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        msg = f"{slug}.toml: {getattr(error, 'strerror', None) or error}"
        raise SeedError(msg) from error
