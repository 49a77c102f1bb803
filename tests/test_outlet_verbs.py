"""``kliping outlet new`` and ``check``: a draft that is a seed, proofs that are run, furniture that recurs written as rules."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from invented import a_run, article, stored
from test_pages import recorded

from demo.recorded_web import recorded_web
from pipelines import Block, Page, load
from pipelines.addressed import story_pattern
from pipelines.cli.main import main
from pipelines.cli.outlet_new import keep
from pipelines.drafting import fences, seed, sitemaps_of, slug_of
from pipelines.readers.encoding import decoded
from pipelines.readers.inline import fold
from pipelines.readers.sheet import Sheet
from pipelines.recurring import candidates, unlike
from pipelines.rules import Verb
from pipelines.seedtables import rules_of
from pipelines.store.keep import write

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Engine

    from pipelines.store.keep import Kept

HERE = Path(__file__).parent
SEEDS = HERE.parent / "seeds"
SOURCES = {"title": {"from": "json_ld:headline", "said": "Harga cabai naik"}}
RECORDED = HERE.parent / "demo/RECORDED.tsv"
HELD = [str(HERE / f"pages/liputan6/desktop_2024_{name}.html") for name in ("bisnis", "pendek", "empat_halaman")]
WORDS = [
    "warga", "pasar", "hujan", "sungai", "kebun", "petani", "harga", "truk", "jalan", "desa", "sawah", "nelayan", "guru",
    "sekolah", "padi", "kopi", "pagi", "malam", "besar", "kecil",
]  # fmt: skip


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of seeds of our own: what all share, and Liputan6."""
    for name in ("common", "generic", "liputan6"):
        shutil.copy(SEEDS / f"{name}.toml", tmp_path)
    monkeypatch.setenv("KLIPING_SEEDS", str(tmp_path))
    monkeypatch.setenv("KLIPING_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def sentence(number: int) -> str:
    """A reporter's sentence that no other story has."""
    return " ".join(islice(cycle(WORDS), number % 17, number % 17 + 9)).capitalize() + f" menurut saksi ke-{'i' * (number + 1)}."


def stories(*furniture: str, count: int = 10) -> list[list[Block]]:
    """Stories that share a line or two and nothing else; ``{n}`` in it is the story's number, ``{kata}`` a word of its own."""
    return [
        [Block("p", text.format(n=n, kata=WORDS[n].capitalize(), cerita=sentence(n))) for text in ("{cerita}", *furniture)]
        for n in range(count)
    ]


def found(told: Sequence[Sequence[Block]]) -> list[tuple[Verb, str]]:
    return [(candidate.verb, candidate.pattern) for candidate in candidates(told, 3)]


ADDRESSES = {
    "liputan6": (
        r"/read/(?P<id>\d+)/",
        "https://www.liputan6.com/crypto/read/6051205/a",
        "https://www.liputan6.com/bola/read/6045023/x-99",
    ),
    "detik": (r"/d-(?P<id>\d+)/", "https://news.detik.com/berita/d-7971101/dirut", "https://sport.detik.com/bola/liga/d-7969455/k"),
    "kompas": (r"/read/\d{4}/\d{2}/\d{2}/(?P<id>\d+)/", "https://money.kompas.com/read/2025/06/18/21353591/pakar"),
    "okezone": (
        r"/read/\d{4}/\d{2}/\d{2}/\d+/(?P<id>\d+)/",
        "https://techno.okezone.com/read/2025/06/16/57/3147776/hp",
        "https://bola.okezone.com/read/2025/06/18/320/3148411/perang",
    ),
    "id-in-the-slug": (r"/[^/]*(?<!\d)(?P<id>\d{9,})[^/]*(?:/|$)", "https://kabar.example/perahu-2025-001122334.html"),
    "a-slug-with-its-day": (
        r"/(?P<id>\d{4}/\d{2}/\d{2}/[^/]+)/?$",
        "https://kabar.example/2026/11/28/perahu-kembali/",
        "https://kabar.example/daerah/2026/11/27/harga/",
    ),
    "a-slug-with-its-month": (r"/(?P<id>\d{4}/\d{2}/[^/]+)/?$", "https://kabar.example/2026/11/perahu-kembali.html"),
    "a-slug-behind-a-word": (
        r"/berita/(?P<id>[^/]+)/?$",
        "https://kabar.example/berita/perahu",
        "https://kabar.example/id/berita/harga-cabai-7",
    ),
    "a-day-in-one-is-none": (None, "https://kabar.example/20261128/perahu", "https://kabar.example/20261127/harga"),
    "a-year-in-the-slug": (None, "https://kabar.example/pemilu-2024-dimulai", "https://kabar.example/pemilu-2029-dimulai"),
    "one-number-in-all": (None, "https://kabar.example/kanal/12345/perahu", "https://kabar.example/kanal/12345/harga"),
    "an-id-beside-a-day": (
        r"/berita/\d{4}/\d{2}/\d{2}/(?P<id>\d+)/",
        "https://kabar.example/berita/2026/11/28/12345/perahu",
        "https://kabar.example/berita/2026/11/27/12346/harga",
    ),
    "short-ids": (
        r"/baca-berita/(?P<id>\d+)(?:/|$)",
        *(f"https://kabar.example/kanal/3/baca-berita/{number}/perahu" for number in ("7", "812", "2024")),
    ),
    "two-short-ids-may-be-channels": (None, "https://kabar.example/kanal/3/perahu", "https://kabar.example/kanal/4/harga"),
    "years-are-no-short-ids": (
        r"/(?P<id>\d{4}/\d{2}/\d{2}/[^/]+)/?$",
        *(f"https://kabar.example/arsip/{year}/11/28/perahu" for year in (2024, 2025, 2026)),
    ),
    "no-number": (None, "https://kabar.example/read/123456/a", "https://kabar.example/perahu-kembali-melaut"),
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_story_pattern_is_guessed_from_addresses(name: str) -> None:
    expected, *urls = ADDRESSES[name]
    assert story_pattern([url for url in urls if url]) == expected


def test_the_guessed_id_is_the_last_long_number() -> None:
    match = re.search(story_pattern(["https://kabar.example/perahu-2025-001122334.html"]) or "", "/harga-2024-998877665.html")
    assert match
    assert match["id"] == "998877665"


@pytest.mark.parametrize(
    ("host", "slug"), [("news.detik.com", "detik"), ("republika.co.id", "republika"), ("tempo.co", "tempo"), ("a.example", "a")]
)
def test_a_seed_is_named_by_its_host(host: str, slug: str) -> None:
    assert slug_of(host) == slug


def test_sitemaps_of_a_robots_txt() -> None:
    robots = "User-agent: *\nDisallow: /search\nSitemap: https://kabar.example/a.xml\n sitemap:https://kabar.example/b.xml\r\n"
    assert sitemaps_of(robots) == ["https://kabar.example/a.xml", "https://kabar.example/b.xml"]


def test_the_fence_is_tight_around_the_prose_of_every_page() -> None:
    sheets = [Sheet(decoded(Path(name).read_bytes())) for name in HELD]
    assert [selector for selector, _ in fences(sheets)] == [".article-content-body__item-content"]


def test_two_layouts_have_two_fences() -> None:
    pages = [HERE / f"pages/liputan6/{name}.html" for name in ("today_2022", "mobile_2021")]
    assert len(fences([Sheet(decoded(page.read_bytes())) for page in pages])) == 2


def test_a_page_without_prose_has_no_fence() -> None:
    assert fences([Sheet("<p>Halo</p>"), Sheet("")]) == []


def test_new_drafts_a_seed_that_loads(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (seeds / "liputan6.toml").unlink()
    assert main(["outlet", "new", "www.liputan6.com", *(part for name in HELD for part in ("--page", name))]) == 0
    outlet = load("liputan6")
    assert outlet.story_id("https://www.liputan6.com/bola/read/6045023/x") == "6045023"
    assert [layout.body for layout in outlet.layouts] == [".article-content-body__item-content"]
    assert {door.kind for door in outlet.doors} == {"feed"}
    told = capsys.readouterr()
    assert "this draft stands before liputan6.toml, a seed that reads liputan6.com already" in told.err
    kept = [Path(line) for line in told.out.splitlines() if line.endswith(".html.gz")]
    assert [gzip.decompress(path.read_bytes()) for path in kept] == [Path(name).read_bytes() for name in HELD]


def test_new_reads_the_pages_it_was_drafted_from(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (seeds / "liputan6.toml").unlink()
    main(["outlet", "new", "liputan6.com", *(part for name in HELD for part in ("--page", name))])
    capsys.readouterr()
    for names in (HELD, ()):  # without names: those that were kept
        assert main(["outlet", "check", "liputan6", *names]) == 0
        assert "found on 3 stories of 3 pages" in capsys.readouterr().out


def test_a_kept_page_that_names_no_address_is_checked_by_the_one_that_gave_it(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prose = "".join(f"<p>{sentence(n)}</p>" for n in range(9))
    page = Page("https://kabar.example/read/7001/perahu", f"<h1>Perahu Kembali</h1><div class=isi>{prose}</div>".encode())
    draft = seed("Kabar", "kabar.example", [], story_pattern([page.url]), [(".isi", 1.0)])
    (seeds / "kabar.toml").write_text(draft, encoding="utf-8")
    assert len(list(keep([page], tmp_path / "data/pages/kabar"))) == 1
    assert main(["outlet", "check", "kabar"]) == 0
    assert "found on 1 stories of 1 pages" in capsys.readouterr().out


ODD = ('Warta "Kita"', "Warta\\Kita", "Warta\nKita = 1", "Warta 'Kita' 🐟 \x7f\x1b[31m")


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_what_a_page_or_a_person_says_is_quoted(seeds: Path, tmp_path: Path, name: str) -> None:
    feed = """<link rel=alternate type="application/rss+xml" href='/rss?q="a"&b=\\c'>"""
    prose = "".join(f"<p>{sentence(number)}</p>" for number in range(9))
    head = f"<link rel=canonical href=https://kabar.example/read/d'arc/70012345/perahu>{feed}"
    (tmp_path / "x.html").write_text(f"{head}<h1>Perahu</h1><div class=isi>{prose}</div>", encoding="utf-8")
    assert main(["outlet", "new", "kabar.example", "--name", name, "--page", str(tmp_path / "x.html")]) == 0
    outlet = load("kabar")
    assert outlet.name == fold(name)
    assert [door.url for door in outlet.doors] == ['https://kabar.example/rss?q="a"&b=\\c']
    assert outlet.story_id("https://kabar.example/read/d'arc/70012346/x") == "70012346"


def test_a_draft_that_is_no_seed_is_not_written(seeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.drafting.seed", lambda *_: "name =")
    assert main(["outlet", "new", "kabar.example", "--page", HELD[0]]) == 2
    assert not (seeds / "kabar.toml").exists()


def test_new_fetches_politely_by_a_seed_it_borrows(seeds: Path, tmp_path: Path) -> None:
    """A child process and a recorded web: the page comes, its robots.txt was asked first."""
    (seeds / "liputan6.toml").unlink()
    url, kept = next(iter(recorded().values())), tmp_path / "kept"
    with recorded_web([RECORDED], log=tmp_path / "requests.jsonl") as web:
        env = os.environ | web.env() | {"KLIPING_CONTACT": "redaksi@kliping.example"}
        command = [sys.executable, "-m", "pipelines.cli.main", "outlet", "new", "liputan6.com", url, "--pages", str(kept)]
        done = subprocess.run(command, cwd=HERE.parent, env=env, capture_output=True, text=True, timeout=120, check=False)
        asked = [request["url"] for request in web.requests()]
    assert done.returncode == 0, done.stderr
    assert asked.index(url) > asked.index(f"https://{urlsplit(url).hostname}/robots.txt")
    assert load("liputan6").layouts
    assert len(list(kept.iterdir())) == 1
    assert sorted(path.name for path in seeds.glob("*.toml")) == ["common.toml", "generic.toml", "liputan6.toml"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("liputan6.com", "--page", HELD[0]), "liputan6.toml is there already"),
        (("https://kabar.example/", "--page", HELD[0]), "is no host name"),
        (("kabar.example",), "name some addresses of its stories"),
        (("kabar.example", "--page", HELD[0], "--slug", "../kabar"), "--slug ../kabar: needs small letters, digits and hyphens"),
        (("kabar.example", "--page", HELD[0], "--slug", "Kabar Kita"), "--slug Kabar Kita: needs small letters"),
        (("kabar.example", "--page", HELD[0], "--slug", "common"), "a name that is not common or generic"),
        (("kabar.example", "--page", RECORDED.as_posix()), "names no address of its own; name addresses instead of pages"),
        (("kabar.example", "--page", "/no/such/page.html"), "/no/such/page.html: No such file"),
    ],
)
def test_new_says_what_it_needs(seeds: Path, arguments: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(seeds.iterdir())
    assert main(["outlet", "new", *arguments]) == 2
    assert expected in capsys.readouterr().err
    assert sorted(seeds.iterdir()) == before


def test_new_says_which_address_its_draft_takes_for_no_story(
    seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    urls = ["https://kabar.example/daerah/perahu", "https://kabar.example/nasional/harga-cabai-naik"]
    for number, url in enumerate(urls):
        (tmp_path / f"{number}.html").write_text(f"<link rel=canonical href={url}><p>{sentence(number)}</p>", encoding="utf-8")
    assert main(["outlet", "new", "kabar.example", "--page", str(tmp_path / "0.html"), "--page", str(tmp_path / "1.html")]) == 0
    assert capsys.readouterr().err == f"kliping outlet: by this draft {urls[0]} is no story: write its story pattern\n"


def test_new_asks_only_for_what_it_must_have(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["outlet", "new"])
    assert capsys.readouterr().err.endswith("required: HOST\n")


def test_check_shows_proofs_coverage_and_refusals(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outlet", "check", "liputan6", *HELD, str(HERE / "pages/liputan6/video_stub.html")]) == 0
    said = capsys.readouterr().out
    assert "each cuts its given and spares its spare" in said
    assert re.search(r"^published_at +3 +3 +meta:article:published_time 3 ", said, re.MULTILINE)
    assert "video stub without a story" in said


@pytest.mark.parametrize("least", ["-1", "0", "tiga"])
def test_check_counts_from_one(seeds: Path, least: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["outlet", "check", "liputan6", "--least", least])
    assert "is no whole number from 1 on" in capsys.readouterr().err


def test_check_says_which_page_fits_no_layout(seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    html = (HERE / "pages/liputan6/desktop_2024_bisnis.html").read_text(encoding="utf-8")
    (tmp_path / "baru.html").write_text(html.replace("article-content-body__item-content", "v2__text"), encoding="utf-8")
    assert main(["outlet", "check", "liputan6", *HELD, str(tmp_path / "baru.html")]) == 0
    said = capsys.readouterr().out
    assert "fit no layout of the seed" in said
    assert said.partition("fit no layout of the seed")[2].count("https://") == 1


def test_check_names_a_proof_that_fails(seeds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = seeds / "liputan6.toml"
    rule = "\n[[clean]]\nline  = '(?i)iklan'\nwhy   = 'iklan'\ngiven = 'Iklan layanan'\nspare = 'Biaya iklan naik.'\n"
    path.write_text(path.read_text(encoding="utf-8") + rule, encoding="utf-8")
    assert main(["outlet", "check", "liputan6", *HELD]) == 2
    said = capsys.readouterr().out
    assert re.search(r"liputan6/iklan +given leaves 'layanan', not ''", said)
    assert re.search(r"liputan6/iklan +spare is cut by liputan6/iklan", said)


def test_check_learns_from_a_dump(seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = tmp_path / "dump.jsonl"
    texts = ["\n".join(block.text for block in story) for story in stories("Unduh aplikasi kami {n}", sentence(99))]
    rows = [{"url": f"https://www.liputan6.com/news/read/{6000000 + n}/x", "text": text} for n, text in enumerate(texts)]
    rows.append({"url": "https://kabar.example/a", "text": "Lain"})
    dump.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert main(["outlet", "check", "liputan6", *HELD, "--texts", str(dump)]) == 0
    said = capsys.readouterr().out
    assert "candidates in 10 stories" in said
    assert r"line  = '^Unduh ?aplikasi ?kami ?\d+$'" in said


def test_check_names_a_dump_that_holds_no_story(seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dump = tmp_path / "dump.jsonl"
    dump.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff\n")
    assert main(["outlet", "check", "liputan6", *HELD, "--texts", str(dump)]) == 2
    assert f"{dump}:1: no JSON" in capsys.readouterr().err


def kept(story_id: str, body: tuple[Block, ...]) -> Kept:
    """A story as the crawl stores it; ``stored`` calls its page's bytes the body."""
    made = stored(story_id)
    return replace(made, reading=replace(made.reading, result=article(story_id, body=body, sources=SOURCES)))


def test_check_learns_from_the_database(
    seeds: Path, database: Engine, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no page is held, what is stored tells what the seed finds."""
    monkeypatch.setenv("DATABASE_URL", address)
    (seeds / "kabar.toml").write_text('name = "Kabar"\nhosts = ["kabar.example"]\nbody = "article"\n', encoding="utf-8")
    told = stories("Unduh aplikasi kami", count=9)
    write(database, a_run(database), [kept(str(7000 + n), tuple(story)) for n, story in enumerate(told)])
    assert main(["outlet", "check", "kabar"]) == 0
    said = capsys.readouterr().out
    assert "found on the 9 newest stories of the database" in said
    assert re.search(r"^title +9 +9 +json_ld:headline 9 ", said, re.MULTILINE)
    assert "tail  = '^Unduh ?aplikasi ?kami$'" in said


RECURRING = {
    "a-line": (("Unduh aplikasi kami", "{cerita}"), Verb.LINE, "^Unduh ?aplikasi ?kami$"),
    "a-line-at-the-end": (("Unduh aplikasi kami",), Verb.TAIL, "^Unduh ?aplikasi ?kami$"),
    "numbers-vary": (("Halaman {n} dari 9", "{cerita}"), Verb.LINE, r"^Halaman ?\d+ ?dari ?\d+$"),
    "a-label": (("Simak juga: {kata} Naik Dua Kali Lipat", "{cerita}"), Verb.LINE, "^Simak ?juga ?:.*$"),
    "a-teaser": (("Simak Video {kata} Naik Dua Kali Lipat", "{cerita}"), Verb.LINE, "^Simak ?Video.*$"),
    "control-characters": (("Unduh\x7f aplikasi\x1c kami", "{cerita}"), Verb.LINE, "^Unduh\x7f ?aplikasi\x1c ?kami$"),
    "initials": (("Hujan turun di {kata}. (ab{n}/cde)".replace("{n}", ""),), Verb.TAIL, r"\s*\([a-z]+/[a-z]+\)$"),
}


@pytest.mark.parametrize("name", RECURRING)
def test_furniture_that_recurs_is_found(name: str) -> None:
    furniture, verb, pattern = RECURRING[name]
    assert (verb, pattern) in found(stories(*furniture))


@pytest.mark.parametrize(
    ("opening", "pattern"),
    [
        ("JAKARTA, KABAR.com - ", r"^(?P<dateline>[A-Z][A-Z. ]{2,24}?), ?KABAR\.com\s*[-–—]+\s*"),
        ("KABAR.CO,Jakarta-", r"^KABAR\.CO,(?P<dateline>[A-Z][\w. ]{2,24}?)\s*[-–—]+\s*"),
        ("Jakarta - ", r"^(?P<dateline>[A-Z][\w. ]{2,24}?)\s*[-–—]+\s*"),
        ("KABAR.com -- ", r"^KABAR\.com\s*[-–—]+\s*"),
    ],
)
def test_datelines_are_found(opening: str, pattern: str) -> None:
    told = [[Block("p", opening + sentence(n)), Block("p", sentence(n + 50))] for n in range(10)]
    assert found(told) == [(Verb.LEAD, pattern)]


def test_what_reporters_write_does_not_recur() -> None:
    assert found(stories("{cerita}")) == []


def test_a_story_held_twice_is_one_story() -> None:
    assert len(unlike(stories(count=4) + stories(count=4))) == 4


@pytest.mark.parametrize("name", RECURRING)
def test_a_candidate_is_a_rule_but_for_its_spare(name: str) -> None:
    furniture, _, _ = RECURRING[name]
    told = candidates(stories(*furniture), 3)
    assert told
    for candidate in told:
        rule = tomllib.loads(candidate.toml)
        assert rule["clean"][0]["spare"] == ""
        rule["clean"][0]["spare"] = "Kalimat wartawan."
        (made,) = rules_of("kabar", rule)
        assert made.pattern.search(made.given)


def test_pages_that_are_all_refused_are_not_called_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "masuk.html"
    page.write_text("<html><h1>Masuk</h1><p>Silakan masuk.</p></html>", encoding="utf-8")
    main(["outlet", "check", "kompas", str(page)])
    said = capsys.readouterr().out
    assert "none of 1 pages is a story of kompas" in said
    assert "name some pages" not in said
