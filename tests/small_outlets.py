"""Small newsrooms of our own making, each a seed and a feed of a few invented stories, for the tests of many crawls at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawling import ROOT, recording

if TYPE_CHECKING:
    from pathlib import Path

SEED = """name  = "{slug}"
hosts = ["{slug}.example"]
every = "{every}"
doors = [{{ feed = "https://{slug}.example/rss" }}]
story = '/read/(?P<id>\\d+)'
body  = ".isi"
delay = 0
looks = []
{more}
[fields]
title = ["css:h1"]
"""
NOT_NOW = """name = "{slug}"
hosts = ["{slug}.example"]
permission = "forbidden"
"""
PAGE = """<html lang="id"><head><title>{title}</title>
<meta property="article:published_time" content="2021-12-30T08:00:00+07:00"></head><body><h1>{title}</h1><div class="isi">
<p>Warga Desa {slug} menanam seribu bibit mangrove di pesisir utara pada Sabtu pagi.</p>
<p>Kegiatan ke-{number} itu diikuti para nelayan, pelajar, dan guru dari tiga dusun yang berdekatan.</p>
<p>Kepala desa mengatakan hutan bakau yang rapat menahan abrasi dan menjadi tempat ikan bertelur.</p>
</div></body></html>"""
ITEM = "<item><link>https://{slug}.example/read/{number}</link><title>{title}</title></item>"


def seeds_of(folder: Path, *slugs: str, every: str = "20m", **more: str) -> Path:
    """Write a folder of seeds that take the shipped ones' place; ``more`` holds further keys of an outlet."""
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    for shipped in {path.stem for path in (ROOT / "seeds").glob("*.toml")} - {"common", "generic"}:
        (seeds / f"{shipped}.toml").write_text(NOT_NOW.format(slug=shipped), encoding="utf-8")
    for slug in slugs:
        (seeds / f"{slug}.toml").write_text(SEED.format(slug=slug, every=every, more=more.get(slug, "")), encoding="utf-8")
    return seeds


def site_of(folder: Path, slug: str, stories: int) -> Path:
    """Record one newsroom: its feed and its stories."""
    told = [{"slug": slug, "number": number, "title": f"Warga {slug} tanam bakau ke-{number}"} for number in range(1, stories + 1)]
    feed = "<rss version='2.0'><channel>" + "".join(ITEM.format(**one) for one in told) + "</channel></rss>"
    pages = [(f"https://{slug}.example/read/{one['number']}", PAGE.format(**one), "text/html") for one in told]
    return recording(folder, (f"https://{slug}.example/rss", feed, "application/xml"), *pages)
