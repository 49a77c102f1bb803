"""How stories open: the dateline becomes a field, and no letter of the first sentence goes with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import Block, load
from pipelines.rules import BOLD_END, apply

ROWS = (Path(__file__).parent / "openings.tsv").read_text(encoding="utf-8").splitlines()
OPENINGS = [tuple(row.split("\t")) for row in ROWS if not row.startswith("#")]


@pytest.mark.parametrize(("slug", "opening", "dateline", "rest"), OPENINGS, ids=[opening for _, opening, _, _ in OPENINGS])
def test_dateline_and_rest(slug: str, opening: str, dateline: str, rest: str) -> None:
    bold = max(opening.find(BOLD_END), 0)
    story = [Block("p", opening.replace(BOLD_END, ""), bold=bold), Block("p", "Pasar itu ramai sejak pagi.", 1)]
    done = apply(load(slug).rules, story)
    assert (done.fields.get("dateline", [""])[0], done.blocks[0].text) == (dateline, rest)
