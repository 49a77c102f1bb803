"""A made Liputan6 of any size: one invented story under many ids and titles, announced by feed, sitemap and dated index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawling import ROOT

if TYPE_CHECKING:
    from pathlib import Path

STORY = ROOT / "tests" / "pages" / "liputan6" / "desktop_2024_pendek.html"
OWN_ID = "5583914"
TITLE = "Festival Waduk Jatimulya Padukan Lomba Dayung dan Puisi Pinggir Air"
ITEM = "<item><link>{url}</link><pubDate>Wed, 01 May 2024 16:{minute:02}:00 +0700</pubDate><title>{title}</title></item>"
ROW = '<article class="articles--rows--item"><a href="{url}">{title}</a></article>'
A_PAGE = 24


def url_of(number: int) -> str:
    return f"https://www.liputan6.com/lifestyle/read/{7_000_000 + number}/festival-waduk-ke-{number}"


def title_of(number: int) -> str:
    return f"Festival Waduk Jatimulya Hari ke-{number}"


def made_site(folder: Path, stories: int) -> Path:
    """Write the site and its recording: the feed knows the first 20, the sitemap the odd ones, the index all."""
    page = STORY.read_text(encoding="utf-8")
    rows = []
    for number in range(stories):
        file = folder / f"story-{number}.html"
        file.write_text(page.replace(OWN_ID, str(7_000_000 + number)).replace(TITLE, title_of(number)), encoding="utf-8")
        rows.append((url_of(number), file.name, "text/html"))
    told = [{"url": url_of(number), "title": title_of(number), "minute": number % 60} for number in range(stories)]
    feed = "".join(ITEM.format(**one) for one in told[:20])
    locs = "".join(f"<url><loc>{one['url']}</loc></url>" for one in told[1::2])
    doors = {
        "https://feed.liputan6.com/rss": (f"<rss version='2.0'><channel>{feed}</channel></rss>", "application/xml"),
        "https://www.liputan6.com/sitemap.xml": (f"<urlset>{locs}</urlset>", "application/xml"),
    }
    for page_number in range(1, stories // A_PAGE + 5):
        listed = told[(page_number - 1) * A_PAGE : page_number * A_PAGE]
        index = "".join(ROW.format(**one) for one in listed)
        doors[f"https://www.liputan6.com/indeks/{{today}}?page={page_number}"] = (f"<html>{index}</html>", "text/html")
    for number, (url, (content, kind)) in enumerate(doors.items()):
        (folder / f"door-{number}").write_text(content, encoding="utf-8")
        rows.append((url, f"door-{number}", kind))
    tsv = folder / "SITE.tsv"
    tsv.write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    return tsv
