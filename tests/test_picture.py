"""The picture of the tables is drawn from them, and the one in docs/ is of today."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

from pipelines.store.picture import HEAD, LINE, picture
from pipelines.store.tables import metadata
from pipelines.store.tables.views import VIEWS

DRAWN = Path(__file__).parents[1] / "docs/tables.svg"
SVG = "{http://www.w3.org/2000/svg}"


def test_the_picture_is_current() -> None:
    assert DRAWN.read_text(encoding="utf-8") == picture(), "python -m pipelines.store.picture > docs/tables.svg"


def test_every_table_view_and_column_is_drawn_with_its_comment() -> None:
    groups = [(each.findtext(f"{SVG}text"), each.findtext(f"{SVG}title")) for each in ET.fromstring(picture()).iter(f"{SVG}g")]
    tables = [(table.name, table.comment) for table in metadata.tables.values()]
    tables += [(name, view.comment) for name, view in VIEWS.items()]
    columns = [(column.name, column.comment) for table in metadata.tables.values() for column in table.columns]
    columns += [each for view in VIEWS.values() for each in view.columns.items()]
    assert sorted(groups) == sorted(tables + columns)


def test_a_line_for_every_parent_and_no_box_on_another() -> None:
    drawing = ET.fromstring(picture())
    parents = {(table.name, key.column.table.name) for table in metadata.tables.values() for key in table.foreign_keys}
    assert len(list(drawing.iter(f"{SVG}path"))) == len(parents)
    drawn = [box for box in drawing.iter(f"{SVG}rect") if box.get("stroke")]
    boxes = [[int(box.get(side, "")) for side in ("x", "y", "width", "height")] for box in drawn]
    assert min(box[3] for box in boxes) >= HEAD + LINE
    overlapping = [
        (one, other)
        for one in boxes
        for other in boxes
        if one < other and abs(one[0] - other[0]) < one[2] and one[1] < other[1] + other[3] and other[1] < one[1] + one[3]
    ]
    assert overlapping == []
