"""Furniture in the wordings of many desks, read by every outlet's rules and by the generic ones; and sentences that begin alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines import load
from pipelines.outlets import generic, names
from pipelines.proofs import FIRST, LAST, in_place
from pipelines.rules import Verb, apply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.rules import Rule

READERS = [*map(load, names()), generic("https://kabar.example/")]
WORDINGS = Path(__file__).parent / "wording"


def _lines(name: str) -> list[str]:
    return (WORDINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("line", _lines("anywhere"))
def test_furniture_goes_wherever_it_stands(line: str) -> None:
    assert [reader.slug for reader in READERS if reader and left(reader.rules, Verb.LINE, line)] == []


@pytest.mark.parametrize("line", _lines("below"))
def test_what_stands_below_a_story_goes(line: str) -> None:
    assert [reader.slug for reader in READERS if reader and left(reader.rules, Verb.TAIL, line)] == []


@pytest.mark.parametrize("line", _lines("unfenced"))
def test_what_sites_without_a_seed_set_below_goes(line: str) -> None:
    assert [reader.slug for reader in READERS[-1:] if reader and left(reader.rules, Verb.TAIL, line)] == []


@pytest.mark.parametrize("place", [Verb.LEAD, Verb.LINE, Verb.TAIL, Verb.STOP])
@pytest.mark.parametrize("line", _lines("sentences"))
def test_a_reporters_sentence_stays(line: str, place: Verb) -> None:
    assert [(reader.slug, cut.rule) for reader in READERS if reader for cut in apply(reader.rules, in_place(place, line)).cuts
            if cut.text in line] == []  # fmt: skip


def left(rules: Sequence[Rule], place: Verb, line: str) -> list[str]:
    said = [block.text for block in apply(rules, in_place(place, line)).blocks]
    return [text for text in said if text not in (FIRST.text, LAST.text)]
