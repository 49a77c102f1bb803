"""An alarm is proved by breaking a layout on purpose: real crawls of a made site whose stories are of today."""

from __future__ import annotations

import json
import random
import re
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import conftest
import pytest
from crawling import ROOT, Crawl, crawling
from listener import Listener, listening

from demo.recordings import recordings

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

WIB = timezone(timedelta(hours=7))
STORY = (ROOT / "tests" / "pages" / "liputan6" / "desktop_2024_pendek.html").read_text(encoding="utf-8")
OWN_ID, TITLE = "5583914", "Festival Waduk Jatimulya Padukan Lomba Dayung dan Puisi Pinggir Air"
WORDS = "warga pasar desa sungai panen jalan sekolah harga padi kapal hujan musim bupati kebun guru nelayan".split()  # noqa: SIM905
PROMO = "* Follow Official WhatsApp Channel Liputan6.com untuk mendapatkan berita terkini dengan mengklik tautan ini."
ROWS = "<html>{}</html>"


def story(number: int, hours_ago: float, spoil: Callable[[str], str]) -> str:
    """One story of its own words, published so many hours ago."""
    chance = random.Random(number)
    when = datetime.now(WIB) - timedelta(hours=hours_ago)
    page = STORY.replace(OWN_ID, str(7_000_000 + number)).replace(TITLE, f"Kabar Desa Nomor {number}")
    page = re.sub(r"2024-05-01T16:[34][08]:[02]0\+07:00", f"{when:%Y-%m-%dT%H:%M:%S+07:00}", page)
    start, end = page.index("<p>Simak saja"), page.index("<p>&nbsp;</p>")
    told = [" ".join(chance.choices(WORDS, k=chance.randint(15, 45))).capitalize() + "." for _ in range(chance.randint(4, 9))]
    return spoil(page[:start] + "".join(f"<p>{line}</p>\n" for line in [*told, PROMO]) + page[end:])


class Site:
    """A Liputan6 that publishes: stories are announced by its feed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rows, self.count = folder, {}, 0
        self.items: list[str] = []
        self.listed: list[str] = []
        self.silent = False

    def publish(self, several: int, spoil: Callable[[str], str] = lambda page: page, hours_ago: float = 1) -> None:
        for _ in range(several):
            url = f"https://www.liputan6.com/lifestyle/read/{7_000_000 + self.count}/kabar-desa-nomor-{self.count}"
            self.write(url, f"story-{self.count}.html", "text/html", story(self.count, hours_ago, spoil))
            self.items.insert(0, f"<item><link>{url}</link><title>Kabar {self.count}</title></item>")
            self.listed.append(f'<article class="articles--rows--item"><a href="{url}">Kabar {self.count}</a></article>')
            self.count += 1

    def write(self, url: str, name: str, kind: str, text: str) -> None:
        beside = self.folder / f"{name}.new"  # a crawl may ask while we write: half a page is none of the newsroom's
        beside.write_text(text, encoding="utf-8")
        beside.replace(self.folder / name)
        self.rows[url] = f"{url}\t{name}\t{kind}"

    def recorded(self) -> Path:
        told = "" if self.silent else "".join(self.items[:40])
        feed = f"<rss version='2.0'><channel>{told}</channel></rss>"
        self.write("https://feed.liputan6.com/rss", "feed", "application/xml", feed)
        for day in ("today", "yesterday"):
            for page in range(1, 4):
                listed = ROWS.format("".join(self.listed)) if (day, page) == ("today", 1) else ROWS.format("")
                self.write(f"https://www.liputan6.com/indeks/{{{day}}}?page={page}", f"{day}-{page}", "text/html", listed)
        return self.printed()

    def printed(self) -> Path:
        """Have every story's page and name none of them anew: a page is there before a door tells of it."""
        first = f"<urlset><url><loc>{next(iter(self.rows))}</loc></url></urlset>"
        self.write("https://www.liputan6.com/sitemap.xml", "map", "application/xml", first)
        tsv = self.folder / "SITE.tsv"
        tsv.write_text("\n".join(self.rows.values()) + "\n", encoding="utf-8")
        return tsv


class Scene:
    """The site, its crawl, and four ordinary runs behind it."""

    def __init__(self, site: Site, crawl: Crawl) -> None:
        self.site, self.crawl = site, crawl

    def run(self, **env: str) -> subprocess.CompletedProcess[str]:
        self.crawl.web.pages = recordings([self.site.recorded()])
        return self.crawl("liputan6", **env)


@pytest.fixture(scope="module")
def scene(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("alarms")
    with conftest._fresh(server, conftest.TEMPLATE) as address, crawling(address, folder) as crawl:
        ready = Scene(Site(folder), crawl)
        for _ in range(4):
            ready.site.publish(12)
            done = ready.run()
            assert (done.returncode, done.stderr) == (0, "")
        yield ready


def half(page: str) -> str:
    """The fence still matches, yet what follows the first paragraph stands elsewhere."""
    return page.replace("</p>\n<p>", '</p>\n</div><div class="v2__text"><p>', 1)


BROKEN: dict[str, tuple[Callable[[str], str], str]] = {
    "fence renamed": (lambda page: page.replace("article-content-body__item-content", "v2__text"), "could not be read"),
    "half of the body outside": (half, "words a story"),
    "byline dropped": (lambda page: page.replace("Dewi Larasati Winoto", ""), "have authors"),
    "date dropped": (lambda page: re.sub(r"20\d\d-\d\d-\d\d", "", page), "have published_at"),
    "new promo": (lambda page: page.replace("<p>&nbsp;</p>", "<p>Unduh aplikasi kami di ponsel Anda</p>"), "recurs in"),
    "furniture reworded": (lambda page: page.replace("Follow Official", "Ikuti Saluran"), "whatsapp channel cut in"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_a_changed_layout_alarms_within_one_run(scene: Scene, what: str) -> None:
    spoil, expected = BROKEN[what]
    scene.site.publish(10, spoil)
    done = scene.run()
    assert done.returncode == 5, (done.returncode, done.stderr)
    assert len(done.stderr.splitlines()) == 1
    told = scene.crawl.kliping("health", "liputan6")
    assert expected in done.stderr + told.stdout, (done.stderr, told.stdout)
    assert told.returncode == 5


def test_a_door_that_falls_silent_alarms_within_one_run(scene: Scene) -> None:
    scene.site.silent = True
    done = scene.run()
    scene.site.silent = False
    assert done.returncode == 5
    assert "door https://feed.liputan6.com/rss announced 0 stories" in done.stderr


def test_a_way_that_is_closed_tells_nobody_twice_by_another(scene: Scene) -> None:
    """The mail that did not go is tried again; Slack, which took it, hears nothing more."""
    with listening(Listener()) as listener:
        ways = {"KLIPING_ALARM_SLACK": listener.url, "KLIPING_ALARM_EMAIL": "jaga@kliping.example"}
        for _ in range(2):
            scene.site.publish(10, BROKEN["byline dropped"][0])
            done = scene.run(no_proxy="127.0.0.1", KLIPING_ALARM_SMTP="smtp://127.0.0.1:1", **ways)
            assert done.returncode == 5
            assert "alarm by email not sent: ConnectionRefusedError" in done.stderr
        assert len(listener.heard) == 1


def test_whoever_is_on_call_is_told_once_and_the_switch_each_time(scene: Scene) -> None:
    with listening(Listener()) as listener:
        ways = {"KLIPING_ALARM_WEBHOOK": f"{listener.url}/webhook", "KLIPING_PING_URL": f"{listener.url}/{{outlet}}"}
        for _ in range(2):
            scene.site.publish(10, BROKEN["byline dropped"][0])
            done = scene.run(no_proxy="127.0.0.1", **ways)
            assert done.returncode == 5
            assert listener.url not in done.stderr
        assert [path for path, *_ in listener.heard] == ["/webhook", "/liputan6/fail", "/liputan6/fail"]
        assert json.loads(listener.heard[0][2])["outlet"] == "liputan6"


def test_it_is_quiet_again_when_the_layout_is(scene: Scene) -> None:
    scene.site.publish(12)
    done = scene.run()
    assert (done.returncode, done.stderr) == (0, "")
    told = scene.crawl.kliping("health", "--format", "jsonl")
    assert told.returncode == 0, told.stdout
    assert json.loads(told.stdout)["health"] == "green"
