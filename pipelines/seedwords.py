"""The words a seed may use, and what each must hold. Every mistake is a SeedError that names file and key."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser

from pipelines.rules import Rule, Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PROOF = {"why", "given", "gives", "spare", "keeps"}
KINDS = ("feed", "sitemap", "index")
TECHNIQUES = ("css", "meta", "json_ld", "kmklabs")
FIELDS = ("title", "authors", "editors", "published_at", "modified_at", "section", "tags", "kind", "canonical")
FIELD_GROUPS = {"dateline", "authors", "editors", "source_credit"}
_NOWHERE = LexborHTMLParser("<p></p>")


class SeedError(ValueError):
    """A seed that cannot be used; its text is one line that names the file and the key."""


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
    """Where a field stands: a technique of ``readers/`` and what it is asked for."""

    technique: str
    asked: str = field()

    def __str__(self) -> str:
        return f"{self.technique}:{self.asked}"


def fail(where: str, key: str, said: str) -> SeedError:
    """Make the one-line error; to be raised by the caller."""
    return SeedError(f"{where}: {key}: {said}")


def check_keys(where: str, table: str, seed: Mapping[str, Any], known: Iterable[str]) -> None:
    """Refuse a key that no seed has."""
    for key in seed:
        if key not in known:
            raise fail(where, f"{table}{key}", f"unknown key; known: {', '.join(sorted(known))}")


def text_of(where: str, seed: Mapping[str, Any], key: str, default: str | None = None, among: Iterable[str] = ()) -> str:
    """Give a string; the default where the key is missing, an error where there is none."""
    value = seed.get(key, default)
    if not isinstance(value, str) or not value:
        raise fail(where, key, "needs a text" if key in seed else "is missing")
    if among and value not in among:
        raise fail(where, key, f"{value!r} is none of {', '.join(among)}")
    return value


def texts_of(where: str, seed: Mapping[str, Any], key: str, *, needed: bool = False) -> tuple[str, ...]:
    """Give a list of strings."""
    value = seed.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise fail(where, key, "needs a list of texts")
    if needed and not value:
        raise fail(where, key, "is missing")
    return tuple(value)


def pattern_of(where: str, key: str, text: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    """Compile a regular expression that does not match nothing."""
    try:
        pattern = re.compile(text, flags)
    except re.error as error:
        raise fail(where, key, f"bad regular expression {text!r}: {error}") from error
    if pattern.fullmatch(""):
        raise fail(where, key, f"{text!r} matches an empty line")
    return pattern


def selector_of(where: str, key: str, text: str) -> str:
    """Check a CSS selector against the engine that will run it."""
    try:
        _NOWHERE.css(text)
    except Exception as error:  # selectolax 1.0 raises its own C-level errors without a common base
        raise fail(where, key, f"bad selector {text!r}") from error
    return text


def patterns_of(where: str, seed: Mapping[str, Any]) -> tuple[re.Pattern[str], ...]:
    """Compile the story patterns, each with its ``id`` group, matched against host and path."""
    given = seed.get("story")
    if not given:
        raise fail(where, "story", "is missing")
    patterns = tuple(pattern_of(where, "story", text) for text in ([given] if isinstance(given, str) else given))
    for pattern in patterns:
        if "id" not in pattern.groupindex:
            raise fail(where, "story", f"{pattern.pattern!r} has no (?P<id>…)")
    return patterns


def doors_of(where: str, seed: Mapping[str, Any]) -> tuple[Door, ...]:
    """Read ``doors``: tables of one kind each."""
    return tuple(_door(where, door) for door in seed.get("doors", []))


def _door(where: str, door: Mapping[str, Any]) -> Door:
    check_keys(where, "doors.", door, {*KINDS, "items"})
    kind = next((kind for kind in KINDS if kind in door), None)
    if kind is None:
        raise fail(where, "doors", f"each needs one of {', '.join(KINDS)}")
    items = selector_of(where, "doors.items", door["items"]) if "items" in door else ""
    if kind == "index" and not items:
        raise fail(where, "doors.items", "an index needs the selector of its rows")
    return Door(kind, text_of(where, door, kind), items)


def layouts_of(where: str, seed: Mapping[str, Any]) -> tuple[Layout, ...]:
    """Read ``[[layout]]`` tables, or the one layout that ``body`` and ``photos`` at the top describe."""
    tables = seed.get("layout") or ([{"body": seed["body"], **{k: seed[k] for k in ("photos",) if k in seed}}] if "body" in seed else [])
    return tuple(_layout(where, number, table) for number, table in enumerate(tables, 1))


def _layout(where: str, number: int, table: Mapping[str, Any]) -> Layout:
    check_keys(where, "layout.", table, {"name", "body", "photos", "kind"})
    photos = selector_of(where, "layout.photos", table["photos"]) if table.get("photos") else ""
    body = selector_of(where, "layout.body", text_of(where, table, "body"))
    return Layout(table.get("name", f"layout {number}"), body, photos, table.get("kind"))


def sources_of(where: str, seed: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Source, ...]]]:
    """Read ``[fields]``: for each field its sources, first answer wins."""
    for name in (fields := seed.get("fields", {})):
        check_keys(where, "fields.", {name: None}, FIELDS)
        yield name, tuple(_source(where, name, text) for text in texts_of(where, fields, name))


def _source(where: str, name: str, text: str) -> Source:
    technique, _, asked = text.partition(":")
    if technique not in TECHNIQUES or not asked:
        raise fail(where, f"fields.{name}", f"{text!r}: begin with one of {', '.join(TECHNIQUES)} and a colon")
    if technique == "css":
        selector_of(where, f"fields.{name}", asked.partition("@")[0])
    return Source(technique, asked)


def rules_of(slug: str, seed: Mapping[str, Any]) -> tuple[Rule, ...]:
    """Read ``[[clean]]``: one verb each, with its proof."""
    rules = tuple(_rule(slug, number, table) for number, table in enumerate(seed.get("clean", []), 1))
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
    for proof in ("why", "given", "spare"):
        if not isinstance(table.get(proof), str) or not table[proof]:
            raise fail(where, key, f"missing proof: {proof}")
    verb, said = verbs[0], text_of(where, table, verbs[0])
    proof = {name: table.get(name, "") for name in ("why", "given", "gives", "spare")}
    rule = {"name": f"{slug}/{table['why']}", "verb": verb, "keeps": table.get("keeps", {}), **proof}
    if verb is Verb.DROP:
        return Rule(**rule, selector=selector_of(where, key, said))
    pattern = pattern_of(where, key, said)
    if unknown := set(pattern.groupindex) - FIELD_GROUPS:
        raise fail(where, key, f"no field named {', '.join(sorted(unknown))}")
    return Rule(**rule, pattern=pattern)
