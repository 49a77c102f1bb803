"""Every rule of every seed is asked: does it cut, does it spare, does it earn its place? And what each verb promises."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from test_pages import PAGES, reading_of

from pipelines import Block, Outlet, Page, extract_text, load
from pipelines.clean import clean
from pipelines.outlets import names
from pipelines.parse import parse
from pipelines.rules import BOLD_END, Cleaning, Rule, Verb, apply
from pipelines.seedtables import Layout

FIRST = Block("p", "Warga berkumpul di balai desa sejak pagi.")
LAST = Block("p", "Rapat itu berlangsung hingga sore hari.")
BELOW = [Block("h", "Komentar Pembaca"), Block("p", "Belum ada komentar.")]
PICTURE = Block("figure", "Suasana rapat warga di balai desa.")
TEXTS = Path(__file__).parent / "texts"
ASKED = [
    pytest.param(outlet, rule, id=f"{outlet.slug}-{rule.name}") for outlet in map(load, names()) for rule in outlet.rules
]  # fmt: skip
RULES = {rule.name: rule for outlet in map(load, names()) for rule in outlet.rules}


def block(text: str, kind: str = "p") -> Block:
    """Make a line of a proof; ``¦`` marks where its bold opening ends."""
    return Block(kind, text.replace(BOLD_END, ""), bold=max(text.find(BOLD_END), 0))


def in_place(verb: Verb, text: str) -> list[Block]:
    """Set a line where its verb cuts, in a story of neutral lines."""
    return {
        Verb.LEAD: [block(text), LAST],
        Verb.LINE: [FIRST, block(text), LAST],
        Verb.TAIL: [FIRST, LAST, block(text)],
        Verb.STOP: [FIRST, LAST, block(text), *BELOW],
        Verb.CAPTION: [FIRST, block(text, "figure"), LAST],
        Verb.SECTION: [FIRST, LAST, block(text, "h"), PICTURE],
    }[verb]


def left(rule: Rule) -> list[Block]:
    """Give what must be left of ``in_place(rule.verb, rule.given)``."""
    rest = [Block("p", rule.gives)] if rule.gives else []
    return {
        Verb.LEAD: [*rest, LAST],
        Verb.LINE: [FIRST, *rest, LAST],
        Verb.TAIL: [FIRST, LAST, *rest],
        Verb.STOP: [FIRST, LAST],
        Verb.CAPTION: [FIRST, LAST],
        Verb.SECTION: [FIRST, LAST],
    }[rule.verb]


def cleaned(outlet: Outlet, rule: Rule, proof: str) -> Cleaning:
    """Clean a proof as its page would be, by every rule of the outlet."""
    if rule.verb is not Verb.DROP:
        return apply(outlet.rules, in_place(rule.verb, proof))
    page = Page(f"https://{outlet.hosts[0]}/", f"<article><p>{FIRST.text}</p>{proof}<p>{LAST.text}</p></article>".encode())
    draft = clean(parse(page, replace(outlet, layouts=(Layout("proof", "article"),))), outlet)
    return Cleaning(list(draft.blocks), list(draft.cuts))


def said(cleaning: Cleaning) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in cleaning.blocks]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub(r"<[^>]+>", " ", text))


@pytest.mark.parametrize(("outlet", "rule"), ASKED)
def test_rule_cuts(outlet: Outlet, rule: Rule) -> None:
    done = cleaned(outlet, rule, rule.given)
    expected = [FIRST, LAST] if rule.verb is Verb.DROP else left(rule)
    assert said(done) == [(block.kind, block.text) for block in expected]
    assert {cut.rule for cut in done.cuts} == {rule.name}
    assert {name: values[0] for name, values in done.fields.items()} == rule.keeps


@pytest.mark.parametrize(("outlet", "rule"), ASKED)
def test_rule_spares(outlet: Outlet, rule: Rule) -> None:
    done = cleaned(outlet, rule, rule.spare)
    assert done.cuts == []
    if rule.verb is Verb.DROP:
        assert words(" ".join(block.text for block in done.blocks)) == words(f"{FIRST.text} {rule.spare} {LAST.text}")
    else:
        assert done.blocks == in_place(rule.verb, rule.spare)


@cache
def earned() -> set[str]:
    """Name the rules that cut something on a page or in a text we hold."""
    pages = (cut.rule for path in PAGES for cut in reading_of(path).cuts)
    texts = (
        cut.rule for path in TEXTS.glob("*.txt") for cut in extract_text(path.read_text(encoding="utf-8"), load("yahoo-id")).cuts
    )
    return {*pages, *texts}


@pytest.mark.parametrize("name", RULES)
def test_rule_earns_its_place(name: str) -> None:
    assert name in earned()


def rule(verb: Verb, pattern: str) -> Rule:
    return Rule(f"uji/{verb}", verb, why="", given="", gives="", spare="", pattern=re.compile(pattern))


def story(*lines: str) -> list[Block]:
    """Make a story; ``# `` opens a heading, ``[`` a picture's caption."""
    kinds = {"# ": "h", "[ ": "figure"}
    return [Block(kinds.get(line[:2], "p"), line[2:] if line[:2] in kinds else line, at) for at, line in enumerate(lines)]


def rest(rules: list[Rule], *lines: str) -> list[str]:
    return [block.text for block in apply(rules, story(*lines)).blocks]


def test_stop_takes_all_below_it_pictures_too() -> None:
    assert rest([rule(Verb.STOP, "^Komentar$")], "Satu.", "Dua.", "Komentar", "[ Foto", "# Lain", "Tiga.") == ["Satu.", "Dua."]


def test_stop_never_empties_a_story_from_its_first_line() -> None:
    assert rest([rule(Verb.STOP, "^Komentar")], "Komentar warga beragam.", "Dua.") == ["Komentar warga beragam.", "Dua."]


def test_stop_never_empties_a_story_whose_picture_stands_first() -> None:
    assert rest([rule(Verb.STOP, "^Komentar")], "[ Foto", "Komentar warga beragam.", "Dua.") == [
        "Foto",
        "Komentar warga beragam.",
        "Dua.",
    ]


def test_stop_does_not_read_captions() -> None:
    assert rest([rule(Verb.STOP, "^Komentar")], "Satu.", "[ Komentar warga", "Dua.") == ["Satu.", "Komentar warga", "Dua."]


def test_each_line_below_a_stop_is_a_cut_where_it_stood() -> None:
    done = apply([rule(Verb.STOP, "^Komentar$")], story("Satu.", "Komentar", "Dua."))
    assert [(cut.rule, cut.text, cut.at) for cut in done.cuts] == [("uji/stop", "Komentar", 1), ("uji/stop", "Dua.", 2)]


def test_line_cuts_wherever_it_stands() -> None:
    assert rest([rule(Verb.LINE, "^IKLAN$")], "IKLAN", "Satu.", "IKLAN", "IKLAN", "Dua.", "# IKLAN") == ["Satu.", "Dua."]


def test_line_leaves_the_rest_of_a_sentence() -> None:
    assert rest([rule(Verb.LINE, r" ?\(iklan\)")], "Harga cabai (iklan) naik.") == ["Harga cabai naik."]


def test_two_line_rules_may_cut_one_line() -> None:
    assert rest([rule(Verb.LINE, "^IKLAN "), rule(Verb.LINE, " TAMAT$")], "IKLAN Harga cabai naik. TAMAT") == ["Harga cabai naik."]


def test_caption_takes_the_picture_and_no_line() -> None:
    assert rest([rule(Verb.CAPTION, "^Infografis")], "Infografis itu rapi.", "[ Infografis Banjir", "[ Foto") == [
        "Infografis itu rapi.",
        "Foto",
    ]


def test_tail_works_upwards_from_the_end_past_pictures() -> None:
    sign_offs = [rule(Verb.TAIL, r"^Editor: \w+$"), rule(Verb.TAIL, r" ?\(\w+/\w+\)$")]
    assert rest(sign_offs, "Editor: Ani", "Satu. (ab/cd)", "Dua. (ef/gh)", "Editor: Budi", "[ Foto") == [
        "Editor: Ani",
        "Satu. (ab/cd)",
        "Dua.",
        "Foto",
    ]


def test_tail_stops_at_the_first_line_it_does_not_know() -> None:
    assert rest([rule(Verb.TAIL, r"^Editor: \w+$")], "Satu.", "Editor: Ani", "Dua.") == ["Satu.", "Editor: Ani", "Dua."]


@pytest.mark.timeout(5)
def test_tail_ends_though_a_rule_matches_nothing() -> None:
    assert rest([rule(Verb.TAIL, r"(?=Dua)")], "Satu.", "Dua.") == ["Satu.", "Dua."]


def test_section_goes_with_its_pictures() -> None:
    assert rest([rule(Verb.SECTION, "^Infografis")], "Satu.", "# Infografis Banjir", "[ Foto", "[ Foto lain") == ["Satu."]


def test_section_with_prose_below_stays() -> None:
    lines = ("Satu.", "# Infografis Banjir", "[ Foto", "Dua.")
    assert rest([rule(Verb.SECTION, "^Infografis")], *lines) == ["Satu.", "Infografis Banjir", "Foto", "Dua."]


def test_section_ends_at_the_next_heading() -> None:
    assert rest([rule(Verb.SECTION, "^Infografis")], "Satu.", "# Infografis", "[ Foto", "# Banjir", "Dua.") == [
        "Satu.",
        "Banjir",
        "Dua.",
    ]


def test_two_empty_sections_both_go() -> None:
    rules = [rule(Verb.SECTION, "^(Infografis|Video)")]
    assert rest(rules, "Satu.", "# Infografis", "[ Foto", "# Video") == ["Satu."]


def test_tail_is_asked_again_once_the_section_below_it_is_gone() -> None:
    rules = [rule(Verb.TAIL, r"^Editor: \w+$"), rule(Verb.SECTION, "^Infografis")]
    assert rest(rules, "Satu.", "Editor: Ani", "# Infografis", "[ Foto") == ["Satu."]


def test_lead_reads_the_first_prose_alone() -> None:
    lead = rule(Verb.LEAD, "^JAKARTA - ")
    assert rest([lead], "[ JAKARTA - Foto", "# JAKARTA - Judul", "JAKARTA - Satu.", "JAKARTA - Dua.") == [
        "JAKARTA - Foto", "JAKARTA - Judul", "Satu.", "JAKARTA - Dua.",
    ]  # fmt: skip


def test_lead_matches_at_the_beginning_only() -> None:
    assert rest([rule(Verb.LEAD, "JAKARTA - ")], "Dari JAKARTA - Satu.") == ["Dari JAKARTA - Satu."]


@pytest.mark.parametrize("opening", ["KOTA, Uji¦ ", "KOTA, Uji - ¦", "KOTA, Uji ¦- ", "KOTA, Uji¦ - "])
def test_lead_sees_where_the_bold_opening_ends(opening: str) -> None:
    lead = rule(Verb.LEAD, r"^KOTA, (?P<dateline>[^¦-]+?)\s*(?:¦\s*-?|-\s*¦)\s*")
    done = apply([lead], [block(f"{opening}Harga cabai naik."), LAST])
    assert (done.blocks[0].text, done.fields, done.cuts[0].text.count(BOLD_END)) == ("Harga cabai naik.", {"dateline": ["Uji"]}, 0)


def test_only_one_lead_rule_cuts() -> None:
    assert rest([rule(Verb.LEAD, "^SATU - "), rule(Verb.LEAD, "^DUA - ")], "SATU - DUA - Tiga.") == ["DUA - Tiga."]


def test_named_groups_become_fields() -> None:
    done = apply([rule(Verb.TAIL, r"^Editor: (?P<editors>\w+)$")], story("Satu.", "Editor: Ani"))
    assert done.fields == {"editors": ["Ani"]}


@pytest.mark.parametrize("lines", [(), ("[ Foto",), ("# Judul",)])
def test_a_story_without_prose_is_left_alone(lines: tuple[str, ...]) -> None:
    assert len(rest([rule(verb, "^x$") for verb in Verb if verb is not Verb.DROP], *lines)) == len(lines)


def test_a_cleaned_story_stays_as_it_is() -> None:
    for path in PAGES:
        outlet = load(path.parent.name)
        if article := reading_of(path).article:
            again = apply([rule for rule in outlet.rules if rule.verb is not Verb.LEAD], article.body)
            assert again.cuts == [], path.name
