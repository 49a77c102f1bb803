"""Every rule of every seed is asked: does it cut, does it spare, does it earn its place? And what each verb promises."""

from __future__ import annotations

import re
from functools import cache

import pytest
from test_pages import PAGES, reading_of
from test_text import TOLD_TEXTS, text_of
from test_unseen import PAGES as UNSEEN
from test_unseen import reading_of as unseen_of

from pipelines import Block, Outlet, load
from pipelines.outlets import names
from pipelines.proofs import LAST, cut_faults, proof_line, spare_faults
from pipelines.rules import BOLD_END, Rule, Verb, apply

ASKED = [
    pytest.param(outlet, rule, id=f"{outlet.slug}-{rule.name}") for outlet in map(load, names()) for rule in outlet.rules
]  # fmt: skip
RULES = {rule.name: rule for outlet in map(load, names()) for rule in outlet.rules}


@pytest.mark.parametrize(("outlet", "rule"), ASKED)
def test_rule_cuts(outlet: Outlet, rule: Rule) -> None:
    assert cut_faults(outlet, rule) == []


@pytest.mark.parametrize(("outlet", "rule"), ASKED)
def test_rule_spares(outlet: Outlet, rule: Rule) -> None:
    assert spare_faults(outlet, rule) == []


@cache
def earned() -> set[str]:
    """Name the rules that cut something on a page or in a text we hold."""
    pages = (cut.rule for path in PAGES for cut in reading_of(path).cuts)
    texts = (cut.rule for path in TOLD_TEXTS for cut in text_of(path).cuts)
    unseen = (cut.rule for path in UNSEEN for cut in unseen_of(path).cuts)
    return {*pages, *texts, *unseen}


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


def test_tail_takes_no_item_of_a_list_of_names_but_who_signs_in_one() -> None:
    items = [Block("li", text, at) for at, text in enumerate(("PARTAI PADI", "PARTAI KAPAS", "PARTAI KELAPA (ab/cd)"))]
    rules = [rule(Verb.TAIL, "^[A-Z ]+$"), rule(Verb.TAIL, r" ?\(ab/cd\)$"), rule(Verb.TAIL, r"^Editor: \w+$")]
    assert [block.text for block in apply(rules, items).blocks] == ["PARTAI PADI", "PARTAI KAPAS", "PARTAI KELAPA"]
    signed = [*items[:2], Block("li", "Reporter: Ani", 3), Block("li", "Editor: Budi", 4)]
    assert [block.text for block in apply(rules, signed).blocks] == ["PARTAI PADI", "PARTAI KAPAS", "Reporter: Ani"]


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
    done = apply([lead], [proof_line(f"{opening}Harga cabai naik."), LAST])
    assert (done.blocks[0].text, done.fields, done.cuts[0].text.count(BOLD_END)) == ("Harga cabai naik.", {"dateline": ["Uji"]}, 0)


def test_only_one_lead_rule_cuts() -> None:
    assert rest([rule(Verb.LEAD, "^SATU - "), rule(Verb.LEAD, "^DUA - ")], "SATU - DUA - Tiga.") == ["DUA - Tiga."]


def test_a_line_that_a_lead_rule_took_whole_gives_its_place_to_the_next() -> None:
    rules = [rule(Verb.LEAD, "^Oleh Ani$"), rule(Verb.LEAD, "^SATU - "), rule(Verb.LEAD, "^DUA - ")]
    assert rest(rules, "Oleh Ani", "SATU - DUA - Tiga.", "DUA - Empat.") == ["DUA - Tiga.", "DUA - Empat."]


def test_what_a_lead_rule_leaves_of_a_line_may_be_an_opening_from_end_to_end() -> None:
    rules = [rule(Verb.LEAD, "^SATU, "), rule(Verb.LEAD, "^Oleh Ani$"), rule(Verb.LEAD, "^DUA - ")]
    assert rest(rules, "SATU, Oleh Ani", "DUA - Tiga.", "DUA - Empat.") == ["Tiga.", "DUA - Empat."]


def test_lead_below_a_note_of_the_desks_asks_for_an_opening_that_says_whose_it_is() -> None:
    house = Rule("kabar/dateline", Verb.LEAD, "", "", "", "", pattern=re.compile(r"^[A-Z]+, (?:KABAR|[\w.]+\.id) - |^[A-Z]+ - "))
    assert rest([house], "Ralat: dua.", "# Judul", "KOTA, KABAR - Satu.") == ["Ralat: dua.", "Judul", "Satu."]
    assert rest([house], "Ralat: dua.", "Catatan.", "KOTA, Pagi.id - Satu.") == ["Ralat: dua.", "Catatan.", "Satu."]
    assert rest([house], "Ralat: dua.", "KOTA - Satu.") == ["Ralat: dua.", "KOTA - Satu."]
    assert rest([house], "Satu.", "Dua.", "Tiga.", "KOTA, KABAR - Empat.")[3] == "KOTA, KABAR - Empat."
    assert rest([house], "KOTA, KABAR - Satu.", "KOTA, KABAR - Dua.") == ["Satu.", "KOTA, KABAR - Dua."]


@pytest.mark.timeout(5)
def test_lead_ends_though_a_rule_matches_nothing() -> None:
    assert rest([rule(Verb.LEAD, "(?=Satu)"), rule(Verb.LEAD, "^Dua$")], "Satu.", "Dua") == ["Satu.", "Dua"]


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


def test_line_takes_a_caption_of_a_text_that_is_nothing_else() -> None:
    assert rest([rule(Verb.LINE, "^IKLAN")], "Satu.", "[ IKLAN", "[ IKLAN pasar", "Dua.") == ["Satu.", "IKLAN pasar", "Dua."]


def test_line_leaves_a_picture_that_has_an_address() -> None:
    picture = Block("figure", "IKLAN", src="https://kabar.example/a.jpg")
    assert apply([rule(Verb.LINE, "^IKLAN$")], [*story("Satu."), picture]).cuts == []
