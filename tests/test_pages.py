"""What they served, and what a reader of the page says it is: one test a field of every page we hold."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipelines import Page, Reading, Reason, extract, load
from pipelines.clean import clean
from pipelines.discovery import further
from pipelines.outlets import names
from pipelines.parse import parse

ROOT = Path(__file__).parents[1]
# NAME.html is a page, NAME.2.html the second page of the same story
PAGES = sorted(path for path in (ROOT / "tests/pages").rglob("*.html*") if not re.search(r"^\.|\.\d+\.html", path.name))
TOLD = [page for page in PAGES if page.with_name(page.name.partition(".")[0] + ".json").is_file()]
FIELDS = [
    "story_id",
    "kind",
    "title",
    "authors",
    "editors",
    "published_at",
    "modified_at",
    "section",
    "tags",
    "dateline",
    "source_credit",
    "captions",
    "body",
]
NOW = datetime(2027, 1, 1, tzinfo=UTC)  # the fixtures' clock: none of their dates lies ahead of it
REFUSED = {"video_stub": Reason.VIDEO, "error_page": Reason.NO_LAYOUT}
UNSEEN = "script, style, noscript, iframe, template, svg, textarea, select, video, audio, object, form, input, head"


def name_of(path: Path) -> str:
    return f"{path.parent.name}/{path.name.partition('.')[0]}"


@cache
def told(path: Path) -> dict:
    return json.loads(path.with_name(path.name.partition(".")[0] + ".json").read_text(encoding="utf-8"))


@cache
def recorded() -> dict[str, str]:
    """Give each recorded page's first address, by its name."""
    rows = (line.split("\t") for line in (ROOT / "demo/RECORDED.tsv").read_text(encoding="utf-8").splitlines() if "/pages/" in line)
    found: dict[str, str] = {}
    for url, file, *_ in rows:
        found.setdefault(name_of(Path(file)), url)
    return found


@cache
def page_of(path: Path) -> Page:
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    url = told(path)["url"] if path in TOLD else recorded()[name_of(path)]
    files = further_of(path)
    named = further(body, url, load(path.parent.name)) or [f"{url}?page={number}" for number in range(2, len(files) + 2)]
    more = (Page(at, file.read_bytes()) for at, file in zip(named, files, strict=False))
    return Page(url, body, more=tuple(more))


def further_of(path: Path) -> list[Path]:
    """Give the files of the story's further pages."""
    return sorted(path.parent.glob(f"{path.name.partition('.')[0]}.[0-9].html"))


@cache
def reading_of(path: Path) -> Reading:
    return extract(page_of(path), load(path.parent.name), NOW)


def expected(path: Path, field: str) -> object:
    if field == "story_id":
        return load(path.parent.name).story_id(told(path)["url"])
    value = told(path)[field]
    if field.endswith("_at"):
        return value and datetime.fromisoformat(value)
    if field == "body":
        return [(block["kind"], block["text"]) for block in value]
    return tuple(value) if isinstance(value, list) else value


def found(path: Path, field: str) -> object:
    """Give the article's field; texts that the reader calls optional are left out of it."""
    article = reading_of(path).article
    assert article, reading_of(path).reject
    optional = told(path)["optional"]
    if field == "body":
        return [(block.kind, block.text) for block in article.body if block.text not in optional]
    value = getattr(article, field)
    return tuple(text for text in value if text not in optional) if field == "captions" else value


def test_we_hold_pages_of_every_outlet() -> None:
    assert {path.parent.name for path in TOLD} - {"generic"} == set(names())


@pytest.mark.parametrize(
    ("path", "field"), [pytest.param(path, field, id=f"{name_of(path)}-{field}") for path in TOLD for field in FIELDS]
)
def test_page(path: Path, field: str) -> None:
    assert found(path, field) == expected(path, field)


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in TOLD])
def test_page_holds_no_furniture(path: Path) -> None:
    article = reading_of(path).article
    assert article
    assert [line for line in told(path)["must_not"] if line in article.text] == []


# the picture stands outside what the seed calls photos
ADDRESSLESS = {"beritasatu/desktop_2026", "republika/teaser_2016_hikmah"}
PICTURED = [path for path in TOLD if name_of(path) not in ADDRESSLESS]


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in PICTURED])
def test_a_captioned_picture_has_its_address(path: Path) -> None:
    article = reading_of(path).article
    assert article
    assert [image.caption for image in article.images if image.url is None] == []


def test_a_cover_of_kompas_without_a_class_of_its_own_keeps_its_caption() -> None:
    """As from 2017 to 2022."""
    (path,) = [path for path in TOLD if name_of(path) == "kompas/read_2025"]
    page = page_of(path)
    older = page.body.replace(b'class="cover-photo -gallery"', b'class="photo"')
    article = extract(replace(page, body=older), load("kompas"), NOW).article
    assert older != page.body
    assert article == reading_of(path).article


PARTED = [path for path in TOLD if further_of(path) and load(path.parent.name).more]
FIRST_PAGES = [path for path in TOLD if path.name.endswith("_halaman_1.html")]


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in FIRST_PAGES])
def test_a_first_page_alone_is_partial(path: Path) -> None:
    article = reading_of(path).article
    assert article
    assert article.partial


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in PARTED])
def test_part_of_a_story_is_never_passed_off_as_whole(path: Path) -> None:
    page = page_of(path)
    whole, part = (extract(one, load(path.parent.name), NOW).article for one in (page, replace(page, more=())))
    assert whole
    assert part
    assert part.partial
    assert not whole.partial
    assert len(part.body) + len(part.images) < len(whole.body) + len(whole.images)


def test_a_story_whose_last_page_is_gone_is_partial() -> None:
    named = "".join(f'<a href="/read/1/2/cabai?page={number}">{number}</a>' for number in (1, 2, 3))
    body = '<title>Cabai</title><h1>Cabai naik</h1><div id="detail-desk">Harga {0} naik.<br><br>Petani {0} senang.</div>' + named
    url = "https://ekbis.kabar.example/read/1/2/cabai"
    outlet = replace(load("sindonews"), hosts=("kabar.example",), more='a[href*="?page="]', layouts=())
    told = {"": "pagi", "?page=2": "siang", "?page=3": "sore"}
    one, two, three = (Page(f"{url}{query}", body.format(when).encode()) for query, when in told.items())
    assert further(two.body, two.url, outlet) == [three.url]  # and not page one by another name
    assert parse(replace(one, more=(two,)), outlet).partial
    assert not parse(replace(one, more=(two, three)), outlet).partial
    assert not parse(replace(one, more=(two, replace(three, url=url, asked_url=three.url))), outlet).partial


AT = "https://inet.detik.com/science/d-7000001/warga-tanam-bakau"
OTHER = "https://inet.detik.com/science/d-7000002/harga-cabai-naik"
FIRST = [f"Warga dusun ke-{number} menanam seribu bibit bakau di muara pada Sabtu pagi." for number in range(3)]
SECOND = [f"Nelayan dusun ke-{number} menjaga bibit itu dari kambing sampai musim hujan." for number in range(3)]
PAGING = f'<a class="detail__anchor-numb" href="{AT}/2">2</a>'
NAMED = '<link rel=canonical href="{0}"><meta property=og:url content="{0}">'


def served(*told: str, at: str = AT, asked: str | None = None, says: str = AT, title: str = "Warga Tanam Bakau") -> Page:
    """A page of detik's: its lines, the story that it says it is, where it was served and what had been asked."""
    lines = "".join(f"<p>{line}</p>" for line in told)
    head = f"<title>{title}</title><meta property=og:title content='{title}'>{NAMED.format(says) if says else ''}"
    date = "<meta name=publishdate content='2026/11/03 10:00:00'>"
    html = f'{head}{date}<h1 class="detail__title">{title}</h1><div class="detail__body-text">{lines}</div>{PAGING}'
    return Page(at, html.encode(), asked_url=asked or at)


def parted(*more: Page) -> tuple[list[str], bool]:
    article = extract(replace(served(*FIRST), more=more), load("detik"), NOW).article
    assert article
    return article.text.split("\n\n"), article.partial


@pytest.mark.parametrize(
    ("second", "lines"),
    [
        pytest.param(served(*SECOND, at=f"{AT}/2"), SECOND, id="page two"),
        pytest.param(served(FIRST[0], *SECOND, at=f"{AT}/2"), [FIRST[0], *SECOND], id="the lead once more above it"),
        pytest.param(served(*SECOND, at=f"{AT}/2", says=""), SECOND, id="known by its title alone"),
        pytest.param(served(*SECOND, at=f"{AT}/2", title="Kambing Makan Bakau"), SECOND, id="known by its address alone"),
        pytest.param(served(*FIRST[1:], at=f"{AT}/2"), [], id="a part of a page that holds all"),
    ],
)
def test_a_further_page_tells_the_story_on(second: Page, lines: list[str]) -> None:
    assert parted(second) == (FIRST + lines, False)


WALL = Page(f"{AT}/2", b"<title>Just a moment</title>")
LOGIN = ("Silakan masuk untuk membaca berita ini sepenuhnya.", "Belum punya akun? Daftar dan nikmati semua berita.")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(WALL, id="a bot wall"),
        pytest.param(replace(WALL, body=b""), id="nothing"),
        pytest.param(served(at=f"{AT}/2"), id="an empty fence"),
        pytest.param(served(*LOGIN, at="https://inet.detik.com/masuk", asked=f"{AT}/2", says=""), id="moved to a login page"),
        pytest.param(served(*LOGIN, at=f"{AT}/2", says="", title="Masuk"), id="a login page in the fence"),
        pytest.param(served(FIRST[0], at=f"{AT}/2"), id="its opening for subscribers"),
        pytest.param(served(*FIRST, asked=f"{AT}/2"), id="moved to page one"),
        pytest.param(served(*FIRST, at=f"{AT}/2"), id="page one over again"),
        pytest.param(served(*SECOND, at=OTHER, asked=f"{AT}/2", says=OTHER), id="moved to another story"),
        pytest.param(served(*SECOND, at=f"{AT}/2", says=OTHER), id="another story"),
    ],
)
def test_what_came_in_a_further_pages_place_is_no_part_of_the_story(second: Page) -> None:
    assert parted(second) == (FIRST, True)


def test_a_further_page_that_repeats_the_one_before_adds_nothing() -> None:
    pages = [served(*SECOND, at=f"{AT}/{number}") for number in (2, 3)]
    assert parted(*pages) == (FIRST + SECOND, True)


@pytest.mark.parametrize(
    ("outlet", "asked", "canonical", "og_url", "is_another"),
    [
        ("detik", AT, OTHER, OTHER, True),
        ("detik", AT, OTHER, AT, False),
        ("detik", AT, OTHER, "", False),  # one address alone may be a template's mistake
        ("detik", AT, "https://www.detik.com/", OTHER, False),  # home pages carry the top story's
        ("detik", AT, "https://www.kabar.example/1", "https://www.kabar.example/1", False),  # a copy names its original
        # a corrected headline changes the slug
        ("jpnn", "https://www.jpnn.com/news/warga-tanam-bakua", *["https://www.jpnn.com/news/warga-tanam-bakau"] * 2, False),
    ],
)
def test_a_page_that_says_twice_it_is_another_story_is_refused(
    outlet: str, asked: str, canonical: str, og_url: str, *, is_another: bool
) -> None:
    page = served(*FIRST, at=asked, says="")
    named = f'<link rel=canonical href="{canonical}"><meta property=og:url content="{og_url}">'
    result = extract(replace(page, body=named.encode() + page.body), load(outlet), NOW).reject
    assert (result is not None and Reason.WRONG_STORY in result.reasons) == is_another


@pytest.mark.parametrize(
    ("free", "partial"), [("false", True), ('"False"', True), ('"http://schema.org/False"', True), ("true", False)]
)
def test_what_subscribers_alone_see_is_not_at_hand(free: str, partial: bool) -> None:
    ld = f'{{"@type": "NewsArticle", "headline": "Cabai naik", "isAccessibleForFree": {free}}}'
    body = '<h1>Cabai naik</h1><div id="content-wrapper"><p>Harga cabai naik.</p></div>'
    html = f'<script type="application/ld+json">{ld}</script>{body}'
    draft = parse(Page("https://www.tempo.co/ekonomi/cabai-naik-1234567", html.encode()), load("tempo"))
    assert [block.text for block in draft.blocks] == ["Harga cabai naik."]
    assert draft.partial is partial


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in PAGES if path not in TOLD])
def test_page_is_refused(path: Path) -> None:
    reject = reading_of(path).reject
    assert reject
    assert REFUSED[path.name.partition(".")[0]] in reject.reasons


@pytest.mark.parametrize("path", [pytest.param(path, id=name_of(path)) for path in PAGES])
def test_no_word_vanishes(path: Path) -> None:
    """The put-back promise: what stands within the fence stands in a line, in a caption or among the cuts."""
    outlet = load(path.parent.name)
    draft = clean(parse(page_of(path), outlet), outlet)
    kept = words(" ".join([*(block.text for block in draft.blocks), *(cut.text for cut in draft.cuts)]))
    assert fenced(path) - kept == Counter()


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", re.sub("[\u200b\u00ad]", "", text)))


def fenced(path: Path) -> Counter[str]:
    """Count the words a reader sees within the first layout that matches, by the tree alone."""
    outlet = load(path.parent.name)
    tree = LexborHTMLParser(page_of(path).body.decode())
    for node in tree.css(UNSEEN):
        node.decompose()
    layout = next((layout for layout in outlet.layouts if tree.css(layout.body)), None)
    if layout is None:
        return Counter()
    fence = tree.css(f"{layout.body}, {layout.photos}" if layout.photos else layout.body)
    inside = {inner.mem_id for node in fence for inner in node.css("*") if inner.mem_id != node.mem_id}
    outer = {node.mem_id: node for node in fence if node.mem_id not in inside}
    return words(" ".join(node.text(deep=True, separator=" ") for node in outer.values()))
