"""The tables of a seed and what they become: doors, layouts, fields' sources, rules with their proofs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.rules import Rule, Verb
from pipelines.seedwords import GENERIC, check_keys, fail, pattern_of, selector_of, table_of, tables_of, text_of, texts_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PROOF = {"why", "given", "gives", "spare", "keeps"}
KINDS = ("feed", "sitemap", "index")
STORIES = ("article", "photo", "video")
TECHNIQUES = ("css", "meta", "json_ld", "kmklabs")
FIELDS = ("title", "authors", "editors", "published_at", "modified_at", "section", "tags", "source_credit", "kind", "canonical")
FIELD_GROUPS = {"dateline", "authors", "editors", "source_credit"}
LONGEST_DELAY = 86_400  # seconds
HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
# A seed without ``story`` takes for one whatever ends in a slug or a number, under its whole address.
ANY_STORY = r"^(?P<id>[^/]+/(?:.*/)?[^/]*(?:\w-\w+-\w|\d{4})[^/]*)/?$"


class Offset(int):
    """Pages passed so far; written ``{offset:20}`` it counts the rows on them, 20 a page."""

    def __format__(self, rows: str) -> str:
        return str(self * int(rows or 1))


@dataclass(frozen=True, slots=True)
class Door:
    """Where an outlet announces stories. ``kind``: feed, sitemap or index; an index's ``items`` selects its rows."""

    kind: str
    url: str
    items: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """One template of an outlet: the body's fence, the pictures beside it, what kind of story it carries."""

    name: str
    body: str
    photos: str = ""
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """Where a field stands: a technique of ``readers/``, what it is asked for, and the part of the answer that counts."""

    technique: str
    asked: str
    pattern: re.Pattern[str] | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.technique}:{self.asked}"


def patterns_of(where: str, seed: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    """Compile the story patterns, each with its ``id`` group, matched against host and path."""
    if "story" not in seed:
        return (pattern_of(where, "story", ANY_STORY),)
    several = {"story": [seed["story"]]} if isinstance(seed.get("story"), str) else seed
    patterns = tuple(pattern_of(where, "story", text) for text in texts_of(where, several, "story", needed=True))
    for pattern in patterns:
        if "id" not in pattern.groupindex:
            raise fail(where, "story", f"{pattern.pattern!r} has no (?P<id>…)")
    return patterns


def doors_of(where: str, seed: Mapping[str, Any]) -> tuple[Door, ...]:
    """Read ``doors``: tables of one kind each."""
    return tuple(_door(where, door) for door in tables_of(where, seed, "doors"))


def _door(where: str, door: Mapping[str, Any]) -> Door:
    check_keys(where, "doors.", door, {*KINDS, "items"})
    kinds = [kind for kind in KINDS if kind in door]
    if len(kinds) != 1:
        raise fail(where, "doors", f"each needs exactly one of {', '.join(KINDS)}")
    kind, url = kinds[0], text_of(where, door, kinds[0])
    try:
        url.format(date=date(2000, 1, 1), page=1, offset=Offset(0))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise fail(where, f"doors.{kind}", f"{url!r}: only {{date:…}}, {{page}} and {{offset:20}} may stand in braces") from error
    if "@" in url.partition("//")[2].partition("/")[0]:
        raise fail(where, f"doors.{kind}", "an address with a user in it is not asked")
    if not re.match(r"https?://[^/\s]*[^/\s{}]+\.[^/\s]", url):
        raise fail(where, f"doors.{kind}", f"{url!r} is no address: it begins with https:// and a host")
    items = selector_of(where, "doors.items", door["items"]) if "items" in door else ""
    if kind == "index" and not items:
        raise fail(where, "doors.items", "an index needs the selector of its rows")
    return Door(kind, url, items)


def layouts_of(where: str, seed: Mapping[str, Any]) -> tuple[Layout, ...]:
    """Read ``[[layout]]`` tables, or the one layout that ``body`` and ``photos`` at the top describe."""
    alone = {key: seed[key] for key in ("body", "photos") if key in seed}
    if alone and "layout" in seed:
        raise fail(where, next(iter(alone)), "stands in [[layout]] where there is one")
    tables = tables_of(where, seed, "layout") or ([alone] if alone else [])
    return tuple(_layout(where, number, table) for number, table in enumerate(tables, 1))


def _layout(where: str, number: int, table: Mapping[str, Any]) -> Layout:
    check_keys(where, "layout.", table, {"name", "body", "photos", "kind"})
    photos = selector_of(where, "layout.photos", table["photos"]) if table.get("photos") else ""
    body = selector_of(where, "layout.body", text_of(where, table, "body"))
    kind = text_of(where, table, "kind", among=STORIES) if "kind" in table else None
    name = text_of(where, table, "name", f"layout {number}")
    if name == GENERIC:
        raise fail(where, "layout.name", f"{name!r} is what a page that fits no layout is read by")
    return Layout(name, body, photos, kind)


def sources_of(where: str, seed: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Source, ...]]]:
    """Read ``[fields]``: for each field its sources, first answer wins."""
    fields = seed.get("fields", {})
    if not isinstance(fields, dict):
        raise fail(where, "fields", "needs a table")
    for name in fields:
        check_keys(where, "fields.", {name: None}, FIELDS)
        yield name, tuple(_source(where, name, text) for text in texts_of(where, fields, name))


def _source(where: str, name: str, text: str) -> Source:
    technique, _, asked = text.partition(":")
    if technique not in TECHNIQUES or not asked:
        raise fail(where, f"fields.{name}", f"{text!r}: begin with one of {', '.join(TECHNIQUES)} and a colon")
    asked, _, part = asked.partition(" =~ ")
    if technique == "css":
        selector_of(where, f"fields.{name}", asked.partition("@")[0])
    return Source(technique, asked, pattern_of(where, f"fields.{name}", part) if part else None)


def rules_of(slug: str, seed: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Read ``[[clean]]``: one verb each, with its proof."""
    rules = tuple(_rule(slug, number, table) for number, table in enumerate(tables_of(f"{slug}.toml", seed, "clean"), 1))
    seen: set[str] = set()
    for rule in rules:
        if rule.name in seen:
            raise fail(f"{slug}.toml", "clean.why", f"{rule.why!r} names two rules")
        seen.add(rule.name)
    return rules


def _rule(slug: str, number: int, table: Mapping[str, Any]) -> Rule:
    where, verbs = f"{slug}.toml", [verb for verb in Verb if verb in table]
    key = f"clean #{number} ({table.get('why', 'no why')})"
    check_keys(where, f"{key}: ", table, {*Verb, *PROOF})
    if len(verbs) != 1:
        raise fail(where, key, f"needs exactly one verb of {', '.join(Verb)}")
    proof = {name: table.get(name, "") for name in ("why", "given", "gives", "spare")}
    for name, text in proof.items():
        if not isinstance(text, str) or not (text or name == "gives"):
            raise fail(where, key, f"missing proof: {name}")
    verb, said, keeps = verbs[0], text_of(where, table, verbs[0]), table_of(where, table, "keeps")
    rule = partial(Rule, name=f"{slug}/{table['why']}", verb=verb, keeps=keeps, **proof)
    if verb is Verb.DROP:
        return rule(selector=selector_of(where, key, said))
    pattern = pattern_of(where, key, said)
    if (match := pattern.search(proof["given"])) and not match.group():
        raise fail(where, key, f"{said!r} cuts nothing")
    if unknown := {*pattern.groupindex, *keeps} - FIELD_GROUPS:
        raise fail(where, key, f"no field named {', '.join(sorted(unknown))}")
    return rule(pattern=pattern)


def hosts_of(where: str, seed: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the hosts, in small letters."""
    hosts = tuple(host.lower() for host in texts_of(where, seed, "hosts", needed=True))
    if wrong := next((host for host in hosts if not HOST.fullmatch(host)), None):
        raise fail(where, "hosts", f"{wrong!r} is no host name")
    return hosts


def delay_of(where: str, seed: Mapping[str, Any]) -> float | None:
    """Give the seconds between two requests that the seed asks for, or None."""
    delay = seed.get("delay")
    if delay is not None and (type(delay) not in (int, float) or not 0 <= delay <= LONGEST_DELAY):  # TOML has inf and nan
        raise fail(where, "delay", "needs a number of seconds, a day's at most")
    return delay


def expect_of(where: str, seed: Mapping[str, Any]) -> tuple[int, int] | None:
    """Give the fewest and the most stories of an ordinary day, or None."""
    if "expect" not in seed:
        return None
    match seed["expect"]:
        case {"per_day": [low, high], **rest} if not rest and type(low) is type(high) is int and 0 <= low <= high:
            return low, high
    raise fail(where, "expect", "needs the fewest and the most stories of a day, as { per_day = [50, 400] }")
