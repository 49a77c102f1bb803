"""A rule's proof, run: it must cut its ``given``, leave its ``gives``, keep its ``keeps`` and spare its ``spare``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.clean import clean
from pipelines.nouns import Block, Page
from pipelines.parse import parse
from pipelines.rules import BOLD_END, Cleaning, Verb, apply
from pipelines.seedtables import Layout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pipelines.outlets import Outlet
    from pipelines.rules import Rule

FIRST = Block("p", "Warga berkumpul di balai desa sejak pagi.")
LAST = Block("p", "Rapat itu berlangsung hingga sore hari.")
BELOW = (Block("h", "Komentar Pembaca"), Block("p", "Belum ada komentar."))
PICTURE = Block("figure", "Suasana rapat warga di balai desa.")


def proof_line(text: str, kind: str = "p") -> Block:
    """Make a line of a proof; ``¦`` marks where its bold opening ends."""
    return Block(kind, text.replace(BOLD_END, ""), bold=max(text.find(BOLD_END), 0))


def in_place(verb: Verb, text: str) -> list[Block]:
    """Set a line where its verb cuts, in a story of neutral lines."""
    return {
        Verb.LEAD: [proof_line(text), LAST],
        Verb.LINE: [FIRST, proof_line(text), LAST],
        Verb.TAIL: [FIRST, LAST, proof_line(text)],
        Verb.STOP: [FIRST, LAST, proof_line(text), *BELOW],
        Verb.CAPTION: [FIRST, proof_line(text, "figure"), LAST],
        Verb.SECTION: [FIRST, LAST, proof_line(text, "h"), PICTURE],
    }[verb]


def left(rule: Rule) -> list[Block]:
    """Give what must be left of ``in_place(rule.verb, rule.given)``; of a page, what stood around the element."""
    rest = [Block("p", rule.gives)] if rule.gives else []
    kept = {Verb.LEAD: [*rest, LAST], Verb.LINE: [FIRST, *rest, LAST], Verb.TAIL: [FIRST, LAST, *rest]}
    return kept.get(rule.verb, [FIRST, LAST])


def cut_faults(outlet: Outlet, rule: Rule) -> list[str]:
    """Say what is wrong with the first half of the proof: cleaned as its page would be, by every rule of the outlet."""
    done = _cleaned(outlet, rule, rule.given)
    cutters = {cut.rule for cut in done.cuts}
    kept = {name: values[0] for name, values in done.fields.items()}
    return [
        fault
        for wrong, fault in [
            (_said(done.blocks) != _said(left(rule)), f"given leaves {_texts(done.blocks)}, not {_texts(left(rule))}"),
            (cutters != {rule.name}, f"given is cut by {', '.join(sorted(cutters)) or 'nothing'}"),
            (kept != rule.keeps, f"given keeps {kept}, not {dict(rule.keeps)}"),
        ]
        if wrong
    ]


def spare_faults(outlet: Outlet, rule: Rule) -> list[str]:
    """Say what is wrong with the second half: nothing of ``spare`` may go."""
    done = _cleaned(outlet, rule, rule.spare)
    if rule.verb is Verb.DROP:
        whole = _words([block.text for block in done.blocks]) == _words([FIRST.text, rule.spare, LAST.text])
    else:
        whole = done.blocks == in_place(rule.verb, rule.spare)
    cutters = ", ".join(sorted({cut.rule for cut in done.cuts}))
    return [f"spare is cut by {cutters}"] if cutters else [] if whole else [f"spare leaves {_texts(done.blocks)}"]


def _cleaned(outlet: Outlet, rule: Rule, proof: str) -> Cleaning:
    if rule.verb is not Verb.DROP:
        return apply(outlet.rules, in_place(rule.verb, proof))
    page = Page(f"https://{outlet.hosts[0]}/", f"<article><p>{FIRST.text}</p>{proof}<p>{LAST.text}</p></article>".encode())
    draft = clean(parse(page, replace(outlet, layouts=(Layout("proof", "article"),))), outlet)
    return Cleaning(list(draft.blocks), list(draft.cuts))


def _said(blocks: Iterable[Block]) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in blocks]


def _texts(blocks: Iterable[Block]) -> str:
    return repr(" / ".join(block.text for block in blocks if block not in (FIRST, LAST)))


def _words(texts: Iterable[str]) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^>]+>", " ", " ".join(texts)))
