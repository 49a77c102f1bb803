"""A site's own name at the head of its stories: what stands beside it is the place, and no letter of a sentence goes with it."""

from __future__ import annotations

import pytest

from pipelines import Block
from pipelines.masthead import mastheads, places
from pipelines.rules import BOLD_END, Rule, apply

SAID = ("Tabloid Swara", "Victory News", "NU Online", "Kabar Padi - Berita Blora Hari Ini")
RULES = mastheads("klikpesisir.example", SAID)
REST = "Warga di kampung itu menggali sumur."
STANDFIRST = "Kemarau panjang memaksa warga bekerja bersama; tiga sumur rampung dalam sepuluh hari."


def opened(*lines: str, rules: tuple[Rule, ...] = RULES) -> tuple[str, list[str]]:
    """The dateline and the lines that are left; a line that is bold from end to end is a heading."""
    blocks = []
    for at, line in enumerate([*lines, "Pasar itu ramai sejak pagi."]):
        bold = max(line.find(BOLD_END), 0)
        kind = "h" if line.endswith(BOLD_END) else "p"
        blocks.append(Block(kind, line.replace(BOLD_END, ""), at, bold=0 if kind == "h" else bold))
    done = apply(rules, blocks)
    return done.fields.get("dateline", [""])[0], [block.text for block in done.blocks[:-1]]


@pytest.mark.parametrize(
    ("opening", "dateline"),
    [
        ("SENTANI, Swara – ", "SENTANI"),
        ("Sentani, Tabloid Swara – ", "Sentani"),
        ("KUPANG, Victory – ", "KUPANG"),
        ("KUPANG (Victory News) – ", "KUPANG"),
        ("Bontang, Klik Pesisir¦ – ", "Bontang"),
        ("Bontang, Klikpesisir.com - ", "Bontang"),
        ("Mamuju, Kabar Padi¦ ", "Mamuju"),
        ("Pati, NU Online Jateng – ", "Pati"),
        ("Kabar Padi, Cepu¦ || ", "Cepu"),
        ("Kabar Padi, Blora¦ ", "Blora"),
        ("Blora, Kabar Padi : ", "Blora"),
        ("BLORA – Kabar Padi | ", "BLORA"),
    ],
)
def test_the_place_stands_beside_the_sites_name(opening: str, dateline: str) -> None:
    assert opened(f"{opening}{REST}") == (dateline, [REST])
    assert opened(STANDFIRST, f"{opening}{REST}") == (dateline, [STANDFIRST, REST])


@pytest.mark.parametrize(
    ("line", "dateline"),
    [("Pati, NU Online Jateng", "Pati"), ("Jakarta, NU Online¦", "Jakarta"), ("Lampung Barat, NU Online:", "Lampung Barat")],
)
def test_a_dateline_may_have_a_line_of_its_own(line: str, dateline: str) -> None:
    assert opened(line, REST) == (dateline, [REST])


def test_a_slogan_holds_the_sites_name_behind_a_bar() -> None:
    assert opened("Kabar Pertama dari Pesisir | Swara¦", f"Sentani, Swara – {REST}") == ("Sentani", [REST])


@pytest.mark.parametrize(
    "line",
    [
        "Sari Puspita, NU Online",
        "Blora, kabar padi itu - begitu warga di sana menyebutnya - sudah usang.",
        "Sentani, Warta Lain – Warga di kampung itu menggali sumur.",
        "Kabar Padi, yang terbit di Blora - dan di Cepu - tutup.",
        "Sari Puspita | Swara",
        "Sentani, Swara – The villagers dug a well by themselves.",
    ],
)
def test_what_only_looks_like_it_stays(line: str) -> None:
    assert opened(line) == ("", [line])


@pytest.mark.parametrize(
    ("lines", "dateline", "rest"),
    [
        ([f"JAKARTA.¦ {REST}"], "JAKARTA", [REST]),
        ([f"JAKARTA. {REST}"], "JAKARTA", [REST]),
        ([f"BLORA: {REST}"], "BLORA", [REST]),
        (["KUDUS¦", REST], "KUDUS", [REST]),
        (["KUDUS", REST], "KUDUS", [REST]),
        (["Kota Bandung, Senin, 7 September 2026", REST], "Kota Bandung", [REST]),
        (["Jakarta, 7 September 2026¦", REST], "Jakarta", [REST]),
        ([STANDFIRST, f"BLORA¦ – {REST}"], "BLORA", [STANDFIRST, REST]),
        ([f"SENTANI, Swara – {REST}"], "SENTANI", [REST]),
        ([f"Bontang, Klik Pesisir¦ – {REST}"], "Bontang", [REST]),
        ([f"Bontang, kata Sari - {REST}"], "", [f"Bontang, kata Sari - {REST}"]),
        (["OPINI", REST], "", ["OPINI", REST]),
        ([f"VIRAL. {REST}"], "", [f"VIRAL. {REST}"]),
        (["KUDUS¦", REST, "JEPARA¦", REST], "", ["KUDUS", REST, "JEPARA", REST]),
        ([f"KUDUS: {REST}", f"JEPARA: {REST}"], "", [f"KUDUS: {REST}", f"JEPARA: {REST}"]),
        (["Diterbitkan, 7 September 2026", REST], "", ["Diterbitkan, 7 September 2026", REST]),
        (["Jakarta, 7 September 2026, ramai.", REST], "", ["Jakarta, 7 September 2026, ramai.", REST]),
        ([f"JAKARTA - BANDUNG kini dekat. {REST}"], "", [f"JAKARTA - BANDUNG kini dekat. {REST}"]),
    ],
)
def test_a_place_alone_is_told_by_its_name(lines: list[str], dateline: str, rest: list[str]) -> None:
    assert opened(*lines, rules=places()) == (dateline, rest)


@pytest.mark.parametrize("opening", ["RMOP.¦ ", "RMOPJabar.¦ ", "RMOP – ", "Swara Pesisir | ", "KLIKPESISIR.¦ "])
def test_the_sites_name_may_stand_alone(opening: str) -> None:
    known = mastheads("klikpesisir.example", ("RMOP.ID", "Swara Pesisir"))
    first = Block("p", f"{opening}{REST}".replace(BOLD_END, ""), bold=max(opening.find(BOLD_END), 0))
    done = apply(known, [first, Block("p", "Pasar itu ramai sejak pagi.", 1)])
    assert done.blocks[0].text == REST


@pytest.mark.parametrize("rule", [*RULES, *places()], ids=[rule.why for rule in (*RULES, *places())])
def test_each_rule_has_its_proof(rule: Rule) -> None:
    match = rule.pattern.match(rule.given)
    assert match is not None
    assert rule.given[match.end() :] == rule.gives
    assert not rule.pattern.match(rule.spare)


def test_a_sentence_is_indonesian_by_any_of_its_small_words() -> None:
    rules, line = mastheads("politik.swara.example", ("SWARA.ID",)), "Warga meminta sumur digali tanpa menunggu hujan."
    assert opened(f"SWARA.¦ {line}", rules=rules) == ("", [line])
