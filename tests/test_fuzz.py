"""No page breaks the reader or takes it more than a thousand ordinary ones (a second) or 200 MB; nor does a line any rule."""

from __future__ import annotations

import gc
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines import Article, Page, extract, load
from pipelines.outlets import generic, names
from pipelines.readers.bounds import DEEP, LINE, TAGS, VALUE, bounded, portions
from pipelines.rules import Verb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines import Outlet

FENCED = "https://www.liputan6.com/news/read/1234567/x"
ANYWHERE = "https://kabar.example/a"
ORDINARY = Path(__file__).parent / "pages/liputan6/desktop_2016.html"
HEAD = '<html><head><title>Judul</title></head><body><h1>Judul berita</h1><div class="article-content-body__item-content">'
PROSE = "Warga desa berkumpul di balai sejak pagi hari ini."
HOSTILE = {
    "a-class-of-two-million-names": "HEAD + '<div class=\"' + 'x ' * 2_000_000 + '\">' + PROSE * 20",
    "50,000-tags-of-a-story": "HEAD + '<div>' + '<a href=\"/tag/x\">cabai</a>' * 50_000 + PROSE * 20",
    "captions-and-credits": "HEAD + '<div class=photo>Foto pedagang itu</div><p>Editor: Budi Raharja</p>' * 1_700 + PROSE * 20",
    "nested-div": "HEAD + '<div>' * 100_000 + 'kata'",
    "nested-span": "HEAD + '<span>' * 100_000 + 'x' + '</p>' * 100_000",
    "nested-quote": "HEAD + '<blockquote>x' * 100_000",
    "nested-figure": "HEAD + '<figure>x' * 100_000",
    "nested-list": "HEAD + '<ul><li>x' * 50_000",
    "nested-table": "HEAD + '<table><tr><td>x' * 30_000",
    "nested-fence": "HEAD + '<div class=article-content-body__item-content><p>x' * 50_000",
    "unclosed-font": "HEAD + '<p><font>x' * 50_000",
    "line": "HEAD + '<p>' + 'kata ' * 1_000_000",
    "line-without-spaces": "HEAD + '<p>' + 'a' * 5_000_000",
    "line-of-emoji": "HEAD + '<p>' + '😀 ' * 1_250_000",
    "line-of-datelines": "HEAD + '<p>' + 'Liputan6.com, Jakarta - ' * 200_000",
    "line-of-entities": "HEAD + '<p>' + '&amp;&#' * 800_000",
    "tiny-paragraphs": "HEAD + '<p>x' * 100_000",
    "paragraphs": "HEAD + ('<p>' + PROSE) * 100_000",
    "breaks": "HEAD + (PROSE + '<br>') * 7_900",
    "paragraphs-below-the-crowd": "HEAD + ('<p>' + PROSE + '</p>') * 3_900",
    "links": "HEAD + '<a href=/x>Warga desa</a> ' * 50_000",
    "links-below-the-crowd": "HEAD + '<a href=/x>Warga desa</a> ' * 3_900",
    "nul": "HEAD + '<p>\\x00' * 100_000",
    "script": "'<script>' + 'x<y;' * 1_250_000 + '</script>' + HEAD",
    "script-of-objects": "'<script>' + 'window.kmklabs.a = {a:' * 200_000 + '</script>' + HEAD",
    "deep-json": "'<script type=application/ld+json>' + '[' * 100_000 + '</script>' + HEAD",
    "deep-json-that-parses": "'<script type=application/ld+json>' + '[' * 900 + '{}' + ']' * 900 + '</script>' + HEAD",
    "attribute": "HEAD + '<p title=\"' + 'x' * 5_000_000 + '\">x'",
    "dates": "'<meta property=article:published_time content=\"' + '2000 1:' * 700_000 + '\">' + HEAD",
    "metas": "'<meta name=keywords content=a,b>' * 50_000 + HEAD",
    "headlines": "HEAD + '<h1>Kata</h1>' * 50_000",
    "comments": "HEAD + '<!--' * 500_000",
    "marks": "'<' * 5_000_000",
    "too-large": "HEAD + '<p>Kata kata. ' * 4_000_000",
}
LIKE_ANOTHER = {
    "50,000-tags-of-a-story", "nested-div", "line-of-datelines", "line-of-entities", "paragraphs", "links-below-the-crowd", "metas",
    "nested-span", "nested-quote", "nested-figure", "nested-list", "unclosed-font", "line-without-spaces", "line-of-emoji",
    "breaks", "tiny-paragraphs", "links", "script-of-objects", "deep-json-that-parses", "headlines",
}  # fmt: skip
CHILD = """
import os, resource, statistics, sys, time
from pipelines import Page, extract, load
from pipelines.outlets import generic
HEAD, PROSE, ordinary, *urls = sys.argv[1:]
outlets = {url: load("liputan6") if "liputan6" in url else generic(url) for url in urls}
page = Page(urls[0], open(ordinary, "rb").read())
for url, outlet in outlets.items():
    extract(Page(url, page.body, "text/html"), outlet)  # compiles what a fork would compile again
for made in sys.stdin:
    times = []
    for _ in range(9):
        start = time.process_time()
        extract(page, outlets[urls[0]])
        times.append(time.process_time() - start)
    for url, outlet in outlets.items():
        if os.fork():  # what one reading leaves behind is not the next one's
            if os.wait()[1]:
                print("broke", flush=True)
            continue
        body = eval(made).encode()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        start = time.process_time()
        extract(Page(url, body, "text/html"), outlet)
        took = time.process_time() - start
        print(took / statistics.median(times), (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024, flush=True)
        os._exit(0)
"""


def outlet_for(url: str) -> Outlet:
    outlet = load("liputan6") if url == FENCED else generic(url)
    assert outlet
    return outlet


@pytest.fixture(scope="module")
def reader() -> Iterator[subprocess.Popen[str]]:
    """A process that reads each page it is named in a fork, within a fence and without one."""
    order = [sys.executable, "-c", CHILD, HEAD, PROSE, str(ORDINARY), FENCED, ANYWHERE]
    with subprocess.Popen(order, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as started:
        yield started
        started.kill()


def costs(reader: subprocess.Popen[str], made: str) -> list[tuple[float, float]]:
    """Ordinary pages' times and megabytes, of the two readings."""
    assert reader.stdin
    assert reader.stdout
    print(made, file=reader.stdin, flush=True)
    told = [reader.stdout.readline().split() for _ in (FENCED, ANYWHERE)]
    return [(float(times), float(megabytes)) for times, megabytes in told]


def cases() -> Iterator[pytest.ParameterSet]:
    for name, made in HOSTILE.items():
        yield pytest.param(made, id=name, marks=[pytest.mark.soak] if name in LIKE_ANOTHER else [])


@pytest.mark.parametrize("made", list(cases()))
def test_a_hostile_page_costs_a_thousand_ordinary_ones_and_200_megabytes_at_most(reader: subprocess.Popen[str], made: str) -> None:
    """An ordinary page takes a millisecond on an idle machine; on a busy one a single reading may take thrice its time."""
    tries: list[list[tuple[float, float]]] = []
    while len(tries) < 3 and not any(all(times < 1_000 for times, _ in told) for told in tries):
        tries.append(costs(reader, made))
    assert all(times < 1_000 and megabytes < 200 for times, megabytes in tries[-1]), tries


TAG = st.sampled_from([
    "p", "div", "span", "a", "b", "i", "br", "ul", "li", "table", "tr", "td", "h1", "h2", "blockquote", "figure", "figcaption",
    "img", "script", "style", "form", "button", "article", "template", "svg", "html", "body", "head", "title", "meta",
    "iframe", "select",
    "article class=entry-content", "div itemprop=articleBody", "div class=article-content-body__item-content", "a href=//[",
    "p class=caption", "script type=application/ld+json", "meta property=og:title content=x", "link rel=canonical href=http://[",
    "time datetime=9999",
])  # fmt: skip
SAID = st.sampled_from([
    PROSE, "Baca Juga: Harga", "Jakarta -", "(ab/cd)", '{"@type": "NewsArticle", "author": [[]]}', "&#x110000;", "\x00", "]]>",
    "<!--",
])  # fmt: skip
OPENED, CLOSED = TAG.map(lambda tag: f"<{tag}>"), TAG.map(lambda tag: f"</{tag.partition(' ')[0]}>")
MARKUP = st.lists(st.one_of(OPENED, CLOSED, SAID, st.text(max_size=40)), max_size=60).map("".join)
CHARSET = st.sampled_from([
    "", "text/html", "text/html; charset=utf-8", "text/html; charset=utf-16", "text/html; charset=idna", "x; charset=\xff",
])  # fmt: skip


def reads(body: bytes, content_type: str) -> None:
    for url in (FENCED, ANYWHERE):
        gc.disable()  # to look through what the examples leave behind takes it up to a second, whoever's page is being read
        start = time.process_time()
        reading = extract(Page(url, body, content_type), outlet_for(url))
        spent = time.process_time() - start
        gc.enable()
        assert spent < 1
        assert isinstance(reading.result, Article) != bool(reading.reject)


@pytest.mark.parametrize("count", [60, pytest.param(5_000, marks=pytest.mark.soak)])
def test_any_markup_is_read_or_refused(count: int) -> None:
    @settings(max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(MARKUP, CHARSET, st.sampled_from(["utf-8", "utf-16", "latin-1"]))
    def asked(markup: str, content_type: str, charset: str) -> None:
        reads(markup.encode(charset, "replace"), content_type)

    asked()


@pytest.mark.parametrize("count", [30, pytest.param(2_000, marks=pytest.mark.soak)])
def test_any_bytes_are_read_or_refused(count: int) -> None:
    @settings(max_examples=count, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=400), CHARSET)
    def asked(body: bytes, content_type: str) -> None:
        reads(body, content_type)

    asked()


LINES = {
    "words": "Kata demi kata ", "letters": "a", "capitals": "AB ", "names": "Ann Lee, ", "hosts": "Kabar.com, Jakarta - ",
    "labels": "Baca juga: ", "parentheses": "(ab/cd) ", "quotes": '"A" ', "dots": "A. ", "digits": "1 2 ",
    "colons": "Editor: Budi ", "bold": "A¦ - ", "bars": "A | ", "hashes": "#a ", "addresses": "a@b.co ", "dashes": "- ",
}  # fmt: skip
READ_BY = [*map(load, names()), outlet_for(ANYWHERE)]
PATTERNS = {rule.name: rule for outlet in READ_BY for rule in outlet.rules if rule.verb is not Verb.DROP}


@pytest.mark.parametrize("name", PATTERNS)
def test_no_line_is_too_long_for_a_rule(name: str) -> None:
    """The longest line that a page can bring; a hundredth of a second each is what a second allows."""
    for what, piece in LINES.items():
        line = (piece * LINE)[:LINE]
        start = time.process_time()
        PATTERNS[name].pattern.search(line)
        PATTERNS[name].pattern.search(PROSE + line + "!")
        assert time.process_time() - start < 0.1, what


def test_a_storys_page_is_not_touched() -> None:
    page = f"<article>{f'<p>{PROSE}</p>' * 1_000}</article>"
    assert bounded(page) is page


def test_a_crowd_is_cut_off_and_its_depth_is_chromes() -> None:
    page = bounded("<div>kata" * 100_000)
    assert page.count("<") == TAGS
    assert (page.count("<div"), page.count("kata")) == (DEEP, TAGS)


def test_a_long_line_is_parted_and_keeps_its_words() -> None:
    text = "kata " * 10_000
    parts = portions(text.strip())
    assert max(map(len, parts)) <= LINE
    assert " ".join(parts).split() == text.split()
    assert portions("") == []


def test_a_field_is_no_longer_than_a_field() -> None:
    page = Page(ANYWHERE, f"<h1>{'a' * 90_000}</h1><p>{PROSE * 9}</p>".encode())
    article = extract(page, outlet_for(ANYWHERE)).article
    assert article
    assert len(article.title) == VALUE


def test_a_page_that_is_cut_off_is_partial() -> None:
    article = extract(Page(FENCED, (HEAD + f"<p>{PROSE}" * 100_000).encode()), outlet_for(FENCED)).article
    assert article
    assert article.partial
