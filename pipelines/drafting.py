"""A seed's first draft from a few of an outlet's pages: doors, story pattern and fence, each to be looked at by a person. Pure."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from pipelines.readers.inline import fold
from pipelines.seedwords import quoted, quoted_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from selectolax.lexbor import LexborNode

    from pipelines.readers.sheet import Sheet

NUMBERLESS = "# no story pattern: no number tells addresses apart, so each is its own id"
PROSE = 60  # characters; what is shorter is a label more often than a sentence
ANY = "[^/]*"
SHORTEST = 4  # digits of an id; shorter numbers count pages and channels
FEW = 3  # addresses of which a shorter one tells that it is another in each
DAY = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))?")  # 2026, 20261128: an id of many stories is none
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


def story_pattern(urls: Sequence[str]) -> str | None:
    """Guess what the addresses of stories share: the longest number is the id, from the last word before it that all have.

    Where one has no number, or all have the same, it is the slug behind a day or a word that all have. None where there is
    none: then an address is its own id, as it is for a seed without ``story``.
    """
    paths = list(dict.fromkeys(urlsplit(url).path.rstrip("/") for url in urls))
    found = [one for path in paths if (one := _parted(path))]
    if len(found) < len(paths) or len({one[4] for one in found}) < min(len(paths), 2):
        return _counted(paths) or _slugged(paths)
    if not found:
        return None
    heads, tails = {_word(one[1]) for one in found}, {_word(one[2]) for one in found}
    head, tail = (names.pop() if len(names) == 1 else ANY for names in (heads, tails))
    # a slug may hold other numbers: the id is the last that is as long as the ids seen
    number = r"(?P<id>\d+)" if head != ANY else rf"(?<!\d)(?P<id>\d{{{min(len(one[4]) for one in found)},}})"
    around = f"{head}{number}{tail}"
    return f"{_before([one[0] for one in found])}/{around}" + ("/" if all(one[3] for one in found) else "(?:/|$)")


def _counted(paths: Sequence[str]) -> str | None:
    """A number of any length, where it stands alone behind one word in all addresses and is another in each."""
    segments = paths[0].split("/") if len(paths) >= FEW else []
    for word, number in pairwise(segments):
        if not number.isdecimal() or not re.search(r"[^\W\d]", word):
            continue
        pattern = rf"/{_escaped(word)}/(?P<id>\d+)(?:/|$)"
        ids = {match["id"] for path in paths if (match := re.search(pattern, path))}
        if len(ids) == len(paths) and not all(map(DAY.fullmatch, ids)):
            return pattern
    return None


def _slugged(paths: Sequence[str]) -> str | None:
    """The last segment, with its day where all have one before it; behind the one word that stands there in all."""
    for day in (r"\d{4}/\d{2}/\d{2}/", r"\d{4}/\d{2}/"):
        if all(re.search(rf"/{day}[^/]+$", path) for path in paths):
            return rf"/(?P<id>{day}[^/]+)/?$"
    before = {path.split("/")[-2] for path in paths if path.count("/") > 1}
    word = before.pop() if len(before) == 1 and all(path.count("/") > 1 for path in paths) else ""
    return rf"/{_escaped(word)}/(?P<id>[^/]+)/?$" if re.search(r"[^\W\d]", word) else None


def _parted(path: str) -> tuple[list[str], str, str, bool, str] | None:
    """The segments before the id's, what stands before and after the id in its own, whether more follow, and the id."""
    parts = path.split("/")[1:]
    runs = (run for part in parts for run in re.findall(r"\d+", part) if not DAY.fullmatch(run))
    longest = max(runs, key=len, default="")
    if len(longest) < SHORTEST:
        return None
    at = max(index for index, part in enumerate(parts) if longest in part)
    head, _, tail = parts[at].partition(longest)
    return parts[:at], head, tail, at < len(parts) - 1, longest


def _before(segments: Sequence[Sequence[str]]) -> str:
    """What stands before the id in every address: numbers, back to the nearest word."""
    said: list[str] = []
    for column in zip(*(reversed(one) for one in segments), strict=False):
        kinds = {re.sub(r"\d+", lambda run: f"\\d{{{len(run[0])}}}", part) for part in column}
        if not all(part.isdigit() for part in column):
            return "/" + "/".join([re.escape(column[0]), *said]) if len(set(column)) == 1 else "".join(f"/{one}" for one in said)
        said.insert(0, kinds.pop() if len(kinds) == 1 else r"\d+")
    return "".join(f"/{one}" for one in said)


def _word(text: str) -> str:
    """What stands beside the id in its segment: ``d-`` is the template's, a slug is the story's."""
    return _escaped(text) if len(text) < SHORTEST else ANY


def _escaped(text: str) -> str:
    return re.escape(text).replace("\\-", "-")


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
