"""Known furniture that stayed in a body: a rule's wording where its verb may not cut, and wordings every desk has. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pipelines.rules import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.nouns import Block
    from pipelines.rules import Rule

WORDED = (Verb.STOP, Verb.LINE, Verb.TAIL, Verb.SECTION, Verb.LEAD)
# What stands alone on a line and is no reporter's: a label at its start, and no full stop at its end.
KNOWN = {
    "baca juga": re.compile(r"^(?i:baca|lihat|simak) (?i:juga|pula)\b(?!.*[.\"”]$)"),
    "follow us": re.compile(r"^\W*(?i:ikuti|follow|gabung|dapatkan) .{0,80}(?i:whatsapp|telegram|google news|channel)\b.{0,80}$"),
    "advertisement": re.compile(r"^(?i:advertisement|iklan|scroll to continue.*|sponsored)$"),
    "gambas": re.compile(r"^\[(?i:gambas|video|halaman)[^\]]*\]$"),
}


def leaks(rules: Sequence[Rule], body: Sequence[Block]) -> set[str]:
    """Name the rules, and the known wordings, that match a whole line of a cleaned body."""
    return set(_leaks(rules, body))


def _leaks(rules: Sequence[Rule], body: Sequence[Block]) -> Iterator[str]:
    lines = [block.text for block in body]
    for rule in rules:
        if rule.verb in WORDED and any(_is_line(rule, line) for line in (lines[1:] if rule.verb is Verb.LEAD else lines)):
            yield rule.name
    for name, pattern in KNOWN.items():
        if any(pattern.search(line) for line in lines):
            yield f"known/{name}"


def _is_line(rule: Rule, line: str) -> bool:
    """A line that is nothing else, or, for what hangs at a paragraph's start or end, that ends or begins so."""
    match = rule.pattern.search(line)
    return bool(match and match.group() and (rule.gives or match.group() == line))
