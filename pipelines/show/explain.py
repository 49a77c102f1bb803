"""A reading laid open: the page's lines in order, kept or cut and by which rule, and where each field came from."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.rules import Verb
from pipelines.show.table import WIDTH_OF_A_PIPE
from pipelines.strays import as_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.nouns import Cut, Draft, Reject
    from pipelines.outlets import Outlet

FIELDS = (
    "story_id", "kind", "title", "authors", "editors", "published_at", "modified_at", "section", "tags", "dateline",
    "source_credit", "layout",
)  # fmt: skip
STYLES = {"h": "bold", "figure": "cyan", "cut": "dim strike"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the page, or what a rule took of it. ``rule`` is None where it was kept; ``src`` is a picture's address."""

    at: int
    kind: str
    text: str
    rule: str | None = None
    src: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its value as a person reads it, the source that gave it and the raw string it said."""

    name: str
    value: str
    source: str
    said: str


@dataclass(frozen=True, slots=True)
class Explained:
    """All that is shown of a reading. ``refused`` are the reasons, none where it is an article or was not judged."""

    url: str
    outlet: str
    title: str
    refused: tuple[str, ...]
    partial: bool
    fields: tuple[Field, ...]
    lines: tuple[Line, ...]

    @property
    def counts(self) -> str:
        """How much was kept and cut, in words."""
        rules = {line.rule for line in self.lines if line.rule}
        cut = sum(line.rule is not None for line in self.lines)
        return f"{len(self.lines) - cut} lines kept, {cut} cut by {len(rules)} rules"


def explained(draft: Draft, outlet: Outlet, reject: Reject | None = None) -> Explained:
    """Lay a cleaned draft open."""
    outlet = as_read(outlet, draft.layout)
    refused = (*map(str, reject.reasons), *([reject.detail] if reject.detail else [])) if reject else ()
    fields = tuple(row for name in FIELDS for row in _field(name, draft, outlet))
    return Explained(draft.url, outlet.slug, draft.title or "", refused, draft.partial, fields, _lines(draft, outlet))


def _lines(draft: Draft, outlet: Outlet) -> tuple[Line, ...]:
    """Kept and cut as they stood; of a line that lost a part, an opening is shown above what is left and the rest below it."""
    verbs = {rule.name: rule.verb for rule in outlet.rules}
    placed = [((block.at, 1, 0), Line(block.at, block.kind, block.text, src=block.src)) for block in draft.blocks]
    placed += [(_place(cut, order, verbs.get(cut.rule)), _cut(cut)) for order, cut in enumerate(draft.cuts)]
    return tuple(line for _, line in sorted(placed, key=lambda one: one[0]))


def _cut(cut: Cut) -> Line:
    return Line(cut.at, "cut", cut.text, cut.rule)


def _place(cut: Cut, order: int, verb: Verb | None) -> tuple[int, int, int]:
    # sign-offs are cut from the end upwards: the last one cut stood first
    return cut.at, 0 if verb is Verb.LEAD else 2, -order if verb is Verb.TAIL else order


def _field(name: str, draft: Draft, outlet: Outlet) -> Iterator[Field]:
    """A field may have two sources: what the page prints, and what a rule found in a line it cut."""
    value = getattr(draft, name)
    given = [(said["from"], said["said"]) for said in [draft.sources.get(name)] if said]
    if name == "story_id" and value:
        given = [("address", draft.url)]
    if name == "layout" and value:
        given = [("fence", layout.body) for layout in outlet.layouts if layout.name == value]
    tellers = {rule.name for rule in outlet.rules if name in rule.pattern.groupindex}
    given += [(f"rule {cut.rule}", cut.text) for cut in draft.cuts if cut.rule in tellers and value]
    for number, (source, said) in enumerate(given or [("", "")]):
        yield Field(name.replace("_", " "), "" if number else plain(value), source, said)


def plain(value: Any) -> str:
    """Write a value for a person, without markup."""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def show_explained(told: Explained) -> None:
    """Print it in a terminal: what colour says, a word says too."""
    from rich.text import Text

    from pipelines.show.console import Console

    console = Console(width=None if sys.stdout.isatty() else WIDTH_OF_A_PIPE, highlight=False)
    head = [told.url, f"outlet: {told.outlet}", *(f"refused: {reason}" for reason in told.refused)]
    head += ["partial: further pages, or what subscribers alone see, were not at hand"] if told.partial else []
    for line in filter(None, head):
        console.print(Text(line, style="bold red" if line.startswith("refused") else ""))
    _table(console, [("field", 0), ("value", 3), ("from", 2), ("said", 3)], [
        ([row.name, row.value, row.source, row.said], "") for row in told.fields
    ])  # fmt: skip
    _table(console, [("line", 0), ("what", 1), ("text", 3)], [
        ([str(line.at), f"cut: {line.rule}" if line.rule else line.kind, line.text], STYLES.get(line.kind, ""))
        for line in told.lines
    ])  # fmt: skip
    console.print(told.counts)


def _table(console: Any, columns: list[tuple[str, int]], rows: list[tuple[list[str], str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name, ratio in columns:
        table.add_column(name, overflow="fold", ratio=ratio or None, no_wrap=not ratio)
    for cells, style in rows:
        *labels, last = cells
        table.add_row(*map(Text, labels), Text(last, style=style))
    console.print(table)
    console.print()
