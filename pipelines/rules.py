"""What a cleaning rule is and does. A rule is data with its proof; where it may cut is its verb, not its wording."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.glance import glance
from pipelines.nouns import PROSE, Block, Cut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.glance import Glance

HEAD = 3  # lines of prose, among which the one that opens the story stands
_WORDS = re.compile(r"[a-z0-9]{4,}")
_ADDRESS = re.compile(r"(?i)\w\.(?:com|co\.id|co|id|net|tv)\b")
BOLD_END = "¦"  # stands, in what a `lead` rule sees, where a paragraph's bold opening ends


class Verb(StrEnum):
    """The place where a rule may cut."""

    DROP = "drop"  # an element of the page, by selector
    STOP = "stop"  # the story ended above this line
    LINE = "line"  # any line
    CAPTION = "caption"  # a picture with its caption
    TAIL = "tail"  # the last line, then the one above it, …
    SECTION = "section"  # a heading with no prose below it, and its pictures
    LEAD = "lead"  # the opening of the first paragraph; one that says whose it is, among the first three


@dataclass(frozen=True, slots=True, eq=False)  # a rule is the same as itself alone: sets of them are looked up for every line
class Rule:
    """One rule: ``name`` is seed/why. Named groups of ``pattern`` become fields (dateline, authors, editors, source_credit).

    A lead rule that cuts ``once`` cuts where no other line of the story opens so; below a standfirst too.
    """

    name: str
    verb: Verb
    why: str
    given: str
    gives: str
    spare: str
    selector: str = ""
    pattern: re.Pattern[str] = field(default=re.compile(""), repr=False)
    keeps: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


@dataclass(slots=True)
class Cleaning:
    """A story under the knife: what is left, what was cut, what the cuts told."""

    blocks: list[Block]
    cuts: list[Cut] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def cut(self, index: int, name: str) -> None:
        """Take out a whole block, by what is called so."""
        block = self.blocks.pop(index)
        self.cuts.append(Cut(name, block.text, block.at))

    def trim(self, index: int, rule: Rule, match: re.Match[str], text: str) -> None:
        """Take ``match`` out of a block; an emptied block goes."""
        block = self.blocks[index]
        start, end = match.span()
        rest = (text[:start] + text[end:]).replace(BOLD_END, "").strip()
        for name, value in match.groupdict().items():
            if value:
                self.fields.setdefault(name, []).append(value.replace(BOLD_END, "").strip())
        self.cuts.append(Cut(rule.name, match.group().replace(BOLD_END, "").strip(), block.at))
        if rest:
            self.blocks[index] = replace(block, text=rest, bold=0)
        else:
            self.blocks.pop(index)


def apply(rules: Sequence[Rule], blocks: Sequence[Block]) -> Cleaning:
    """Cut by place, widest first: what lies below the story, then its lines, its end, its empty sections, its opening."""
    cleaning = Cleaning(list(blocks))
    by_verb = _by_verb(tuple(rules))
    _stop(cleaning, by_verb[Verb.STOP])
    _line(cleaning, by_verb[Verb.LINE])
    _caption(cleaning, by_verb[Verb.CAPTION])
    _tail(cleaning, by_verb[Verb.TAIL])
    _section(cleaning, by_verb[Verb.SECTION])
    _tail(cleaning, by_verb[Verb.TAIL])
    _lead(cleaning, by_verb[Verb.LEAD])
    return cleaning


@lru_cache(maxsize=64)
def _by_verb(rules: tuple[Rule, ...]) -> dict[Verb, tuple[Rule, ...]]:
    return {verb: tuple(rule for rule in rules if rule.verb is verb) for verb in Verb}


def _stop(cleaning: Cleaning, rules: tuple[Rule, ...]) -> None:
    above = next((i for i, block in enumerate(cleaning.blocks) if block.kind in PROSE), len(cleaning.blocks))
    for index, block in enumerate(cleaning.blocks):
        if index <= above or block.kind == "figure":  # a story begins with prose: nothing above that ends it
            continue
        if any_finds(rules, block.text):
            for rule in rules:
                if rule.pattern.search(block.text):
                    while len(cleaning.blocks) > index:
                        cleaning.cut(index, rule.name)
                    return


def _line(cleaning: Cleaning, rules: tuple[Rule, ...]) -> None:
    for index in reversed(range(len(cleaning.blocks))):
        if not any_finds(rules, cleaning.blocks[index].text):
            continue
        for rule in rules:
            block = cleaning.blocks[index]
            if (match := rule.pattern.search(block.text)) and _is_line(block, match):
                before = len(cleaning.blocks)
                cleaning.trim(index, rule, match, block.text)
                if len(cleaning.blocks) < before:
                    break


def _is_line(block: Block, match: re.Match[str]) -> bool:
    """Whether the block is a line, or furniture that a plain text printed twice, like a caption."""
    return block.kind != "figure" or (block.src is None and match.group() == block.text)


def _caption(cleaning: Cleaning, rules: tuple[Rule, ...]) -> None:
    for index in reversed(range(len(cleaning.blocks))):
        block = cleaning.blocks[index]
        if block.kind == "figure" and (rule := _matching(rules, block.text)):
            cleaning.cut(index, rule.name)


def _tail(cleaning: Cleaning, rules: tuple[Rule, ...]) -> None:
    while (index := _last_line(cleaning.blocks)) is not None:
        text = cleaning.blocks[index].text
        rule = _matching(rules, text)
        match = rule and rule.pattern.search(text)
        if rule is None or not match or (match.group() == text and _is_item(cleaning.blocks, index)):
            return
        cleaning.trim(index, rule, match, text)


def _section(cleaning: Cleaning, rules: tuple[Rule, ...]) -> None:
    for index in reversed(range(len(cleaning.blocks))):
        block = cleaning.blocks[index]
        if block.kind == "figure" or not (rule := _matching(rules, block.text)):
            continue
        below = index + 1
        while below < len(cleaning.blocks) and cleaning.blocks[below].kind == "figure":
            below += 1
        if below == len(cleaning.blocks) or cleaning.blocks[below].kind == "h":
            for _ in range(index, below):
                cleaning.cut(index, rule.name)


def _lead(cleaning: Cleaning, rules: Sequence[Rule]) -> None:
    """Cut one opening; where it was a whole line, like a columnist's name, the line below opens the story.

    What is left of a line may be one from end to end: "REPUBLIKA.CO.ID, Oleh: Sari Puspita".
    """
    while _opening(cleaning, rules):
        pass


def _opening(cleaning: Cleaning, rules: Sequence[Rule]) -> bool:
    """Try the first line, for a dateline may stand alone in bold like a heading, then the first paragraph: whether to try again.

    Below a correction or a note of the desk's, only an opening that says whose it is.
    """
    first = next((i for i, block in enumerate(cleaning.blocks) if block.kind != "figure"), None)
    prose = [i for i, block in enumerate(cleaning.blocks) if block.kind in PROSE][:HEAD]
    for index in dict.fromkeys([*([] if first is None else [first]), *prose]):
        block = cleaning.blocks[index]
        seen = _seen(block)
        for rule in rules:
            match = rule.pattern.match(seen)
            if not match or not match.end() or (rule.once and _recurs(rule, cleaning.blocks)):
                continue
            if index in prose[1:] and not (rule.once and index == prose[1]) and not _says_whose(rule, match.group()):
                continue
            if block.kind in PROSE or match.end() == len(seen) or _is_opening(rules, seen[match.end() :].strip(BOLD_END)):
                before = len(cleaning.blocks)
                cleaning.trim(index, rule, match, seen)
                return len(cleaning.blocks) < before or _is_opening(rules, cleaning.blocks[index].text)
    return False


def _seen(block: Block) -> str:
    """A line as lead rules see it: with the end of its bold opening."""
    bold = len(block.text) if block.kind == "h" else block.bold
    return block.text[:bold] + BOLD_END + block.text[bold:] if bold else block.text


def _recurs(rule: Rule, blocks: Sequence[Block]) -> bool:
    """Whether several lines open as the rule has it: headings by place, or a list."""
    return sum(rule.pattern.match(_seen(block)) is not None for block in blocks) > 1


def _says_whose(rule: Rule, opening: str) -> bool:
    """Whether an opening that a seed knows names its newsroom or an address: "JAKARTA, KOMPAS.com -", no place alone."""
    house = rule.name.partition("/")[0]
    if house == "masthead":
        return True
    words = _WORDS.findall(opening.casefold())
    named = _ADDRESS.search(opening) is not None or any(house.startswith(word) or word.startswith(house) for word in words)
    return named and (house != "generic" or _ADDRESS.search(opening) is not None)


def _is_opening(rules: Sequence[Rule], text: str) -> bool:
    return any(rule.pattern.fullmatch(text) for rule in rules)


def _matching(rules: tuple[Rule, ...], text: str) -> Rule | None:
    if not any_finds(rules, text):
        return None
    return next((rule for rule in rules if (match := rule.pattern.search(text)) and match.group()), None)


def _is_item(blocks: Sequence[Block], index: int) -> bool:
    """Whether a line is the last of a list, of names, parties or codes: who signs in an item names a role."""
    return index > 0 and all(one.kind == "li" and ":" not in one.text for one in blocks[index - 1 : index + 1])


def _last_line(blocks: Sequence[Block]) -> int | None:
    return next((i for i in reversed(range(len(blocks))) if blocks[i].kind != "figure"), None)


def any_finds(rules: tuple[Rule, ...], text: str) -> bool:
    """Say whether any of the rules finds anything in a line. Most find nothing: one look for all that ask how it begins."""
    openings, others = _glance(rules)
    return bool(openings.match(text)) or any(pattern.search(text) for pattern in others)


@lru_cache(maxsize=512)
def _glance(rules: tuple[Rule, ...]) -> Glance:
    return glance([rule.pattern for rule in rules])
