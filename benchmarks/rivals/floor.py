"""The floor: aiohttp asking every address of a file, sixteen at a time, and nothing else: ``python floor.py FILE``."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import aiohttp

AT_ONCE = 16


async def fetch(urls: list[str]) -> None:
    """Ask them all."""
    left = iter(urls)
    async with aiohttp.ClientSession() as session:

        async def ask() -> None:
            for url in left:
                async with session.get(url) as response:
                    assert await response.read()

        await asyncio.gather(*(ask() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(fetch(Path(sys.argv[1]).read_text(encoding="utf-8").split()))
