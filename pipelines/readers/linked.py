"""Headlines of other stories that no class betrays: nothing but links, below a line that says so. No list of the story's own."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.nouns import Block, Cut
from pipelines.readers.inline import SILENT, fold, seen
from pipelines.readers.whole import DOCUMENT, key
from pipelines.rules import Verb

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Mapping, Sequence

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from pipelines.outlets import Outlet
    from pipelines.readers.parted import Lines
    from pipelines.rules import Rule

_LABEL = re.compile(
    r"(?i)(?:(?:baca|lihat|simak) (?:juga|pula)|(?:baca|simak|lihat|terpopuler)(?= ?:)|next article"
    r"|(?:artikel|berita|video)(?: (?:terkait|lain ?nya|selanjutnya|menarik|(?:ter)?populer))+|pilihan redaksi)\W{0,4}"
)
_KINDS = "berita|artikel|video|foto|topik|konten"
_WHICH = "terkait|terkini|terbaru|lain(?:nya)?|rekomendasi|pilihan|(?:ter)?populer|menarik"
_MORE = f"{_KINDS}|{_WHICH}|selanjutnya|berikutnya|selengkapnya"
_LABELLED = re.compile(  # and what it announces
    rf"(?i)(?:[•»►▶>]+\s*(?=(?:\S+\s+){{3}})|(?:(?:baca|lihat|simak|tonton|saksikan|cek)(?: (?:juga|pula|{_MORE}))*"
    rf"|(?:{_KINDS})(?: (?:{_WHICH}|selanjutnya))+|terkait|selanjutnya|berikutnya|next|rekomendasi|terpopuler|jangan lewatkan"
    rf"|pilihan (?:redaksi|editor)|related (?:news|articles?|stor(?:y|ies))|read(?: also| more)?)"
    rf" ?[:|–-]+\s*(?=(?:\S+\s+){{2}})|(?:(?:baca|simak|lihat) )?(?:berita|artikel)(?: (?:{_WHICH}))*"
    r" (?:lainnya|terkait|menarik|(?:ter)?populer) (?:di|dalam|tentang|mengenai|seputar)? ?)(?P<rest>\S.*)"
)
_HEAD = re.compile(  # says so only where links to stories stand below it, and nothing else
    r"(?i)(?:rekomendasi(?: (?:berita|artikel))?(?: (?:untuk|buat) (?:anda|kamu)| lain(?:nya)?)?"
    r"|pilihan (?:untuk(?:mu| anda)|editor)|trending(?: now)?"
    r"|(?:(?:berita|artikel|video) )?(?:terpopuler|terbaru|terkini|pilihan|lain(?:nya)?|populer))\W{0,4}"
)
_AMID = re.compile(r"(?<=[.!?\"”’)]) ?(?i:(?:baca|lihat|simak) (?:juga|pula)) ?[:|–-]+ ?(?=\S)")
_HINTS = (" juga", " Juga", " JUGA", " pula", " Pula", " PULA")  # one stands in what _AMID finds; asked in a tenth of its time
_TAGS = re.compile(r"(?i)(?:tags?|topik(?: terkait)?|kata kunci) ?: ?(.+)")
LONGEST, ASKED = 30, 300  # characters of a label; elements asked
ANNOUNCED = 250  # characters of a label and a headline
HEADLINE = 4  # words; fewer name a person or a subject


def is_label(text: str) -> bool:
    """Whether a line announces other stories and says nothing else."""
    return len(text) <= LONGEST and _LABEL.fullmatch(text) is not None


def labelled(read: Lines, places: Sequence[LexborNode | LexborHTMLParser], outlet: Outlet) -> Lines:
    """Cut the lines that are a label and, to their end, one link: "Baca: <a>Harga Beras Naik, Ini Kata Bulog</a>".

    With them go the lines below that are one link each, and a label with its link from amid a paragraph. What a rule knows by its
    wording is left to the rule. A document is no other story, nor behind a bullet what another site has.
    """
    blocks, _ = read
    prose = [(at, block) for at, block in enumerate(blocks) if block.kind != "figure"]
    short = [(at, block.text) for at, block in prose if len(block.text) <= ANNOUNCED]
    found = {at: match["rest"] for at, text in short if (match := _LABELLED.fullmatch(text))}
    tags = {at: match[1] for at, text in short if (match := _TAGS.fullmatch(text))}
    heads = [at for at, text in short if len(text) <= LONGEST and _HEAD.fullmatch(text)]
    amid = [at for at, block in prose if any(hint in block.text for hint in _HINTS) and _AMID.search(block.text)]
    if not (found or tags or heads or amid):
        return read
    links = _Links(places, outlet)
    told = {at for at, rest in found.items() if links.lead(blocks[at], rest)}
    below = {at for label in told for at in links.run(blocks, label)}
    lists = {at for head in heads if len(run := links.run(blocks, head)) > 1 for at in (head, *run)}
    wordings = [rule.pattern for rule in outlet.rules if rule.verb is Verb.LINE]
    tagged = {at for at, rest in tags.items() if links.hold(rest)}
    unknown = {at for at in told | tagged if not any(wording.search(blocks[at].text) for wording in wordings)}
    return _without(read, unknown | below | lists, {at: links.amid(blocks[at].text) for at in amid})


def _without(read: Lines, away: Container[int], amid: Mapping[int, tuple[int, int]]) -> Lines:
    """Take out whole lines, and from others what stands from one place to another."""
    left, cuts = list[Block](), [*read[1]]
    for at, block in enumerate(read[0]):
        start, end = amid.get(at, (0, 0))
        if at in away:
            cuts.append(Cut("page/labelled link", block.text, block.at))
        elif start < end:
            text = f"{block.text[:start].rstrip()} {block.text[end:].lstrip()}"
            cuts.append(Cut("page/labelled link", block.text[start:end].strip(), block.at))
            left.append(replace(block, text=text, bold=min(block.bold, start)))
        else:
            left.append(block)
    return left, cuts


class _Links:
    """The links of a fence: what each says, and whether it leads to a story of the outlet's."""

    def __init__(self, places: Sequence[LexborNode | LexborHTMLParser], outlet: Outlet) -> None:
        self.outlet = outlet
        self.texts = {fold(link.text(deep=True)): link.attributes.get("href") or "" for place in places for link in place.css("a")}
        self.hrefs = {key(text): href for text, href in self.texts.items()}

    def lead(self, block: Block, rest: str) -> bool:
        """Whether what follows a label, or the label with it, is a link to a story."""
        href = self.hrefs.get(key(rest), self.hrefs.get(key(block.text)))
        return href is not None and _is_story(href, self.outlet, bullet=not block.text[0].isalpha())

    def hold(self, listed: str) -> bool:
        """Whether every part of a list is a link."""
        return all(key(part) in self.hrefs for part in re.split(r"[,|#]", listed) if part.strip())

    def run(self, blocks: Sequence[Block], label: int) -> list[int]:
        """Give the lines directly below a label that are each one link to a story of the outlet's."""
        found: list[int] = []
        for at in range(label + 1, len(blocks)):
            text = blocks[at].text
            href = self.hrefs.get(key(text), "#") if len(text.split()) >= HEADLINE else "#"
            if href.startswith("#") or not _is_story(href, self.outlet, bullet=True):
                break
            found.append(at)
        return found

    def amid(self, text: str) -> tuple[int, int]:
        """Give where a label and its link begin and end, if text follows them; else nothing."""
        for match in _AMID.finditer(text):
            after = (link for link in self.texts if len(link.split()) >= HEADLINE and text.startswith(link, match.end()))
            said = max(after, key=len, default="")
            if said and text[match.end() + len(said) :].strip():
                return match.start(), match.end() + len(said)
        return 0, 0


def _is_story(href: str, outlet: Outlet, *, bullet: bool) -> bool:
    document = DOCUMENT.search(href) is not None
    return not document and not (bullet and href.startswith("http") and not outlet.owns(href))


def linked(places: Iterable[LexborNode | LexborHTMLParser], rules: Iterable[Rule]) -> dict[int, Rule]:
    """Give by memory address what goes with the label above it, each with the rule that cuts the label."""
    labels = [rule for rule in rules if rule.verb is Verb.LINE]
    found: dict[int, Rule] = {}
    for place in places:
        for node in place.css("ul:has(a), ol:has(a), p:has(a), div:has(a), table:has(a), tr:has(a), a")[:ASKED]:
            if (rule := _label(node, labels, found)) and _is_linked(node):
                found[node.mem_id] = rule
    return found


def _is_linked(node: LexborNode) -> bool:
    """Whether a line between two breaks, or each of a list, is one link from end to end, or a paragraph or a row links alone."""
    if node.tag == "a":
        return _ends_line(node)
    if node.tag in ("p", "div", "table", "tr"):
        return _letters(node) == "".join(_letters(link) for link in node.css("a"))
    items = node.css("li")
    links = [item.css("a") for item in items]
    return bool(items) and all(
        len(own) == 1 and fold(own[0].text(deep=True)) == fold(item.text(deep=True)) for item, own in zip(items, links, strict=True)
    )


def _letters(node: LexborNode) -> str:
    return "".join(node.text(deep=True).split())


def _ends_line(link: LexborNode) -> bool:
    below = link.next
    while below is not None and below.tag in ("-text", "-comment") and not _said(below):
        below = below.next
    return below is None or below.tag in ("a", "br")


def _label(node: LexborNode, labels: Iterable[Rule], found: Mapping[int, Rule]) -> Rule | None:
    above = node.prev
    while above is not None and above.mem_id not in found and not _said(above):
        above = above.prev
    if above is None or above.mem_id in found:
        return None if above is None else found[above.mem_id]
    text = _said(above)
    return next((rule for rule in labels if rule.pattern.fullmatch(text)), None) if is_label(text) else None


def _said(node: LexborNode) -> str:
    if node.tag in SILENT:  # an advertisement's script between the label and its list says nothing
        return ""
    return fold(node.text_content or "" if node.tag == "-text" else "".join(seen(node, {})))
