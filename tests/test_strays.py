"""A page of a known outlet that fits no layout of its seed: its story is read as an unknown outlet's, anything else is refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import pytest
from crawling import ROOT, crawling, recording
from invented import NOON, a_run, asked, stored
from selectolax.lexbor import LexborHTMLParser
from test_crawl import PAGES, READINGS
from test_pages import NOW, TOLD, name_of, page_of, reading_of

from crawler.tally import Tally
from crawler.verdict import verdict
from pipelines import Page, Reason, extract, load
from pipelines.extract import drafted
from pipelines.items import Settled
from pipelines.nouns import Exit
from pipelines.show.explain import explained
from pipelines.store.keep import write
from pipelines.vitals import STRAY, Watch

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

    from pipelines import Outlet, Reading

FENCED = [pytest.param(path, id=name_of(path)) for path in TOLD if path.parent.name != "generic" and load(path.parent.name).layouts]
PAGE = PAGES / "desktop_2024_empat_halaman.html"
PROSE = [f"Bibit yang ke-{number} ditanam warga desa itu di tepi muara sebelum air laut pasang lagi." for number in range(5)]
FENCE, NEW = "article-content-body__item-content", "v2__text"


def without_fences(slug: str) -> Outlet:
    outlet = load(slug)
    return replace(outlet, layouts=tuple(replace(layout, body=".nowhere-at-all") for layout in outlet.layouts))


@cache
def stray(path: Path) -> Reading:
    return extract(page_of(path), without_fences(path.parent.name), NOW)


@pytest.mark.parametrize("path", FENCED)
def test_a_page_we_hold_fits_a_layout_of_its_seed(path: Path) -> None:
    """Else a broken fence would go unseen: the story may be found without it."""
    article = reading_of(path).article
    assert article
    assert article.layout in {layout.name for layout in load(path.parent.name).layouts}


@pytest.mark.parametrize("path", FENCED)
def test_a_stray_is_a_story_or_refused(path: Path) -> None:
    reading, fenced = stray(path), reading_of(path).article
    assert fenced
    if reading.reject:
        assert reading.reject.reasons == (Reason.NO_LAYOUT,)
        return
    article = reading.article
    assert article
    assert (article.layout, article.title, article.published_at) == ("generic", fenced.title, fenced.published_at)


def test_most_strays_are_read_as_by_their_fence() -> None:
    read = [(article, reading_of(path).article) for path, in (param.values for param in FENCED) if (article := stray(path).article)]
    assert len(read) >= 50, "the fixtures are short: stories of 60 words are few"
    assert sum(article.text == fenced.text for article, fenced in read) >= 0.8 * len(read)


@pytest.mark.parametrize("path", FENCED)
def test_a_page_whose_story_is_missing_is_refused(path: Path) -> None:
    page = page_of(path)
    tree = LexborHTMLParser(page.body)
    for layout in load(path.parent.name).layouts:
        for node in tree.css(layout.body):
            node.decompose()
    reading = extract(replace(page, body=(tree.html or "").encode(), more=()), without_fences(path.parent.name), NOW)
    assert reading.reject, reading.article.text
    assert Reason.NO_LAYOUT in reading.reject.reasons


def test_the_outlets_rules_cut_and_behind_them_those_of_the_generic_reading() -> None:
    html = "<h1>Warga tanam bakau</h1><meta property=article:published_time content=2026-11-03T10:00:00+07:00>{}"
    lines = ["Liputan6.com, Jakarta - Warga tanam bakau di pantai itu.", "Terbit Selasa, 3 November 2026 18:59 WIB", *PROSE]
    outlet = without_fences("liputan6")
    page = replace(page_of(PAGE), body=html.format("".join(f"<p>{line}</p>" for line in lines)).encode(), more=())
    laid = explained(drafted(page, outlet), outlet)
    assert {line.rule for line in laid.lines if line.rule} == {"generic/date line", "liputan6/dateline"}
    assert ("layout", "generic") in {(row.name, row.value) for row in laid.fields}
    assert [line.text for line in laid.lines if line.kind == "p"] == ["Warga tanam bakau di pantai itu.", *PROSE]


PITCH = [
    "Artikel ini khusus untuk pelanggan premium, silakan berlangganan untuk membaca laporan lengkap redaksi kami.",
    "Dengan berlangganan Anda mendukung jurnalisme yang independen dan mendapat akses ke seluruh arsip laporan kami sejak dulu.",
    "Sudah punya akun? Masuk dengan alamat surel yang Anda daftarkan, lalu pilih paket yang sesuai dengan kebutuhan Anda.",
]
LEAD = "Warga desa di tepi muara menanam lima ribu bibit bakau sebelum air laut pasang pada awal November ini."
PAGE_OF = (
    "<title>{title}</title><meta property=og:title content='{title}'>"
    "<meta property=article:published_time content=2026-11-03T10:00:00+07:00><meta property=og:description content='{lead}'>"
    "<h1>{title}</h1><div class=v2>{body}</div>"
)
AT = "https://regional.kompas.com/read/2026/11/03/100000078/warga-tanam-bakau"


def page_with(*lines: str, title: str = "Warga Tanam Ribuan Bibit Bakau", lead: str = LEAD, at: str = AT, html: str = "") -> Page:
    body = "".join(f"<p>{line}</p>" for line in lines) + html
    return Page(at, PAGE_OF.format(title=title, lead=lead, body=body).encode(), "text/html; charset=utf-8")


def of_kompas(page: Page) -> Reading:
    return extract(page, load("kompas"), NOW)


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page_with(LEAD, *PITCH), id="a standfirst and a pitch"),
        pytest.param(page_with(*PITCH, title="Ini Dia!", lead=""), id="a title that announces nothing"),
        pytest.param(page_with(*PITCH, title="RUU TNI Sah", lead=""), id="a title of short words"),
        pytest.param(page_with(LEAD, *PROSE[:2]), id="too short to be told from a teaser"),
    ],
)
def test_what_only_looks_like_a_story_is_refused(page: Page) -> None:
    assert of_kompas(page).reject.reasons == (Reason.NO_LAYOUT,)


def test_a_short_title_is_enough_where_the_story_says_it() -> None:
    lines = [f"RUU TNI sah menjadi undang-undang, kata ketua panitia ke-{number} di gedung dewan." for number in range(7)]
    assert of_kompas(page_with(*lines, title="RUU TNI Sah", lead="")).article.layout == "generic"


def test_furniture_left_in_an_old_fence_hides_no_story() -> None:
    old = '<div class="read__content"><p>Baca juga: <a class="inner-link-baca-juga" href="/x">Harga Cabai</a></p></div>'
    article = of_kompas(page_with(LEAD, *PROSE, html=old)).article
    assert (article.layout, article.text.split("\n\n")) == ("generic", [LEAD, *PROSE])


@pytest.mark.parametrize(
    ("second", "text", "partial"),
    [
        (page_with(*(line.replace("desa", "kota") for line in PROSE), at=f"{AT}?page=2"), 11, False),
        (page_with(LEAD, *PROSE, at=f"{AT}?page=2"), 6, True),
        (page_with(*PITCH, *PITCH, title="Halaman Tidak Ditemukan", at=f"{AT}?page=2"), 6, True),
    ],
    ids=["the story goes on", "the first page again", "another page"],
)
def test_a_further_page_is_the_same_storys_or_missing(second: Page, text: int, partial: bool) -> None:
    article = of_kompas(replace(page_with(LEAD, *PROSE), more=(second,))).article
    assert (len(article.body), article.partial) == (text, partial)


def test_a_stray_that_leads_on_is_partial() -> None:
    paging = f'<div class="v2-pages"><a href="{AT}">1</a> <a href="{AT}?page=2">2</a> <a href="{AT}?page=2">Selanjutnya</a></div>'
    assert of_kompas(page_with(LEAD, *PROSE, html=paging)).article.partial
    share = f'<a href="https://www.facebook.com/sharer?u={AT}">2</a> <a href="{AT}#komentar">Selanjutnya</a>'
    assert not of_kompas(page_with(LEAD, *PROSE, html=share)).article.partial


def test_a_photo_story_of_long_captions_fits_its_layout() -> None:
    path = PAGES / "photo_2016.html"
    page = page_of(path)
    long = "Warga desa itu bergotong royong sejak pagi sampai petang, dan kepala desa berterima kasih kepada semua yang datang."
    told = page.body.decode().replace("selesai dibangun warga", f"selesai dibangun warga. {long} {long}").encode()
    article = extract(replace(page, body=told), load("liputan6"), NOW).article
    assert (article.layout, article.kind, article.body) == ("photo 2016", "photo", ())
    assert long in article.captions[0]


def test_a_page_that_says_it_is_another_houses_story_is_refused() -> None:
    url, theirs = "https://www.liputan6.com/news/read/5583914/x", "https://news.detik.com/berita/d-6453785/bakau"
    head = f'<link rel="canonical" href="{theirs}"><meta property="og:url" content="{theirs}">'
    told = f'<title>Bibit Bakau Ditanam</title>{head}<meta property="article:published_time" content="2026-11-03T10:00:00+07:00">'
    body = "".join(f"<p>{line}</p>" for line in PROSE)
    page = Page(url, f"<html><head>{told}</head><body><h1>Bibit Bakau Ditanam</h1>{body}".encode())
    reading = extract(page, load("liputan6"), NOW)
    assert reading.reject
    assert reading.reject.reasons == (Reason.WRONG_STORY,)
    own = Page(url, page.body.replace(theirs.encode(), url.encode()))
    assert extract(own, load("liputan6"), NOW).article


def test_a_stray_is_a_sign_of_its_own() -> None:
    watch = Watch(without_fences("liputan6"))
    watch.see(stray(PAGE), reading_of(PAGE).article.published_at)
    assert watch.signs[STRAY].count == 1
    fenced = Watch(load("liputan6"))
    fenced.see(reading_of(PAGE), reading_of(PAGE).article.published_at)
    assert STRAY not in fenced.signs


def test_a_stray_that_is_not_kept_is_not_counted() -> None:
    tally = Tally()
    for state in ("stored", "forgotten", "failed"):
        tally.settled(Settled("1", state, new=True, stray=True), looked=False)
    assert tally.strays == 1


@pytest.mark.parametrize(
    ("tally", "code"),
    [
        (Tally(asked=4, fetched=4, stored=4, strays=3), Exit.ALARM),
        (Tally(asked=4, fetched=4, stored=3, refused=1, unread=1, strays=2), Exit.ALARM),
        (Tally(asked=1, fetched=1, stored=1, strays=1), Exit.ALARM),
        (Tally(asked=4, fetched=4, stored=4, strays=2), Exit.DONE),
    ],
)
def test_a_majority_of_strays_is_an_alarm(tally: Tally, code: Exit) -> None:
    done, line = verdict(tally, "finished")
    assert done == code
    assert ("fit no layout of the seed" in line) == (code == Exit.ALARM)


def test_a_held_story_is_not_replaced_by_a_poorer_reading(database: Engine) -> None:
    write(database, a_run(database), [stored("1"), stored("2", layout="generic", title="Lama")])
    before = asked(database, "SELECT title, text, read_at FROM articles WHERE story_id = '1'")
    later = NOON + timedelta(hours=1)
    poorer = [stored(number, body="<html>baru</html>", layout="generic", title="Lain") for number in "123"]
    poorer = [replace(kept, page=replace(kept.page, fetched_at=later)) for kept in poorer]
    poorer = [replace(kept, reading=replace(kept.reading, stray=True)) for kept in poorer]
    poorer[0] = replace(poorer[0], next_look=later + timedelta(hours=5))
    done = write(database, a_run(database), poorer)
    assert [(one.new, one.changed) for one in done] == [(False, False), (False, True), (True, False)]
    assert {one.state for one in done} == {"stored"}
    assert asked(database, "SELECT title, text, read_at FROM articles WHERE story_id = '1'") == before
    row = ("unchanged", "no known layout's body fence matches", later + timedelta(hours=5))
    assert asked(database, "SELECT state, cause, next_look_at FROM pages WHERE story_id = '1'") == [row]
    assert asked(database, "SELECT title FROM articles WHERE story_id <> '1' ORDER BY story_id") == [("Lain",), ("Lain",)]


def test_a_new_layout_alarms_loses_no_story_and_is_mended_from_the_archive(address: str, tmp_path: Path) -> None:
    url, html = READINGS[PAGE.stem]["url"], PAGE.read_text(encoding="utf-8").replace(FENCE, NEW)
    listed = tmp_path / "urls.txt"
    listed.write_text(f"{url}\n", encoding="utf-8")
    with crawling(address, tmp_path, recording(tmp_path, (url, html, "text/html"))) as crawl:
        done = crawl("liputan6", "-a", f"urls={listed}")
        assert done.returncode == Exit.ALARM
        assert "1 of 1 stories fit no layout of the seed and were read without: has the layout changed?" in done.stderr
        assert crawl.rows("SELECT state, layout, text FROM pages JOIN articles USING (outlet, story_id)") == [
            ("stored", "generic", reading_of(PAGE).article.text)
        ]
        seed = (ROOT / "seeds/liputan6.toml").read_text(encoding="utf-8").replace(FENCE, NEW)
        (own := tmp_path / "mended").mkdir()
        (own / "liputan6.toml").write_text(seed, encoding="utf-8")
        mended = crawl.kliping("reclean", "liputan6", "--where", "layout=generic", "--apply", KLIPING_SEEDS=str(own))
        assert mended.returncode == 0, mended.stderr
        assert crawl.rows("SELECT layout, text FROM articles") == [("desktop", reading_of(PAGE).article.text)]
