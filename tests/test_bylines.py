"""Who is a person in a byline: no newsroom, desk or agency, whatever a template adds to its name; and none is listed idly."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pipelines import load
from pipelines.clean import clean
from pipelines.nouns import Block, Draft
from pipelines.outlets import names
from pipelines.readers.people import people

ROWS = (Path(__file__).parent / "bylines.tsv").read_text(encoding="utf-8").splitlines()
BYLINES = [tuple(row.split("\t")) for row in ROWS if not row.startswith("#")]


@cache
def persons_of(byline: str, slug: str) -> tuple[str, ...]:
    return people([byline], load(slug).houses)


@pytest.mark.parametrize(("slug", "byline", "persons"), BYLINES, ids=[f"{slug}-{byline}" for slug, byline, _ in BYLINES])
def test_persons_of_a_byline(slug: str, byline: str, persons: str) -> None:
    assert ";".join(persons_of(byline, slug)) == persons


@pytest.mark.parametrize(
    ("slug", "house"), [pytest.param(slug, house, id=f"{slug}-{house}") for slug in names() for house in load(slug).houses]
)
def test_no_house_is_idle(slug: str, house: str) -> None:
    """Without it, some byline above would name a person."""
    less = tuple(one for one in load(slug).houses if one != house)
    of_common = [byline for _, byline, _ in BYLINES] if house in load("suara").desks else []
    own = [byline for owner, byline, _ in BYLINES if owner == slug or (house in load(owner).houses)]
    told = (byline for byline in own + of_common if house.casefold() in byline.casefold())
    assert any(people([byline], less) != persons_of(byline, slug) for byline in told)


@pytest.mark.parametrize(
    ("byline", "signed", "authors"),
    [
        (("Sari Puspita Dewi",), "Sari", ("Sari Puspita Dewi",)),
        (("SARI PUSPITA",), "Sari Puspita", ("SARI PUSPITA",)),
        (("Sari",), "Sari Puspita", ("Sari Puspita",)),
        (("Sari Puspita",), "Sari Utami", ("Sari Puspita", "Sari Utami")),
    ],
)
def test_a_name_that_a_sign_off_shortens_is_one_persons(byline: tuple[str, ...], signed: str, authors: tuple[str, ...]) -> None:
    blocks = (Block("p", "Harga cabai naik.", 0), Block("p", f"Hujan turun. (Tribunnews.com/{signed})", 1))
    assert clean(Draft("", "tribunnews", authors=byline, blocks=blocks), load("tribunnews")).authors == authors
