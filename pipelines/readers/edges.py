"""Where a story begins and ends among its lines: below a picture's caption, at its dateline, with prose; no label ends it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.gazetteer import is_place
from pipelines.indonesian.dates import instant, is_date
from pipelines.nouns import Block
from pipelines.readers.captioned import caption, is_pictured
from pipelines.readers.whole import HEADINGS, key

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pipelines.readers.whole import Whole

Entries = list[tuple[Block, str]]  # a line, and why it is none of the story
ABOVE, TEASED, BRIEF = 4, 60, 8  # lines and words above a dateline that are no story; words where a place alone tells
_LEADS = re.compile(r"^\W*\d+[.)]?\s|[-–—]$")  # a listicle's number; a dateline alone in bold
_LABEL = re.compile(r"(?=[A-Z])[^\W\d_]+(?: (?=[A-Z])[^\W\d_]+)?")  # "News", a name alone; not "Selamat mencoba"
_CLOSING = re.compile(r"(?i)(?:selamat|semoga|salam|sekian|jawaban|terima kasih|(?:wassalam|wallah|barakallah)\w*|a?ami?in)\b")
_TOLD = re.compile(r"(?:\S+\s+){8}.*[.!?][\"”’)]*$")  # a standfirst
_SENTENCE = re.compile(r"(?:\S+\s+){11}.*[.!?][\"”’)]*$")
_SIGNED = re.compile(r"(?i)\W{0,3}(?:laporan|oleh|penulis|reporter|wartawan|pewarta|kontributor|editor|sumber)\b")
_MENDED = re.compile(r"(?i)\W{0,3}(?:ralat|koreksi|catatan)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NEWSROOM = r"(?:[A-Za-z0-9-]{3,25}\.(?i:com|co\.id|co|id|net|tv)|(?i:antara)(?: [A-Z]\w+)?|CN(?:N|BC) Indonesia)"
_DATELINE = re.compile(
    rf"(?:[A-Z][\w .,'’-]{{1,40}}(?:, \d{{1,2}}/\d{{1,2}})?,? ?)?\(?{_NEWSROOM}\)?"
    r"(?:,? ?[A-Z][\w .'’-]{2,40})? ?[-–—]{1,2} ?[A-Z\"“‘0-9]"
    rf"|{_NEWSROOM}, [A-Z][\w .'’-]{{2,40}}: ?[A-Z\"“‘0-9]"
    r"|[A-Z]{4,}(?: [A-Z]{2,}){0,2} \([A-Z][\w. ]{1,24}\) ?[-–—]{1,2} ?[A-Z\"“‘0-9]"
)
_PLACE = re.compile(r"[A-Z]{4,}(?: [A-Z]{3,}){0,2}(?: ?[–—]| ?--| -|-(?= ))[-–—]? ?[A-Z][a-z]")  # not "ASEAN-India"


def opened(page: Whole, entries: Entries, own: AbstractSet[str]) -> Entries:
    """A story that has a dateline begins there: a short line above it is a picture's caption, or of the template.

    What is known to be its ``own`` stays, by its key.
    """
    stays = [at for at, (block, why) in enumerate(entries) if not why and block.kind != "figure"]
    texts = [entries[at][0].text for at in stays[: ABOVE + 1]]
    first = next((n for n, text in enumerate(texts) if _DATELINE.match(text) or _PLACE.match(text)), 0)
    words = sum(len(text.split()) for text in texts[:first])
    if not first or words > (TEASED if _DATELINE.match(texts[first]) else BRIEF):
        return entries
    above = stays[:first]
    changed = list(entries)
    for at in above:
        block = entries[at][0]
        if _SIGNED.match(block.text) or _MENDED.match(block.text) or key(block.text) in own:
            continue
        place = page.keys.index(key(block.text)) if key(block.text) in page.keys else None
        pictured = place is not None and block.kind == "p" and is_pictured(page, place)
        if place is not None and _is_standfirst(page, place, texts[first], pictured=pictured):
            continue
        changed[at] = (caption(page, place), "") if pictured and place is not None else (block, "above the dateline")
    return changed


def ended(page: Whole, entries: Entries) -> Entries:
    """A story begins with prose, the line that dates it aside, and no heading ends it; a listicle's first item has its number."""
    typed = [_is_typed(block) for block, _ in entries]
    prose = [block.kind not in ("h", "figure") or (typed[at] and sum(typed) > 1) for at, (block, _) in enumerate(entries)]
    stays = [at for at, (_, why) in enumerate(entries) if not why and prose[at]]
    first = entries[stays[0]][0].text if stays else ""
    if len(stays) > 1 and is_stamp(first) and (instant(first) or is_date(first)):
        stays = stays[1:]
    if not stays:
        return entries
    label = [at for at in stays[-2:] if _is_label(entries[at][0])]
    if label == stays[-1:] and len(stays) > 1:  # one below the other are a list of names
        return ended(page, [*entries[: stays[-1]], (entries[stays[-1]][0], "label"), *entries[stays[-1] + 1 :]])
    ends = [at for at in range(stays[-1] + 1, len(entries)) if entries[at][0].kind == "h" and not entries[at][1]]
    below = ends if len(ends) == 1 else []  # several are lines that the desk set in bold
    above = [at for at in range(stays[0]) if not (at == stays[0] - 1 and _opens(page, entries[at][0], entries[stays[0]][0]))]
    idle = {at for at in (*above, *below) if entries[at][0].kind == "h" and not _is_own(entries[at][0].text)}
    kinds = ["p" if typed[at] and prose[at] else block.kind for at, (block, _) in enumerate(entries)]
    return [
        (replace(block, kind=kinds[at]), why or ("heading of nothing" if at in idle else ""))
        for at, (block, why) in enumerate(entries)
    ]


def _is_label(block: Block) -> bool:
    """A line of a word or two in capitals, which does not take leave of the reader."""
    return block.kind == "p" and _LABEL.fullmatch(block.text) is not None and not _CLOSING.match(block.text)


def _is_standfirst(page: Whole, at: int, dateline: str, *, pictured: bool) -> bool:
    """A sentence in a paragraph beside the dateline's own; right below a picture only where that has its caption already."""
    below = page.keys.index(key(dateline)) if key(dateline) in page.keys else at
    if below == at or page.lines.homes[at].tag != "p" or not _are_beside(page, at, below):
        return False
    above = page.lines.blocks[at - 1] if at else None
    captioned = above is not None and above.kind == "figure" and above.text != ""
    return _TOLD.match(page.lines.blocks[at].text) is not None and (captioned or not pictured)


def _are_beside(page: Whole, one: int, other: int) -> bool:
    ours, theirs = page.lines.homes[one].parent, page.lines.homes[other].parent
    return ours is not None and theirs is not None and ours.mem_id == theirs.mem_id


def _is_typed(block: Block) -> bool:
    """Whether a heading is as long as a paragraph and ends like one; where there are several, the desk set its paragraphs so."""
    return block.kind == "h" and _SENTENCE.match(block.text) is not None and not _LEADS.search(block.text)


def _is_own(heading: str) -> bool:
    """A listicle's number, a dateline or who signs in bold (the rules know them), or who takes leave of the reader."""
    return any((_LEADS.search(heading), _SIGNED.match(heading), _CLOSING.match(heading)))


def _opens(page: Whole, heading: Block, below: Block) -> bool:
    """Whether a heading is the story's first: it stands in the element of the paragraph right below it, where no headline is."""
    places = [page.keys.index(own) if (own := key(block.text)) in page.keys else -1 for block in (heading, below)]
    if -1 in places or places[1] != places[0] + 1:
        return False
    home = page.lines.homes[places[0]]
    bold = home.tag == "p" and (len(heading.text.split()) > 1 or is_place(heading.text.rstrip(".")))
    if not (bold or home.tag in HEADINGS) or not _are_beside(page, *places):
        return False
    return home.parent is not None and home.parent.css_first("h1") is None


def is_stamp(text: str) -> bool:
    """Whether a line dates a story and says little else."""
    return len(text.split()) <= BRIEF and "@" not in text and _YEAR.search(text) is not None
