"""A headline, a byline, a tag: parted where a reader sees it apart, whole where letters are only set otherwise."""

from __future__ import annotations

import pytest

from pipelines import Page, extract, load
from pipelines.extract import attempt
from pipelines.outlets import generic
from pipelines.readers import Sheet, ask

LINES = {
    "plain": ("Harga  kopi\n naik", "Harga kopi naik"),
    "nothing": ("", None),
    "a word in italics before a comma": ("Tren <i>Slow Living</i>, Gaya Warga Lereng", "Tren Slow Living, Gaya Warga Lereng"),
    "within quotation marks": ('Tren "<em>Slow Living</em>" di Lereng', 'Tren "Slow Living" di Lereng'),
    "within a word": ("Di-<em>upgrade</em>-nya Pasar H<sub>2</sub>O Kota<wbr>baru", "Di-upgrade-nya Pasar H2O Kotabaru"),
    "a bold word within brackets": ("Pasar (<b>Lama</b>) Dibuka", "Pasar (Lama) Dibuka"),
    "a span before a question mark": ("Naik <span>Lagi</span>?", "Naik Lagi?"),
    "columns": ("<span>Sri Lestari</span><span>Kabar Lereng</span>", "Sri Lestari Kabar Lereng"),
    "a name in bold": ("<b>Sri Lestari</b>Kabar Lereng", "Sri Lestari Kabar Lereng"),
    "names between commas": ("<a>Sri Lestari</a>,<a>Budi Raharja</a>", "Sri Lestari, Budi Raharja"),
    "a dash is no end": ("<span>Kabar</span><span>- Senin</span>", "Kabar - Senin"),
    "boxes": ("<div>Senin</div>8 Mei<p>2024</p>09.00", "Senin 8 Mei 2024 09.00"),
    "a break": ("Harga Kopi<br>Naik", "Harga Kopi Naik"),
    "a box within italics": ("<i>Kopi<div>Gayo</div></i>naik", "Kopi Gayo naik"),
    "what nobody sees": ("Harga <script>var kopi = 1</script><!-- x -->kopi<svg><title>ikon</title></svg>", "Harga kopi"),
    "parted by a remark alone": ("Ko<!-- x -->pi", "Kopi"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_an_element_in_one_line(name: str) -> None:
    markup, line = LINES[name]
    assert ask(Sheet(f"<div id=x>{markup}</div>"), "css", "#x") == ([line] if line else [])


def test_no_nesting_is_too_deep() -> None:
    """Deeper than Python calls."""
    assert ask(Sheet("<div id=x>" + "<i>" * 400 + "kopi" + "</i>" * 400 + ", teh</div>"), "css", "#x") == ["kopi, teh"]


def test_a_headline_with_a_word_in_italics() -> None:
    story = "<p>" + "Warga lereng itu menanam kopi di sela pohon lamtoro sejak tiga tahun lalu. " * 5 + "</p>"
    html = (
        '<title>x</title><h1 class="read-page--header__title">Petani <i>Go Digital</i>, Panen "<i>Online</i>"</h1>'
        f'<div class="article-content-body__item-content">{story}</div>'
    )
    found = extract(Page("https://www.liputan6.com/bisnis/read/5590118/petani", html.encode()), load("liputan6")).article
    assert found is not None
    assert found.title == 'Petani Go Digital, Panen "Online"'


CONTROLS = ["&#2;", "&#8;", "&#26;", "&#27;", "&#x7f;", "&#xFFFE;", "&#65535", "\ufffe", "\uffff", "\x1b", "\x9b"]


@pytest.mark.parametrize("known", [True, False], ids=["fenced", "any other site"])
@pytest.mark.parametrize("mark", CONTROLS, ids=ascii)
def test_what_is_no_character_is_left_out(mark: str, known: bool) -> None:
    """Raw or numbered, in a headline, a picture's caption or a paragraph; the rest of the story stands."""
    story = "<p>" + f"Warga lereng itu menanam ko{mark}pi di sela pohon lamtoro sejak tiga tahun lalu. " * 10 + "</p>"
    photo = f"<figure><img src=https://cdn.kabar.example/1.jpg><figcaption>Panen ko{mark}pi di lereng.</figcaption></figure>"
    html = (
        f'<title>x</title><h1 class="read-page--header__title">Petani Ko{mark}pi</h1>'
        f'<div class="article-content-body__item-content">{photo}{story}</div>'
    )
    url = "https://www.liputan6.com/bisnis/read/5590118/petani"
    found = attempt(Page(url, html.encode()), load("liputan6") if known else generic(url)).article
    assert found is not None
    assert (found.title, found.captions) == ("Petani Kopi", ("Panen kopi di lereng.",))
    assert found.text == " ".join(["Warga lereng itu menanam kopi di sela pohon lamtoro sejak tiga tahun lalu."] * 10)


def test_nor_is_it_in_a_field() -> None:
    told = '{"@type": "NewsArticle", "author": {"name": "Sri \\u001bLes\\ufffetari"}}'
    sheet = Sheet(f'<script type="application/ld+json">{told}</script>')
    assert ask(sheet, "json_ld", "author.name") == ["Sri Lestari"]


ROWS = {
    "figures": ("<tr><th>Kota</th><th>Harga</th></tr><tr><td>Malang</td><td>Rp10.000</td></tr>", ["Kota Harga", "Malang Rp10.000"]),
    "paragraphs in the cells": ("<tr><td><p>Malang</p></td> <td><p>Rp<b>10</b>.000</p></td></tr>", ["Malang Rp10.000"]),
    "boxes in a cell": ("<tr><td>Malang</td><td><p>Naik.</p><p>Lalu turun.</p></td></tr>", ["Malang", "Naik.", "Lalu turun."]),
    "a break in a cell": ("<tr><td>Malang<br><br>Batu</td><td>Rp10.000</td></tr>", ["Malang", "Batu", "Rp10.000"]),
    "text beside a paragraph": ("<tr><td>Malang<p>Batu</p></td><td>Rp10.000</td></tr>", ["Malang", "Batu", "Rp10.000"]),
    "columns of prose": (f"<tr><td>{'Kopi naik. ' * 20}</td><td>Malang</td></tr>", [("Kopi naik. " * 20).strip(), "Malang"]),
    "an advertisement in a cell": ('<tr><td>Malang</td><td class="article-ad">Advertisement</td></tr>', ["Malang"]),
}  # fmt: skip


def lines_at(url: str, markup: str) -> list[str]:
    story = "".join(f"<p>Warga lereng {place} menanam kopi di sela pohon lamtoro sejak tiga tahun lalu.</p>" for place in "ABCDEF")
    html = (
        "<h1>Harga Kopi di Lereng Naik</h1><article><div class=article-content-body__item-content>"
        f"{story}<table>{markup}</table>{story.replace('Warga', 'Petani')}</div></article>"
    )
    found = extract(Page(url, html.encode()), load("liputan6") if "liputan6" in url else generic(url)).article
    assert found is not None
    return [block.text for block in found.body if "menanam kopi" not in block.text]


@pytest.mark.parametrize("name", ROWS)
def test_a_row_of_figures_is_one_line(name: str) -> None:
    markup, lines = ROWS[name]
    assert lines_at("https://www.liputan6.com/bisnis/read/5590118/petani", markup) == lines


@pytest.mark.parametrize("name", [*ROWS][:3])
def test_a_row_of_figures_is_one_line_where_nobody_fenced_the_story(name: str) -> None:
    markup, lines = ROWS[name]
    assert lines_at("https://kabar.example/petani", markup) == lines


@pytest.mark.parametrize("row", ["<td>Penulis</td><td>Sri Wahyuni</td>", "<td>Penulis</td><td><p>: Sri Wahyuni</p></td>"])
def test_a_row_that_names_a_role_and_a_person_is_a_credit(row: str) -> None:
    story = "<p>Warga lereng menanam kopi di sela pohon lamtoro sejak tiga tahun lalu.</p>" * 9
    html = f"<h1>Harga Kopi di Lereng Naik</h1><article>{story}</article><table><tr>{row}</tr></table>"
    found = extract(Page("https://kabar.example/petani", html.encode()), generic("https://kabar.example/petani")).article
    assert found is not None
    assert found.authors == ("Sri Wahyuni",)
