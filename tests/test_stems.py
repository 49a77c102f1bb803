"""Promises of the language room: what is one word, what is one stem, what is a name. Words are a reader's, not the code's."""

from __future__ import annotations

import pytest

from pipelines.indonesian.acronyms import other_ways
from pipelines.indonesian.data import lines
from pipelines.indonesian.stems import stem
from pipelines.indonesian.words import STOP, fold, names_among, words

FAMILIES = {
    "tulis": "menulis tulisan penulis penulisan tertulis dituliskan menuliskannya tulislah",
    "baca": "kubaca kaubaca bacakah pembacanya membacakan bacaanku",
    "buku": "bukuku bukumu bukunya bukupun buku-buku",
    "anak": "anak-anak anak-anaknya anakku",
    "lari": "berlari-lari berlarian pelari lari-larian melarikan",
    "tolong": "tolong-menolong menolong pertolongan",
    "rusak": "kerusakan perusakan merusak dirusak",
    "gerak": "gerakan pergerakan bergerak menggerakkan",
    "bank": "perbankan perbankannya bank-bank",
    "pasti": "ketidakpastian memastikan kepastian",
    "tandatangan": "menandatangani penandatanganan ditandatangani",
    "masuk": "memasuki dimasukkan pemasukan",
    "putih": "pemutihan memutihkan",
    "undang-undang": "undang-undang perundang-undangan undang-undangnya",
    "menteri": "menteri kementerian kementeriannya",
    "sehari-hari": "sehari-hari keseharian",
}
APART = [  # what the algorithm alone would find under one stem
    ("megawati", "gawat"), ("persija", "sija"), ("pemilu", "pilu"), ("pemilu", "milu"), ("merapi", "rapi"), ("kediri", "diri"),
    ("semeru", "meru"), ("maluku", "malu"), ("bekasi", "bekas"), ("kejagung", "jagung"), ("undang-undang", "mengundang"),
    ("pemerintah", "memerintah"), ("penghargaan", "harga"), ("pengalaman", "alam"), ("mata-mata", "mata"), ("penduduk", "duduk"),
    ("setuju", "tujuan"), ("pelabuhan", "berlabuh"), ("perusahaan", "pengusaha"), ("hati-hati", "hati"),
]  # fmt: skip


@pytest.mark.parametrize(("root", "form"), [(root, form) for root, family in FAMILIES.items() for form in family.split()])
def test_a_family_has_one_stem(root: str, form: str) -> None:
    assert stem(form) == root


@pytest.mark.parametrize(("one", "other"), APART)
def test_strangers_have_two(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize("line", [line for line in lines("stems") if ":" in line])
def test_every_line_of_stems_says_what_it_does(line: str) -> None:
    root, forms = line.split(":")
    assert {stem(form) for form in [root, *forms.split()]} == {root}


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("Jum'at", "jumat"), ("Qur’an", "quran"), ("Qur`ān", "quran"), ("ʿulamāʾ", "ulama"), ("Édith", "edith"),
        ("Ustaz\u0301", "ustaz"), ("4.000", "4000"), ("1,5", "1.5"),
    ],
)
def test_a_word_is_folded(printed: str, folded: str) -> None:
    assert [word.form for word in words(printed)] == [folded] == [fold(printed)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Anak-anaknya berlari-lari.", ["Anak-anaknya", "berlari-lari"]),
        ("Covid-19 di Jakarta-Bandung", ["Covid", "19", "di", "Jakarta", "Bandung"]),
        ("sayur-mayur seharga Rp4.000,50!", ["sayur-mayur", "seharga", "Rp", "4.000,50"]),
        ("Al-Qur'an; G20", ["Al", "Qur'an", "G20"]),
        ("presiden-nya", ["presiden-nya"]),
    ],
)
def test_where_words_begin_and_end(text: str, said: list[str]) -> None:
    found = list(words(text))
    assert [word.printed for word in found] == said
    assert [text[word.start : word.end] for word in found] == said


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Kemarin dokter Terawan datang. Terawan pulang.", {"terawan"}),
        ("Terawan datang.", set()),  # the first word of a sentence says nothing
        ("Kata Menteri Kesehatan itu, Pemerintah siap.", set()),
        ("Ia menyebut Menulis dan menulis.", set()),  # it prints the word small as well
        ("merapi", {"merapi"}),
        ("Kata TERAWAN begitu", {"terawan"}),
    ],
)
def test_who_is_a_name(text: str, names: set[str]) -> None:
    assert names_among(words(text)) == names


def test_short_forms_and_long_ones() -> None:
    assert other_ways(["ketua", "kpk", "hadir"], 1) == (1, [("komisi", "pemberantasan", "korupsi")])
    assert other_ways(["komisi", "pemberantasan", "korupsi"], 0) == (3, [("kpk",)])
    assert other_ways(["badan", "pengawas", "obat", "dan", "makanan"], 0) == (5, [("bpom",)])
    assert other_ways(["komisi", "tiga"], 0) == (1, [])
    assert len(other_ways(["pbb"], 0)[1]) == 2


def test_stop_words_deny_nothing() -> None:
    assert not STOP & {"tidak", "bukan", "belum", "jangan", "tanpa", "tak"}
