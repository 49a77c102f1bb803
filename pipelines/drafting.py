"""A seed's first draft from a few of an outlet's pages: doors and fence, each to be looked at by a person. Pure."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from pipelines.readers.inline import fold
from pipelines.seedwords import quoted, quoted_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from pipelines.readers.sheet import Sheet

NUMBERLESS = "# no story pattern: no number tells addresses apart, so each is its own id"
PROSE = 60  # characters; what is shorter is a label more often than a sentence
ENOUGH = 0.65  # of the widest fence's prose: standfirst, teasers and footers stand outside the body (a quarter on Liputan6)
TIGHTEST = 5  # selectors of a page that may be its fence
_SECOND_LEVEL = {"ac", "co", "desa", "go", "mil", "net", "or", "sch", "web"}
_TOKEN = re.compile(r"[A-Za-z][\w-]*")
_HIDDEN = {
    "script", "style", "noscript", "template", "head", "a", "nav", "footer", "aside", "button", "form", "figure", "figcaption",
}  # fmt: skip


def slug_of(host: str) -> str:
    """Name a seed by its host: news.kabar.co.id → kabar."""
    labels = host.lower().split(".")[:-1]
    if len(labels) > 1 and labels[-1] in _SECOND_LEVEL:
        labels.pop()
    return re.sub(r"[^a-z0-9-]", "-", labels[-1] if labels else host.lower())


def feeds_of(sheet: Sheet, url: str) -> list[str]:
    """The feeds that a page announces in its head."""
    links = sheet.tree.css('link[rel~=alternate][type="application/rss+xml"], link[rel~=alternate][type="application/atom+xml"]')
    return list(dict.fromkeys(urljoin(url, link.attributes.get("href") or "") for link in links if link.attributes.get("href")))


def sitemaps_of(robots: str) -> list[str]:
    """The sitemaps that a robots.txt names."""
    return list(dict.fromkeys(re.findall(r"(?im)^\s*sitemap:\s*(https?://\S+)", robots)))


def fences(sheets: Sequence[Sheet]) -> list[tuple[str, float]]:
    """As few selectors as hold the prose of all pages, each with the least share of a page's prose that it holds.

    Several where the pages are of several layouts; none for a page without prose.
    """
    open_pages = [tight for sheet in sheets if (tight := _tight(dict(_fences(sheet))))]
    chosen = []
    while open_pages:
        ranks = Counter(selector for tight in open_pages for selector in tight)
        most = max(ranks.values())
        selector = _first(ranks, most, open_pages)
        chosen.append((selector, min(tight[selector] for tight in open_pages if selector in tight)))
        open_pages = [tight for tight in open_pages if selector not in tight]
    return chosen


def _first(ranks: Counter[str], most: int, pages: Sequence[dict[str, float]]) -> str:
    """Of the selectors that hold most pages the one that is tightest in the first of them."""
    return next(one for tight in pages for one in tight if ranks[one] == most)


def _tight(held: dict[str, tuple[float, int]]) -> dict[str, float]:
    """The tightest selectors of a page that hold enough of its prose, tightest first."""
    best = max((share for share, _ in held.values()), default=0)
    good = [(size, -share, selector) for selector, (share, size) in held.items() if share >= ENOUGH * best]
    return {selector: -share for _, share, selector in sorted(good)[:TIGHTEST]}


def _fences(sheet: Sheet) -> Iterator[tuple[str, tuple[float, int]]]:
    """Each class, id or itemprop: the share of the page's prose within it, and how many elements lie within."""
    prose: Counter[int] = Counter()
    seen: dict[int, LexborNode] = {}
    total = 0
    for text in _prose(sheet):
        total += len(text.text_content or "")
        for above in _above(text):
            seen[above.mem_id] = above
            prose[above.mem_id] += len(text.text_content or "")
    shares: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    for key, node in seen.items():
        for selector in _selectors(node):
            if not any(selector in _selectors(above) for above in _above(node)):
                shares[selector] += prose[key]
                sizes[selector] += len(node.css("*"))
    yield from ((selector, (share / total, sizes[selector])) for selector, share in shares.items())


def _prose(sheet: Sheet) -> Iterator[LexborNode]:
    body = sheet.tree.body
    for node in body.traverse(include_text=True) if body else ():
        long = node.tag == "-text" and len((node.text_content or "").strip()) >= PROSE
        if long and not any(above.tag in _HIDDEN for above in _above(node)):
            yield node


def _above(node: LexborNode) -> Iterator[LexborNode]:
    above = node.parent
    while above is not None and above.tag not in ("body", "html", None):
        yield above
        above = above.parent


def _selectors(node: LexborNode) -> list[str]:
    """Names that a template gave; long numbers in them are a story's."""
    attributes = node.attributes
    names = [f".{token}" for token in (attributes.get("class") or "").split()]
    names += [f"#{attributes['id']}"] if attributes.get("id") else []
    named = [name for name in names if _TOKEN.fullmatch(name[1:]) and not re.search(r"\d{3}", name)]
    return named + (['[itemprop="articleBody"]'] if attributes.get("itemprop") == "articleBody" else [])


def seed(name: str, host: str, doors: Sequence[tuple[str, str]], story: str | None, held: Sequence[tuple[str, float]]) -> str:
    """Write the seed; what is a guess says so. ``doors`` are kinds and addresses."""
    name = fold(name)
    guess = f'    {{ sitemap = "https://{host}/sitemap.xml" }},  # a guess: no page names a feed, no robots.txt a sitemap'
    bodies = [f"body   = {quoted(selector)}  # holds {share:.0%} of the prose or more" for selector, share in held]
    if len(bodies) > 1:
        bodies = [line for number, body in enumerate(bodies, 1) for line in ("", "[[layout]]", f'name   = "layout {number}"', body)]
    return "\n".join([
        f"# {name} ({host}): a draft by `kliping outlet new`. Look at every line; `kliping outlet check` says what it misses.",
        f"name   = {quoted(name)}",
        f'hosts  = ["{host}"]',
        "doors  = [", *([f"    {{ {kind} = {quoted(url)} }}," for kind, url in doors] or [guess]), "]",
        f"story  = {quoted_pattern(story)}" if story else NUMBERLESS,
        *(bodies or ["# no body: no page was at hand, so the generic reader looks for the story"]),
        "",
    ])  # fmt: skip
