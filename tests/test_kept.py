"""What resembles furniture, a caption or a credit and is the newsroom's own: it stays, on any site and by the outlets' seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from test_generic import BODY, LEAD, PROSE

from pipelines import Page, extract, load
from pipelines.nouns import Block
from pipelines.outlets import generic
from pipelines.rules import apply

if TYPE_CHECKING:
    from pipelines import Article

HEAD = (
    '<meta property="og:title" content="Harga Cabai Naik Dua Kali Lipat"><meta property="article:published_time" '
    'content="2026-11-03T09:00:00+07:00">'
)
H1 = "<h1>Harga Cabai Naik Dua Kali Lipat</h1>"
MENU = "".join(f'<li><a href="/kanal/{name}">{name}</a></li>' for name in ("Ekonomi", "Politik", "Daerah", "Olahraga"))
TEASERS = "".join(
    f'<div class="jeg_postblock"><h3><a href="/{at}">{head}</a></h3><span>3 November 2026</span><p>{line}</p></div>'
    for at, (head, line) in enumerate(
        [
            ("Banjir Surut, Warga Pulang ke Rumah", "Setelah tiga hari mengungsi, warga di bantaran sungai membersihkan rumah."),
            ("Jembatan Gantung di Hulu Sungai Putus", "Jembatan penghubung dua dusun itu putus diterjang arus pada Minggu."),
            ("Festival Layang-Layang Digelar di Pantai", "Ratusan layang-layang akan memenuhi langit pantai selama tiga hari."),
        ]
    )
)
LONG = f"Harga cabai naik dua kali lipat di Pasar Baruga, {' dan '.join(line[:-1].lower() for line in PROSE)}."
RELEASED = "".join(
    f"<h3>{at}. {film}</h3><p>Tahun rilis: 2023</p><p>{line}</p>"
    for at, (film, line) in enumerate(zip(("Garam di Kulit", "Pulau Terakhir", "Angin Barat"), PROSE, strict=False), 1)
)
TOLD = ["1. Garam di Kulit", "Tahun rilis: 2023", PROSE[0], "2. Pulau Terakhir", "Tahun rilis: 2023", PROSE[1],
        "3. Angin Barat", "Tahun rilis: 2023", PROSE[2]]  # fmt: skip
MENDED = "Ralat: versi awal berita ini keliru menyebut nama pasar."
PHONE = "Posko Unaaha: <a href='tel:08114040112'>0811 4040 112 setiap hari</a>"
LINKS = (
    "<p>• <a href='https://ui.example/cermin'>Laman cermin Universitas Padi</a></p>"
    "<p>Lihat: <a href='https://www.detik.com/kuota.pdf'>Daftar kuota tiap program studi</a></p>"
)
READERS = f'<div class="comments"><p>Sri: {PROSE[0]}</p></div>'


def article_of(body: str, url: str = "https://kabarlembah.example/ekonomi", top: str = H1) -> Article:
    html = f"<html><head>{HEAD}</head><body><ul>{MENU}</ul>{top}{body}<footer>© Kabar Lembah</footer></body></html>"
    article = extract(Page(url, html.encode()), generic(url)).article
    assert article
    return article


def lines_of(body: str, top: str = H1) -> list[str]:
    return [block.text for block in article_of(body, top=top).body if block.kind != "figure"]


def of_wordpress(inside: str) -> str:
    return f'<article><div class="entry-content">{inside}</div></article>'


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        (f"<p>{LEAD}</p>{RELEASED}", [LEAD, *TOLD]),
        (f"<p>{LONG}</p>{BODY}", [LONG, *PROSE]),
        (f"<p>{LEAD}</p>{BODY}<p>Selamat mencoba</p>", [LEAD, *PROSE, "Selamat mencoba"]),
        (f"<p>{LEAD}</p>{BODY}<p>Mereka ialah</p><p>Rina Marlina</p><p>Dedi Kurnia</p>",
         [LEAD, *PROSE, "Mereka ialah", "Rina Marlina", "Dedi Kurnia"]),
        (f"<h2>Menunggu delapan tahun</h2><p>{LEAD}</p>{BODY}", ["Menunggu delapan tahun", LEAD, *PROSE]),
        ("".join(f"<h4>{line}</h4>" for line in (LEAD, *PROSE)) + "<p>Begitulah.</p>", [LEAD, *PROSE, "Begitulah."]),
        (f"<p>{LEAD}</p>{BODY}<p>{PHONE}</p><p>{LEAD[:-1]} lagi.</p>",
         [LEAD, *PROSE, "Posko Unaaha: 0811 4040 112 setiap hari", f"{LEAD[:-1]} lagi."]),
        (f"<p><em>{MENDED}</em></p><p><b>KENDARI, KABARLEMBAH.com</b> – {LEAD}</p>{BODY}",
         [MENDED, LEAD, *PROSE]),
        (f"<p>Pertemuan itu berakhir.</p><p>ASEAN-India sepakat: {LEAD}</p>{BODY}",
         ["Pertemuan itu berakhir.", f"ASEAN-India sepakat: {LEAD}", *PROSE]),
        (f"<p>{LEAD}</p>{BODY}<p>Pemenangnya:</p><ol><li>AHMAD FAUZI</li><li>SITI AMINAH</li></ol>",
         [LEAD, *PROSE, "Pemenangnya:", "AHMAD FAUZI", "SITI AMINAH"]),
        (f"<p><b>Aries:</b> {LEAD}</p>{BODY}", [f"Aries: {LEAD}", *PROSE]),
        (f"<p>KPK, Polri, Kejaksaan - tiga lembaga yang dulu bersaing - kini bersama. {LEAD}</p>{BODY}",
         [f"KPK, Polri, Kejaksaan - tiga lembaga yang dulu bersaing - kini bersama. {LEAD}", *PROSE]),
    ],
    ids=["listicle-of-films", "lead-repeats-headline", "last-words", "names", "first-heading", "typed-as-headings", "telephone",
         "correction-above-dateline", "bloc", "winners", "stars", "three-bodies"],
)  # fmt: skip
def test_any_site(inside: str, lines: list[str]) -> None:
    assert lines_of(of_wordpress(inside)) == lines


def test_a_list_of_other_stories_goes_by_its_links_though_a_listicle_recurs_alike() -> None:
    teasers = "".join(f'<p><a href="/{at}">Kabar ke-{at} dari Lembah</a></p><p>Ekonomi, 3 November 2026</p>' for at in range(5))
    assert lines_of(f"<div><p>{LEAD}</p>{BODY}{teasers}</div>") == [LEAD, *PROSE]


def test_a_layout_table_is_columns_and_the_story_the_widest() -> None:
    links = "<br>".join(f'<a href="/{name}">{name}</a>' for name in ("Opini", "Budaya", "Cerpen"))
    story = "<br><br>".join((LEAD, *PROSE))
    table = f"<table><tr><td>{links}</td><td>{H1}{story}</td><td><b>Iklan Baris</b><br>Dijual perahu.</td></tr></table>"
    assert lines_of(table, top="") == [LEAD, *PROSE]


@pytest.mark.parametrize("name", ["entry-content", "td-post-content", "post-body"])
def test_a_brief_is_itself_and_not_the_teasers_beside_it(name: str) -> None:
    brief = ["Gempa 4,1 mengguncang Wakatobi, Selasa pagi, dan terasa tiga detik.", "BMKG menyebut tidak ada bahaya tsunami."]
    inside = "".join(f"<p>{line}</p>" for line in brief)
    shares = '<div class="share"><span>Facebook</span><span>WhatsApp</span></div>'
    body = f'<p>Daerah</p><p>281</p>{shares}<div class="{name}">{inside}<p>Lembah, gempa</p></div>{TEASERS}{READERS}'
    assert lines_of(body) == brief


def test_a_book_that_a_story_is_about_has_an_author_and_an_editor_of_its_own() -> None:
    book = "<ul><li>Judul: Garam</li><li>Penulis: Andrea Hari</li><li>Editor: Mira Lesmini</li><li>Penerbit: Pelita</li></ul>"
    film = "<table><tr><td>Sutradara</td><td>Rian Wibowo</td></tr><tr><td>Editor</td><td>Dinda Amanda</td></tr></table>"
    for work in (book, film):
        found = article_of(f'<p>Penulis: Sri Wahyuni</p>{of_wordpress(f"<p>{LEAD}</p>{BODY}{work}")}')
        assert (found.authors, found.editors) == (("Sri Wahyuni",), ())


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("<p><strong>Oleh: Bambang Sutejo*</strong></p>", ("Bambang Sutejo",)),
        ("<p>Oleh: Dr. Bambang Sutejo*</p>", ("Dr. Bambang Sutejo",)),
        ('<p>Submitted by <span class="username">Nita Wulandari</span> on <time>Sel, 11/03/2026</time></p>', ("Nita Wulandari",)),
        ("<p>Ditulis oleh Super User</p>", ()),
    ],
)
def test_who_wrote_is_told_in_other_words_too(line: str, authors: tuple[str, ...]) -> None:
    found = article_of(of_wordpress(f"{line}<p>{LEAD}</p>{BODY}"))
    assert (found.authors, found.text) == (authors, "\n\n".join([LEAD, *PROSE]))


@pytest.mark.parametrize(
    ("deck", "kept"),
    [
        ('<div class="intro intro--bold"><p>{}</p></div>', True), ('<p class="teaser-text x1">{}</p>', True),
        ('<p class="lead"><b>{}</b></p>', True), ('<div class="italic ringkasan"><i>{}</i></div>', True),
        ('<div class="box"><p>{}</p></div>', False), ('<meta name="description" content="{0}"><p class="lead">{0}</p>', False),
        ('<meta name="description" content="{0}"><div class="intro"><p>{0}</p></div>', True),
    ],
)  # fmt: skip
def test_a_standfirst_is_kept_where_its_element_says_so_else_it_is_cut_on_record(deck: str, *, kept: bool) -> None:
    said, url = "Kemarau panjang membuat pasokan berkurang; pedagang hanya menerima separuh dari biasanya.", "https://kabar.example/a"
    html = f"<html><head>{HEAD}</head><body>{H1}{deck.format(said)}{of_wordpress(f'<p>{LEAD}</p>{BODY}')}</body></html>"
    read = extract(Page(url, html.encode()), generic(url))
    assert read.article
    assert [block.text for block in read.article.body] == [*([said] if kept else []), LEAD, *PROSE]
    assert [(cut.rule, cut.text) for cut in read.cuts] == ([] if kept else [("page/above the story", said)])


_NUMBERED = ["1. Pilih lokasi yang teduh", "2. Gali bersama", "3. Tutup dengan papan"]
_BELOW = [f"Sumur {place} itu digali warga dusun selama tiga hari tanpa alat berat." for place in ("utara", "selatan", "timur")]


@pytest.mark.parametrize(
    ("inside", "lines"),
    [
        ('<p><a href="https://dinas.example/a">Formulir itu dapat diunduh di laman resmi dinas.</a></p>',
         ["Formulir itu dapat diunduh di laman resmi dinas."]),
        ('<p>Berikut dokumennya:</p><p><a href="/a.pdf">Peta Sebaran Sumur</a></p><p><a href="/b.pdf">Daftar Penerima</a></p>',
         ["Berikut dokumennya:", "Peta Sebaran Sumur", "Daftar Penerima"]),
        ("".join(f'<h2><a href="/{at}">{head}</a></h2><p>{_BELOW[at]}</p>' for at, head in enumerate(_NUMBERED)),
         [line for both in zip(_NUMBERED, _BELOW, strict=True) for line in both]),
        ('<p><a href="/b">Jembatan Lama Dibongkar, Warga Pakai Rakit</a></p>', []),
        ('<p><a href="/b">Jembatan Lama di Hulu Sungai Dibongkar, Warga Pakai Rakit.</a></p>', []),
        ("".join(f'<h3><a href="/{at}">{head}</a></h3>' for at, head in enumerate(_NUMBERED)), []),
        ("<p>Di kali ini kami belajar<br>menghitung ikan,<br>sebelum angka menjadi meter<br>dan ikan menjadi kenangan.</p>",
         ["Di kali ini kami belajar menghitung ikan, sebelum angka menjadi meter dan ikan menjadi kenangan."]),
    ],
    ids=["sentence", "documents", "numbered", "headline", "headline-with-a-stop", "list-of-the-most-read", "stanza"],
)  # fmt: skip
def test_a_link_and_a_stanza_are_the_storys_where_they_say_so(inside: str, lines: list[str]) -> None:
    found = article_of(of_wordpress(f"<p>{LEAD}</p>{inside}{BODY}"))
    assert [block.text for block in found.body] == [LEAD, *lines, *PROSE]


def test_bloggers_picture_is_a_table_with_a_caption() -> None:
    picture = (
        '<table class="tr-caption-container"><tbody><tr><td><img src="https://gambar.example/1.jpg"></td></tr>'
        '<tr><td class="tr-caption">Ibu Jumiah menunggu pembeli di kiosnya.</td></tr></tbody></table>'
    )
    found = article_of(f'<div class="post-body entry-content"><p>{LEAD}</p>{picture}{BODY}</div>')
    assert (found.captions, found.text) == (("Ibu Jumiah menunggu pembeli di kiosnya.",), "\n\n".join([LEAD, *PROSE]))


@pytest.mark.parametrize(
    ("slug", "url", "fence", "inside", "lines"),
    [
        ("liputan6", "https://www.liputan6.com/news/read/4812345/x", "article-content-body__item-content",
         "<figure class='table'><table><tr><td>Cabai</td><td>Rp90.000</td></tr></table></figure>", ["Cabai Rp90.000"]),
        ("liputan6", "https://www.liputan6.com/news/read/4812345/x", "article-content-body__item-content",
         "<h2>Infografis itu memuat klaim</h2><h2>1. Harga cabai</h2>", ["Infografis itu memuat klaim", "1. Harga cabai"]),
        ("detik", "https://news.detik.com/berita/d-6890044/x", "detail__body-text itp_bodycontent",
         LINKS,
         ["• Laman cermin Universitas Padi", "Lihat: Daftar kuota tiap program studi"]),
        ("kompas", "https://regional.kompas.com/read/2026/11/03/090000478/x", "read__content",
         "<p><strong>Bagaimana Anda bisa terpisah dari juru kamera Kompas TV?</strong></p>",
         ["Bagaimana Anda bisa terpisah dari juru kamera Kompas TV?"]),
        ("kompas", "https://regional.kompas.com/read/2026/11/03/090000478/x", "read__content",
         "<h3><button>Siapa yang iurannya naik?</button></h3>", ["Siapa yang iurannya naik?"]),
    ],
    ids=["table-in-figure", "sentence-of-an-infographic", "links-to-others", "question", "question-that-opens-its-answer"],
)  # fmt: skip
def test_by_an_outlets_seed(slug: str, url: str, fence: str, inside: str, lines: list[str]) -> None:
    html = f"<html><head>{HEAD}</head><body>{H1}<div class='{fence}'><p>{LEAD}</p>{inside}{BODY}</div></body></html>"
    article = extract(Page(url, html.encode()), load(slug)).article
    assert article
    assert [block.text for block in article.body if block.kind != "figure"] == [LEAD, *lines, *PROSE]


@pytest.mark.parametrize("slug", ["kompas", "tribunnews"])
def test_where_it_ran_first_ends_a_story_and_where_another_ran_in_1913_does_not(slug: str) -> None:
    told = ['Artikel ini dimuat di De Expres dengan judul "Als Ik een Nederlander Was" pada 13 Juli 1913.', *PROSE]
    ran = "Artikel ini telah tayang di Kompas.com dengan judul Peristiwa Mei 1998 dan Saksinya"
    blocks = [Block("p", text, at) for at, text in enumerate((LEAD, *told, ran, "Baca halaman lain"))]
    assert [block.text for block in apply(load(slug).rules, blocks).blocks] == [LEAD, *told]
