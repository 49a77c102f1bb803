"""The date that a page prints around its headline, in words or for programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.dates import instant, is_date
from pipelines.readers import ask
from pipelines.readers.headline import around, at_headline, is_of_another, is_told, titles_of
from pipelines.readers.inline import fold

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from selectolax.lexbor import LexborNode

    from pipelines.readers.sheet import Sheet
    from pipelines.readers.whole import Whole

TIMES = "time[datetime]@datetime"
_EVENT = re.compile(r"(?i)\W*(?:waktu|jadwal|hari|acara|pelaksanaan|kick ?-?off)\b[^:]{0,20}:")
_OTHERS = re.compile(  # an element's name; "comments-open" is an article's, and page builders call everything a widget
    r"(?i)\bcomments?(?!-(?:open|closed|off|on)\b)|komentar|\brespond\b|related|terkait|popul[ae]r|trending|widget[_-]area|widget_"
)
_CHANGED = re.compile(r"(?i)modif|updated")
LEVELS = 8  # elements around a date that may say whose it is
_LATER = re.compile(r"(?i)^\W*(?:di ?perbarui|update|last update|modified|terakhir)")


def date_of(page: Whole, titles: AbstractSet[str]) -> list[str]:
    """The first line around the headline that tells day and time, in words or for programs; not when the story was changed.

    Where a day stands between headline and story, an hour above or below them is the page's clock's or another's.
    """
    lines, by_day = around(page, titles), False
    below = {at for at in at_headline(page, titles) if at >= lines[0]}
    for at in lines:
        text = page.lines.blocks[at].text
        if is_told(text) or _LATER.match(text) or _EVENT.match(text) or (by_day and at not in below):
            continue
        if _is_among_others(page.lines.homes[at]):
            continue
        timed = [] if is_of_another(page, at, titles) else _timed(page.lines.homes[at], text)
        for said in (text, *timed):
            if instant(said):
                return [said]
        by_day = by_day or is_date(text)
    return []


def _timed(home: LexborNode, text: str) -> list[str]:
    """What the <time> of a line tells programs, when the story was changed last: "2 jam lalu" tells people nothing that lasts."""
    times = [home] if home.tag == "time" else home.css("time[datetime]")
    told = [node for node in times if (own := fold(node.text(deep=True))) and own in text]
    return [node.attributes.get("datetime") or "" for node in sorted(told, key=_is_changed)]


def _is_changed(node: LexborNode) -> bool:
    """Whether a <time> says of itself that it tells a change; a theme's "published updated" tells both."""
    names = f"{node.attributes.get('class') or ''} {node.attributes.get('itemprop') or ''}"
    return _CHANGED.search(names) is not None and "published" not in names


def is_dated_by_another(sheet: Sheet, page: Whole, found: dict[str, Any], zone: str) -> bool:
    """Whether the date is a <time>'s that may be another's: one of several, beside the link to another story, a comment's."""
    if found["sources"].get("published_at", {}).get("from") != f"css:{TIMES}":
        return False
    said = {instant(text, zone) for text in ask(sheet, "css", TIMES)} - {None}
    titles = titles_of(page, found["title"])
    dated = (at for at, block in enumerate(page.lines.blocks) if _timed(page.lines.homes[at], block.text))
    beside = any(is_of_another(page, at, titles) for at in dated)
    return len(said) > 1 or beside or any(map(_is_among_others, sheet.select("time[datetime]")))


def _is_among_others(node: LexborNode) -> bool:
    """Whether an element around another is called after comments, or after lists of other stories."""
    above = node.parent
    for _ in range(LEVELS):
        if above is None or above.tag in ("body", "main"):
            break
        if _OTHERS.search(f"{above.attributes.get('class') or ''} {above.attributes.get('id') or ''}"):
            return True
        above = above.parent
    return False
