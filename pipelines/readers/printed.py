"""What a page prints of its story beside the text, where no seed says at what place: date, who wrote, who edited, tags."""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.dates import instant
from pipelines.readers import ask
from pipelines.readers.fields import people
from pipelines.readers.lines import fold
from pipelines.readers.whole import Whole, key, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet
    from datetime import datetime

    from selectolax.lexbor import LexborNode

    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet

ABOVE, BELOW = 4, 12  # lines around the headline in which a template prints date and byline
SHORT = 150  # characters; a longer line is no date and no credit
LINKS, LEVELS = 1_000, 6  # links looked at; elements around one
LABELLED = 20  # letters around tags that say "Tags:" or "#"
SHARED = 0.5  # of the tags that the story's metas know; other lists are of other stories
LINKED = 4  # words; a shorter link beside a date is its author or its section
HEADLINE = 5  # words; the end of a title in fewer may be anything
TIMES = "time[datetime]@datetime"
DATES = ("published_at", "modified_at")
METAS = ("keywords", "news_keywords", "article:tag", "description")
TAGS = 'a[rel~=tag], a[href*="/tag/"], a[href*="/tags/"], a[href*="/topic/"], a[href*="/topik/"], a[href*="/tagar/"]'
LABELS = frozenset(["tag", "tags", "topik", "topik terkait", "tag terkait"])
_NEWSROOM = re.compile(r"(?i)\w\.(?:com|co\.id|id|net)\b|\b(?:media|news|newsroom|redaksi|developer|online|press)$")
_LATER = re.compile(r"(?i)^\W*(?:di ?perbarui|update|last update|modified|terakhir)")
_NEXT = r"(?!(?i:editor|copyright|uploader|reporter|penulis|pewarta|redaktur|penyunting|sumber|foto)\b)"  # a <br> parted them
_NAMES = rf"\s*[:|] ?([A-Z][\w.'’-]*(?:,? {_NEXT}(?:bin|binti|van|de|al|dan|&|[A-Z][\w.'’-]*)){{0,10}})"
_WRITES, _EDITS = "reporter|penulis|pewarta|wartawan|jurnalis|kontributor|rep", "editor|redaktur(?: ?& ?reporter)?|penyunting|red"
_ROLES = {"authors": re.compile(rf"\b(?i:{_WRITES}){_NAMES}"), "editors": re.compile(rf"\b(?i:{_EDITS}){_NAMES}")}
_BY = re.compile(rf"(?i:oleh){_NAMES.replace('[:|]', ':?')}(?:\s*[|•·].{{0,60}}|\s*[-–—] ?(?:[A-Za-z’']{{4,7}}, ?)?\d.{{0,40}})?$")
_NAMED = re.compile(r"(?i)(?:author|penulis|reporter|writer|byline)")  # an element's class that holds a name and nothing else
NAMED = ", ".join(f"[class*={name} i]" for name in ("author", "penulis", "reporter", "writer", "byline")) + ", author"
_OLEH = re.compile(r"(?i)^(?:oleh|by)\s*:?\s+")
_PERSON = r"[A-Z][a-z.'’]+(?: (?:bin|binti|van|de|al|[A-Z][\w.'’-]*)){1,4}"
_PERSONS = re.compile(rf"({_PERSON}(?:, {_PERSON}){{0,3}})(?: [-–|] .{{2,30}})?")  # "Sri Wahyuni - kabarNews"
_ROLE = re.compile(rf"(?i)(?:{_WRITES}|{_EDITS})\s*:?")
_CREDIT = re.compile(rf"(?i)(?:^|[|•·])\W?(?:{_WRITES}|{_EDITS})\s*[:|]")


def printed(sheet: Sheet, page: Whole, title: str | None) -> dict[str, list[str]]:
    """Give by field what the page prints, as printed; what it prints nowhere is left out."""
    titles = _titles(page, title)
    head = _head(page, titles)
    named, tags = named_of(page, title), tags_of(sheet, page)
    said = {"published_at": date_of(page, titles), **credits_of(page, head), **rows_of(page), "named": named, "tags": tags}
    return {name: values for name, values in said.items() if values}


def told(found: dict[str, Any], said: dict[str, list[str]], outlet: Outlet) -> dict[str, Any]:
    """The fields, with what the page prints where that is better: a role tells who is no author, a list of tags what is no tag."""
    changed: dict[str, Any] = {name: people(said[name], outlet.houses) for name in ("authors", "editors") if name in said}
    held = {"authors": [name for name in found["authors"] if not _NEWSROOM.search(name)], "editors": found["editors"]}
    rows = [name for name in held if f"in_{name}" in said and not (name in said or held[name])]
    said = said | {name: said[f"in_{name}"] for name in rows}
    changed |= {name: people(said[name], outlet.houses) for name in rows}
    if "tags" in said:
        changed["tags"] = tuple(said["tags"])
    moment = instant(said["published_at"][0], outlet.zone) if "published_at" in said else None
    if moment and found["published_at"] is None:
        changed["published_at"] = moment
    sources = {name: {"from": "printed", "said": " | ".join(said[name])} for name in changed}
    if moment and found["published_at"] and _is_mislabelled(found, moment):
        changed |= {name: instant(found["sources"][name]["said"][:19], outlet.zone) for name in DATES if found[name]}
    editors = {name.casefold() for name in changed.get("editors", ())}
    authors = (name for name in found["authors"] if name.casefold() not in editors and not _NEWSROOM.search(name))
    if not changed.setdefault("authors", tuple(authors)) and "named" in said:
        changed["authors"] = people([name for name in said["named"] if not _NEWSROOM.search(name)], outlet.houses)
        sources["authors"] = {"from": "printed", "said": " | ".join(said["named"])}
    return found | changed | {"sources": found["sources"] | sources}


def supplied(found: dict[str, Any], sheet: Sheet, outlet: Outlet) -> dict[str, Any]:
    """The fields of a page whose seed found no author, date, editor or tag at its places: layouts change, what is printed stays."""
    asked = {name for name in ("authors", "editors", "published_at", "tags") if outlet.fields.get(name)}
    empty = {name for name in asked - found["sources"].keys() if not found[name]}
    if not empty:
        return found
    page = whole(sheet)
    said = printed(sheet, page, found["title"])
    named = [name for name in said.get("named", []) if not _NEWSROOM.search(name)]
    told_of = {"authors": said.get("authors", said.get("in_authors", named)), "tags": said.get("tags", [])}
    told_of["editors"] = said.get("editors", said.get("in_editors", []))
    more: dict[str, Any] = {name: people(told_of[name], outlet.houses) for name in ("authors", "editors")}
    more |= {"tags": tuple(told_of["tags"])}
    more["published_at"] = instant(said["published_at"][0], outlet.zone) if "published_at" in said else None
    told_of["published_at"] = said.get("published_at", [])
    changed = {name: more[name] for name in empty if more[name]}
    sources = {name: {"from": "printed", "said": " | ".join(told_of[name])} for name in changed}
    return found | changed | {"sources": found["sources"] | sources}


def _is_mislabelled(found: dict[str, Any], moment: datetime) -> bool:
    """A meta that tells the printed time of day under another zone: KLY's pages of 2021 called WIB -07:00."""
    wall = found["sources"]["published_at"]["said"].replace("T", " ")[:16]
    elsewhere: bool = found["published_at"].replace(second=0) != moment.replace(second=0)
    return elsewhere and wall == f"{moment:%Y-%m-%d %H:%M}"


def date_of(page: Whole, titles: AbstractSet[str]) -> list[str]:
    """The first line around the headline that tells day and time, in words or for programs; not when the story was changed."""
    for at in _around(page, titles):
        text = page.lines.blocks[at].text
        if len(text) > SHORT or _LATER.match(text):
            continue
        timed = [] if _is_of_another(page, at, titles) else _timed(page.lines.homes[at], text)
        for said in (text, *timed):
            if instant(said):
                return [said]
    return []


def _is_of_another(page: Whole, at: int, titles: AbstractSet[str]) -> bool:
    """Whether a line stands beside a link as long as a headline: it dates the story that the link leads to."""
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(page.keys) and page.keys[near] not in titles]
    return any(page.keys[near] in page.links and len(page.lines.blocks[near].text.split()) >= LINKED for near in beside)


def _timed(home: LexborNode, text: str) -> list[str]:
    """What the <time> of a line tells programs: "2 jam lalu" tells people nothing that lasts."""
    times = [home] if home.tag == "time" else home.css("time[datetime]")
    return [node.attributes.get("datetime") or "" for node in times if (own := fold(node.text(deep=True))) and own in text]


def is_dated_by_another(sheet: Sheet, found: dict[str, Any], zone: str) -> bool:
    """Whether the date is that of one <time> among several: this story's or another's; where it stands must tell."""
    said = {instant(text, zone) for text in ask(sheet, "css", TIMES)}
    return found["sources"].get("published_at", {}).get("from") == f"css:{TIMES}" and len(said - {None}) > 1


def credits_of(page: Whole, head: Sequence[str]) -> dict[str, list[str]]:
    """Lines that name a role and a person, above the story or below it; "Oleh" alone is a role only below the headline."""
    lines = [block.text for block in page.lines.blocks if len(block.text) <= SHORT and _CREDIT.search(block.text)]
    by = [match[1] for match in map(_BY.match, head) if match][:1]
    found = {role: [match[1] for match in map(pattern.search, lines) if match][:1] for role, pattern in _ROLES.items()}
    return found | {"authors": found["authors"] or by}


def rows_of(page: Whole) -> dict[str, list[str]]:
    """The first person in the row of each role, by ``in_authors`` and ``in_editors``: there may be others, whom a field names."""
    texts = [block.text for block in page.lines.blocks]
    rows = [f"{role}: {name.lstrip(': ')}" for role, name in pairwise(texts) if _is_row(role, name)]
    return {f"in_{role}": [match[1] for match in map(pattern.search, rows) if match][:1] for role, pattern in _ROLES.items()}


def _is_row(role: str, name: str) -> bool:
    """A table's or a list's row: the role in one cell, in the next one who had it."""
    return len(name) <= SHORT and _ROLE.fullmatch(role) is not None and (name[:1] == ":" or _PERSONS.fullmatch(name) is not None)


def named_of(page: Whole, title: str | None) -> list[str]:
    """A name alone, around the headline, in an element that is called after who writes."""
    titles = _titles(page, title)
    for at in _around(page, titles):
        home, text = page.lines.homes[at], page.lines.blocks[at].text
        names = " ".join(node.attributes.get("class") or "" for node in (home, home.parent or home))
        if _NAMED.search(names) and (named := _PERSONS.fullmatch(text)):
            return [named[1]]
        alone = len(text) <= SHORT and not _is_of_another(page, at, titles)
        for inner in home.css(NAMED) if alone else ():  # beside the date, on one line
            named = _PERSONS.fullmatch(_OLEH.sub("", fold(inner.text(deep=True))))
            if named and named[1] in text:
                return [named[1]]
    return []


def tags_of(sheet: Sheet, page: Whole) -> list[str]:
    """The list of tags that knows this story best: at least half of them stand in its metas."""
    metas = [text for name in METAS for text in ask(sheet, "meta", name)]
    known = key(" ".join([*metas, *page.titles]))
    best, found = SHARED, list[str]()
    for group in _groups(sheet, page):
        tags = list(dict.fromkeys(fold(node.text(deep=True, separator=" ")).lstrip("# ") for node in group))
        tags = [tag for tag in tags if tag.casefold().rstrip(" :") not in LABELS]
        own = [tag for tag in tags if key(tag) in known]
        if (share := len(own) / max(len(tags), 1) + len(own) / 100) > best:
            best, found = share, tags
    return found


def _groups(sheet: Sheet, page: Whole) -> Iterator[list[LexborNode]]:
    """Links to tags that stand together with nothing else. Letters are counted by the page's lines: no element is read twice."""
    sums = [0, *accumulate(map(len, page.keys))]
    found: dict[int, tuple[int, list[LexborNode]]] = {}
    for node in sheet.tree.css(TAGS)[:LINKS]:
        own = len(key(node.text(deep=True)))
        home, letters = _home(node, own, page, sums)
        if own and home:
            found.setdefault(home, (letters, []))[1].append(node)
    for letters, group in found.values():
        if letters - sum(len(key(node.text(deep=True))) for node in group) <= LABELLED:
            yield group


def _home(node: LexborNode, own: int, page: Whole, sums: Sequence[int]) -> tuple[int, int]:
    """The element around a link that holds more than it, by memory address, and its letters."""
    above = node.parent
    for _ in range(LEVELS):
        if above is None:
            break
        first, last = page.lines.spans.get(above.mem_id, (0, 0))
        if sums[last] - sums[first] > own:
            return above.mem_id, sums[last] - sums[first]
        above = above.parent
    return 0, 0


def _titles(page: Whole, title: str | None) -> AbstractSet[str]:
    """The keys of the headline's line: the title's, where it stands there; else of one that has a kicker more or less before it."""
    one = key(title) if title else ""
    if not one or (one in page.keys and one not in page.links):
        return {one} if one else page.titles
    long = {own for own, block in zip(page.keys, page.lines.blocks, strict=True) if len(block.text.split()) >= HEADLINE}
    return {own for own in long - page.links if own.endswith(one) or one.endswith(own)} or {one}


def _head(page: Whole, titles: AbstractSet[str]) -> list[str]:
    """The short lines around the headline."""
    return [text for at in _around(page, titles) if len(text := page.lines.blocks[at].text) <= SHORT]


def _around(page: Whole, titles: AbstractSet[str]) -> range:
    titled = [at for at, one in enumerate(page.keys) if one in titles]
    set_so = [at for at in titled if page.lines.blocks[at].kind == "h"]
    at = next(iter(set_so or titled), None)
    return range(max(at - ABOVE, 0), min(at + BELOW, len(page.keys))) if at is not None else range(0)
