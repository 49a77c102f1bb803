"""How stories open and end: datelines and credits become fields, and no letter of a sentence goes with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import Block, extract_text, load
from pipelines.rules import BOLD_END, apply


def _rows(name: str) -> list[tuple[str, ...]]:
    lines = (Path(__file__).parent / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    return [tuple(line.split("\t")) for line in lines if not line.startswith("#")]


OPENINGS, CLOSINGS = _rows("openings"), _rows("closings")


@pytest.mark.parametrize(("slug", "opening", "dateline", "rest"), OPENINGS, ids=[opening for _, opening, _, _ in OPENINGS])
def test_dateline_and_rest(slug: str, opening: str, dateline: str, rest: str) -> None:
    bold = max(opening.find(BOLD_END), 0)
    story = [Block("p", opening.replace(BOLD_END, ""), bold=bold), Block("p", "Pasar itu ramai sejak pagi.", 1)]
    done = apply(load(slug).rules, story)
    assert (done.fields.get("dateline", [""])[0], done.blocks[0].text) == (dateline, rest)


@pytest.mark.parametrize(("printed", "place"), [("BANDUNG.-", "BANDUNG"), ("MUARO JAMBI- -", "MUARO JAMBI"), ("SOLO -", "SOLO")])
def test_what_parts_a_place_from_its_story_is_none_of_it(printed: str, place: str) -> None:
    told = f"Harga Cabai Naik\n\nTRIBUN-MEDAN.com, {printed} Harga cabai naik dua kali lipat.\nPasar itu ramai sejak pagi."
    assert extract_text(told, load("tribunnews")).dateline == place


@pytest.mark.parametrize(("signed", "authors"), [("Isnaya", 1), ("Isnaya Wiguna", 1), ("Isnaya Rahmi", 2), ("Budi", 2)])
def test_who_signs_with_part_of_a_name_is_no_second_author(signed: str, authors: int) -> None:
    above = "Harga Cabai Naik\n\nLaporan Wartawan Tribunnews.com, Isnaya Helmi Wiguna\n\nPasar itu ramai."
    told = f"{above}\n\nWarga pulang. (Tribunnews.com/{signed})"
    assert len(extract_text(told, load("tribunnews")).authors) == authors


@pytest.mark.parametrize(("slug", "closing", "rest", "told"), CLOSINGS, ids=[closing for _, closing, _, _ in CLOSINGS])
def test_last_line_and_field(slug: str, closing: str, rest: str, told: str) -> None:
    story = [Block("p", "Pasar itu ramai sejak pagi.", 0), Block("p", "Warga membawa keranjang.", 1), Block("p", closing, 2)]
    done = apply(load(slug).rules, story)
    field, _, value = told.partition("=")
    assert [block.text for block in done.blocks[2:]] == [rest] * bool(rest)
    assert done.fields.get(field, [""])[0] == value
