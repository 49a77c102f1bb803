"""The date that a page prints around its headline, in words or for programs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.dates import instant
from pipelines.readers import ask
from pipelines.readers.headline import SHORT, around, is_of_another, titles_of
from pipelines.readers.inline import fold

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from selectolax.lexbor import LexborNode

    from pipelines.readers.sheet import Sheet
    from pipelines.readers.whole import Whole

TIMES = "time[datetime]@datetime"
_LATER = re.compile(r"(?i)^\W*(?:di ?perbarui|update|last update|modified|terakhir)")


def date_of(page: Whole, titles: AbstractSet[str]) -> list[str]:
    """The first line around the headline that tells day and time, in words or for programs; not when the story was changed."""
    for at in around(page, titles):
        text = page.lines.blocks[at].text
        if len(text) > SHORT or _LATER.match(text):
            continue
        timed = [] if is_of_another(page, at, titles) else _timed(page.lines.homes[at], text)
        for said in (text, *timed):
            if instant(said):
                return [said]
    return []


def _timed(home: LexborNode, text: str) -> list[str]:
    """What the <time> of a line tells programs: "2 jam lalu" tells people nothing that lasts."""
    times = [home] if home.tag == "time" else home.css("time[datetime]")
    return [node.attributes.get("datetime") or "" for node in times if (own := fold(node.text(deep=True))) and own in text]


def is_dated_by_another(sheet: Sheet, page: Whole, found: dict[str, Any], zone: str) -> bool:
    """Whether the date is a <time>'s that may be another story's: one of several, or beside the link to that story."""
    if found["sources"].get("published_at", {}).get("from") != f"css:{TIMES}":
        return False
    said = {instant(text, zone) for text in ask(sheet, "css", TIMES)} - {None}
    titles = titles_of(page, found["title"])
    dated = (at for at, block in enumerate(page.lines.blocks) if _timed(page.lines.homes[at], block.text))
    return len(said) > 1 or any(is_of_another(page, at, titles) for at in dated)
