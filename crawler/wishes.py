"""What ``-a`` may ask of a crawl: ``limit=N`` and ``urls=FILE``. A mistake is one line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from pipelines.nouns import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.outlets import Outlet


@dataclass(frozen=True, slots=True)
class Wishes:
    """The crawl asked for: ``links`` is None for a crawl by the doors."""

    limit: int | None = None
    links: tuple[Link, ...] | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], outlet: Outlet) -> Wishes:
        """Read the arguments; UsageError names the wrong one."""
        if unknown := set(given) - {"limit", "urls"}:
            raise UsageError(f"-a {min(unknown)}: unknown; known: limit, urls", print_help=False)
        limit = _limit(given["limit"]) if "limit" in given else None
        links = tuple(_links(Path(given["urls"]), outlet)) if "urls" in given else None
        return cls(limit, links)


def _limit(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise UsageError(f"-a limit={text}: needs a whole number from 1", print_help=False)
    return int(text)


def _links(path: Path, outlet: Outlet) -> Iterator[Link]:
    """One address a line; what follows white space, empty lines and ``#`` lines are passed over."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"-a urls={path}: {getattr(error, 'strerror', None) or error}", print_help=False) from error
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        url = line.split()[0]
        story_id = outlet.story_id(url)
        if story_id is None:
            raise UsageError(f"{path}:{number}: {url} is no story address of {outlet.slug}", print_help=False)
        yield Link(outlet.bare(url), story_id, door="urls")
