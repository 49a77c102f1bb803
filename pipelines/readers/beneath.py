"""What stands below a story under a label of its own: lists of other stories, readers' comments, how they liked it."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from pipelines.readers.lost import holder_of, mains_of
from pipelines.readers.whole import is_prose, key

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pipelines.readers.whole import Whole

SMALL = 0.2  # of the story's words, at most: a label above more of them stands in the middle of the story
FEW = 3  # lines of an element; one that holds more is a box
_KINDS = "berita|artikel|video|foto|topik|konten|kabar"
_LABEL = re.compile(
    rf"(?i)\W*(?:(?:{_KINDS}) (?:lain(?:nya)?|terkait|terkini|terbaru|terpopuler|populer|pilihan)|terkini|terbaru|terpopuler"
    r"|populer|halaman|trending|rekomendasi|komentar|comments?|(?:most )?(?:popular|read|commented)"
    r"|related (?:news|posts?|articles?|stories)|recommended(?: by editor)?|you may also like"
    r"|(?:apa|bagaimana) reaksi \w.{0,60}|alur cerita(?: berita)?)\W*"
)


def beneath(page: Whole, known: list[int]) -> AbstractSet[int]:
    """Of the chosen lines those below the first such label that stand in other elements than the story's.

    Prose is none of the story there only beside a link or a label, as a teaser stands: templates part stories, too.
    """
    lines = range(known[0], len(page.keys)) if known else range(0)
    labels = {at for at in lines if _LABEL.fullmatch(page.lines.blocks[at].text)}
    if not labels:
        return labels
    read = [*accumulate(len(page.lines.blocks[at].text.split()) for at in known)]
    told = known[bisect_left(read, (1 - SMALL) * read[-1])]  # by this line nearly all has been said
    below = known[bisect_left(known, min((label for label in labels if label > told), default=len(page.keys))) :]
    mains = mains_of(page, known)
    outside = [at for at in below if holder_of(page, at).mem_id not in mains and page.lines.homes[at].mem_id not in mains]
    return {at for at in outside if not is_prose(page, at) or _is_teaser(page, at, labels)}


def _is_teaser(page: Whole, at: int, labels: AbstractSet[int]) -> bool:
    """Whether a line stands beside a link or a label, or is half a link itself, dated: "2 Agustus 2026, 11:20 WIB<a>…</a>"."""
    if any(page.keys[near] in page.links or near in labels for near in (at - 1, at + 1) if 0 <= near < len(page.keys)):
        return True
    home = page.lines.homes[at]
    first, last = page.lines.spans.get(home.mem_id, (at, at + 1))
    return last - first <= FEW and any(2 * len(key(link.text(deep=True))) >= len(page.keys[at]) for link in home.css("a"))
