"""What a seed's key may hold, and how a seed writes it: texts, lists, patterns, selectors. A mistake is a SeedError: file, key."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GENERIC = "generic"  # what a seed without a fence is read by, and a page that fits none of its seed's
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_NOWHERE = LexborHTMLParser("<p></p>")


class SeedError(ValueError):
    """A seed that cannot be used; its text is one line that names the file and the key."""


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


def tables_of(where: str, seed: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Give a list of tables."""
    value = seed.get(key, [])
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise fail(where, key, "needs a list of tables")
    return value


def spans_of(where: str, seed: Mapping[str, Any], key: str, default: Iterable[str]) -> tuple[timedelta, ...]:
    """Give a list of spans of time, written as 30m, 6h or 7d, the shortest first."""
    texts = texts_of(where, seed, key) if key in seed else tuple(default)
    return tuple(sorted(_span(where, key, text) for text in texts))


def span_of(where: str, seed: Mapping[str, Any], key: str, default: str) -> timedelta:
    """Give one span of time."""
    return _span(where, key, text_of(where, seed, key, default))


def _span(where: str, key: str, text: str) -> timedelta:
    if not re.fullmatch(r"[1-9]\d{0,3}[mhd]", text):
        raise fail(where, key, f"{text!r} is no span of time: a number and m, h or d, as 6h")
    return timedelta(**{_UNITS[text[-1]]: int(text[:-1])})


def table_of(where: str, seed: Mapping[str, Any], key: str) -> dict[str, str]:
    """Give a table of texts."""
    value = seed.get(key, {})
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise fail(where, key, "needs a table of texts")
    return value


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
    except (SelectolaxError, TypeError) as error:
        raise fail(where, key, f"bad selector {text!r}") from error
    return text


def quoted(text: str) -> str:
    """Write a text. TOML's basic strings are JSON's, but that DEL is escaped, and nothing by two halves of a surrogate pair."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def quoted_pattern(pattern: str) -> str:
    """Write a pattern: single quotes hold it unescaped, if it holds none itself."""
    bare = pattern.replace("'", r"\x27")
    return f"'{bare}'" if bare.isprintable() else quoted(pattern)
