"""Small portals' templates, invented: what they print of a story is its field, what belongs to others or to the site is none."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines import Article, Page, extract
from pipelines.outlets import generic
from pipelines.readers.people import people

TITLE = "Bendahara Desa Karangsari Mengembalikan Uang Irigasi"
PROSE = [
    "Bendahara Desa Karangsari mengembalikan uang irigasi sebesar seratus juta rupiah kepada pemerintah desa pada pekan ini.",
    "Uang itu semula hendak dipakai untuk memperbaiki saluran yang rusak diterjang banjir pada awal musim hujan tahun lalu.",
    "Warga yang ditemui di balai desa mengaku lega karena saluran itu mengairi empat puluh hektare sawah di tiga dusun.",
    "Kepala desa berjanji mengumumkan setiap pengeluaran di papan pengumuman agar kejadian serupa tidak terulang lagi.",
]
OTHER = "Harga Cabai Rawit di Pasar Lereng Naik Dua Kali Lipat"
ITS_PROSE = [
    "Harga cabai rawit merah di Pasar Lereng menembus seratus ribu rupiah per kilogram menjelang akhir pekan ini.",
    "Pedagang mengatakan pasokan dari lereng gunung berkurang karena hujan turun terus sejak awal bulan November.",
    "Dinas perdagangan akan menggelar operasi pasar di tiga kelurahan mulai hari Senin pekan depan sampai selesai.",
]
ITS_BODY = "".join(f"<p>{line}</p>" for line in ITS_PROSE)
BODY = "".join(f"<p>{line}</p>" for line in PROSE)
DATE = "<p class=tgl>Sabtu, 28 November 2026 | 07:15 WIB</p>"
HIM, HER = ("Deni Saputra",), ("Rika Amelia",)
AT = "2026-11-28T07:15:00+07:00"
CHANGED = (
    '<time class="updated" datetime="2026-11-29T08:00:00+07:00">29 November 2026</time>'
    '<time class="entry-date published" datetime="2026-11-28T07:15:00+07:00">28 November 2026</time>'
)
RELATED = (
    '<h3>Berita Terkait</h3><div class="card"><a href="/b">Jembatan Gantung di Kali Lereng Ambruk Diterjang Banjir</a>'
    '<small><i class="fa fa-user"></i> Bambang Sutejo <i class="fa fa-clock"></i> 27 November 2026</small></div>'
)


def read(head: str = "", above: str = DATE, below: str = "", *, body: str = BODY, title: str = f"<h1>{TITLE}</h1>") -> Article:
    """Read a page of one template."""
    html = (
        f"<html><head>{head}</head><body><nav><a href=/>Beranda</a> <a href=/desa>Desa</a></nav>{title}{above}"
        f"<div class=isi>{body}</div>{below}{RELATED}<footer>Hak cipta 2026 Lereng Pos</footer></body></html>"
    )
    url = "https://www.lereng-pos.co.id/desa/karangsari"
    found = extract(Page(url, html.encode()), generic(url)).article
    assert found is not None
    return found


def person(name: str) -> str:
    return f'<script type="application/ld+json">{{"@type":"NewsArticle","author":{{"@type":"Person","name":"{name}"}}}}</script>'


def ld(**said: str) -> str:
    inner = ",".join(f'"{name}":"{value}"' for name, value in said.items())
    return f'<script type="application/ld+json">{{"@type":"article",{inner}}}</script>'


@pytest.mark.parametrize(
    ("head", "above", "moment"),
    [
        ("", "<p>November 28, 2026 7:15 am</p>", AT),
        ("", "<p>Diposting: 2026-11-28 07:15:00 WIB</p>", AT),
        ("", "<p>Sabtu (28/11/2026) 07:15 WIB</p>", AT),
        ("", "<div class=clock>Minggu, 29 November 2026 21:33:19 WIB</div>", AT),
        # the day alone: neither an event's hour nor the clock's is the story's
        ("", "<p>28 November 2026</p><p>Waktu: Kamis, 3 Desember 2026 pukul 09.00 WIB</p>", None),
        ("", "<p>28 November 2026</p><p>Sidang desa itu digelar Kamis, 3 Desember 2026 pukul 09.00 WIB.</p>", None),
        # a theme prints first when it was changed
        ("", CHANGED, AT),
        (ld(datePublished="2026-11-28T00:00:00+07:00"), DATE, AT),
        (ld(datePublished="2026-11-28T08:15:00+07:00"), "<p>Sabtu, 28 November 2026 | 08:15 WITA</p>", AT),
        (ld(datePublished="2026-11-28T08:15:00Z"), "<p>Sabtu, 28 November 2026 | 08:15 WITA</p>", AT),
        (ld(datePublished="2026-11-28T00:15:00Z"), "<p>Sabtu, 28 November 2026 | 08:15 WITA</p>", AT),
        # who set the clock to WITA or WIT meant it, though the page prints no zone; WIB and UTC are a template's
        (ld(datePublished="2026-11-28T08:15:00+08:00"), "<p>28 November 2026 08:15</p>", AT),
        (ld(datePublished="2026-11-28T09:15:00+0900"), "<p>28 November 2026 09:15</p>", AT),
        (ld(datePublished="2026-11-28T07:15:00+00:00"), "<p>28 November 2026 07:15</p>", AT),
    ],
)
def test_its_date_is_the_storys_in_the_zone_that_is_printed(head: str, above: str, moment: str | None) -> None:
    clock = above if "clock" in above else ""
    found = read(head, DATE if clock else above, title=f"{clock}<h1>{TITLE}</h1>")
    assert found.published_at == (moment and type(found.published_at).fromisoformat(moment))  # type: ignore[union-attr]


def test_a_readers_comment_does_not_date_a_story() -> None:
    comment = (
        '<ol class="comment-list"><li class="comment"><div class="comment-metadata"><a href="#1">'
        '<time datetime="2026-11-28T12:15:00+07:00">28 November 2026 pukul 12:15</time></a></div><p>Mantap.</p></li></ol>'
    )
    assert read(above="<p>28 November 2026</p>", below=comment).published_at is None
    assert read(above=DATE, below=comment).published_at == read().published_at


@pytest.mark.parametrize(
    ("head", "above", "authors", "editors"),
    [
        ("", "<p>Oleh: Deni Saputra, Sabtu, 28 November 2026 | 07:15 WIB</p>", HIM, ()),
        ("", "<p>By Deni Saputra November 28, 2026 7:15 am</p>", HIM, ()),
        ("", "<p>Dikirim oleh Deni Saputra pada 28/11/2026 - 07:15</p>", HIM, ()),
        ("", "<p>Oleh: Deni binti Salim (Mahasiswi Universitas Lereng)</p>", ("Deni binti Salim",), ()),
        ("", "<p><b>Oleh:</b></p><p><b>Deni Saputra</b></p>", HIM, ()),
        ("", "<p>Deni Saputra • 2 jam lalu</p>", HIM, ()),
        ("", "<p>Kontributor Karangsari: Deni Saputra</p>", HIM, ()),
        ("", "<dl><dt>Penulis:</dt><dd>Deni Saputra</dd><dt>Editor:</dt><dd>Rika Amelia</dd></dl>", HIM, HER),
        ("", "<p>Penulis <a href=/a>Deni Saputra</a> Editor <a href=/b>Rika Amelia</a></p>", HIM, HER),
        ("", "<p><span>Deni Saputra</span><span>Editor: Rika Amelia</span><span>28 Nov 2026</span></p>", (), HER),
        ("", '<ul><li><i class="fa fa-user"></i> Deni Saputra</li><li>28 Nov 2026</li></ul>', HIM, ()),
        ("", "<div class=post-author>I Wayan Sudiarta</div>", ("I Wayan Sudiarta",), ()),
        ("", "<div class=post-author>I WAYAN SUDIARTA</div>", ("I WAYAN SUDIARTA",), ()),
        ("", "<div class=byline><b>Deni Saputra</b><i>Wartawan Lereng Pos</i></div>", HIM, ()),
        ("", "<div class=byline><span>Deni Saputra</span> <span>Wartawan Lereng Pos</span></div>", HIM, ()),
        ("", "<div class=author><a>Deni Saputra</a><span>Kontributor</span></div>", HIM, ()),
        ("", "<div class=author>Deni Saputra<span class=follow>Ikuti</span></div>", HIM, ()),
        ("", "<div class=author>Deni Saputra<span>Desa Lereng</span></div>", HIM, ()),
        ("", "<div class=author><a>Deni</a> <a>Saputra</a></div>", HIM, ()),
        ("", "<div class=author><a>Deni Saputra</a><span>Editor</span></div>", (), ()),
        ("", "<div class=author><span>Lereng Pos</span>Saputra</div>", (), ()),
        ("", "<div class=author><a>Deni Saputra</a><time>28 November 2026</time></div>", HIM, ()),
        ("", "<div class=author><span>Deni Saputra</span><span>2 menit baca</span></div>", HIM, ()),
        ("", "<div class=author><a>Deni Saputra</a> | <a>Rika Amelia</a></div>", (*HIM, *HER), ()),
        ("", "<ul class=author><li>Deni Saputra</li><li>Rika Amelia</li><li>2 menit baca</li></ul>", (*HIM, *HER), ()),
        ("", "<div class=writer>Deni Saputra &amp; Rika Amelia</div>", (*HIM, *HER), ()),
        ("", "<div>28 November 2026 07:15 | <a href=/author/d>Deni Saputra</a>/Antara | Solo</div>", HIM, ()),
        ("", "<div><b>Reporter</b> <b>Deni Saputra</b></div><div><b>Editor</b> <b>Rika Amelia</b></div>", HIM, HER),
        ("", "<div><b>Editor</b> <b>Rika Amelia</b> <b>belum datang</b></div>", (), ()),
        (person("Lereng Pos - Deni Saputra"), "", HIM, ()),
        ("", f"<p>Baca juga: <a href=/c>{OTHER}</a></p><p>Reporter: Deni Saputra</p><p>Editor: Rika Amelia</p>", HIM, HER),
        ("", "<div class=post-author>Dr. Deni Saputra, M.Hum.</div>", ("Dr. Deni Saputra",), ()),
        ("", "<p>by <a href=/u>Deni Saputra</a></p><p><a href=/p>Sabtu, 28 November 2026 - 07:15</a></p>", HIM, ()),
        (ld(author="Deni Saputra"), "", HIM, ()),
        ("", "<p>Oleh: <a>Deni Saputra</a> Editor: <a>Rika Amelia</a> 28 Nov 2026 - 07:15</p>", HIM, HER),
        ("", "<p>by Rika Amelia</p><p>Oleh: Deni Saputra</p>", HIM, ()),  # the theme's account is not the columnist
    ],
)
def test_who_wrote_is_told_in_many_forms(head: str, above: str, authors: tuple[str, ...], editors: tuple[str, ...]) -> None:
    found = read(head, above + DATE)
    assert (found.authors, found.editors) == (authors, editors)


@pytest.mark.parametrize(
    "below",
    [
        "<footer>Pemimpin Redaksi: Hasan Basri | Editor: Ahmad Yani | Reporter: Rosita Dewi</footer>",
        "<footer><p>Pemimpin Redaksi: Hasan Basri</p><p>Editor: Ahmad Yani</p><p>Reporter: Rosita Dewi</p></footer>",
        "<p>Penulis: Pegiat Literasi di Karangsari</p>",
        "<p>Reporter: Minimal lulusan SMA</p>",
        f"<p>{PROSE[1]}</p><p>{PROSE[2]}</p><small>Oleh Bambang Sutejo</small>",
        f"<div class=card><a href=/c><h6>{OTHER}</h6></a><small>Reporter: Bambang Sutejo | Editor: Wati Ningsih</small></div>",
        f"<div class=next><h2>{OTHER}</h2><p>Reporter: Bambang Sutejo | Editor: Wati Ningsih</p>{ITS_BODY}</div>",
    ],
    ids=["masthead", "masthead-by-line", "what-somebody-is", "a-vacancy", "a-card", "a-card-with-roles", "the-next-story"],
)
def test_whoever_stands_elsewhere_on_the_page_wrote_no_story_of_another(below: str) -> None:
    found = read(person("Deni Saputra"), below=below)
    assert (found.authors, found.editors) == (("Deni Saputra",), ())


@pytest.mark.parametrize(
    "name",
    [
        "admin123", "Admin Desa", "Super Admin", "adminweb", "webmaster", "lerengpos_adm", "redaksi1", "Redaksi 2", "Redaksi KLM",
        "Editor 1", "Tim Liputan Khusus", "Newsdesk", "Wartawan", "Kontributor", "Humas", "Unknown", "Diskominfo Karangsari",
        "Dinas Kominfo Lereng", "Dinas Komunikasi dan Informatika Kabupaten Lereng", "Badan Riset dan Inovasi Lereng",
        "Dinas Pemuda, Olahraga dan Pariwisata", "Bagian Protokol dan Komunikasi Pimpinan", "Humas dan Protokol", "Prokopim",
        "Biro Komunikasi dan Pelayanan Publik", "Lembaga Penelitian & Pengabdian", "Kecamatan Lereng", "Puskesmas Lereng",
        "Newsroom Lereng", "Biro Lereng", "Desk Ekonomi", "Web Master", "PPID Lereng", "UPT TIK", "Operator 1", "Lereng TV",
        "Pemerintah Kabupaten Lereng", "MC KAB LERENG", "Bawaslu Lereng", "Rokom", "Kaltim Post",
        "Lereng Pos", "Tim Lereng Pos", "Lereng Pos ID", "TIM REDAKSI", "c62", "mgrol94",
    ],
)  # fmt: skip
def test_an_account_an_office_and_the_site_are_no_persons(name: str) -> None:
    assert read(person(name)).authors == ()


@pytest.mark.parametrize(
    ("byline", "person"),
    [
        ("Imam Santoso", "Imam Santoso"), ("Timothy Adminto", "Timothy Adminto"), ("Tim Rahardjo", "Tim Rahardjo"),
        ("Humaira Sari", "Humaira Sari"), ("Dewan Bahari", "Dewan Bahari"), ("Desak Made Rini", "Desak Made Rini"),
        ("Media Wahyuni", "Media Wahyuni"), ("Protokol, Sari Puspita", "Sari Puspita"),
        ("Sari Puspita, Humas Lereng", "Sari Puspita"),
        ("Dinas Kominfo Lereng, Sari Puspita", "Sari Puspita"), ("Lereng TV dan Sari Puspita", "Sari Puspita"),
        ("Editorial Wibowo", "Editorial Wibowo"),
        ("Sari Puspita, Rektor UIN Lereng", "Sari Puspita"),
        ("Sari Puspita - Kontributor Lereng", "Sari Puspita"), ("Sari Puspita, Pengasuh Pesantren Lereng", "Sari Puspita"),
    ],
)  # fmt: skip
def test_a_name_that_resembles_an_account_is_a_persons(byline: str, person: str) -> None:
    assert people([byline], ()) == (person,)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("", f"<h1 class=logo><a href=/>Lereng Pos</a></h1><h1>{TITLE}</h1>"),
        (f'<meta property="og:title" content="{TITLE[:30]}...">', f"<h1>{TITLE}</h1>"),
        (ld(headline="Bendahara Desa Kembalikan Uang, Warga Lega - Lereng Pos"), f"<h1>{TITLE}</h1>"),
        (f"<title>Lereng Pos - {TITLE}</title>", f"<div><b>{TITLE}</b></div>"),
        (f"<title>Berita Desa : {TITLE}</title>", f"<div><b>{TITLE}</b></div>"),
    ],
    ids=["logo", "cut", "for-search-engines", "site-before", "channel-before"],
)
def test_its_title_is_the_headline_that_is_printed(head: str, title: str) -> None:
    assert read(head, title=title).title == TITLE


TAGS = ("kali lereng", "dana desa", "bendungan")
LINKS = ", ".join(f'<a href="/tag/{tag}">{tag}</a>' for tag in TAGS)
SEARCHES = ", ".join(f'<a href="/cari?q={tag}">#{tag}</a>' for tag in TAGS)
BESIDE = f'<footer><a href="/desa">Kabar Desa dan Kota</a> <span class="tags-links">{LINKS}</span></footer>'  # its category
ITEMS = "".join(f'<li><a href="/tags/{tag}">{tag}</a></li>' for tag in TAGS)


@pytest.mark.parametrize(
    ("head", "below", "tags"),
    [
        ("", f'<ul class="td-tags"><li><span>TAGS</span></li>{ITEMS}</ul>', TAGS),
        ("", f'<div class="field"><h3>Tags: </h3><ul class="links">{ITEMS}</ul></div>', TAGS),
        ("", f'<div class="tag-box"><b>Tag :</b> {SEARCHES}</div>', TAGS),
        ('<meta name="keywords" content="bendahara desa">', f'<div class="tags mt-3">{SEARCHES}</div>', TAGS),
        ('<meta name="keywords" content="bendahara desa">', BESIDE, TAGS),
        ('<meta name="keywords" content="berita lereng, lereng pos, portal berita">', "", ()),
        ('<meta name="keywords" content="irigasi, banjir">', f'<div class="tags">{LINKS}</div>', ("irigasi", "banjir")),
        ("", f'<div class="tagcloud">{LINKS}</div>', ()),
        ("", f'<div class="trending"><b>Tag Populer</b> {LINKS}</div>', ()),
    ],
)
def test_its_tags_are_those_that_it_lists(head: str, below: str, tags: tuple[str, ...]) -> None:
    assert read(head, below=below).tags == tags


ITALICS = "<p><img src=/a.jpg><br><em>Warga memeriksa saluran irigasi.</em></p>"
BOX = '<div><img src=/a.jpg><div class="keterangan">Warga memeriksa saluran irigasi.</div></div>'
GALLERY = (
    '<figure class="wp-block-gallery"><figure><img src=/a.jpg><figcaption>Warga memeriksa saluran irigasi.</figcaption></figure>'
    "<figure><img src=/b.jpg><figcaption>Warga di balai desa.</figcaption></figure></figure>"
)


@pytest.mark.parametrize("markup", [ITALICS, BOX, GALLERY], ids=["in-italics", "by-class", "gallery"])
def test_a_caption_is_no_prose_and_none_of_a_gallery_is_lost(markup: str) -> None:
    found = read(body=f"<p>{PROSE[0]}</p><p>{PROSE[1]}</p>{markup}<p>{PROSE[2]}</p><p>{PROSE[3]}</p>")
    more = ("Warga di balai desa.",) if markup == GALLERY else ()
    assert found.captions == ("Warga memeriksa saluran irigasi.", *more)
    assert [block.text for block in found.body if block.kind != "figure"] == PROSE


def test_its_section_is_that_of_its_own_category_link() -> None:
    category = '<span class="cat-links"><a href="/desa" rel="category tag">Desa</a></span>'
    found: dict[str, Any] = {"given": read(above=f"{category}{DATE}").section, "none": read().section}
    assert found == {"given": "Desa", "none": None}


@pytest.mark.parametrize("byline", ["<p>Reporter: Bambang Sutejo</p>", "<small>Sabtu, 28 November 2026 | 09:30 WIB</small>"])
@pytest.mark.parametrize("element", ["div", "section"])
def test_the_stories_stacked_below_are_other_ones(byline: str, element: str) -> None:
    below = f"<{element}><h2><a href=/c>{OTHER}</a></h2>{byline}<div class=isi>{ITS_BODY}</div></{element}>"
    found = read(below=2 * below)
    assert found.text == "\n\n".join(PROSE)
    assert (found.authors, found.published_at) == ((), read().published_at)


def test_what_was_chosen_of_a_story_below_is_kept_as_cut() -> None:
    html = f"<h1>{TITLE}</h1>{DATE}<div>{BODY}</div><div><h2>{OTHER}</h2><p>Reporter: Bambang Sutejo</p>{ITS_BODY}</div>"
    page = Page(url := "https://www.lereng-pos.co.id/desa/karangsari", f"<title>{TITLE}</title>{html}".encode())
    reading = extract(page, generic(url))
    assert set(ITS_PROSE) <= {cut.text for cut in reading.cuts if cut.rule == "page/another story"}
    gone = [cut.at for cut in reading.cuts if cut.rule == "page/another story"]
    assert len({*gone}) == len(gone)
    assert reading.article is not None
    assert not {*gone} & {block.at for block in reading.article.body}


def test_a_chronicle_is_no_other_story() -> None:
    days = f"<section><h2>Urutan Peristiwa Uang Irigasi yang Hilang</h2><p>Senin, 3 November 2026</p>{ITS_BODY}</section>"
    assert ITS_PROSE[2] in read(body=BODY + days).text


@pytest.mark.parametrize("after", [0, 2])
def test_a_card_within_the_story_takes_none_of_it_along(after: int) -> None:
    """Right below the headline, or among the paragraphs."""
    card = f"<div class=card><h2><a href=/c>{OTHER}</a></h2>{DATE}<p>{ITS_PROSE[0]}</p></div>"
    lines = [f"<p>{line}</p>" for line in PROSE]
    found = read(body=f"<div>{''.join(lines[:after])}</div><div>{card}{''.join(lines[after:])}</div>")
    assert [line for line in PROSE if line in found.text] == PROSE


def test_the_sites_name_as_its_page_gives_it_tells_the_place() -> None:
    named = '<meta property="og:site_name" content="Warta Danau">'
    found = read(named, body=f"<p><strong>Karangsari, Warta</strong><br>{PROSE[0]}</p>{BODY.partition('</p>')[2]}")
    assert (found.dateline, [block.text for block in found.body]) == ("Karangsari", PROSE)
    assert read(body=BODY.replace("<p>", "<p>KARANGSARI, Lereng Pos – ", 1)).dateline == "KARANGSARI"
