"""Who is a person in a byline: the newsroom's own name is nobody, whatever a template adds to it; and no brand is listed idly."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import load
from pipelines.outlets import names
from pipelines.readers.fields import people

ROWS = (Path(__file__).parent / "bylines.tsv").read_text(encoding="utf-8").splitlines()
BYLINES = [tuple(row.split("\t")) for row in ROWS if not row.startswith("#")]


@pytest.mark.parametrize(("slug", "byline", "persons"), BYLINES, ids=[f"{slug}-{byline}" for slug, byline, _ in BYLINES])
def test_persons_of_a_byline(slug: str, byline: str, persons: str) -> None:
    assert ";".join(people([byline], load(slug).brands)) == persons


@pytest.mark.parametrize(
    ("slug", "brand"), [pytest.param(slug, brand, id=f"{slug}-{brand}") for slug in names() for brand in load(slug).brands]
)
def test_no_brand_is_idle(slug: str, brand: str) -> None:
    """Without it, some byline above would name a person."""
    less = tuple(one for one in load(slug).brands if one != brand)
    of_common = [byline for _, byline, _ in BYLINES] if brand in load("suara").brands else []
    own = [byline for owner, byline, _ in BYLINES if owner == slug]
    assert any(people([byline], less) != people([byline], load(slug).brands) for byline in own + of_common)
