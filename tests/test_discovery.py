"""What a door says, whole and broken: which stories it announces, and nothing that is none."""

from __future__ import annotations

import gzip
import tracemalloc
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipelines import load
from pipelines.discovery import addresses, feed, index, is_dated, is_paged, sitemap
from pipelines.faults import beside_rows, fault, is_wall
from pipelines.indonesian.dates import ZONES
from pipelines.readers import entries
from pipelines.seedtables import Door

DOORS = Path(__file__).parent / "doors/liputan6"
OUTLET = load("liputan6")
BASE = "https://www.liputan6.com/"
ROWS = "article.row"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"'
EVIL = [
    "https://liputan6.com.evil.id/read/4848299/x", "https://notliputan6.com/read/4848299/x", "https://liputan6.com@evil.id/read/4848299/x",
    "https://bola.com/read/4848299/x", "javascript://liputan6.com/read/4848299/x", "http://[liputan6.com/read/4848299/x",
    "https://www.liputan6.com:abc/read/4848299/x", "//evil.id/read/4848299/x", "",
]  # fmt: skip
BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


def url(number: int, slug: str = "harga-cabai-naik", host: str = "www.liputan6.com") -> str:
    return f"https://{host}/bisnis/read/{number}/{slug}"


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 5, 8, hour, minute, tzinfo=ZONES["WIB"])


def rss(*items: str, head: str = "", top: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'{top}<rss version="2.0"><channel><title>Berita</title>{head}{inside}</channel></rss>'.encode()


def urlset(*entries: str, top: str = "") -> bytes:
    inside = "".join(f"<url>{entry}</url>" for entry in entries)
    return f'<?xml version="1.0" encoding="UTF-8"?>{top}<urlset {NS}>{inside}</urlset>'.encode()


def ids(body: bytes) -> list[str]:
    return [link.story_id for link in feed(body, BASE, OUTLET)]


def told(body: bytes) -> list[tuple[str, datetime | None, str | None]]:
    return [(link.story_id, link.published_at, link.title) for link in feed(body, BASE, OUTLET)]


def mapped(body: bytes) -> list[str]:
    return [link.story_id for link in sitemap(body, BASE + "sitemap.xml", OUTLET)[0]]


def rows(html: str) -> list[tuple[str, datetime | None, str | None]]:
    return [(link.story_id, link.published_at, link.title) for link in index(html.encode(), BASE, ROWS, OUTLET)]


# Feeds.


def test_feed_tells_address_date_and_title() -> None:
    link = f"<link>{url(4848271)}?utm_source=rss#top</link>"
    item = f"<title> Harga\n cabai  naik </title>{link}<pubDate>Wed, 08 May 2024 09:05:00 +0700</pubDate>"
    (link,) = feed(rss(item), BASE, OUTLET)
    assert (link.url, link.story_id, link.published_at, link.title) == (url(4848271), "4848271", at(9, 5), "Harga cabai naik")


def test_feed_with_numeric_guid() -> None:
    guids = ['<guid isPermaLink="false">4848271</guid>', "<guid>4848272</guid>"]
    items = [
        f"<link>{url(4848271)}</link>{guids[0]}",
        f"{guids[1]}<link>{url(4848272)}</link>",
        "<guid>4848273</guid><title>Tanpa</title>",
    ]
    assert ids(rss(*items)) == ["4848271", "4848272"]


def test_feed_whose_guid_alone_is_the_address() -> None:
    assert ids(rss(f"<guid>{url(4848271)}</guid>", f'<guid isPermaLink="false">{url(4848272)}</guid>')) == ["4848271", "4848272"]


def test_atom_tells_publication_and_never_the_update() -> None:
    entries = "".join(
        f'<entry><title type="html">Cabai &amp;amp; bawang</title><link rel="alternate" href="{url(number)}"/><id>tag:{number}</id>'
        f"<updated>2024-05-09T09:00:00Z</updated>{published}</entry>"
        for number, published in ((4848271, "<published>2024-05-08T02:05:00Z</published>"), (4848272, ""))
    )
    atom = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Berita</title>{entries}</feed>'.encode()
    assert told(atom) == [("4848271", at(9, 5), "Cabai & bawang"), ("4848272", None, "Cabai & bawang")]


def test_rdf_dates_by_dublin_core() -> None:
    rdf = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="{BASE}"><title>Berita</title></channel>
        <item rdf:about="{url(4848271)}"><title>Cabai</title><link>{url(4848271)}</link>
        <dc:date>2024-05-08T09:05:00+07:00</dc:date></item></rdf:RDF>"""
    assert told(rdf.encode()) == [("4848271", at(9, 5), "Cabai")]


@pytest.mark.parametrize(
    ("printed", "published"),
    [
        ("Wed, 08 May 2024 09:05:00 +0700", at(9, 5)),
        ("Wed, 08 May 2024 02:05:00 GMT", at(9, 5)),
        ("2024-05-08T02:05:00Z", at(9, 5)),
        ("2024-05-08 09:05:00", at(9, 5)),
        ("Wed, 08 May 2024 09:05:00", at(9, 5)),
        ("Wed, 08 May 2024 09:05:00 WIB", at(9, 5)),
        ("Rabu, 8 Mei 2024 09:05 WITA", at(8, 5)),
        ("2024-05-08", None),
        ("Wed, 08 May 2024", None),
        ("kemarin", None),
        ("", None),
    ],
)
def test_feed_date_needs_a_time_of_day(printed: str, published: datetime | None) -> None:
    assert told(rss(f"<link>{url(4848271)}</link><pubDate>{printed}</pubDate>")) == [("4848271", published, None)]


@pytest.mark.parametrize("link", EVIL)
def test_feed_leaves_out_what_is_no_story_of_the_outlet(link: str) -> None:
    assert ids(rss(f"<link>{link}</link><title>Luar</title>", f"<link>{url(4848271)}</link>", f"<link>{BASE}tag/cabai</link>")) == [
        "4848271"
    ]


def test_feed_joins_relative_addresses_to_its_own() -> None:
    assert feed(rss("<link>/bisnis/read/4848271/cabai</link>"), "https://feed.liputan6.com/rss", OUTLET)[0].url == (
        "https://feed.liputan6.com/bisnis/read/4848271/cabai"
    )


def test_one_link_a_story_the_later_fills_the_gaps() -> None:
    first = f"<link>{url(4848271, 'slug-lama')}</link>"
    later = f"<link>{url(4848271, 'slug-baru')}</link><title>Cabai</title><pubDate>Wed, 08 May 2024 09:05:00 +0700</pubDate>"
    last = f"<link>{url(4848271)}</link><title>Lain</title><pubDate>Thu, 09 May 2024 09:05:00 +0700</pubDate>"
    (link,) = feed(rss(first, later, last), BASE, OUTLET)
    assert (link.url, link.published_at, link.title) == (url(4848271, "slug-lama"), at(9, 5), "Cabai")


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("<![CDATA[Cabai & bawang]]>", "Cabai & bawang"),
        ("Cabai &amp; bawang", "Cabai & bawang"),
        ("<![CDATA[Cabai &amp; bawang]]>", "Cabai & bawang"),
        ("Cabai &quot;rawit&quot; &#8217;merah&#8217;", 'Cabai "rawit" ’merah’'),
        ("Cabai&nbsp;rawit &eacute;", "Cabai rawit é"),
        ("Caf\u00e9 \U0001f336", "Café \U0001f336"),
        ("", None),
        ("&nbsp;", None),
    ],
)
def test_feed_title_as_a_reader_sees_it(printed: str, title: str | None) -> None:
    assert told(rss(f"<title>{printed}</title><link>{url(4848271)}</link>"))[0][2] == title


WHOLE = rss(*(f"<title>Cabai {number}</title><link>{url(number)}</link>" for number in range(4848271, 4848276)))


@pytest.mark.parametrize("share", [0.95, 0.75, 0.5])
def test_truncated_feed_gives_what_it_holds(share: float) -> None:
    cut = WHOLE[: int(len(WHOLE) * share)]
    assert ids(cut)[: cut.count(b"</item>")] == [str(number) for number in range(4848271, 4848271 + cut.count(b"</item>"))]
    assert cut.count(b"</item>")


@pytest.mark.parametrize("shape", ["<link>{}", "<link><![CDATA[{}", "<guid>{}", '<atom:link href="{}'])
def test_an_address_cut_short_is_not_taken_for_another_story(shape: str) -> None:
    cut = url(4848271)[: -len("71/harga-cabai-naik")]
    assert ids(WHOLE.split(b"<item>")[0] + f"<item>{shape.format(cut)}".encode()) == []
    assert mapped(MANY[: MANY.index(b"/4800954/") + 6]) == [str(number) for number in range(4800000, 4800954)]


@pytest.mark.parametrize(
    "poison",
    [
        b"&nonsense; & &;", b"<unclosed", b"</item></item>", b"</channel>", b"</width>", b"</link>",
        b"<image><width></width></image>", b"\x00\x01",
        b"&#0; &#xD800; &#x110000; &#99999999999999;", b"\xff\xfe\xed\xa0\x80", b"<![CDATA[", b"<!-- ", b"]]>", b"<?php echo 1 ?>",
    ],
)  # fmt: skip
def test_broken_feed_gives_what_stands_before_the_break(poison: bytes) -> None:
    items = WHOLE.split(b"<item>")
    assert ids(b"<item>".join([*items[:3], poison + items[3], *items[4:]]))[:2] == ["4848271", "4848272"]


@pytest.mark.parametrize(
    "body", [b"", b"\n", b"404", b"<html><body><a href='/read/4848271/x'>x</a></body></html>", b"\x00" * 99, b"%PDF-1.7"]
)
def test_what_is_no_door_holds_no_links(body: bytes) -> None:
    assert feed(body, BASE, OUTLET) == []
    assert sitemap(body, BASE, OUTLET) == ([], [])
    assert index(body, BASE, ROWS, OUTLET) == []


def test_feed_in_another_encoding() -> None:
    latin = (
        rss(f"<title>Café</title><link>{url(4848271)}</link>", top='<?xml version="1.0" encoding="iso-8859-1"?>')
        .decode()
        .encode("latin-1")
    )
    assert told(latin)[0][2] == "Café"


@pytest.mark.parametrize("encoding", ["idna", "base64", "rot13", "tidak-ada"])
def test_feed_that_claims_an_encoding_that_is_none(encoding: str) -> None:
    assert ids(rss(f"<link>{url(4848271)}</link>", top=f'<?xml version="1.0" encoding="{encoding}"?>')) == ["4848271"]


def test_feed_after_a_blank_line_and_a_byte_order_mark() -> None:
    assert ids(b"\n  " + WHOLE) == ids(b"\xef\xbb\xbf" + WHOLE) == ids(WHOLE)


def test_feed_never_opens_what_its_bytes_name(tmp_path: Path) -> None:
    named = tmp_path / "feed.xml"
    named.write_bytes(WHOLE)
    assert feed(str(named).encode(), BASE, OUTLET) == []
    assert feed(f"file://{named}".encode(), BASE, OUTLET) == []


@pytest.mark.timeout(20)
def test_entity_bomb_is_harmless() -> None:
    tracemalloc.start()
    one = f"<link>{url(4848271)}</link><title>&i;</title>"
    assert ids(rss(one, top=BOMB)) == ["4848271"]
    assert mapped(urlset(f"<loc>{url(4848271)}</loc>", "<loc>&i;</loc>", top=BOMB)) == ["4848271"]
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text(url(4848279), encoding="utf-8")
    top = f'<!DOCTYPE x [<!ENTITY luar SYSTEM "file://{secret}">]>'
    assert ids(rss("<link>&luar;</link>", f"<link>{url(4848271)}</link>", top=top)) == ["4848271"]
    assert mapped(urlset("<loc>&luar;</loc>", f"<loc>{url(4848271)}</loc>", top=top)) == ["4848271"]


# Sitemaps.


def test_news_sitemap_tells_date_and_title() -> None:
    news = "<news:news><news:publication_date>{}</news:publication_date><news:title>Cabai &amp; bawang</news:title></news:news>"
    body = urlset(
        f"<loc>\n {url(4848271)} </loc>{news.format('2024-05-08T02:05:00Z')}",
        f"<loc>{url(4848272)}</loc>{news.format('2024-05-08')}"
    )  # fmt: skip
    links, further = sitemap(body, BASE, OUTLET)
    assert [(link.url, link.published_at, link.title) for link in links] == [
        (url(4848271), at(9, 5), "Cabai & bawang"), (url(4848272), None, "Cabai & bawang"),
    ]  # fmt: skip
    assert further == []


def test_lastmod_is_no_publication() -> None:
    links, _ = sitemap(urlset(f"<loc>{url(4848271)}</loc><lastmod>2024-05-08T09:05:00+07:00</lastmod>"), BASE, OUTLET)
    assert [(link.story_id, link.published_at, link.title) for link in links] == [("4848271", None, None)]


def test_pictures_and_videos_in_a_sitemap_are_no_stories_and_date_none() -> None:
    other = "<image:image xmlns:image='x'><image:loc>{0}</image:loc><image:title>Foto</image:title></image:image>"
    date = "<video:publication_date>2024-05-08T09:05:00Z</video:publication_date>"
    video = f"<video:video xmlns:video='y'><video:title>Video</video:title>{date}</video:video>"
    links, _ = sitemap(urlset(f"<loc>{url(4848271)}</loc>{other.format(url(4848299))}{video}"), BASE, OUTLET)
    assert [(link.story_id, link.published_at, link.title) for link in links] == [("4848271", None, None)]


def test_sitemap_index_names_further_sitemaps_of_the_outlet_once() -> None:
    named = ["https://www.liputan6.com/news/sitemap.xml", "https://kesehatan.liputan6.com/sitemap.xml", "/bisnis/sitemap.xml.gz"]
    foreign = [link for link in EVIL if link] + [
        "https://bola.com/sitemap.xml",
        "ftp://www.liputan6.com/s.xml",
        BASE + "sitemap.xml",
    ]
    inside = "".join(f"<sitemap><loc>{loc}</loc><lastmod>2024-05-08</lastmod></sitemap>" for loc in [*named, *foreign, named[0]])
    links, further = sitemap(f"<sitemapindex {NS}>{inside}</sitemapindex>".encode(), BASE + "sitemap.xml", OUTLET)
    assert (links, further) == ([], [*named[:2], BASE + "bisnis/sitemap.xml.gz"])


@pytest.mark.parametrize("link", EVIL)
def test_sitemap_leaves_out_what_is_no_story_of_the_outlet(link: str) -> None:
    assert mapped(
        urlset(f"<loc>{link}</loc>", f"<loc>{url(4848271)}</loc>", "<lastmod>2024</lastmod>", f"<loc>{BASE}bisnis</loc>")
    ) == ["4848271"]


def test_sitemap_without_namespace_or_with_a_prefix() -> None:
    plain = f"<urlset><url><loc>{url(4848271)}</loc></url></urlset>"
    prefixed = (
        f'<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9"><s:url><s:loc>{url(4848271)}</s:loc></s:url></s:urlset>'
    )
    assert mapped(plain.encode()) == mapped(prefixed.encode()) == ["4848271"]


def test_same_story_under_two_slugs_is_one_link() -> None:
    links, _ = sitemap(urlset(f"<loc>{url(4848271, 'a')}</loc>", f"<loc>{url(4848271, 'b', 'm.liputan6.com')}</loc>"), BASE, OUTLET)
    assert [link.url for link in links] == [url(4848271, "a")]


SITEMAP = Door("sitemap", BASE + "sitemap.xml.gz")
MANY = urlset(*(f"<loc>{url(number)}</loc>" for number in range(4800000, 4802000)))


def test_packed_sitemap() -> None:
    assert mapped(gzip.compress(MANY)) == mapped(MANY) == [str(number) for number in range(4800000, 4802000)]


def test_sitemap_in_two_packings() -> None:
    assert mapped(gzip.compress(MANY[:5000]) + gzip.compress(MANY[5000:])) == mapped(MANY)


@pytest.mark.parametrize("broken", ["truncated", "corrupt", "tail"])
def test_broken_packing_gives_what_came_before_the_break(broken: str) -> None:
    packed = gzip.compress(MANY)
    body = {"truncated": packed[: len(packed) // 2], "corrupt": packed[:-400] + b"\x00" * 400, "tail": packed + b"sampah"}[broken]
    found = mapped(body)
    assert found == mapped(MANY)[: len(found)]
    assert len(found) > 500
    assert fault(body, SITEMAP) == "it came packed and breaks off"


@pytest.mark.parametrize("body", [MANY, gzip.compress(MANY)])
def test_a_whole_sitemap_has_no_fault(body: bytes) -> None:
    assert fault(body, SITEMAP) is None


RSS = Door("feed", BASE + "rss")
RDF = b'<rdf:RDF xmlns:rdf="r"><item/></rdf:RDF>'
ATOM = b'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><entry/></feed>'
MAPS = b"<s:sitemapindex xmlns:s='s'><s:sitemap/></s:sitemapindex >"


@pytest.mark.parametrize("body", [WHOLE, RDF, ATOM, MAPS, MANY], ids=["rss", "rdf", "atom", "maps", "map"])
def test_an_answer_without_its_last_tag_breaks_off_whatever_stands_behind_that_tag(body: bytes) -> None:
    for door in (RSS, SITEMAP):
        assert fault(body, door) is None
        assert fault(body + b"\n<!-- 0.02 s --> sampah", door) is None
        for cut in (body[: len(body) // 2], body[: body.rindex(b"</")], body[: body.rindex(b"</")] + b"\n<!-- 0.02 s -->"):
            assert (fault(cut, door) or "").startswith("it breaks off: </")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"\n", b"https://www.liputan6.com/bisnis/read/4848271/cabai\nhttps://www.liputan6.com/bisnis/read/4848272/bawang",
        b'{"version": "https://jsonfeed.org/version/1.1", "items": [', b"<urlset/>", b'<?xml version="1.0"?><urlset xmlns="x" />',
    ],
)  # fmt: skip
def test_what_has_no_last_tag_does_not_break_off(body: bytes) -> None:
    assert fault(body, RSS) is None
    assert fault(body, SITEMAP) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", [b"<rss ", b"</rss ", b"<a", b"<a:", b"<!--"])
def test_a_fault_is_found_at_once_in_whatever_comes(unit: bytes) -> None:
    assert fault(b"<rss " + unit * 2_000_000 + b"/>", RSS) is None


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", [b"<item/>", b"<entry/>", pytest.param(b"<a/>", marks=pytest.mark.soak)])
def test_an_endless_feed_is_read_to_its_first_thousands(unit: bytes) -> None:
    story = b"<item><link>https://www.liputan6.com/news/read/4848200/x</link></item>"
    head = b"<rss version='2.0'><channel>"
    assert len(feed(head + story + unit * 700_000, RSS.url, load("liputan6"))) == 1


def test_a_feed_of_whole_stories_is_read_to_its_end() -> None:
    whole = "<![CDATA[" + "<p>Warga <b>desa</b> menanam <i>bakau</i>.</p>" * 100 + "]]>"
    item = "<item><link>https://www.liputan6.com/news/read/{}/x</link><description>{}</description></item>"
    items = "".join(item.format(4_000_000 + at, whole) for at in range(150))
    assert len(feed(f"<rss version='2.0'><channel>{items}</channel></rss>".encode(), RSS.url, load("liputan6"))) == 150


@pytest.mark.timeout(60)
def test_an_endless_sitemap_is_read_to_its_first_fifty_thousand(monkeypatch: pytest.MonkeyPatch) -> None:
    assert entries.ENTRIES == 50_000
    monkeypatch.setattr(entries, "ENTRIES", 500)
    many = b"".join(b"<url><loc>https://www.liputan6.com/news/read/%d/x</loc></url>" % (4_000_000 + at) for at in range(510))
    links, _ = sitemap(b"<urlset>" + many + b"<url/>" * 500_000 + b"</urlset>", RSS.url, load("liputan6"))
    assert (len(links), links[-1].story_id) == (500, "4000499")


@pytest.mark.timeout(60)
def test_packed_bomb_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "UNPACKED", 1_000_000)
    packed = gzip.compress(MANY[:-9]) + gzip.compress(b" " * 1_000_000) * 500
    tracemalloc.start()
    assert mapped(packed) == mapped(MANY)
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "poison", [b"&nonsense;", b"<url><loc>", b"</urlset>", b"\x00", b"\xff\xfe", b"& <", b"&#xD800;", b"<!DOCTYPE x>"]
)
def test_broken_sitemap_gives_what_stands_before_the_break(poison: bytes) -> None:
    middle = MANY.index(b"<url><loc>https://www.liputan6.com/bisnis/read/4800100/")
    assert mapped(MANY[:middle] + poison + MANY[middle:])[:100] == mapped(MANY)[:100]


def test_truncated_sitemap_gives_what_it_holds() -> None:
    cut = MANY[: len(MANY) // 2]
    assert mapped(cut)[: cut.count(b"</url>")] == mapped(MANY)[: cut.count(b"</url>")]


# Index pages.

PAGED = Door("index", BASE + "indeks?page={page}", ROWS)
MENU = "".join(f'<a href="/{channel}?dari=menu">x</a>' for channel in "abcdefghijk")


def beside(html: str) -> frozenset[str]:
    return beside_rows(html.encode(), BASE + "indeks?page=2", PAGED, OUTLET)


def test_what_stands_beside_the_rows_tells_an_empty_page_from_a_wall() -> None:
    row = f'<article class="row"><a href="/kategori/film">Film</a><a href="{url(4848271)}">Cabai</a></article>'
    first = beside(f'{MENU}{row}<a href="{url(4848299)}">Terpopuler</a><a href="http://[rusak">x</a><a href="https://bola.com/">Bola</a>')
    assert len(first) == 11
    assert not is_wall(beside(f"{MENU}<p>Tidak ada berita</p>"), first)
    assert is_wall(beside("<title>Just a moment...</title>"), first)
    assert is_wall(beside('<h1>Akses ditolak</h1><a href="/info/kontak">Hubungi kami</a>'), first)


def test_an_index_that_shows_rows_alone_has_its_end_without_anything_beside() -> None:
    row = f'<article class="row"><a href="/kategori/film">Film</a><a href="{url(4848271)}">Cabai</a></article>'
    assert not is_wall(beside(""), beside(f'{row}<a href="/indeks/2">Berikutnya</a>'))


def test_the_recorded_empty_page_is_no_wall() -> None:
    first, last = (beside((DOORS / name).read_text(encoding="utf-8")) for name in ("indeks_1.html", "indeks_kosong.html"))
    assert not is_wall(last, first)
    assert is_wall(frozenset(), first)



def test_index_reads_the_rows_and_no_sidebar() -> None:
    side = f'<aside><a href="{url(4848299)}">Terpopuler</a><article><a href="{url(4848298)}">Iklan</a></article></aside>'
    time = '<time datetime="2024-05-08T09:05:00+07:00">8 Mei</time>'
    row = f'<article class="row"><a href="{url(4848271)}">Harga  cabai\n naik</a>{time}</article>'
    assert rows(f"{side}<main>{row}</main>{side}") == [("4848271", at(9, 5), "Harga cabai naik")]


def test_index_takes_the_first_story_link_of_a_row() -> None:
    row = (
        f'<article class="row"><a href="/kategori/film">Film</a><a href="https://bola.com/read/4848290/x">Sindikasi</a>'
        f'<a href="{url(4848271)}"><img src="x"><span>5</span></a><h4><a href="{url(4848271)}">Harga cabai naik</a></h4>'
        f'<div>Baca juga <a href="{url(4848272)}">Harga bawang turun</a></div></article>'
    )
    assert rows(row) == [("4848271", None, "Harga cabai naik")]


@pytest.mark.parametrize(
    ("link", "title"),
    [
        (f'<a href="{url(4848271)}" title="Harga cabai &amp; bawang naik"><span>5</span></a>', "Harga cabai & bawang naik"),
        (f'<a href="{url(4848271)}" title=""><h3>Harga <b>cabai</b> naik</h3></a>', "Harga cabai naik"),
        (f'<a href="{url(4848271)}"><img src="x"></a>', None),
        (f'<a href="{url(4848271)}">24</a>', None),
    ],
)
def test_index_title(link: str, title: str | None) -> None:
    assert rows(f'<article class="row">{link}</article>') == [("4848271", None, title)]


def test_index_within_an_index() -> None:
    inner = f'<article class="row"><a href="{url(4848272)}">Dalam</a></article>'
    assert rows(f'<article class="row"><a href="{url(4848271)}">Luar</a>{inner}</article>') == [
        ("4848271", None, "Luar"),
        ("4848272", None, "Dalam"),
    ]


def test_index_whose_rows_are_the_links() -> None:
    links = index(
        f'<a class="row" href="{url(4848271)}">Cabai</a><a href="{url(4848272)}">Luar</a>'.encode(), BASE, "a.row", OUTLET
    )
    assert [(link.story_id, link.title) for link in links] == [("4848271", "Cabai")]


def test_index_joins_relative_addresses() -> None:
    assert index(b'<article class="row"><a href="../read/4848271/x?page=2">x</a></article>', BASE + "indeks/2024", ROWS, OUTLET)[
        0
    ].url == (BASE + "read/4848271/x")


@pytest.mark.parametrize("printed", ["8 Mei 2024", "2024-05-08", "", "[publishdate]"])
def test_index_date_needs_a_time_of_day(printed: str) -> None:
    assert rows(f'<article class="row"><time datetime="{printed}"></time><a href="{url(4848271)}">x</a></article>') == [
        ("4848271", None, "x")
    ]


@pytest.mark.parametrize("link", EVIL)
def test_index_leaves_out_what_is_no_story_of_the_outlet(link: str) -> None:
    assert rows(f'<article class="row"><a href="{link}">x</a></article><article class="row"><a>y</a></article>') == []


def test_index_in_the_encoding_that_was_served() -> None:
    html = f'<article class="row"><a href="{url(4848271)}">Café</a></article>'.encode("latin-1")
    assert index(html, BASE, ROWS, OUTLET, "text/html; charset=iso-8859-1")[0].title == "Café"


def test_the_same_row_twice_is_one_link() -> None:
    bare, dated = (f'<article class="row"><a href="{url(4848271, slug)}">{slug}</a>{time}</article>' for slug, time in
                   (("a", ""), ("b", '<time datetime="2024-05-08T09:05:00+07:00">')))  # fmt: skip
    assert rows(bare + dated) == [("4848271", at(9, 5), "a")]


# Addresses.


def test_addresses_of_a_dated_door() -> None:
    door = next(door for door in OUTLET.doors if door.kind == "index")
    assert is_dated(door)
    assert addresses(door, date(2024, 5, 8), 3) == "https://www.liputan6.com/indeks/2024/05/08?page=3"


@pytest.mark.parametrize(
    ("template", "address", "dated"),
    [
        ("https://x.id/rss", "https://x.id/rss", False),
        ("https://x.id/p/{page}", "https://x.id/p/2", False),
        ("https://x.id/{date:%Y}/{date:%m}/", "https://x.id/2024/05/", True),
        ("https://x.id/?d={date}&p={page}", "https://x.id/?d=2024-05-08&p=2", True),
        ("https://x.id/?q=%20a", "https://x.id/?q=%20a", False),
    ],
)
def test_addresses(template: str, address: str, *, dated: bool) -> None:
    door = Door("index", template, "a")
    assert (addresses(door, date(2024, 5, 8), 2), is_dated(door)) == (address, dated)


# The doors we hold.

FEED = ["8253811", "5583914", "5561207", "4918044", "4637812"]
SITEMAPS = {
    "sitemap_news": ["5561207", "5588301", "4812718"],
    "sitemap_bisnis": ["5590118", "5580011", "4291874"],
    "sitemap_tekno": ["2441103", "8253811"],
}
INDEXES = {
    "indeks_1": ["5561207", "5590118", "4637812", "4918044", "8253811"],
    "indeks_2": ["4613207", "4812718", "4291874", "5571402", "5561207"],
    "indeks_3": ["4812718", "4291874", "5571402"],
    "indeks_kosong": [],
}


def test_recorded_feed() -> None:
    links = feed((DOORS / "feed.xml").read_bytes(), "https://feed.liputan6.com/rss", OUTLET)
    assert [link.story_id for link in links] == FEED
    assert links[0].published_at == datetime(2026, 7, 24, 3, 26, tzinfo=UTC)
    assert links[0].title == "Token Kredit Karbon Melonjak 40 Persen, Analis Ingatkan Risiko"
    assert all(link.published_at and link.title and link.url == OUTLET.bare(link.url) for link in links)


def test_recorded_sitemap_index() -> None:
    links, further = sitemap((DOORS / "sitemap.xml").read_bytes(), BASE + "sitemap.xml", OUTLET)
    assert (links, further) == ([], [f"{BASE}{channel}/sitemap.xml" for channel in ("news", "bisnis", "tekno")])


@pytest.mark.parametrize("name", SITEMAPS)
def test_recorded_sitemap(name: str) -> None:
    links, further = sitemap((DOORS / f"{name}.xml").read_bytes(), BASE, OUTLET)
    assert ([link.story_id for link in links], further) == (SITEMAPS[name], [])
    assert {link.published_at is not None for link in links} == {name == "sitemap_news"}


@pytest.mark.parametrize("name", INDEXES)
def test_recorded_index(name: str) -> None:
    items = next(door.items for door in OUTLET.doors if door.kind == "index")
    links = index((DOORS / f"{name}.html").read_bytes(), BASE + "indeks/2024/05/08", items, OUTLET, "text/html; charset=utf-8")
    assert [link.story_id for link in links] == INDEXES[name]
    assert all(link.published_at and link.title for link in links)


def test_a_door_that_counts_rows_for_pages() -> None:
    door = Door("index", "https://www.warta.example/indeks/{date:%Y-%m-%d}/{offset:20}", ".row")
    told = [addresses(door, date(2026, 11, 22), page).rpartition("/")[2] for page in (1, 2, 3)]
    assert told == ["0", "20", "40"]
    assert is_paged(door)
    assert is_dated(door)
