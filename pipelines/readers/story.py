"""The story of a page that no seed has fenced: an extractor's choice of lines, held against the page's own elements."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import instant
from pipelines.nouns import Block, Cut
from pipelines.readers.beneath import beneath
from pipelines.readers.inline import fold
from pipelines.readers.lost import begins, is_caption, is_credited, is_framed, is_pictured, is_signed, lost_of, picture_beside
from pipelines.readers.placed import parted, places_of
from pipelines.readers.whole import Whole, key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

RUN_ON = 400  # letters; a headline within a shorter line is quoted there
POST = 15  # letters; a shorter line is known again only whole
LINKED = 4  # words; a shorter link alone on its line may be a name or a heading
_AGO = re.compile(r"(?i)\W*\b\d{1,2} (?:detik|menit|jam|hari|minggu|bulan) (?:yang )?lalu$")  # behind the headline of another story
_LEADS = re.compile(r"^\W*\d+[.)]?\s|[-–—]$")  # a listicle's number; a dateline alone in bold
_LABELLED = re.compile(r"[^:]{3,30}:\s*(?P<rest>(?:\S+\s+){2}.+)")
_LABEL = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)?")  # "News", a name alone
_SIGNED = re.compile(r"(?i)\W{0,3}(?:laporan|oleh|penulis|reporter|wartawan|pewarta|kontributor|editor)\b")
CREDITS = ", ".join(f"span[class*={name} i]" for name in ("author", "credit", "copyright", "photographer", "fotografer"))
LONG = 500  # characters; a caption of more is none
STAMPS, STRIDE = 3, 4  # times that a line recurs which dates other stories; lines from one to the next
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
FAR = 15  # lines; a standfirst or a date stands nearer
ABOVE, TEASED, BRIEF = 4, 60, 8  # lines and words above a dateline that are no story; words where a place alone tells
_NEWSROOM = r"(?:[A-Za-z0-9-]{3,25}\.(?i:com|co\.id|co|id|net|tv)|(?i:antara)(?: [A-Z]\w+)?|CN(?:N|BC) Indonesia)"
_DATELINE = re.compile(
    rf"(?:[A-Z][\w .,'’-]{{1,40}}(?:, \d{{1,2}}/\d{{1,2}})?,? ?)?\(?{_NEWSROOM}\)?"
    r"(?:,? ?[A-Z][\w .'’-]{2,40})? ?[-–—]{1,2} ?[A-Z\"“‘0-9]"
    rf"|{_NEWSROOM}, [A-Z][\w .'’-]{{2,40}}: ?[A-Z\"“‘0-9]"
    r"|[A-Z]{4,}(?: [A-Z]{2,}){0,2} \([A-Z][\w. ]{1,24}\) ?[-–—]{1,2} ?[A-Z\"“‘0-9]"
)
_PLACE = re.compile(r"[A-Z]{4,}(?: [A-Z]{3,}){0,2} ?[-–—]{1,2} ?[A-Z][a-z]")
Entries = list[tuple[Block, str]]  # a line, and why it is none of the story


def story(page: Whole, body: list[int] | None, chosen: Sequence[Block]) -> tuple[list[Block], list[Cut]]:
    """Part the chosen lines, and the lead and pictures that the extractor lost, into the story's and what is none of it."""
    within = None if body is None else "".join(page.keys[at] for at in body)
    entries = [(block, _why(page, within, block)) for block in _merged(page, body, parted(page, chosen))]
    entries = _opened(page, _ends(_beneath(page, _listed(page, _stamped(page, _headed(page, entries))))))
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


def _captioned(page: Whole, at: int) -> Block:
    """A page's line; what stands in an element called caption is a picture's."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    named = any("caption" in (node.attributes.get("class") or "").lower() for node in (home, home.parent or home))
    named = named or page.keys[at] in page.captions or is_credited(page, at) or is_framed(page, at)
    return _caption(page, at) if named and block.kind != "figure" else block


def _caption(page: Whole, at: int) -> Block:
    """A line as its picture's, less the credit that stands before it in an element of its own."""
    block, home = page.lines.blocks[at], page.lines.homes[at]
    signed = (fold(node.text(deep=True)) for node in home.css(CREDITS)) if len(block.text) < LONG else ()
    own = next((block.text[len(said) :].strip() for said in signed if said and block.text.startswith(said)), "")
    return Block("figure", own or block.text, block.at, picture_beside(page, at))


def _found(page: Whole, at: int, *, above: bool) -> Block:
    """A line that nobody chose: what stands in an element named after a picture, or above the story below one, is its caption."""
    pictured = is_caption(page, at) or (above and is_signed(page, at))
    return _caption(page, at) if pictured and page.lines.blocks[at].kind != "figure" else _captioned(page, at)


def _why(page: Whole, within: str | None, block: Block) -> str:
    """Why a line is none of the story; empty where it is."""
    own = key(block.text)
    if not own or block.kind == "figure":
        return ""
    labelled = _LABELLED.fullmatch(block.text)
    linked = block.kind == "p" and own in page.links and len(block.text.split()) >= LINKED
    reasons = {
        "title": own in page.titles,
        "page run together": len(own) >= RUN_ON and any(own.startswith(title) for title in page.titles if len(title) >= POST),
        "embedded post": own in page.posts or (len(own) >= POST and any(own in post for post in page.posts)),
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
        if block.kind != "figure" and times[own := key(block.text)] >= STAMPS and _is_stamp(block.text):
            places = [place for place, one in enumerate(page.keys) if one == own]
            if places[-1] - places[0] <= STRIDE * len(places) and at > len(entries) / 5:
                return [*entries[: at - 1], *((one, why or "list of stories") for one, why in entries[at - 1 :])]
    return entries


def _is_stamp(text: str) -> bool:
    return len(text.split()) <= BRIEF and "@" not in text and _YEAR.search(text) is not None


def _listed(page: Whole, entries: Entries) -> Entries:
    """Two list items or headings or more, one below the other, that are links from end to end are a list of links."""
    linked = [block.kind in ("li", "h") and key(_AGO.sub("", block.text)) in page.links for block, _ in entries]
    beside = [*zip([False, *linked], [*linked[1:], False], strict=False)]
    return [
        (block, why or ("list of links" if linked[at] and any(beside[at]) else "")) for at, (block, why) in enumerate(entries)
    ]  # fmt: skip


def _opened(page: Whole, entries: Entries) -> Entries:
    """A story that has a dateline begins there: a short line above it is a picture's caption, or of the template."""
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
        if _SIGNED.match(block.text):
            continue
        place = page.keys.index(key(block.text)) if key(block.text) in page.keys else None
        pictured = place is not None and block.kind == "p" and is_pictured(page, place)
        changed[at] = (_caption(page, place), "") if pictured and place is not None else (block, "above the dateline")
    return changed


def _ends(entries: Entries) -> Entries:
    """A story begins with prose, the line that dates it aside, and no heading ends it; a listicle's first item has its number."""
    stays = [at for at, (block, why) in enumerate(entries) if not why and (block.kind not in ("h", "figure"))]
    if len(stays) > 1 and _is_stamp(entries[stays[0]][0].text) and instant(entries[stays[0]][0].text):
        stays = stays[1:]
    if not stays:
        return entries
    last = entries[stays[-1]][0]
    if last.kind == "p" and _LABEL.fullmatch(last.text) and len(stays) > 1:
        return _ends([*entries[: stays[-1]], (last, "label"), *entries[stays[-1] + 1 :]])
    ends = [at for at in range(stays[-1] + 1, len(entries)) if entries[at][0].kind == "h" and not entries[at][1]]
    below = ends if len(ends) == 1 else []  # several are lines that the desk set in bold
    idle = {at for at in (*range(stays[0]), *below) if entries[at][0].kind == "h" and not _LEADS.search(entries[at][0].text)}
    return [(block, why or ("heading of nothing" if at in idle else "")) for at, (block, why) in enumerate(entries)]


def _merged(page: Whole, body: list[int] | None, chosen: Sequence[Block]) -> Iterator[Block]:
    """The chosen lines in order, as the page's own where it has the same; between them what was lost."""
    places = places_of(page, chosen)
    known = [at for at in places if at is not None]
    first = begins(page, known) if known else 0
    lost = iter(lost_of(page, body, chosen, known))
    held = next(lost, None)
    for block, at in zip(chosen, places, strict=True):
        while held is not None and at is not None and held < at:
            yield _found(page, held, above=held < first)
            held = next(lost, None)
        yield block if at is None else _captioned(page, at)
    while held is not None:
        yield _found(page, held, above=held < first)
        held = next(lost, None)
