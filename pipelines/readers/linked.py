"""Lists of other stories that no class betrays: nothing but links, below a line that says so. No list of the story's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.readers.lines import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from pipelines.rules import Rule

_LABEL = re.compile(r"(?i)(?:(?:baca|lihat|simak) (?:juga|pula)|(?:artikel|berita) (?:terkait|lainnya))\W{0,4}")
LONGEST, LISTS = 30, 100  # characters of a label; lists looked at


def linked(place: LexborNode | LexborHTMLParser, rules: Iterable[Rule]) -> dict[int, Rule]:
    """Give by memory address the lists that go with the label above them, each with the rule that cuts the label."""
    labels = [rule for rule in rules if rule.pattern.pattern]
    found = ((node, _label(node, labels)) for node in place.css("ul, ol")[:LISTS])
    return {node.mem_id: rule for node, rule in found if rule and _is_linked(node)}


def _is_linked(node: LexborNode) -> bool:
    """Whether each line of a list is one link from end to end."""
    items = node.css("li")
    links = [item.css("a") for item in items]
    return bool(items) and all(
        len(own) == 1 and fold(own[0].text(deep=True)) == fold(item.text(deep=True)) for item, own in zip(items, links, strict=True)
    )


def _label(node: LexborNode, labels: Iterable[Rule]) -> Rule | None:
    above = node.prev
    while above is not None and not _said(above):
        above = above.prev
    text = _said(above) if above is not None else ""
    if len(text) > LONGEST or not _LABEL.fullmatch(text):
        return None
    return next((rule for rule in labels if rule.pattern.fullmatch(text)), None)


def _said(node: LexborNode) -> str:
    return fold(node.text_content or "" if node.tag == "-text" else node.text(deep=True))
