"""What a crawl may be asked: ``limit``, ``urls`` and ``again``, ``since`` and ``until``. Mistakes are a line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import UsageError

from pipelines.discovery import is_dated
from pipelines.indonesian.dates import ZONES
from pipelines.nouns import Link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pipelines.outlets import Outlet


KNOWN = {"again", "limit", "since", "until", "urls"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """The crawl asked for: ``links`` is None for a crawl by the doors, ``again``: of them also what is held or lost."""

    limit: int | None = None
    links: tuple[Link, ...] | None = None
    days: tuple[date, ...] = ()
    again: bool = False

    @classmethod
    def read(cls, given: Mapping[str, str], outlet: Outlet) -> Wishes:
        """Read the arguments; UsageError names the wrong one."""
        if unknown := set(given) - KNOWN:
            raise UsageError(f"-a {min(unknown)}: unknown; known: {', '.join(sorted(KNOWN))}", print_help=False)
        again = _again(given)
        limit = _limit(given["limit"]) if "limit" in given else None
        links = tuple(_links(Path(given["urls"]), outlet)) if "urls" in given else None
        return cls(limit, links, tuple(_days(given, outlet)), again)


def _days(given: Mapping[str, str], outlet: Outlet) -> Iterator[date]:
    """The days from ``until`` (today) back to ``since``, newest first."""
    if not {"since", "until"} & set(given):
        return
    if "urls" in given:
        raise UsageError("-a urls and -a since: one or the other", print_help=False)
    if not any(is_dated(door) for door in outlet.doors):
        raise UsageError(f"{outlet.slug} has no dated door in its seed: it cannot be walked back in time", print_help=False)
    today = datetime.now(UTC).astimezone(ZONES[outlet.zone]).date()
    until = min(_day("until", given["until"]), today) if "until" in given else today
    since = _day("since", given["since"]) if "since" in given else until
    if since > until:
        raise UsageError(f"-a since={since}: lies after {until}", print_help=False)
    yield from (until - timedelta(days=back) for back in range((until - since).days + 1))


def _day(name: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"-a {name}={text}: needs a day as 2021-12-30", print_help=False) from error


def _again(given: Mapping[str, str]) -> bool:
    if "again" in given and "urls" not in given:
        raise UsageError("-a again: goes with -a urls", print_help=False)
    if given.get("again", "1") != "1":
        raise UsageError(f"-a again={given['again']}: needs 1", print_help=False)
    return "again" in given


def _limit(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise UsageError(f"-a limit={text}: needs a whole number from 1", print_help=False)
    return int(text)


def _links(path: Path, outlet: Outlet) -> Iterator[Link]:
    """One address a line; what follows white space, empty lines and ``#`` lines are passed over."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"-a urls={path}: {getattr(error, 'strerror', None) or error}", print_help=False) from error
    named = False
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        url = line.split()[0]
        story_id = outlet.story_id(url)
        if story_id is None:
            raise UsageError(f"{path}:{number}: {url} is no story address of {outlet.slug}", print_help=False)
        named = True
        yield Link(outlet.bare(url), story_id, door="urls")
    if not named:
        raise UsageError(f"-a urls={path}: names no address", print_help=False)
