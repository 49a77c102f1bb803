"""Headlines of other stories that no class betrays: nothing but links, below a line that says so. No list of the story's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.nouns import Cut
from pipelines.readers.inline import SILENT, fold, seen
from pipelines.readers.whole import DOCUMENT, key
from pipelines.rules import Verb

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
LONGEST, ASKED = 30, 300  # characters of a label; elements asked
ANNOUNCED = 250  # characters of a label and a headline


def is_label(text: str) -> bool:
    """Whether a line announces other stories and says nothing else."""
    return len(text) <= LONGEST and _LABEL.fullmatch(text) is not None


def labelled(read: Lines, places: Sequence[LexborNode | LexborHTMLParser], outlet: Outlet) -> Lines:
    """Cut the lines that are a label and, to their end, one link: "Baca: <a>Harga Beras Naik, Ini Kata Bulog</a>".

    What a rule knows by its wording is left to the rule. A document is no other story, nor behind a bullet what another site has.
    """
    blocks, cuts = read
    found = [
        (block, match["rest"])
        for block in blocks
        if block.kind != "figure" and len(block.text) <= ANNOUNCED and (match := _LABELLED.fullmatch(block.text))
    ]
    wordings = [rule.pattern for rule in outlet.rules if rule.verb is Verb.LINE] if found else []
    found = [(block, rest) for block, rest in found if not any(wording.search(block.text) for wording in wordings)]
    if not found:
        return read
    hrefs = {key(link.text(deep=True)): link.attributes.get("href") or "" for place in places for link in place.css("a")}
    told = [(block, hrefs.get(key(rest), hrefs.get(key(block.text)))) for block, rest in found]
    away = {block.at for block, href in told if href is not None and _is_story(href, outlet, bullet=not block.text[0].isalpha())}
    cuts = [*cuts, *(Cut("page/labelled link", block.text, block.at) for block in blocks if block.at in away)]
    return [block for block in blocks if block.at not in away], cuts


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
