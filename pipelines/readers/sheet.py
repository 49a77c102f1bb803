"""A page parsed once, shared by all readers: its tree, its metas, its structured data, each made when first asked for."""

from __future__ import annotations

import json
import re
import sys
from codecs import BOM_UTF8
from functools import cached_property
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Self

import chompjs
from selectolax.lexbor import LexborHTMLParser

from pipelines.readers.bounds import BYTES, CROWD, TAGS, bounded
from pipelines.readers.encoding import REPLACED, UTF8, letters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

# control characters end lexbor's text nodes early, Postgres refuses NUL, XML all of them and the last two;
# half a surrogate pair, left where a CMS cut an emoji in two, has no UTF-8
UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_NUMBERED = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE)
NEAR = 65_536  # characters from either end of a page in which its root stands
_STORY = re.compile(r"(?i)article|posting")  # schema.org's NewsArticle, BlogPosting; themes write them in small letters too
_CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20)])
_KMKLABS = re.compile(r"window\.(?:kmklabs|kly)\.(\w+)\s*=\s*(?=[\[{\"'\d])")
_OBJECT_SIZE = 50_000  # characters; the longest seen held 9,000
_OBJECTS = 200  # a page has a dozen
_DECODER = json.JSONDecoder(strict=False)
# what stands in heads and is asked of every page, by its element: one walk through the page finds all three
_META, _LINK, _SCRIPT = "meta[content]", "link[rel=canonical]", 'script[type="application/ld+json"]'
_HEAD = {"meta": _META, "link": _LINK, "script": _SCRIPT}


class Sheet:
    """One page's markup, parsed by lexbor. ``whole`` says that none of it was left out; ``utf8`` is the same markup, encoded."""

    def __init__(self, html: str, utf8: bytes | None = None) -> None:
        tags = html.count("<")
        self.html = html[:BYTES] if tags <= CROWD else bounded(html[:BYTES])
        self.whole = len(html) <= BYTES and tags <= TAGS and not _breaks_off(html)
        self.tree = LexborHTMLParser(_fit(self.html, utf8 if self.html is html else None))
        self._values: dict[str, Any] = {}
        self._known: list[tuple[str, int]] = []  # of each value found so far its name, and where it begins

    @classmethod
    def of(cls, body: bytes, content_type: str = "") -> Self:
        """Take a page as it was served. Most are clean UTF-8 and need not be encoded once more."""
        encoding, html = letters(body, content_type)
        clean = encoding in UTF8 and not body.startswith(BOM_UTF8) and REPLACED not in html
        return cls(html, body if clean else None)

    def select(self, selector: str) -> list[LexborNode]:
        """Give every element that a selector finds, in the page's order."""
        found = self._head.get(selector)
        return self.tree.css(selector) if found is None else found

    @cached_property
    def _head(self) -> dict[str, list[LexborNode]]:
        found: dict[str, list[LexborNode]] = {selector: [] for selector in _HEAD.values()}
        for node in self.tree.css(", ".join(_HEAD.values())):
            found[_HEAD[node.tag or ""]].append(node)
        return found

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Every meta's contents by its property, name or itemprop, lower case."""
        found: dict[str, list[str]] = {}
        for node in self._head[_META]:
            attributes = node.attributes
            key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            if key:
                found.setdefault(key.lower(), []).append(attributes.get("content") or "")
        return found

    @cached_property
    def json_ld(self) -> dict[str, Any]:
        """The first article among the page's JSON-LD objects, empty where there is none."""
        for script in self._head[_SCRIPT]:
            try:
                things = _flat(_DECODER.decode(script.text().strip()))
            except (ValueError, RecursionError):  # no JSON, or nested a thousand deep
                continue
            for thing in things:
                if _STORY.search(str(thing.get("@type"))):
                    return thing
        return {}

    @property
    def is_opening(self) -> bool:
        """Whether the page says that its story is for subscribers (schema.org: ``isAccessibleForFree``): we see its opening."""
        said = any("isAccessibleForFree" in script.text() for script in self._head[_SCRIPT])  # a seed may never ask for JSON-LD
        return said and str(self.json_ld.get("isAccessibleForFree")).lower().endswith("false")

    def kmklabs(self, name: str) -> Any:
        """What the KLY newsrooms' inline script assigns to ``window.kmklabs.NAME``, on merdeka.com to ``window.kly.NAME``."""
        if name not in self._values:
            values = (_javascript(self.html, place) for place in self._places(name))
            self._values[name] = next((value for value in values if value is not None), None)
        return self._values[name]

    def _places(self, name: str) -> Iterator[int]:
        """Where each value of that name begins. The page is searched no further than is asked: a seed asks for two of a dozen."""
        known = self._known
        for at in count():
            if at == len(known) and (match := next(self._unsearched, None)):
                known.append((match[1], match.end()))
            if at == len(known):
                return
            if known[at][0] == name:
                yield known[at][1]

    @cached_property
    def _unsearched(self) -> Iterator[re.Match[str]]:
        return islice(_assigned(self.html), _OBJECTS)


def _breaks_off(html: str) -> bool:
    """Whether a page opens as a document and never closes: of 204 real ones every one does."""
    ends = html.rfind("</html", -NEAR) >= 0  # from behind: it is found at once
    return not ends and "<html" in html[:NEAR].lower() and "</html" not in html[-NEAR:].lower()


def _fit(html: str, utf8: bytes | None) -> bytes:
    """The page as lexbor takes it, which is asked for bytes: five times as fast as by a pattern, and encoded once."""
    try:
        return (html.encode() if utf8 is None else utf8).translate(None, _CONTROLS)
    except UnicodeEncodeError:  # half a surrogate pair
        return UNFIT.sub("", html).encode()


def sound(markup: str) -> str:
    """Give markup less the impossible characters, raw or numbered: they break the readers of XML, and those built on them."""
    return UNFIT.sub("", _NUMBERED.sub(lambda number: number[0] if _is_character(number) else "", markup))


def _is_character(number: re.Match[str]) -> bool:
    value = int(number[1], 16) if number[1] else int(number[2])
    return value <= sys.maxunicode and not UNFIT.match(chr(value))


def _assigned(html: str) -> Iterator[re.Match[str]]:
    """Every assignment to an object of the KLY newsrooms; a plain search finds the few places ten times as fast."""
    place = html.find("window.k")
    while place >= 0:
        if match := _KMKLABS.match(html, place):
            yield match
        place = html.find("window.k", place + 1)


def _javascript(html: str, start: int) -> Any:
    """Read the value at ``start``. today.liputan6.com writes JavaScript: bare keys, commas before the brace."""
    try:
        return _DECODER.raw_decode(html, start)[0]
    except (ValueError, RecursionError):
        pass
    try:
        return chompjs.parse_js_object(html[start : start + _OBJECT_SIZE])
    except (ValueError, RecursionError):
        return None


def _flat(held: Any) -> list[dict[str, Any]]:
    if isinstance(held, list):
        return [thing for one in held for thing in _flat(one)]
    if not isinstance(held, dict):
        return []
    return [held, *_flat(held.get("@graph", []))]


def walk(held: Any, path: str) -> list[str]:
    """Follow a dotted path through objects and lists; strings and numbers at its end are the values."""
    places = [held]
    for step in path.split("."):
        spread = [one for place in places for one in (place if isinstance(place, list) else [place])]
        places = [place[step] for place in spread if isinstance(place, dict) and step in place]
    leaves = [one for place in places for one in (place if isinstance(place, list) else [place])]
    return [str(leaf) for leaf in leaves if isinstance(leaf, (str, int, float)) and not isinstance(leaf, bool)]
