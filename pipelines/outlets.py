"""Seeds → outlets: what one newsroom's pages look like, read from TOML. A mistake names its file and its key."""

from __future__ import annotations

import re
import tomllib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from pipelines.masthead import mastheads, places
from pipelines.seedfiles import SHARED, Seeds, files, folders, names, rules_version, seed_of
from pipelines.seedtables import HOST, delay_of, doors_of, expect_of, hosts_of, layouts_of, patterns_of, rules_of, sources_of
from pipelines.seedwords import (  # fmt: skip
    SeedError,
    check_keys,
    fail,
    selector_of,
    span_of,
    spans_of,
    table_of,
    text_of,
    texts_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from pipelines.rules import Rule
    from pipelines.seedtables import Door, Layout, Source

__all__ = [
    "Outlet", "SeedError", "files", "folders", "forget", "generic", "load", "names", "outlet_of", "owners_of", "rules_version",
]  # fmt: skip

LOOKS = ("1h", "6h", "24h", "7d")  # after publication
LONGEST_ID = 2000  # bytes: a row of the database's index takes 2,704
EVERY = "30m"  # a feed of twenty stories holds about an hour of a large desk
TOP = {
    "name", "like", "hosts", "doors", "story", "query", "body", "photos", "permission", "brands", "desks", "zone", "delay",
    "fields", "layout", "clean", "more", "looks", "every", "expect",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outlet:
    """One newsroom. ``slug`` is the seed's file name, the name of its spider and the key of its rows.

    ``more`` selects, on a page that does not hold its whole story, the links to the other pages. ``looks`` are the ages
    at which a story is looked at again, ``every`` is how often the doors are asked, ``expect`` the fewest and the most stories
    of an ordinary day, where a person knows better than its history.
    """

    slug: str
    name: str
    hosts: tuple[str, ...]
    doors: tuple[Door, ...]
    story: tuple[re.Pattern[str], ...] = field(repr=False)
    query: Mapping[str, str]
    layouts: tuple[Layout, ...] = field(repr=False)
    rules: tuple[Rule, ...] = field(repr=False)
    fields: Mapping[str, tuple[Source, ...]] = field(repr=False)
    brands: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    permission: str = "free"
    zone: str = "WIB"
    delay: float | None = None
    more: str = ""
    looks: tuple[timedelta, ...] = ()
    every: timedelta = timedelta(minutes=30)
    expect: tuple[int, int] | None = None

    @property
    def houses(self) -> tuple[str, ...]:
        """Who signs where a person would: the newsroom itself, its desks, agencies."""
        return self.brands + self.desks

    def owns(self, url: str) -> bool:
        """Say whether the address lies on one of the outlet's hosts or their sub-domains."""
        host, _ = _place(url)
        return bool(host) and any(f".{host}".endswith(f".{own}") for own in self.hosts)

    def story_id(self, url: str) -> str | None:
        """Give the story's id, the same whatever host, channel, slug or page number leads to it; None where it is no story."""
        if not self.owns(url):
            return None
        place = "".join(_place(url))
        found = next((match["id"] for pattern in self.story if (match := pattern.search(place))), None)
        return found if found is None or len(found.encode(errors="replace")) <= LONGEST_ID else None

    def next_look(self, published_at: datetime | None, seen: datetime) -> datetime | None:
        """Say when a story seen at ``seen`` is looked at next; None after the last look, and for a story without a date."""
        return next((published_at + age for age in self.looks if published_at + age > seen), None) if published_at else None

    def bare(self, url: str) -> str:
        """Give the one address to ask: no fragment, no user, of the query only what the seed sets."""
        parts = urlsplit(url)
        return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2].lower(), parts.path, urlencode(self.query), ""))


@lru_cache(maxsize=256)  # a story's address is asked for nine times while its page is read
def _place(url: str) -> tuple[str, str]:
    """An address's host, lower case, and its path; the host is empty where it is no address of the web."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:  # a bracket or a port that is none
        return "", ""
    # browsers read a backslash as a slash, Python as part of the host
    sound = parts.scheme in ("http", "https") and "\\" not in url
    return (host, parts.path) if sound else ("", "")


def load(slug: str) -> Outlet:
    """Read one seed; SeedError where it is missing or wrong."""
    return _load(folders(), slug)


def outlet_of(url: str) -> Outlet | None:
    """Find the outlet that owns an address, or None. Only its own seed need be sound."""
    return next(owners_of(url), None)


def owners_of(url: str) -> Iterator[Outlet]:
    """Give the outlet that owns an address, then those that own a domain above its host."""
    try:
        host = f".{urlsplit(url).hostname}"
    except ValueError:
        return
    slugs = (slug for own, slug in _owners(folders()) if host.endswith(f".{own}"))
    yield from (outlet for slug in slugs if (outlet := load(slug)).owns(url))


def generic(url: str) -> Outlet | None:
    """Make an outlet for the host of an address that no seed knows; each of its addresses is a story. None without a host."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return None
    return of_host(host) if HOST.fullmatch(host) else None


def of_host(host: str) -> Outlet:
    """Make an outlet of a host, as if no seed knew it."""
    return _generic(folders(), host)


def forget() -> None:
    """Forget the seeds that were read: the next question opens them anew."""
    _load.cache_clear()
    _owners.cache_clear()
    _generic.cache_clear()


@cache
def _owners(seeds: Seeds) -> list[tuple[str, str]]:
    """Every host with its outlet, the longest first: a seed for a sub-domain goes before its domain's, the user's before ours."""
    owners = []
    for slug, path in files(seeds).items():
        with suppress(tomllib.TOMLDecodeError, UnicodeDecodeError, OSError):
            hosts = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("hosts", [])
            owners += [(host.lower(), slug) for host in hosts if isinstance(host, str)]
    own = {slug for slug, path in files(seeds).items() if path.parent == seeds[0]}
    return sorted(owners, key=lambda owner: (len(owner[0]), owner[1] in own), reverse=True)


@lru_cache(maxsize=1024)
def _generic(seeds: Seeds, host: str) -> Outlet:
    """Every address of an unknown host that someone asks us to read is a story: it is its own id."""
    fields, rules, desks = shared(seeds, fenced=False)
    first, *alone = places()
    own = (*mastheads(host), first, *rules, *alone)
    return Outlet(host, host, (host,), (), (re.compile("(?P<id>.+)"),), {}, (), own, fields, desks=desks)


def shared(seeds: Seeds, *, fenced: bool) -> tuple[dict[str, tuple[Source, ...]], tuple[Rule, ...], tuple[str, ...]]:
    """The fields, rules and desks that all seeds have, and those of the generic reading where there is no fence."""
    fields: dict[str, tuple[Source, ...]] = {}
    rules: tuple[Rule, ...] = ()
    desks: tuple[str, ...] = ()
    for name in SHARED[:1] if fenced else SHARED:
        seed = seed_of(seeds, name)
        check_keys(f"{name}.toml", "", seed, {"clean", "fields", "desks"})
        fields |= dict(sources_of(f"{name}.toml", seed))
        rules += rules_of(name, seed)
        desks += texts_of(f"{name}.toml", seed, "desks")
    return fields, rules, desks


@cache
def _load(seeds: Seeds, slug: str) -> Outlet:
    seed = seed_of(seeds, slug)
    where = f"{slug}.toml"
    check_keys(where, "", seed, TOP)
    like = _like(seeds, where, seed)
    layouts = layouts_of(where, seed) or (like.layouts if like else ())
    fields, rules, desks = shared(seeds, fenced=bool(layouts))
    return Outlet(
        slug=slug,
        name=text_of(where, seed, "name"),
        hosts=hosts_of(where, seed),
        doors=doors_of(where, seed),
        story=patterns_of(where, seed),
        query=table_of(where, seed, "query"),
        layouts=layouts,
        rules=_own(like) + rules_of(slug, seed) + rules,
        fields=fields | dict(like.fields if like else {}) | dict(sources_of(where, seed)),
        brands=texts_of(where, seed, "brands") or (like.brands if like else ()),
        desks=tuple(dict.fromkeys((*desks, *(like.desks if like else ()), *texts_of(where, seed, "desks")))),
        permission=text_of(where, seed, "permission", "free", among=("free", "ask", "forbidden")),
        zone=text_of(where, seed, "zone", "WIB", among=("WIB", "WITA", "WIT", "UTC")),
        delay=delay_of(where, seed),
        more=selector_of(where, "more", text_of(where, seed, "more")) if "more" in seed else (like.more if like else ""),
        looks=spans_of(where, seed, "looks", LOOKS),
        every=span_of(where, seed, "every", EVERY),
        expect=expect_of(where, seed),
    )


def _like(seeds: Seeds, where: str, seed: Mapping[str, Any]) -> Outlet | None:
    """Load the seed that this one resembles; one step, no chains."""
    if "like" not in seed:
        return None
    slug = text_of(where, seed, "like", among=sorted(files(seeds).keys() - set(SHARED)))
    if "like" in seed_of(seeds, slug):
        raise fail(where, "like", f"{slug!r} is itself like another")
    return _load(seeds, slug)


def _own(like: Outlet | None) -> tuple[Rule, ...]:
    if like is None:
        return ()
    return tuple(rule for rule in like.rules if rule.name.partition("/")[0] not in SHARED)
