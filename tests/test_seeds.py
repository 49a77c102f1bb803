"""Seeds: a mistake is one line that names its file and its key; and which addresses are whose stories."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines import load, outlet_of
from pipelines.outlets import SeedError, names

if TYPE_CHECKING:
    from pathlib import Path

TOP = """
name   = "Warta Desa"
hosts  = ["warta.example"]
doors  = [{ feed = "https://warta.example/rss" },
          { index = "https://warta.example/{date:%Y/%m/%d}?page={page}", items = "article" }]
story  = '/read/(?P<id>\\d+)'
brands = ["Warta Desa"]
body   = ".isi"
delay  = 2
"""
REST = """
[fields]
title = ["css:h1", "meta:og:title"]

[[clean]]
line  = '^IKLAN$'
why   = "advertisement"
given = "IKLAN"
spare = "IKLAN itu, kata dia, menyesatkan."
"""
SEED = TOP + REST
COMMON = """
[fields]
title = ["css:h1"]
"""


SHIPPED = names()


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KLIPING_SEEDS", str(tmp_path))
    (tmp_path / "common.toml").write_text(COMMON, encoding="utf-8")
    (tmp_path / "warta.toml").write_text(SEED, encoding="utf-8")
    return tmp_path


def test_the_seed_that_the_broken_ones_come_from_is_whole(seeds: Path) -> None:
    outlet = load("warta")
    assert (outlet.name, outlet.delay, len(outlet.doors), [rule.name for rule in outlet.rules]) == (
        "Warta Desa", 2, 2, ["warta/advertisement"],
    )  # fmt: skip
    assert names() == sorted([*SHIPPED, "warta"])
    assert seeds.is_dir()


BROKEN = {
    "unknown-key": ('body   = ".isi"', 'bodi = ".isi"', "bodi"),
    "unknown-key-of-a-door": ("{ feed =", "{ fed =", "fed"),
    "unknown-key-of-a-rule": ("why   =", "whi =", "whi"),
    "unknown-field": ("title = [", "titel = [", "titel"),
    "unknown-technique": ('"css:h1", ', '"xpath:h1", ', "fields.title"),
    "technique-without-question": ('"css:h1", ', '"css:", ', "fields.title"),
    "bad-toml": ('name   = "Warta Desa"', "name = Warta Desa", "line 2"),
    "name-missing": ('name   = "Warta Desa"', "", "name"),
    "name-empty": ('"Warta Desa"\nhosts', '""\nhosts', "name"),
    "name-a-number": ('name   = "Warta Desa"', "name = 7", "name"),
    "hosts-missing": ('hosts  = ["warta.example"]', "", "hosts"),
    "hosts-a-text": ('["warta.example"]', '"warta.example"', "hosts"),
    "hosts-an-address": ('["warta.example"]', '["https://warta.example/"]', "hosts"),
    "brands-a-text": ('["Warta Desa"]', '"Warta Desa"', "brands"),
    "story-without-id": ("(?P<id>\\d+)", "(\\d+)", "story"),
    "story-bad-regex": ("(?P<id>\\d+)", "(?P<id>\\d+", "story"),
    "story-a-number": ("story  = '/read/(?P<id>\\d+)'", "story = 7", "story"),
    "story-list-of-numbers": ("story  = '/read/(?P<id>\\d+)'", "story = [7]", "story"),
    "doors-a-text": ("doors  = [{ feed", 'doors = "x"\nx = [{ feed', "doors"),
    "door-with-a-user": ("https://warta.example/rss", "https://sari:rahasia@warta.example/rss", "doors.feed"),
    "doors-texts": ('[{ feed = "https://warta.example/rss" }', '["https://warta.example/rss"', "doors"),
    "door-of-two-kinds": ("{ feed =", '{ sitemap = "https://warta.example/s.xml", feed =', "doors"),
    "door-of-no-kind": ('{ feed = "https://warta.example/rss" }', "{}", "doors"),
    "door-a-number": ('feed = "https://warta.example/rss"', "feed = 7", "feed"),
    "index-without-items": (', items = "article"', "", "doors.items"),
    "index-bad-items": ('items = "article"', 'items = "article["', "doors.items"),
    "index-items-a-number": ('items = "article"', "items = 7", "doors.items"),
    "index-unknown-braces": ("{page}", "{halaman}", "doors.index"),
    "index-open-brace": ("{page}", "{page", "doors.index"),
    "index-part-of-a-number": ("{page}", "{page.x}", "doors.index"),
    "index-digit-of-a-number": ("{page}", "{page[0]}", "doors.index"),
    "body-bad-selector": ('".isi"', '".isi["', "body"),
    "body-a-number": ('".isi"', "7", "body"),
    "photos-bad-selector": ('".isi"', '".isi"\nphotos = "..x"', "photos"),
    "photos-without-body": ('body   = ".isi"', 'photos = "figure"', "body"),
    "layout-beside-body": ("[fields]", '[[layout]]\nbody = ".b"\n[fields]', "body"),
    "layout-a-text": ('body   = ".isi"', 'layout = ".isi"', "layout"),
    "layout-without-body": ('body   = ".isi"', 'layout = [{ name = "x" }]', "body"),
    "layout-called-generic": ('body   = ".isi"', 'layout = [{ body = "b", name = "generic" }]', "name"),
    "layout-of-unknown-kind": ('body   = ".isi"', 'layout = [{ body = "b", kind = "foto" }]', "kind"),
    "fields-a-text": ("[fields]\ntitle = ", 'fields = "x"\n[x]\ntitle = ', "fields"),
    "field-a-text": ('["css:h1", "meta:og:title"]', '"css:h1"', "title"),
    "field-bad-selector": ('"css:h1", ', '"css:h1[", ', "fields.title"),
    "permission-unknown": ("delay  = 2", 'permission = "maybe"', "permission"),
    "zone-unknown": ("delay  = 2", 'zone = "WIP"', "zone"),
    "delay-a-text": ("delay  = 2", 'delay = "2s"', "delay"),
    "delay-negative": ("delay  = 2", "delay = -1", "delay"),
    "delay-for-ever": ("delay  = 2", "delay = inf", "delay"),
    "delay-no-number": ("delay  = 2", "delay = nan", "delay"),
    "looks-for-ever": ("delay  = 2", "looks = [inf]", "looks"),
    "every-for-ever": ("delay  = 2", "every = inf", "every"),
    "expect-a-number": ("delay  = 2", "expect = 50", "expect"),
    "expect-upside-down": ("delay  = 2", "expect = { per_day = [400, 50] }", "expect"),
    "expect-by-the-hour": ("delay  = 2", "expect = { per_day = [50, 400], per_hour = [1, 9] }", "expect"),
    "expect-of-truth": ("delay  = 2", "expect = { per_day = [false, true] }", "expect"),
    "looks-a-text": ("delay  = 2", 'looks = "1h"', "looks"),
    "looks-of-numbers": ("delay  = 2", "looks = [1, 6]", "looks"),
    "looks-of-unknown-unit": ("delay  = 2", 'looks = ["1h", "2w"]', "looks"),
    "looks-of-nothing": ("delay  = 2", 'looks = ["0h"]', "looks"),
    "every-a-number": ("delay  = 2", "every = 20", "every"),
    "every-of-unknown-unit": ("delay  = 2", 'every = "20 minutes"', "every"),
    "every-of-nothing": ("delay  = 2", 'every = "0m"', "every"),
    "query-a-text": ("delay  = 2", 'query = "page=all"', "query"),
    "query-of-numbers": ("delay  = 2", "query = { page = 1 }", "query"),
    "like-a-missing-seed": ("delay  = 2", 'like = "koran"', "like"),
    "like-itself": ("delay  = 2", 'like = "warta"', "like"),
    "like-a-number": ("delay  = 2", "like = 7", "like"),
    "rule-bad-regex": ("'^IKLAN$'", "'^IKLAN($'", "advertisement"),
    "rule-matches-empty": ("'^IKLAN$'", "'^(IKLAN)?$'", "advertisement"),
    "rule-cuts-nothing": ("'^IKLAN$'", "'(?=IKLAN)'", "advertisement"),
    "rule-bad-selector": ("line  = '^IKLAN$'", 'drop = ".iklan["', "advertisement"),
    "rule-without-verb": ("line  = '^IKLAN$'", "", "advertisement"),
    "rule-with-two-verbs": ("why   =", "tail = 'x'\nwhy =", "advertisement"),
    "rule-with-unknown-group": ("'^IKLAN$'", "'^(?P<iklan>IKLAN)$'", "iklan"),
    "rule-keeps-unknown-field": ("why   =", 'keeps = { iklan = "x" }\nwhy =', "iklan"),
    "rule-keeps-a-text": ("why   =", 'keeps = "x"\nwhy =', "keeps"),
    "rule-without-why": ('why   = "advertisement"', "", "why"),
    "rule-without-given": ('given = "IKLAN"', "", "given"),
    "rule-without-spare": ('spare = "IKLAN itu, kata dia, menyesatkan."', "", "spare"),
    "rule-spare-empty": ('spare = "IKLAN itu, kata dia, menyesatkan."', 'spare = ""', "spare"),
    "rule-gives-a-number": ("why   =", "gives = 7\nwhy =", "gives"),
    "rules-a-single-table": ("[[clean]]", "[clean]", "clean"),
    "two-rules-of-one-name": (REST, REST + REST[REST.index("[[clean]]") :], "advertisement"),
}


def message(slug: str) -> str:
    with pytest.raises(SeedError) as caught:
        load(slug)
    return str(caught.value)


@pytest.mark.parametrize("name", BROKEN)
def test_broken_seed(name: str, seeds: Path) -> None:
    right, wrong, key = BROKEN[name]
    assert right in SEED
    (seeds / "warta.toml").write_text(SEED.replace(right, wrong, 1), encoding="utf-8")
    said = message("warta")
    assert said.startswith("warta.toml: ")
    assert key in said
    assert "\n" not in said


def test_broken_common_names_its_own_file(seeds: Path) -> None:
    (seeds / "common.toml").write_text(COMMON + 'name = "x"', encoding="utf-8")
    assert message("warta").startswith("common.toml: fields.name: ")


def test_seed_in_another_encoding(seeds: Path) -> None:
    (seeds / "warta.toml").write_bytes(SEED.replace("Warta", "Kédai").encode("cp1252"))
    assert message("warta").startswith("warta.toml: ")


def test_a_seed_that_an_editor_marked_as_utf_8(seeds: Path) -> None:
    for name in ("common", "warta"):
        path = seeds / f"{name}.toml"
        path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    owner = outlet_of("https://warta.example/read/1")
    assert owner
    assert owner.name == "Warta Desa"


def test_folder_without_common_shares_what_we_ship(seeds: Path) -> None:
    (seeds / "common.toml").unlink()
    rules = [rule.name for rule in load("warta").rules]
    assert "warta/advertisement" in rules
    assert "common/baca juga glued" in rules


def test_a_seed_of_your_own_lies_over_ours(seeds: Path) -> None:
    (seeds / "liputan6.toml").write_text(SEED.replace("warta.example", "liputan6.com"), encoding="utf-8")
    owner = outlet_of("https://www.liputan6.com/news/read/5500009/hilang")
    assert owner
    assert (owner.slug, owner.name) == ("liputan6", "Warta Desa")
    assert load("detik").name == "detikcom"
    assert names() == sorted([*SHIPPED, "warta"])


def test_a_host_of_yours_goes_before_the_same_host_of_ours(seeds: Path) -> None:
    (seeds / "warta.toml").write_text(SEED.replace("warta.example", "liputan6.com"), encoding="utf-8")
    owner = outlet_of("https://www.liputan6.com/news/read/5500009/hilang")
    assert owner
    assert owner.slug == "warta"


def test_a_folder_of_your_own_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_SEEDS", str(tmp_path / "hilang"))
    for ask in (names, lambda: load("liputan6"), lambda: outlet_of("https://kabar.example/1")):
        with pytest.raises(SeedError, match=r"^KLIPING_SEEDS: .*hilang is no folder$"):
            ask()


def test_unknown_outlet_is_told_which_are_known(seeds: Path) -> None:
    assert message("koran") == f"no outlet named 'koran'; known: {', '.join(sorted([*SHIPPED, 'warta']))}"
    assert seeds.is_dir()


def test_two_seeds_alike_in_a_circle(seeds: Path) -> None:
    (seeds / "warta.toml").write_text(SEED.replace("delay  = 2", 'like = "koran"'), encoding="utf-8")
    (seeds / "koran.toml").write_text(SEED.replace("delay  = 2", 'like = "warta"'), encoding="utf-8")
    assert message("warta").startswith("warta.toml: like: ")


def test_like_takes_what_the_seed_leaves_out(seeds: Path) -> None:
    (seeds / "koran.toml").write_text(
        "name = 'Koran'\nlike = 'warta'\nhosts = ['koran.example']\nstory = '/(?P<id>\\d+)'", encoding="utf-8"
    )
    koran, warta = load("koran"), load("warta")
    assert (koran.layouts, koran.brands, koran.rules, koran.doors) == (warta.layouts, warta.brands, warta.rules, ())


def test_what_to_expect_of_a_day_is_for_a_person_to_say(seeds: Path) -> None:
    assert load("warta").expect is None
    (seeds / "kabar.toml").write_text(SEED.replace("delay  = 2", "expect = { per_day = [50, 400] }"), encoding="utf-8")
    assert load("kabar").expect == (50, 400)


LOOKS = {"": [1, 6, 24, 168], "looks = []": [], 'looks = ["2d", "30m"]': [0.5, 48]}


@pytest.mark.parametrize("said", LOOKS)
def test_looks_are_four_unless_the_seed_says_otherwise(said: str, seeds: Path) -> None:
    (seeds / "warta.toml").write_text(SEED.replace("delay  = 2", said), encoding="utf-8")
    assert [age / timedelta(hours=1) for age in load("warta").looks] == LOOKS[said]


def test_doors_are_asked_every_half_hour_unless_the_seed_says_otherwise(seeds: Path) -> None:
    assert load("warta").every == timedelta(minutes=30)
    (seeds / "koran.toml").write_text(SEED.replace("delay  = 2", 'every = "6h"'), encoding="utf-8")
    assert load("koran").every == timedelta(hours=6)


LIPUTAN6 = {
    "http://bisnis.liputan6.com/read/2436773/harga-cabai-naik": "2436773",
    "http://m.liputan6.com/tekno/read/2436773/harga-cabai-naik": "2436773",
    "http://photo.liputan6.com/musik/harga-cabai-naik-2437247": "2437247",
    "http://photo.liputan6.com/read/2437240/harga-cabai-naik": "2437240",
    "https://www.liputan6.com/global/read/4848273/harga-cabai-naik": "4848273",
    "https://www.liputan6.com/global/read/4848273/harga-cabai-naik?page=2": "4848273",
    "https://www.liputan6.com/global/read/4848273/slug-lain#komentar": "4848273",
    "https://www.liputan6.com/global/read/4848273/": "4848273",
    "https://www.liputan6.com/global/read/4848273": "4848273",
    "https://WWW.Liputan6.COM/global/read/4848273/harga-cabai-naik": "4848273",
    "https://www.liputan6.com:443/global/read/4848273/harga-cabai-naik": "4848273",
    "https://liputan6.com/read/4848273/harga-cabai-naik": "4848273",
    "https://www.liputan6.com/photo/read/4541831/foto-harga-cabai": "4541831",
    "https://m.liputan6.com/global/read/4848273/harga-cabai-naik": "4848273",
    "https://hot.liputan6.com/read/4611435/5-potret": "4611435",
    "https://surabaya.liputan6.com/read/4611436/harga-cabai-naik": "4611436",
    "https://enamplus.liputan6.com/tv/read/5983667/harga-cabai-naik": "5983667",
    "https://m.liputan6.com/stories/4212555": "4212555",
    "https://today.liputan6.com/4922610": "4922610",
    "https://today.liputan6.com/4922610/": "4922610",
    "https://www.liputan6.com/amp/5594363/harga-cabai-naik": "5594363",
    "https://m.liputan6.com/amp/4611435/harga-cabai-naik": "4611435",
    "https://www.liputan6.com/crypto/read/8303704/harga-cabai-naik": "8303704",
}
NOT_LIPUTAN6 = [
    "https://liputan6.com.evil.id/read/4848273/x",
    "https://notliputan6.com/read/4848273/x",
    "https://liputan6.com@evil.id/read/4848273/x",
    "https://liputan6.com:x@evil.id/read/4848273/x",
    "https://evil.id/https://www.liputan6.com/read/4848273/x",
    "https://evil.id/?u=liputan6.com/read/4848273/x",
    "https://evil.id#.liputan6.com/read/4848273/x",
    "https://evil.id\\@liputan6.com/read/4848273/x",
    "https://liputan6.co/read/4848273/x",
    "https://kabar.example/read/4848273/x",
    "https://www.liputan6.com:abc/read/4848273/x",
    "https://[www.liputan6.com/read/4848273/x",
    "javascript://liputan6.com/read/4848273/x",
    "ftp://liputan6.com/read/4848273/x",
    "file:///read/4848273/x",
    "//www.liputan6.com/read/4848273/x",
    "/read/4848273/x",
    "mailto:redaksi@liputan6.com",
    "",
]
NO_STORY = [
    "https://www.liputan6.com/",
    "https://www.liputan6.com/indeks/2024/05/08?page=2",
    "https://www.liputan6.com/tag/cabai",
    "https://www.liputan6.com/global",
    "https://www.liputan6.com/read/abc/harga-cabai-naik",
    "https://www.liputan6.com/read/123/harga-cabai-naik",
    "https://www.liputan6.com/read/4848273x/harga-cabai-naik",
    "https://www.liputan6.com/search?q=/read/4848273/harga",
    "https://www.liputan6.com/me/redaktur",
    "https://photo.liputan6.com/indeks",
    "https://liputan6.com/4922610",
]


@pytest.mark.parametrize("url", LIPUTAN6)
def test_story_id(url: str) -> None:
    outlet = load("liputan6")
    assert (outlet.owns(url), outlet.story_id(url), outlet_of(url)) == (True, LIPUTAN6[url], outlet)


@pytest.mark.parametrize("url", NOT_LIPUTAN6)
def test_foreign_address(url: str) -> None:
    outlet = load("liputan6")
    assert (outlet.owns(url), outlet.story_id(url), outlet_of(url)) == (False, None, None)


@pytest.mark.parametrize("url", NO_STORY)
def test_own_address_that_is_no_story(url: str) -> None:
    outlet = load("liputan6")
    assert (outlet.owns(url), outlet.story_id(url)) == (True, None)


@pytest.mark.parametrize(
    ("url", "bare"),
    [
        ("https://www.liputan6.com/global/read/4848273/x?page=2", "https://www.liputan6.com/global/read/4848273/x"),
        (
            "https://www.liputan6.com/global/read/4848273/x?utm_source=rss&page=3#top",
            "https://www.liputan6.com/global/read/4848273/x",
        ),
        ("https://WWW.Liputan6.com/Global/read/4848273/X", "https://www.liputan6.com/Global/read/4848273/X"),
        ("https://ani:rahasia@www.liputan6.com/read/4848273/x", "https://www.liputan6.com/read/4848273/x"),
        ("http://tekno.liputan6.com/read/2441103/x", "http://tekno.liputan6.com/read/2441103/x"),
    ],
)
def test_bare(url: str, bare: str) -> None:
    assert load("liputan6").bare(url) == bare
    assert load("liputan6").bare(bare) == bare


def test_bare_asks_for_what_the_seed_sets(seeds: Path) -> None:
    (seeds / "warta.toml").write_text(SEED.replace("delay  = 2", 'query = { page = "all" }'), encoding="utf-8")
    assert load("warta").bare("https://warta.example/read/1?page=2&utm=x") == "https://warta.example/read/1?page=all"


@pytest.mark.parametrize(
    ("url", "own"),
    [
        ("https://id.berita.yahoo.com/harga-cabai-naik-233000971.html", "harga-cabai-naik-233000971"),
        ("https://id.news.yahoo.com/harga-cabai-naik-233000971.html", "harga-cabai-naik-233000971"),
        ("https://id.berita.yahoo.com/harga-cabai-naik.html", None),
        ("https://sg.news.yahoo.com/chilli-prices-233000971.html", None),
        ("https://yahoo.com/harga-cabai-naik-233000971.html", None),
    ],
)
def test_story_id_of_yahoo(url: str, own: str | None) -> None:
    assert load("yahoo-id").story_id(url) == own


@pytest.mark.parametrize(("url", "own"), [
    ("https://www.warta.example/desa/panen-raya-di-lereng", "www.warta.example/desa/panen-raya-di-lereng"),
    ("https://warta.example/2024/12345/", "warta.example/2024/12345"),
    ("https://warta.example/tentang-kami", None),
    ("https://warta.example/", None),
    ("https://warta.example/desa/", None),
])  # fmt: skip
def test_three_lines_know_a_story_by_its_slug(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, own: str | None) -> None:
    (tmp_path / "common.toml").write_text("")
    seed = 'name = "Warta"\nhosts = ["warta.example"]\ndoors = [{ feed = "https://warta.example/rss" }]\n'
    (tmp_path / "warta.toml").write_text(seed)
    monkeypatch.setenv("KLIPING_SEEDS", str(tmp_path))
    assert load("warta").story_id(url) == own
