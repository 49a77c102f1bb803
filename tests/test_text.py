"""The seed document, a Yahoo copy of a Liputan6 story as plain text, in every form in which it may come."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines import extract_text, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.nouns import Draft

TEXTS = Path(__file__).parent / "texts"
TOLD_TEXTS = sorted(TEXTS.glob("*.txt"))
SEED = (TEXTS / "seed.txt").read_text(encoding="utf-8")
TOLD = json.loads((TEXTS / "seed.json").read_text(encoding="utf-8"))
BODY = [(block["kind"], block["text"]) for block in TOLD["body"]]
PHONE = "0811 9787 670"
OPENING = "* Untuk mengetahui"
CUTS = {
    "yahoo-id/reading time": 1,
    "liputan6/dateline": 1,
    "liputan6/whatsapp fact check": 1,
    "liputan6/infografis page": 2,
    "yahoo-id/comments suspended": 1,
}


def read(text: str = SEED) -> Draft:
    return extract_text(text, load("yahoo-id"))


def body(draft: Draft) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in draft.blocks if block.kind != "figure"]


def captions(draft: Draft) -> tuple[str, ...]:
    return tuple(block.text for block in draft.blocks if block.kind == "figure")


@pytest.mark.parametrize("field", ["title", "dateline"])
def test_seed(field: str) -> None:
    assert getattr(read(), field) == TOLD[field]


def test_seed_body() -> None:
    assert body(read()) == BODY


def test_seed_captions() -> None:
    assert captions(read()) == tuple(TOLD["captions"])


def test_seed_holds_no_furniture() -> None:
    said = "\n".join(block.text for block in read().blocks)
    assert [line for line in TOLD["must_not"] if line in said] == []


def test_seed_names_every_cut() -> None:
    rules = [cut.rule for cut in read().cuts]
    assert {rule: rules.count(rule) for rule in rules} == CUTS


def test_no_word_of_the_seed_vanishes() -> None:
    draft = read()
    told = [draft.title or "", *(block.text for block in draft.blocks), *(cut.text for cut in draft.cuts)]
    assert set(re.findall(r"\w+", SEED)) - set(re.findall(r"\w+", " ".join(told))) == set()


def test_cuts_stand_in_the_order_of_the_page() -> None:
    places = [cut.at for cut in read().cuts]
    assert places == sorted(places)


VARIED: dict[str, Callable[[str], str]] = {
    "crlf": lambda text: text.replace("\n", "\r\n"),
    "byte-order-mark": lambda text: "\ufeff" + text,
    "blank-lines-around": lambda text: f"\n\n{text}\n\n",
    "no-asterisk": lambda text: text.replace("* Untuk", "Untuk"),
    "three-asterisks": lambda text: text.replace("* Untuk", "*** Untuk"),
    "asterisk-glued": lambda text: text.replace("* Untuk", "*Untuk"),
    "fact-or-hoax": lambda text: text.replace(OPENING, "* Fakta atau Hoaks? Untuk mengetahui"),
    "other-phone-number": lambda text: text.replace(PHONE, "0812-3456-7890"),
    "desk-named-before-the-number": lambda text: text.replace(PHONE, f"Cek Fakta Liputan6.com {PHONE}"),
    "whatsapp-in-two-words": lambda text: text.replace("silakan WhatsApp", "silakan Whats App"),
    "glued-around-the-link": lambda text: text.replace(f" {PHONE} ", PHONE),
    "no-break-spaces": lambda text: text.replace(PHONE, PHONE.replace(" ", "\u00a0")),
    "other-reading-time": lambda text: text.replace("Bacaan 1 menit", "Bacaan 12 menit"),
    "no-dot-before-reading-time": lambda text: text.replace("·Bacaan", "Bacaan"),
    "no-blank-lines-in-the-body": lambda text: re.sub(r"\n\n(?!·)", "\n", text),
    "notice-with-full-stop": lambda text: text + ".",
    "no-notice": lambda text: text[: text.index("Tujuan kami")],
    "captions-parted-by-a-blank-line": lambda text: text.replace("(AP Photo)\n", "(AP Photo)\n\n"),
    "other-infografis": lambda text: text.replace("Infografis Tim Tango Terancam Tidak ke Rusia", "Infografis COVID-19:"),
    "dateline-with-en-dash": lambda text: text.replace("D.C - ", "D.C – "),
}


@pytest.mark.parametrize("name", VARIED)
def test_seed_in_another_form(name: str) -> None:
    """The same story, typed or copied otherwise: nothing of it changes."""
    varied = VARIED[name](SEED)
    assert varied != SEED
    draft = read(varied)
    assert (draft.title, body(draft), draft.dateline) == (TOLD["title"], BODY, "Washington D.C")
    assert captions(draft) == tuple(TOLD["captions"])


def test_a_story_without_furniture_is_left_alone() -> None:
    draft = read(
        "Harga Cabai Naik\n\nHarga cabai di Pasar Minggu naik dua kali lipat.\n\nPedagang menyebut hujan sebagai sebabnya."
    )
    assert (draft.title, len(draft.blocks), draft.cuts, draft.dateline) == ("Harga Cabai Naik", 2, (), None)


def test_a_text_without_a_title() -> None:
    draft = read("Harga cabai di Pasar Minggu naik dua kali lipat.\n\nPedagang menyebut hujan sebagai sebabnya.")
    assert (draft.title, len(draft.blocks)) == (None, 2)


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", " \r\n "])
def test_an_empty_text_is_an_empty_story(text: str) -> None:
    assert (read(text).title or "", read(text).blocks) == ("", ())


@cache
def text_of(path: Path) -> Draft:
    return extract_text(path.read_text(encoding="utf-8"), load(told(path).get("seed", "yahoo-id")))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in TOLD_TEXTS])
@pytest.mark.parametrize("field", ["title", "body", "captions", "authors", "editors", "dateline", "source_credit"])
def test_text(path: Path, field: str) -> None:
    """Texts as people hold them, read by one of us: labels and buttons between the lines, words glued where tags were joined."""
    draft, expected = text_of(path), told(path)[field]
    found = {"body": body, "captions": captions}.get(field, lambda draft: getattr(draft, field))(draft)
    assert found == ([(block["kind"], block["text"]) for block in expected] if field == "body" else as_read(expected))


def told(path: Path) -> dict:
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def as_read(expected: object) -> object:
    return tuple(expected) if isinstance(expected, list) else expected


def lines(text: str) -> list[str]:
    return [block.text for block in read(text).blocks]


ONE, TWO, THREE = (
    "Warga berkumpul di balai desa sejak pagi buta.",
    "Rapat itu berlangsung hingga sore hari tanpa jeda.",
    "Kepala desa menutup rapat dengan doa bersama warga.",
)
NESTED = {
    "to-the-end": f"{ONE}{TWO}{THREE}\n{ONE}\n{TWO}{THREE}\n{TWO}\n{THREE}\n{THREE}",
    "a-box-between-two-paragraphs": f"{ONE}Baca JugaHarga Kol Anjlok{TWO}{THREE}\n{ONE}\n{TWO}{THREE}\n{TWO}\n{THREE}",
    "the-first-holds-all-others": f"{ONE}{TWO}{THREE}\n{ONE}\n{TWO}\n{THREE}",
    "a-space-between": f"{ONE} {TWO} {THREE}\n{ONE}\n{TWO} {THREE}\n{TWO}\n{THREE}",
}


@pytest.mark.parametrize("name", NESTED)
def test_nested_paragraphs_are_told_once(name: str) -> None:
    assert lines(NESTED[name]) == [ONE, TWO, THREE]
    assert {cut.rule for cut in read(NESTED[name]).cuts} == {"text/nested paragraph"}


def test_what_only_the_outer_paragraph_says_is_kept() -> None:
    assert lines(f"{ONE}{TWO}Sumber\n{ONE}\n{TWO}Sumber\n{TWO}") == [ONE, TWO, "Sumber"]
    assert lines(f"{ONE}{TWO}{THREE}Sumber\n{ONE}\n{TWO}\n{THREE}") == [ONE, TWO, THREE, "Sumber"]
    assert lines(f"{ONE}{TWO}Hari Kedua{THREE}Sumber\n{ONE}\n{TWO}\n{THREE}") == [ONE, TWO, "Hari Kedua", THREE, "Sumber"]


def test_a_line_that_begins_like_the_next_is_no_nested_paragraph() -> None:
    assert lines(f"Warga berkumpul, kata dia.\nWarga\n{ONE} Lalu pulang.\n{ONE}\n{TWO}") == [
        "Warga berkumpul, kata dia.", "Warga", f"{ONE} Lalu pulang.", ONE, TWO,
    ]  # fmt: skip
