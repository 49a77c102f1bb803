"""The tables as a picture, from their metadata: ``python -m pipelines.store.picture > docs/tables.svg``. Pure.

Parents stand to the left of their children; a line leaves a child on its left, runs above the boxes in its parent's colour and
comes down on the parent's right. Views stand below. Point at a column to read its comment.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql

from pipelines.store.tables import metadata
from pipelines.store.tables.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Column, Table

WIDE, GUTTER, LINE, HEAD, GAP = 250, 56, 17, 26, 22  # pixels: a box, the space between two, a row, a title, the space below
TALLEST = 46  # rows of a pile of boxes
COLOURS = ("#b3541e", "#1d6f8a", "#5b4a9e", "#3f7d3a", "#a02c5a")
STYLE = """text { font: 12px ui-monospace, 'DejaVu Sans Mono', monospace; fill: #222 } .title { font-weight: bold; fill: #fff }
.kind { fill: #888 } .key { font-weight: bold } .note { fill: #666 }"""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a box: name, kind, whether it is of the key, what it means."""

    name: str
    kind: str
    key: bool
    comment: str


@dataclass(frozen=True, slots=True)
class Box:
    """A table or view with its place."""

    name: str
    comment: str
    rows: tuple[Row, ...]
    x: int
    y: int
    colour: str

    @property
    def height(self) -> int:
        """In pixels."""
        return HEAD + LINE * len(self.rows) + 6


def picture() -> str:
    """Draw all tables and views."""
    named = {key.column.table.name for table in metadata.sorted_tables for key in table.foreign_keys}
    parents = sorted(sorted(named), key=_rank_of)  # a set has no order of its own: two of one rank would change places
    top = 24 + 12 * len(parents)
    boxes = {box.name: box for box in _tables(top, dict(zip(parents, COLOURS, strict=False)))}
    low = max(box.y + box.height for box in boxes.values()) + GAP
    views = list(_views(low + 30))
    lanes = {parent: 16 + 12 * place for place, parent in enumerate(parents)}
    lines = [each for table in metadata.sorted_tables for each in _lines(table, boxes, lanes)]
    every = [*boxes.values(), *views]
    right, end = max(box.x for box in every) + WIDE, max(box.y + box.height for box in every)
    note = f'<text class="note" x="{GUTTER}" y="{low + 12}">views: their columns stay, whatever becomes of the tables</text>'
    drawn = [*lines, *map(_drawn, boxes.values()), note, *map(_drawn, views)]
    size = f'width="{right + GUTTER}" height="{end + GAP}" viewBox="0 0 {right + GUTTER} {end + GAP}"'
    back = '<rect width="100%" height="100%" fill="#fff"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{STYLE}</style>\n{back}\n' + "\n".join(drawn) + "\n</svg>\n"


@cache
def _rank_of(name: str) -> int:
    """How many tables stand to the left of one."""
    above = [key.column.table.name for key in metadata.tables[name].foreign_keys]
    return 1 + max(map(_rank_of, above)) if above else 0


def _tables(top: int, colours: dict[str, str]) -> Iterator[Box]:
    x = GUTTER
    for pile in _piles():
        y = top
        for table in pile:
            rows = tuple(Row(c.name, _kind(c), c.primary_key, c.comment or "") for c in table.columns)
            box = Box(table.name, table.comment or "", rows, x, y, colours.get(table.name, "#555"))
            yield box
            y += box.height + GAP
        x += WIDE + GUTTER


def _piles() -> Iterator[list[Table]]:
    """Give the tables rank by rank, a rank that is too tall in several piles."""
    ranks: dict[int, list[Table]] = {}
    for table in sorted(metadata.tables.values(), key=lambda table: (-len(table.columns), table.name)):
        ranks.setdefault(_rank_of(table.name), []).append(table)
    for _, tables in sorted(ranks.items()):
        pile: list[Table] = []
        for table in tables:
            if pile and sum(len(each.columns) + 3 for each in (*pile, table)) > TALLEST:
                yield pile
                pile = []
            pile.append(table)
        yield pile


def _kind(column: Column[object]) -> str:
    kind = column.type.compile(dialect=postgresql.dialect()).lower()  # type: ignore[no-untyped-call]
    kind = kind.replace("timestamp with time zone", "timestamptz").replace("double precision", "float8")
    return kind + ("?" if column.nullable else "")


def _views(top: int) -> Iterator[Box]:
    for place, (name, view) in enumerate(VIEWS.items()):
        rows = tuple(Row(column, "", key=False, comment=what) for column, what in view.columns.items())
        yield Box(name, view.comment, rows, GUTTER + place * (WIDE + GUTTER), top, "#555")


def _lines(table: Table, boxes: dict[str, Box], lanes: dict[str, int]) -> Iterator[str]:
    """Draw a line to each parent, a circle where it leaves the child."""
    child = boxes[table.name]
    for place, parent in enumerate(sorted({key.column.table.name for key in table.foreign_keys})):
        to, lane = boxes[parent], lanes[parent]
        y, step = child.y + 9 + 8 * place, 10 + 12 * list(lanes).index(parent)
        left, right = child.x - step, to.x + WIDE + step - 6  # so that no two lines share a place between two piles
        path = f"M{child.x},{y} H{left} V{lane} H{right} V{to.y + 13} H{to.x + WIDE}"
        yield f'<path d="{path}" fill="none" stroke="{to.colour}" stroke-width="1.6"/>'
        yield f'<circle cx="{child.x - 3}" cy="{y}" r="3.2" fill="{to.colour}"/>'


def _drawn(box: Box) -> str:
    at = f'x="{box.x}" y="{box.y}" width="{WIDE}"'
    frame = f'<rect {at} height="{box.height}" fill="#fff" stroke="{box.colour}"/>'
    head = f'<rect {at} height="{HEAD - 4}" fill="{box.colour}"/>'
    head += f'<text class="title" x="{box.x + 8}" y="{box.y + 15}">{box.name}</text>'
    return "\n".join([f"<g><title>{escape(box.comment)}</title>{frame}{head}</g>", *_written(box)])


def _written(box: Box) -> Iterator[str]:
    for place, row in enumerate(box.rows):
        y = box.y + HEAD + 9 + LINE * place
        mark = ' class="key"' if row.key else ""
        yield (
            f'<g><title>{escape(row.comment)}</title><text{mark} x="{box.x + 8}" y="{y}">{row.name}</text>'
            f'<text class="kind" x="{box.x + WIDE - 8}" y="{y}" text-anchor="end">{escape(row.kind)}</text></g>'
        )


if __name__ == "__main__":
    sys.stdout.write(picture())
