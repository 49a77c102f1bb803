"""The story of a page that no seed has fenced: an extractor's choice of lines, held against the page's own elements."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING

from pipelines.nouns import Block, Cut
from pipelines.readers.beneath import beneath
from pipelines.readers.captioned import captioned, found
from pipelines.readers.edges import ended, is_stamp, opened
from pipelines.readers.lost import begins, lost_of
from pipelines.readers.placed import parted, places_of
from pipelines.readers.standfirst import standfirsts
from pipelines.readers.told_links import told_links
from pipelines.readers.whole import Whole, key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from pipelines.readers.edges import Entries

RUN_ON = 400  # letters; a headline within a shorter line is quoted there
POST = 15  # letters; a shorter line is known again only whole
LINKED = 4  # words; a shorter link alone on its line may be a name or a heading
_AGO = re.compile(r"(?i)\W*\b\d{1,2} (?:detik|menit|jam|hari|minggu|bulan) (?:yang )?lalu$")  # behind the headline of another story
_BRIEF = re.compile(r"(?i)(?:(?:poin-)?poin penting|ringkasan(?: berita| artikel)?|intinya sih|inti berita|ikhtisar)\W*")
_LABELLED = re.compile(r"[^:]{3,30}:\s*(?P<rest>(?:\S+\s+){2}.+)")
ITEMS = 8  # of a summary
STAMPS, STRIDE = 3, 4  # times that a line recurs which dates other stories; lines from one to the next
FAR = 15  # lines; a standfirst or a date stands nearer


def story(
    page: Whole, body: list[int] | None, chosen: Sequence[Block], described: AbstractSet[str]
) -> tuple[list[Block], list[Cut]]:
    """Part the chosen lines, and the lead and pictures that the extractor lost, into the story's and what is none of it.

    What its metas say of it is ``described``, by its keys.
    """
    lines = parted(page, chosen)
    places = places_of(page, lines)
    known = [at for at in places if at is not None]
    links = told_links(page, known)
    named, aside = standfirsts(page, body, known, described)
    lost = lost_of(page, body, lines, known)
    first = begins(page, known) if known else 0
    within, own = None if body is None else "".join(page.keys[at] for at in body), {page.keys[at] for at in links | named}
    above = {page.keys[at] for at in aside.difference(known, lost)}
    merged = _merged(page, zip(lines, places, strict=True), sorted({*lost, *(links | named | aside).difference(known)}), first)
    entries = [(block, "" if key(block.text) in own else _why(page, within, block, above)) for block in merged]
    entries = _summed(page, _listed(page, _stamped(page, _headed(page, entries))))
    entries = opened(page, ended(page, _beneath(page, entries)), own)
    entries = _pictured(entries)
    blocks = [Block(block.kind, block.text, at, block.src, block.bold) for at, (block, why) in enumerate(entries) if not why]
    cuts = [Cut(f"page/{why}", block.text, at) for at, (block, why) in enumerate(entries) if why and block.text]
    return blocks, cuts


def _pictured(entries: Entries) -> Entries:
    """Of two lines below one picture the shorter is its credit, no caption."""
    longest: dict[str, str] = {}
    for block, why in entries:
        if block.src and not why and block.kind == "figure":
            longest[block.src] = max(longest.get(block.src, ""), block.text, key=len)
    shorter = [block.text != longest.get(block.src or "", block.text) for block, _ in entries]
    return [(block, why or ("picture's credit" if less else "")) for less, (block, why) in zip(shorter, entries, strict=True)]


def _why(page: Whole, within: str | None, block: Block, above: AbstractSet[str]) -> str:
    """Why a line is none of the story; empty where it is."""
    own = key(block.text)
    if not own or block.kind == "figure":
        return ""
    labelled = _LABELLED.fullmatch(block.text)
    linked = block.kind == "p" and own in page.links and len(block.text.split()) >= LINKED
    rolled = len(own) >= RUN_ON and own not in page.paragraphs
    reasons = {
        "title": own in page.titles,
        "page run together": rolled and any(own.startswith(title) for title in page.titles if len(title) >= POST),
        "embedded post": own in page.posts or (len(own) >= POST and any(own in post for post in page.posts)),
        "reader's comment": own in page.comments,
        "writer's biography": own in page.biographies and len(block.text.split()) >= LINKED,
        "above the story": own in above,
        "outside the body": within is not None and own not in within,
        "labelled link": labelled is not None and own not in page.links and key(labelled["rest"]) in page.links,
        "link": linked,
    }
    return next((why for why, so in reasons.items() if so), "")


def _headed(page: Whole, entries: Entries) -> Entries:
    """A line far above the page's one headline, below which the others stand, is another story's teaser."""
    heads = [at for at, one in enumerate(page.keys) if one in page.titles and page.lines.homes[at].tag == "h1"]
    if len(heads) != 1:
        return entries
    last = {one: at for at, one in enumerate(page.keys)}
    places = [last.get(key(block.text), heads[0]) for block, _ in entries]
    if 2 * sum(place > heads[0] for place in places) <= len(places):
        return entries
    above = [place < heads[0] - FAR and block.kind != "figure" for place, (block, _) in zip(places, entries, strict=True)]
    return [(block, why or ("far above the headline" if far else "")) for far, (block, why) in zip(above, entries, strict=True)]


def _summed(page: Whole, entries: Entries) -> Entries:
    """A list below a label that calls it a summary, above the story's first paragraph, is the desk's or a machine's."""
    first = next((key(block.text) for block, why in entries if block.kind == "p" and not why), "")
    blocks = page.lines.blocks
    for at in range(page.keys.index(first) if first in page.keys else 0):
        if _BRIEF.fullmatch(blocks[at].text):
            below = list(takewhile(lambda one: blocks[one].kind == "li", range(at + 1, len(blocks))))
            told = {page.keys[one] for one in below} if len(below) <= ITEMS else set()
            return [(block, why or ("summary" if key(block.text) in told else "")) for block, why in entries]
    return entries


def _beneath(page: Whole, entries: Entries) -> Entries:
    """What stands below the story, in a list that has its own label."""
    last = {one: at for at, one in enumerate(page.keys)}
    places = [last.get(key(block.text), -1) if block.kind != "figure" and not why else -1 for block, why in entries]
    under = beneath(page, sorted({place for place in places if place >= 0}))
    return [(block, why or ("below the story" if at in under else "")) for at, (block, why) in zip(places, entries, strict=True)]


def _stamped(page: Whole, entries: Entries) -> Entries:
    """Below a story a list of others: each a few lines, and below them the same section and day again and again.

    A gallery's caption recurs too, and the credit of an account that posted three times in a day.
    """
    times = Counter(page.keys)
    for at, (block, _) in enumerate(entries):
        if block.kind != "figure" and times[own := key(block.text)] >= STAMPS and is_stamp(block.text):
            places = [place for place, one in enumerate(page.keys) if one == own]
            beside = [page.keys[max(place - 2, 0) : place + 2] for place in places]
            linked = sum(not page.links.isdisjoint(keys) for keys in beside)
            if places[-1] - places[0] <= STRIDE * len(places) and at > len(entries) / 5 and 2 * linked > len(places):
                first = at - (key(entries[at - 1][0].text) == page.keys[places[0] - 1])  # its teaser or headline, if chosen
                return [*entries[:first], *((one, why or "list of stories") for one, why in entries[first:])]
    return entries


def _listed(page: Whole, entries: Entries) -> Entries:
    """Two list items or headings or more, one below the other, that are links from end to end are a list of links."""
    linked = [_is_linked(page, block) for block, _ in entries]
    beside = [*zip([False, *linked], [*linked[1:], False], strict=False)]
    return [
        (block, why or ("list of links" if linked[at] and any(beside[at]) else "")) for at, (block, why) in enumerate(entries)
    ]  # fmt: skip


def _is_linked(page: Whole, block: Block) -> bool:
    """Whether a heading, or an item as long as a headline, is one link; shorter ones are names that lead to their tags."""
    listed = block.kind == "h" or (block.kind == "li" and len(block.text.split()) >= LINKED)
    return listed and key(_AGO.sub("", block.text)) in page.links


def _merged(page: Whole, chosen: Iterable[tuple[Block, int | None]], lost: Sequence[int], first: int) -> Iterator[Block]:
    """The chosen lines in order, as the page's own where it has the same; between them what was lost."""
    left = iter(lost)
    held = next(left, None)
    for block, at in chosen:
        while held is not None and at is not None and held < at:
            yield found(page, held, above=held < first)
            held = next(left, None)
        yield block if at is None else captioned(page, at)
    while held is not None:
        yield found(page, held, above=held < first)
        held = next(left, None)
