"""What stands below a story under a label of its own: lists of other stories, readers' comments, how they liked it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.lost import holder_of, mains_of
from pipelines.readers.whole import is_prose, key

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from pipelines.readers.whole import Whole

SMALL = 0.2  # of the story's words, at most: a label above more of them stands in the middle of the story
_KINDS = "berita|artikel|video|foto|topik|konten|kabar"
_LABEL = re.compile(
    rf"(?i)\W*(?:(?:{_KINDS}) (?:lain(?:nya)?|terkait|terkini|terbaru|terpopuler|populer|pilihan)|terkini|terbaru|terpopuler"
    r"|populer|halaman|trending|rekomendasi|komentar|comments?|(?:most )?(?:popular|read|commented)"
    r"|related (?:news|posts?|articles?|stories)|recommended(?: by editor)?|you may also like"
    r"|(?:apa|bagaimana) reaksi \w.{0,60}|alur cerita(?: berita)?)\W*"
)


def beneath(page: Whole, known: Sequence[int]) -> AbstractSet[int]:
    """Of the chosen lines those below the first such label that stand in other elements than the story's.

    Prose is none of the story there only beside a link or a label, as a teaser stands: templates part stories, too.
    """
    mains = mains_of(page, list(known))
    words = {at: len(page.lines.blocks[at].text.split()) for at in known}
    labels = [at for at in range(min(known), len(page.keys)) if _LABEL.fullmatch(page.lines.blocks[at].text)] if known else []
    for label in labels:
        below = [at for at in known if at >= label]
        if sum(words[at] for at in below) > SMALL * sum(words.values()):
            continue
        outside = {at for at in below if holder_of(page, at).mem_id not in mains and page.lines.homes[at].mem_id not in mains}
        return {at for at in outside if not is_prose(page, at) or _is_teaser(page, at, labels)}
    return set()


def _is_teaser(page: Whole, at: int, labels: Sequence[int]) -> bool:
    """Whether a line stands beside a link or a label, or is half a link itself, dated: "2 Agustus 2026, 11:20 WIB<a>…</a>"."""
    beside = [near for near in (at - 1, at + 1) if 0 <= near < len(page.keys)]
    inner = (key(link.text(deep=True)) for link in page.lines.homes[at].css("a"))
    return any(page.keys[near] in page.links or near in labels for near in beside) or any(
        2 * len(link) >= len(page.keys[at]) for link in inner
    )
