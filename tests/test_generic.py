"""Any other site: pages that no seed fences, invented in the manners of such sites, and what a reader says they hold."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines import Article, Page, Reading, extract, load
from pipelines.cli.main import main
from pipelines.nouns import Block
from pipelines.outlets import generic, names
from pipelines.proofs import cut_faults, spare_faults
from pipelines.readers import Sheet
from pipelines.readers.placed import places_of
from pipelines.readers.whole import whole

if TYPE_CHECKING:
    from pipelines.rules import Rule

LEAD = "Harga cabai rawit di Pasar Baruga naik dua kali lipat sejak awal pekan karena hujan merusak kebun petani di tiga kecamatan."
PROSE = [
    "Pedagang mengaku hanya mendapat separuh dari pasokan yang biasa mereka terima setiap pagi dari pengepul di Konawe.",
    "“Kami menjual seadanya saja, pembeli juga mengurangi belanja,” kata Sitti, yang berdagang di sana sejak dua puluh tahun lalu.",
    "Dinas perdagangan kota berjanji menggelar pasar murah di enam kelurahan sampai harga kembali seperti sebelum musim hujan.",
    "Petani di Ranomeeto memperkirakan panen berikutnya baru tiba pada akhir bulan depan apabila hujan tidak turun terlalu deras.",
]
BODY = "".join(f"<p>{line}</p>" for line in PROSE)
ENGLISH = [
    "The old ferry left the harbour on Monday morning for the last time, watched by some two hundred people on the quay.",
    "It had carried passengers between the islands for forty years and had never once been late by more than a tide.",
    "Its captain, who is retiring with it, said that he would miss the night crossings and the smell of the engine room.",
    "A new boat takes over in March, and the council has promised that the fares will stay as they are for two years.",
]
WORDPRESS = f"""<html><head><title>Harga Cabai Naik - Kabar Sultra</title><meta property="og:site_name" content="Kabar Sultra">
<meta property="og:title" content="Harga Cabai Naik - Kabar Sultra"><meta name="author" content="Admin">
<meta property="article:published_time" content="2026-11-03T08:15:00+08:00"></head><body>
<nav><ul><li><a href="/">Beranda</a></li><li><a href="/ekonomi">Ekonomi</a></li></ul></nav>
<article><h1 class="entry-title">Harga Cabai Naik</h1>
<figure><img src="https://kabarsultra.example/c.jpg"><figcaption>Pedagang cabai.</figcaption></figure>
<ul class="share"><li><a href="#fb">Facebook</a></li><li><a href="#wa">WhatsApp</a></li></ul>
<div class="entry-content"><p>Selasa, 3 November 2026 | 08:15 WITA</p>
<p><b>Kendari, Kabarsultra.com</b> - {LEAD}</p><p>{PROSE[0]}</p>
<p>Baca Juga: <a href="/beras">Harga Beras Ikut Naik di Empat Pasar Kota</a></p><p>{PROSE[1]}</p>
<p>Bagikan artikel ini</p><p>{PROSE[2]}</p><p>EKONOMI | POLITIK | DAERAH | OLAHRAGA | GAYA</p>
<p>Simak Video "Harga Cabai Naik"</p><p>{PROSE[3]} (vyp/kna)</p>
<p>Ikuti berita terkini Kabar Sultra di Google News dan WhatsApp Channel.</p><p>Sumber: Antara</p><p>Reporter: Sri Wahyuni</p>
<p>Editor: Budi Santoso</p><p>#KabarPasar #Cabai</p><p>Copyright © 2026 Kabar Sultra. Hak cipta dilindungi.</p>
<h3>Eksplorasi konten lain dari Kabar Sultra</h3><p>Mulai berlangganan untuk menerima artikel terbaru di email Anda.</p>
<p>Disclaimer : Komentar adalah tanggapan pribadi, tidak mewakili kebijakan editorial redaksi.</p></div>
<h3>Berita Terkait</h3>
<ul><li><a href="/1">Harga Beras Ikut Naik di Empat Pasar Kota</a></li><li><a href="/2">Banjir Surut</a></li></ul></article>
<footer>Tentang kami. Pedoman media siber.</footer></body></html>"""
FERRY = f"""<html><head><title>Last crossing | The Island Post</title><meta property="og:site_name" content="The Island Post">
<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Last crossing", "datePublished": "2026-11-03",
"author": [{{"name": "Ann Lee"}}, {{"name": "The Island Post"}}]}}</script></head><body><article><h1>Last crossing</h1>
<p>By Ann Lee</p><p>{ENGLISH[0]}</p><p>Advertisement</p><p>Share this article</p><p>{ENGLISH[1]}</p>
<p>Read more: <a href="/tides">How the tides are measured in the northern isles</a></p><p>{ENGLISH[2]}</p>
<p>Sign up for our free newsletter and never miss a story.</p>
<p>WATCH: Ferry leaves the harbour for the last time</p><p>{ENGLISH[3]}</p>
<p>Bob Ray contributed to this report.</p><p>SOURCE: Island agencies</p><p>Follow Ann Lee on Twitter @annlee.</p>
<h2>Most read</h2></article></body></html>"""
BARE = f"""<html><body><h1>Harga Cabai Naik</h1><div class="isi">KENDARI – {LEAD}<p>{"</p><p>".join(PROSE)}</p></div>
<div class="wp-caption"><p class="wp-caption-text">Cabai di pasar.</p></div></body></html>"""
BEHIND = f"<h1>Harga Cabai Naik</h1><article><p>KABAR24.ID, KOLAKA -- {LEAD}</p>{BODY}</article>"
PARTED = f"""<html><head><title>Cabai</title></head><body><div class="chunks">
<div class="row"><div class="part"><p>{LEAD}</p>{BODY}</div></div>
<div class="row"><div class="part"><p>{ENGLISH[0]}</p><p>{ENGLISH[1]}</p></div></div>
<div class="row"><div class="part"><h2><a href="/x">Another story</a></h2><p>{ENGLISH[2]}</p></div></div></div></body></html>"""
WAITED = [
    "Sitti datang paling pagi dan menunggu dua jam di depan gerbang.",
    "Ia pulang membawa dua kilogram cabai untuk tetangganya yang sakit.",
]
HIDDEN = f"""<html><head><title>Cabai</title></head><body><div class="endless"><div class="box part"><p>{LEAD}</p>{BODY}</div>
<div class="box part next" data-page="1" style="display: none;"><h2>Pasar Murah</h2><img src="/pasar.jpg">
<div><p>{WAITED[0]} <p>{WAITED[1]}</div></div>
<div class="box part next" data-page="2" style="display: none;"><h2>Infografis</h2><img src="/angka.jpg"><div></div></div></div>
<div class="other" style="display: none;"><h2>Pilihan</h2><div><p>Warga kampung di hulu menanam bambu lagi.</p></div></div>
</body></html>"""
RELEASED = f"""<html><head><title>Cabai</title></head><body><div class="text">
<p><b>KENDARI, 3 November 2026 (Kabar/WartaWire) --</b> {LEAD}</p>{BODY}</div></body></html>"""
PRINTED = f"""<html><head><title>Harga Cabai Naik - Warta Danau</title>
<meta property="og:site_name" content="Warta Danau">
<meta name="keywords" content="harga,cabai,naik,pasar baruga,kendari,cabai rawit">
<meta name="author" content="wartadanau.example developer">
<script type="application/ld+json">{{"@type": "NewsArticle", "author": {{"name": "Budi Santoso"}}}}</script></head><body>
<div class="trending"><a href="/tag/banjir">Banjir</a><a href="/tag/pilkada">Pilkada</a></div>
<h1>Harga Cabai Naik</h1><div class="info">Diperbarui Rabu, 4 November 2026 07:00 WIB</div>
<div class="info">Selasa, 3 November 2026 | 18:59 WITA</div><div class="info">Oleh : Sri Wahyuni</div>
<div class="foto-utama"><img src="https://w.example/c.jpg"><span>Lihat Foto</span></div>
<div class="foto-keterangan">Pedagang cabai di Pasar Baruga. (Warta/Sri)</div>
<div class="isi"><p>{LEAD}</p>{BODY}</div><div class="kredit">Editor : Budi Santoso</div>
<div class="tagar">Tags:
<span><a href="/tag/cabai-rawit">cabai rawit</a></span>, <span><a href="/tag/kendari">Kendari</a></span></div>
<aside><h3>Topik Populer</h3><a href="/tag/banjir">Banjir</a><a href="/tag/timnas">Timnas</a></aside></body></html>"""
FALSE_ZONE = f"""<html><head><title>Harga Cabai Naik</title>
<meta property="article:published_time" content="2026-11-03T18:59:12-07:00">
<meta property="article:modified_time" content="2026-11-03T19:30:00-07:00"></head><body><h1>Harga Cabai Naik</h1>
<div>EKONOMI | 3 November 2026 18:59</div><p>{LEAD}</p>{BODY}</body></html>"""
SIGNED = f"{BODY}<p>SARI PUSPITA | ANTARA</p>"
NAMED = f"<h1>Harga Cabai Naik</h1><article><p><b>KABARSULTRA</b> - {LEAD} Itu terjadi sejak lama.</p>{SIGNED}</article>"
POST = "Harga cabe di pasar udah gila banget gaes, gak kuat lagi belanja sambel"
BESIDE = f"""<html><body><h1>Harga Cabai Naik</h1><div class="author-2">Sri Wahyuni</div><div class="cols">
<div><img src="https://w.example/c.jpg"><div id="caption_news">Pedagang cabai di Pasar Baruga.</div></div>
<div class="logo__img"><span>Kabar memilih berita yang dekat dengan minat Anda.</span></div>
<div class="isi"><p><strong>Kolaka Timur</strong> - {LEAD} Itu terjadi sejak lama.</p>{BODY}
<blockquote class="twitter-tweet"><p>{POST}</p>&mdash; Warga (@warga) <a href="https://t.example/1">3 November 2026</a></blockquote>
<p>{PROSE[1][:-14]} yang lalu.</p><div><img src="https://w.example/d.jpg"></div>
<div><em>Cabai rawit di kios Sitti. Foto: Kabar/Sri</em></div><p>Harga itu akan ditinjau lagi oleh dinas pada pekan depan.</p>
<p>Ekonomi</p></div></div></body></html>"""
# as a page builder sets it: each paragraph in boxes of its own, the first one mostly links, the story in three parts
AGAIN = [f"{line[:-1]} untuk kedua kali tahun ini." for line in PROSE]
_LINKED = f'<a href="/c">{LEAD[:50]}</a>{LEAD[50:60]}<a href="/b">{LEAD[60:-1]}</a>.'
WRAPPED = "<h1>Harga Cabai Naik</h1>" + "".join(
    f'<div class="isi">{"".join(f"""<div class="row"><div><p>{line}</p></div></div>""" for line in part)}</div>'
    for part in ((_LINKED, *PROSE[:2]), (*PROSE[2:], AGAIN[0]), AGAIN[1:])
)
DATED = "Cabai di kios, 3 November 2026."
GALLERY = f"""<html><body><h1>Harga Cabai Naik</h1><article><p>{LEAD}</p>{"".join(
    f'<figure><img src="https://w.example/{n}.jpg"><figcaption>{DATED}</figcaption></figure><p>{line}</p>'
    f'<blockquote class="twitter-tweet"><p>Pantauan {n}</p>&mdash; Warga (@warga) <a href="/1">November 3, 2026</a></blockquote>'
    for n, line in enumerate(PROSE)
)}</article></body></html>"""
# a reader's words and the headlines of other stories, in markup like the story's own
WORDS = "Di pasar kami pun cabai sudah dua kali lipat harganya sejak hari Senin kemarin."
COMMENTED = f"""<html><body><h1>Harga Cabai Naik</h1><div class="row"><div class="content">{"<br><br>".join((LEAD, *PROSE))}</div>
<div class="comments"><div class="content">{WORDS}</div><div class="content">{WORDS[:-1]} juga.</div></div></div></body></html>"""
MORE = ["Harga Beras Ikut Naik di Empat Pasar Kota", "Banjir Surut, Warga Pulang ke Rumah"]
_CARDS = "".join(f'<a href="/{n}"><img src="/{n}.jpg"><h3>{line}</h3></a>' for n, line in enumerate(MORE))
_AGES = "".join(f'<li><a href="/{n}">{line}</a> <small>{n + 2} jam lalu</small></li>' for n, line in enumerate(MORE))
ANSWERED = COMMENTED.replace('class="comments"', 'id="komentar"')
CONTENTS = f"""<html><body><h1>Harga Cabai Naik</h1><article><p>{LEAD}</p><div class="toc"><p>Daftar Isi</p><ul>
<li><a href="#pasar">Harga di Pasar Baruga</a></li><li><a href="#panen">Kapan Panen Tiba</a></li></ul></div>
<h2><span id="pasar"></span>Harga di Pasar Baruga</h2><p>{PROSE[0]}</p><p>{PROSE[1]}</p>
<h2><span id="panen"></span>Kapan Panen Tiba</h2><p>{PROSE[2]}</p><p>{PROSE[3]}</p></article></body></html>"""
TEMPLATED = f"<h1>Harga Cabai Naik</h1><article><p>{LEAD}</p>{BODY}<template><p>{WORDS}</p></template></article>"
HEADED = f"""<html><body><article><h1>Harga Cabai Naik</h1><p>{LEAD}</p><p>{PROSE[0]}</p><div>{_CARDS}</div><p>{PROSE[1]}</p>
<ul>{_AGES}</ul><p>{PROSE[2]}</p><p>{PROSE[3]}</p></article></body></html>"""
# as templates of the 2010s stand: kicker between date and headline, the picture's box named so in no word, others' dates below
KICKED = f"""<html><head><title>Harga Cabai Naik</title></head><body><article><div class="jdl">
<div class="date">Selasa 3 Nov 2026, 14:05 WIB</div><h2>PASAR DAN PETANI</h2><h1>Harga Cabai Naik</h1>
<div class="author">Sri Wahyuni - kabarnews</div></div><div class="text"><div class="pic_artikel"><img src="https://w.example/c.jpg">
<span>Pedagang cabai di Pasar Baruga. (Sri Wahyuni/kabarcom)</span></div>
<b>Kolaka</b> - {LEAD} {"<br><br>".join(["", *PROSE])}</div></article><section id="related">
<a href="/1"><h4>{MORE[0]}</h4></a><time datetime="2026-11-01T21:50:56+07:00">2 days ago</time>
<a href="/2"><h4>{MORE[1]}</h4></a><time datetime="2026-11-02T07:10:00+07:00">1 day ago</time></section></body></html>"""
# headline in an h2, behind it site and channel; reporter and date on one line; the caption within the line of the body's box
_SAID = "Pedagang mengeluh: pembeli juga. Harga naik."
CHANNELLED = f"""<html><head><title>Harga Cabai Naik - Kabarsultra.com Ekonomi</title><meta name="description" content="{_SAID}">
<meta name="keywords" content="Pedagang, mengeluh, pembeli, juga, harga.">
<meta property="og:title" content="Harga Cabai Naik - Kabarsultra.com Ekonomi"></head><body><h1>Ekonomi</h1>
<h2>Harga Cabai Naik</h2>
<div class="line"><span class="author">Sri Wahyuni</span> | <time>3 Nov 2026 | 18:59</time></div>
<div id="news"><div id="news-image"><img src="https://w.example/c.jpg"></div>
<span id="news-caption">Pedagang di pasar. ©kabar</span><div class="isi"><p>{LEAD}</p>{BODY}</div></div></body></html>"""
# the site's name before the headline, its account for an author, the credit in the caption's box, links below parted by breaks
_LINKS = "<br />".join(f'<a href="/{n}">{line}</a>' for n, line in enumerate(["'Cabai' Akan Ditanam di Empat Pasar Kota", *MORE]))
PREFIXED = f"""<html><head><title>Kabar Sultra: Harga Cabai Naik</title><meta property="og:site_name" content="Kabar Sultra">
<meta property="og:title" content="Kabar Sultra: Harga Cabai Naik"></head><body><h1>Harga Cabai Naik</h1>
<span rel="author">@kabarsultra</span><div>Selasa, 3 November 2026 18:59</div><div class="photo"><img src="https://w.example/zoom.svg">
<img src="https://w.example/c.jpg"><span class="pb author">Kabar / Sri</span> Pedagang cabai di pasar.</div>
<div class="isi"><p>{LEAD}</p>{BODY[:-4]}[sc]</p><h2>Jangan Lewatkan</h2>{_LINKS}</div></body></html>"""
# a channel before the headline, two lines below one picture, the credits in a table
TABLED = f"""<html><head><title>x</title><meta property="og:site_name" content="Kabar Sultra">
<meta property="og:title" content="Kabar Sultra: Ekonomi - Harga Cabai Naik"></head><body><div class="kop">Harga Cabai Naik</div>
<h1>Harga Cabai Naik</h1><p>Selasa, 3 November 2026 18:59</p><div class="img-detail"><div><img src="https://w.example/c.jpg">
<div class="image-by">Kabar Sultra/ Sri Wahyuni</div></div><div class="caption">Pedagang cabai di pasar, pekan lalu.</div></div>
<div class="isi"><strong>Kolaka</strong> - <p>{LEAD}</p>{BODY}<p>Sumber: pasar.go.id</p></div>
<table><tr><td>Penulis</td><td>: Sri Wahyuni</td></tr><tr><td>Editor</td><td>: Budi Santoso</td></tr></table></body></html>"""
ROLLED = f"""<html><head><title>Foto Pasar Cabai Kendari</title></head><body>
<div>Foto Pasar Cabai Kendari <span>{" ".join(PROSE)}</span>
<span>Berita Terkait {MORE[0]}</span></div></body></html>"""
HELD = {
    "wordpress": WORDPRESS, "ferry": FERRY, "bare": BARE, "behind": BEHIND, "parted": PARTED, "printed": PRINTED,
    "hidden": HIDDEN, "released": RELEASED,
    "zone": FALSE_ZONE, "named": NAMED, "beside": BESIDE, "wrapped": WRAPPED, "gallery": GALLERY,
    "commented": COMMENTED, "answered": ANSWERED, "contents": CONTENTS, "headed": HEADED, "templated": TEMPLATED,
    "kicked": KICKED, "channelled": CHANNELLED, "prefixed": PREFIXED,
    "tabled": TABLED, "rolled": ROLLED,
}  # fmt: skip
SHELVES = [Path(__file__).parent / name for name in ("manners", "unseen")]
HELD |= {path.stem: path.read_text(encoding="utf-8") for shelf in SHELVES for path in shelf.glob("*.html")}
RULES = {rule.name: rule for rule in generic("https://kabar.example/").rules if rule.name.startswith("generic/")}


@cache
def reading_of(name: str) -> Reading:
    url = "https://kabarsultra.example/ekonomi"
    return extract(Page(url, HELD[name].encode()), generic(url))


def article_of(name: str) -> Article:
    article = reading_of(name).article
    assert article, reading_of(name).reject
    return article


def lines_of(name: str) -> list[str]:
    return [block.text for block in article_of(name).body]


def test_a_regional_wordpress_site_is_read_whole_and_clean() -> None:
    assert lines_of("wordpress") == [LEAD, *PROSE]


def test_a_listicle_whose_items_have_pictures_alone_is_whole() -> None:
    items = [f"{n}. Kamar ke-{n} menghadap danau dan tidak berpintu." for n in range(1, 6)]
    assert lines_of("potret") == [LEAD, *PROSE[:2], *items]
    assert article_of("potret").tags == ("rumah panggung", "danau")


def test_a_teaser_far_above_the_headline_is_none_of_the_story() -> None:
    assert not any("Banjir besar" in line for line in lines_of("potret"))


def test_its_fields_come_from_its_metas_and_its_lines() -> None:
    found = article_of("wordpress")
    assert (found.title, found.authors, found.editors, found.dateline, found.source_credit, found.captions, found.layout) == (
        "Harga Cabai Naik", ("Sri Wahyuni",), ("Budi Santoso",), "Kendari", "Antara", ("Pedagang cabai.",), "generic",
    )  # fmt: skip
    assert found.published_at
    assert found.published_at.isoformat() == "2026-11-03T07:15:00+07:00"


def test_an_english_page_is_read_whole_and_clean() -> None:
    assert lines_of("ferry") == ENGLISH
    found = article_of("ferry")
    assert (found.title, found.authors, found.published_at, found.language) == ("Last crossing", ("Ann Lee",), None, "en")


def test_what_a_page_prints_tells_what_its_metas_do_not() -> None:
    found = article_of("printed")
    assert (found.authors, found.editors, found.tags, found.captions) == (
        ("Sri Wahyuni",), ("Budi Santoso",), ("cabai rawit", "Kendari"), ("Pedagang cabai di Pasar Baruga. (Warta/Sri)",),
    )  # fmt: skip
    assert found.published_at
    assert found.published_at.isoformat() == "2026-11-03T17:59:00+07:00"
    assert lines_of("printed") == [LEAD, *PROSE]
    assert {name: said["from"] for name, said in found.sources.items() if said["from"] == "printed"} == dict.fromkeys(
        ("authors", "editors", "tags", "published_at"), "printed"
    )


def test_a_zone_that_the_printed_date_belies_is_not_believed() -> None:
    found = article_of("zone")
    assert [at and at.isoformat() for at in (found.published_at, found.modified_at)] == [
        "2026-11-03T18:59:12+07:00", "2026-11-03T19:30:00+07:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "moment", "caption", "dateline"),
    [
        ("kicked", "2026-11-03T14:05:00+07:00", "Pedagang cabai di Pasar Baruga. (Sri Wahyuni/kabarcom)", "Kolaka"),
        ("channelled", "2026-11-03T18:59:00+07:00", "Pedagang di pasar. ©kabar", None),
    ],
)
def test_what_old_templates_print_is_told_by_where_it_stands(name: str, moment: str, caption: str, dateline: str | None) -> None:
    found = article_of(name)
    assert (found.title, found.authors, found.captions) == ("Harga Cabai Naik", ("Sri Wahyuni",), (caption,))
    assert found.dateline == dateline
    assert found.published_at
    assert found.published_at.isoformat() == moment
    assert found.tags == ()
    assert lines_of(name) == [LEAD, *PROSE]
    assert [image.url for image in found.images] == ["https://w.example/c.jpg"]


def test_what_is_a_sites_is_neither_title_nor_author_and_its_links_are_cut() -> None:
    found = article_of("prefixed")
    assert (found.title, found.authors, found.captions) == ("Harga Cabai Naik", (), ("Pedagang cabai di pasar.",))
    assert [image.url for image in found.images] == ["https://w.example/c.jpg"]
    assert found.published_at
    assert found.published_at.isoformat() == "2026-11-03T18:59:00+07:00"
    assert lines_of("prefixed") == [LEAD, *PROSE]


def test_a_lone_time_beside_another_storys_link_is_that_storys() -> None:
    assert KICKED.count("<time") == 2
    alone = re.sub("<a href=./2.>.*?</time>", "", KICKED)
    assert alone.count("<time") == 1
    for html, moment in ((alone, "2026-11-03T14:05:00+07:00"), (re.sub('<div class="date">.*?</div>', "", alone), None)):
        found = extract(Page("https://kabar.example/a", html.encode()), generic("https://kabar.example/a")).article
        assert found is not None
        assert (found.published_at and found.published_at.isoformat()) == moment


@pytest.mark.parametrize(
    ("meta", "line", "authors"),
    [
        ("kabarcom", "", ()), ("PT. Kabar Media Baru", "", ()), ("Sri Wahyuni", "Penulis: KABAR.co.id", ("Sri Wahyuni",)),
        ("Sri Wahyuni", "Penulis: Budi Santoso, KABAR.co.id", ("Budi Santoso",)), ("Telkom", "", ("Telkom",)),
    ],
)  # fmt: skip
def test_a_newsrooms_name_is_nobodys(meta: str, line: str, authors: tuple[str, ...]) -> None:
    html = f'<meta name="author" content="{meta}"><h1>Harga Cabai Naik</h1><p>{line}</p><article><p>{LEAD}</p>{BODY}</article>'
    found = extract(Page("https://www.kabar.co.id/a", html.encode()), generic("https://www.kabar.co.id/a")).article
    assert found is not None
    assert found.authors == authors


@pytest.mark.parametrize(
    ("head", "picture", "address"),
    [
        ("", 'src="/uploads/2026/cabai.jpg?w=9"', "https://kabar.example/uploads/2026/cabai.jpg?w=9"),
        ("", 'src="/img/loading.webp" data-lazy-src="/uploads/cabai.webp"', "https://kabar.example/uploads/cabai.webp"),
        ('<base href="//cdn.kabar.example/">', 'src="/cabai.png"', "https://cdn.kabar.example/cabai.png"),
        ("", 'src="//cdn.kabar.example/cabai"', "https://cdn.kabar.example/cabai"),
        ("", 'src="/img/no-image.png"', None), ("", 'src="/pictures/42"', None), ("", 'src="data:image/png;base64,AA.png"', None),
        ("", 'src="/img/{{ picture }}.jpg"', None),
    ],
)  # fmt: skip
def test_a_pictures_address_is_whole_or_absent(head: str, picture: str, address: str | None) -> None:
    figure = f"<figure><img {picture}><figcaption>Pedagang cabai di Pasar Baruga.</figcaption></figure>"
    html = f"<head>{head}</head><h1>Harga Cabai Naik</h1><article><p>{LEAD}</p>{figure}{BODY}</article>"
    found = extract(Page("https://kabar.example/ekonomi/a", html.encode()), generic("https://kabar.example/ekonomi/a")).article
    assert found is not None
    assert [(image.caption, image.url) for image in found.images] == [("Pedagang cabai di Pasar Baruga.", address)]


@pytest.mark.parametrize(
    ("below", "caption"),
    [
        ('<figcaption>{}<small class="copyright">Foto: Sri/Kabar</small></figcaption>', "{}"),
        ('<figcaption>{}<span class="attribution"><span class="source">Dinas Pasar</span></span></figcaption>', "{}"),
        ("<figcaption>{}<span>KABAR/Sri</span></figcaption>", "{} KABAR/Sri"),
        ('<figcaption>{} <span class="credit">(KABAR/Sri)</span></figcaption>', "{} (KABAR/Sri)"),
        ('<figcaption><span class="source">Dinas Pasar</span></figcaption>', "Dinas Pasar"),
        ('<figcaption><span class="visually-hidden">Keterangan gambar, </span><p>{}</p></figcaption>', "{}"),
        ('</figure><p class="img-caption">kabar.example/sri</p>', "kabar.example/sri"),
        ('</figure><div class="picBox rechts"><a href="#"><img src=/d.jpg></a><p>{}</p></div>', "{}"),
    ],
)
def test_a_caption_is_neither_its_credit_nor_what_is_read_aloud(below: str, caption: str) -> None:
    said = "Pedagang cabai di Pasar Baruga."
    html = f"<h1>Harga Cabai Naik</h1><article><p>{LEAD}</p><figure><img src=/c.jpg>{below.format(said)}</figure>{BODY}</article>"
    found = extract(Page("https://kabar.example/a", html.encode()), generic("https://kabar.example/a")).article
    assert found is not None
    assert (found.captions, [block.text for block in found.body]) == ((caption.format(said),), [LEAD, *PROSE])


@pytest.mark.parametrize(
    ("behind", "left"),
    [
        (" | Sosbud | KABAR.EXAMPLE | 03.05.2016", ""), (" – Kabar – 11.03.2024", ""), (" Halaman all - Kabaria.com", ""),
        (" | Bagian Kedua | 2016", " | Bagian Kedua | 2016"), (" Halaman Rumah Sakit", " Halaman Rumah Sakit"),
    ],
)  # fmt: skip
def test_behind_the_headline_stand_channel_site_date_and_page(behind: str, left: str) -> None:
    title, url = "Harga Cabai di Kendari Naik", "https://kabar.example/a"
    head = f'<meta property="og:title" content="{title}{behind}"><h1>{title}</h1>'
    found = extract(Page(url, f"{head}<article><p>{LEAD}</p>{BODY}</article>".encode()), generic(url)).article
    assert found is not None
    assert found.title == title + left


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        ("kabupaten kendari, pemerintah daerah, kendari", ()), ("kendari, cabai rawit", ("kendari", "cabai rawit")),
        ("pasar, pedagang", ("pasar", "pedagang")),
    ],
)  # fmt: skip
def test_keywords_of_a_whole_site_are_no_tags(keywords: str, tags: tuple[str, ...]) -> None:
    url = "https://kendarikab.go.id/index.php/berita/12-cabai"
    head = f'<head><title>Harga Cabai Naik</title><meta name="keywords" content="{keywords}"></head>'
    html = f'<html>{head}<body><h2>Harga Cabai Naik</h2><div itemprop="articleBody"><p>{LEAD}</p>{BODY}</div></body></html>'
    found = extract(Page(url, html.encode()), generic(url))
    assert found.article, found.reject
    assert found.article.tags == tags


def test_of_a_table_run_together_and_out_of_order_the_storys_column_is_read() -> None:
    """So a parser moves what follows a <BR> in a <FONT> that holds paragraphs."""
    told = "<P>".join([LEAD, *PROSE])
    html = (
        "<HTML><HEAD><TITLE>Kabar Sultra - Harga Cabai Naik</TITLE></HEAD><BODY><TABLE><TR><TD><A HREF=i.htm>Depan</A><BR>"
        "<A HREF=u.htm>Berita Utama</A></TD><TD>Rabu, 14 Mei 2003<BR><FONT SIZE=4><B>Harga Cabai Naik</B></FONT><P>"
        f"<FONT SIZE=2><B>Harga itu bertahan</B><BR>{told}</FONT></TD></TR></TABLE></BODY></HTML>"
    )
    found = extract(Page("https://kabar.example/a", html.encode()), generic("https://kabar.example/a"))
    assert found.article, found.reject
    assert [block.text for block in found.article.body] == ["Harga itu bertahan", LEAD, *PROSE]


SIGNED_BELOW = "Pedagang cabai menata dagangan di Pasar Baruga. (Kabar Sultra/Sri)"


@pytest.mark.parametrize("place", ["", "Kolaka, Sulawesi Tenggara,KabarSultra.com -- "])
def test_a_line_below_a_picture_that_ends_in_who_took_it_is_its_caption(place: str) -> None:
    """Above the story, in boxes whose classes say nothing."""
    html = (
        "<h1>Harga Cabai Rawit di Empat Pasar Kota Kendari Naik Dua Kali Lipat</h1><div class=x>sri, KabarSultra | 18:59</div>"
        f"<div class=media_artikel><img src=/c.jpg><span>{SIGNED_BELOW}</span></div><div class=isi><p>{place}{LEAD}</p>{BODY}</div>"
    )
    found = extract(Page("https://kabar.example/a", html.encode()), generic("https://kabar.example/a")).article
    assert found is not None
    assert [(image.caption, image.url) for image in found.images] == [(SIGNED_BELOW, "https://kabar.example/c.jpg")]
    assert [block.text for block in found.body][1:] == PROSE
    assert found.body[0].text.endswith(LEAD)


def test_credits_in_a_tables_rows_and_the_longer_line_below_a_picture() -> None:
    found = article_of("tabled")
    assert (found.title, found.authors, found.editors, found.source_credit, found.captions) == (
        "Harga Cabai Naik", ("Sri Wahyuni",), ("Budi Santoso",), "pasar.go.id", ("Pedagang cabai di pasar, pekan lalu.",),
    )  # fmt: skip
    assert found.published_at
    assert (found.dateline, lines_of("tabled")) == ("Kolaka", [LEAD, *PROSE])


def test_a_page_run_together_is_no_story() -> None:
    assert reading_of("rolled").article is None
    assert [cut.rule for cut in reading_of("rolled").cuts] == ["page/page run together"]


@pytest.mark.parametrize(
    ("printed", "moment"),
    [("<time datetime='2026-11-03T09:00:00+07:00'>2 jam lalu</time>", "2026-11-03T09:00:00+07:00"), ("kemarin", None)],
    ids=["its-own", "none"],
)
def test_a_date_among_those_of_other_stories_is_the_one_at_the_headline_or_none(printed: str, moment: str | None) -> None:
    above = KICKED.replace("Selasa 3 Nov 2026, 14:05 WIB", printed)
    url = "https://kabarsultra.example/ekonomi"
    article = extract(Page(url, above.encode()), generic(url)).article
    assert article
    assert (article.published_at and article.published_at.isoformat()) == moment


@pytest.mark.parametrize("name", ["bare", "behind"])
def test_no_lead_is_lost_and_its_dateline_is_a_field(name: str) -> None:
    assert lines_of(name) == [LEAD, *PROSE]
    assert article_of(name).dateline in ("KENDARI", "KOLAKA")


def test_the_sites_own_name_opens_no_story() -> None:
    assert lines_of("named") == [f"{LEAD} Itu terjadi sejak lama.", *PROSE]
    assert article_of("named").dateline is None


def test_what_stands_beside_a_story_is_told_by_its_element() -> None:
    found, lines = article_of("beside"), lines_of("beside")
    assert (found.authors, found.dateline) == (("Sri Wahyuni",), "Kolaka Timur")
    assert found.captions == ("Pedagang cabai di Pasar Baruga.", "Cabai rawit di kios Sitti. Foto: Kabar/Sri")
    assert lines[0] == f"{LEAD} Itu terjadi sejak lama."
    assert lines[-1] == "Harga itu akan ditinjau lagi oleh dinas pada pekan depan."
    assert not [line for line in lines if "gaes" in line or "@warga" in line]


def test_paragraphs_that_a_page_builder_wraps_are_beside_each_other() -> None:
    assert lines_of("wrapped") == [LEAD, *PROSE, *AGAIN]


def test_a_caption_or_an_account_that_recurs_lists_no_stories() -> None:
    assert lines_of("gallery") == [LEAD, *PROSE]
    assert article_of("gallery").captions == (DATED,)


@pytest.mark.parametrize("name", ["commented", "headed", "templated"])
def test_neither_readers_words_nor_headlines_nor_templates_are_the_storys(name: str) -> None:
    assert lines_of(name) == [LEAD, *PROSE]


def test_one_line_that_stands_elsewhere_hides_none_below_it() -> None:
    page = whole(Sheet(f"<body><p>{LEAD}</p>{BODY}<p>{WORDS}</p></body>"))
    chosen = [Block("p", line, at) for at, line in enumerate((WORDS, LEAD, *PROSE))]
    assert places_of(page, chosen) == [None, 0, 1, 2, 3, 4]


def test_a_story_parted_by_its_template_is_whole_and_ends_before_the_next() -> None:
    assert lines_of("parted") == [LEAD, *PROSE, *ENGLISH[:2]]


def test_parts_that_wait_hidden_for_a_script_are_of_the_story_and_other_hidden_boxes_are_not() -> None:
    assert lines_of("hidden") == [LEAD, *PROSE, "Pasar Murah", *WAITED]


@pytest.mark.parametrize(
    "printed",
    [
        '<ul><li itemprop="author"><a href="/a"><span>Sri Wahyuni</span></a></li></ul>',
        '<div class="by"><img src="/s.png"><span>Penulis</span><a href="/penulis/sri">Sri Wahyuni</a></div>',
    ],
)
def test_a_reporter_whom_markup_alone_names(printed: str) -> None:
    page = f"<html><body><h1>Harga Cabai Naik</h1>{printed}<article><p>{LEAD}</p>{BODY}</article></body></html>"
    url = "https://kabarsultra.example/ekonomi"
    article = extract(Page(url, page.encode()), generic(url)).article
    assert article
    assert (article.authors, [block.text for block in article.body]) == (("Sri Wahyuni",), [LEAD, *PROSE])


def test_a_heading_that_a_table_of_contents_names_stays_and_the_table_goes() -> None:
    assert lines_of("contents") == [LEAD, "Harga di Pasar Baruga", *PROSE[:2], "Kapan Panen Tiba", *PROSE[2:]]


def test_readers_words_in_an_element_named_so_in_indonesian() -> None:
    assert lines_of("answered") == [LEAD, *PROSE]


def test_a_release_has_a_dateline_too() -> None:
    assert (article_of("released").dateline, lines_of("released")) == ("KENDARI", [LEAD, *PROSE])


def test_a_link_to_another_story_is_a_cut_that_says_why() -> None:
    cuts = {(cut.rule, cut.text) for name in ("wordpress", "ferry") for cut in reading_of(name).cuts}
    assert ("page/labelled link", "Read more: How the tides are measured in the northern isles") in cuts


def test_an_address_is_its_own_id_and_one_page_of_every_unknown_host_is_a_story() -> None:
    outlet = generic("https://Berita.Contoh.example:8443/a?b=1")
    assert outlet
    assert (outlet.slug, outlet.hosts, outlet.story_id("https://berita.contoh.example/a/")) == (
        "berita.contoh.example", ("berita.contoh.example",), "berita.contoh.example/a/",
    )  # fmt: skip
    assert not outlet.owns("https://contoh.example/a")


@pytest.mark.parametrize("url", ["", "berkas.html", "https://", "https://[::1", "https://../x", "https://localhost/"])
def test_what_names_no_host_has_no_outlet(url: str) -> None:
    assert generic(url) is None


def test_a_seed_of_three_lines_reads_stories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seed = 'name = "Kabar"\nhosts = ["kabar.example"]\ndoors = [{ feed = "https://kabar.example/feed" }]\n'
    (tmp_path / "kabar.toml").write_text(seed, encoding="utf-8")
    monkeypatch.setenv("KLIPING_SEEDS", str(tmp_path))
    assert "kabar" in names()
    found = extract(Page("https://kabar.example/ekonomi/harga-cabai-naik", WORDPRESS.encode()), load("kabar"))
    assert found.article
    assert [block.text for block in found.article.body] == [LEAD, *PROSE]
    assert found.story_id == "kabar.example/ekonomi/harga-cabai-naik"


def test_kliping_reads_a_file_of_an_unknown_host(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.html").write_text(FERRY, encoding="utf-8")
    assert main(["read", str(tmp_path / "a.html"), "--url", "https://island.example/last"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["outlet"], told["reject"]) == ("island.example", None)
    assert [block["text"] for block in told["article"]["body"]] == ENGLISH


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_rule_cuts_and_spares(rule: Rule) -> None:
    outlet = generic("https://kabar.example/")
    assert outlet
    assert cut_faults(outlet, rule) == []
    assert spare_faults(outlet, rule) == []


@pytest.mark.parametrize("name", RULES)
def test_rule_earns_its_place(name: str) -> None:
    assert name in {cut.rule for held in HELD for cut in reading_of(held).cuts}
