"""A week of scheduled runs against a site that publishes, corrects and takes down, with an outage and a database restart."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from crawling import ROOT, Crawl, crawling
from ordinary import BY_HOUR
from test_alarms import WORDS, Site

from demo.recordings import recordings
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR = 2.5  # seconds: time runs 1,440 times as fast
A_DAY = 40
CORRECTED = "tujuh belas, bukan tujuh"


@dataclass
class Newsroom:
    """Publishes by the hours of an Indonesian desk; of a hundred stories it corrects ten and takes two down."""

    site: Site
    crawl: Crawl
    days: int
    chance: random.Random = field(default_factory=lambda: random.Random(20261127))
    corrected: set[str] = field(default_factory=set)
    taken_down: set[str] = field(default_factory=set)
    open: bool = True
    trouble: list[BaseException] = field(default_factory=list)

    def work(self) -> None:
        """A week, as fast as the clock is."""
        began = time.monotonic()
        try:
            for hour in range(24 * self.days):
                for moment in sorted(self.chance.random() for _ in range(self.stories(hour))):
                    time.sleep(max(began + (hour + moment) * HOUR - time.monotonic(), 0))
                    self.publish()
        except BaseException as error:  # noqa: BLE001 (a thread's error is lost otherwise)
            self.trouble.append(error)
        self.open = False

    def stories(self, hour: int) -> int:
        usual = A_DAY * BY_HOUR[hour % 24] / sum(BY_HOUR) * (0.6 if hour // 24 > 4 else 1)
        return int(usual) + (self.chance.random() < usual % 1)

    def publish(self) -> None:
        self.site.publish(1, hours_ago=0)
        lot = self.chance.random()
        if self.site.count > 12 and lot < 0.12:
            number = self.site.count - self.chance.randint(2, 10)
            (self.take_down if lot < 0.02 else self.correct)(number)
        self.crawl.web.pages = recordings([self.site.printed()])
        self.site.recorded()

    def correct(self, number: int) -> None:
        """Change a sentence; the desk does not touch what it took down."""
        story_id = str(7_000_000 + number)
        if story_id in self.taken_down | self.corrected:
            return
        file = self.site.folder / f"story-{number}.html"
        told = f"<p>{' '.join(self.chance.choices(WORDS, k=6)).capitalize()} {CORRECTED}.</p><p>* Follow"
        corrected = file.with_suffix(".new")
        corrected.write_text(file.read_text(encoding="utf-8").replace("<p>* Follow", told), encoding="utf-8")
        corrected.replace(file)
        self.corrected.add(story_id)

    def take_down(self, number: int) -> None:
        """The page is gone for good."""
        story_id = str(7_000_000 + number)
        url = next(url for url in self.site.rows if story_id in url)
        self.site.rows[url] = f"{self.site.rows[url].partition('.html')[0]}.html\ttext/html\t410"
        self.taken_down.add(story_id)


@pytest.fixture
def crawl(tmp_path: Path) -> Iterator[Crawl]:
    """A database of its own, which may be stopped; looks come after one minute and two, a day and two of the site's."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    text = (ROOT / "seeds" / "liputan6.toml").read_text(encoding="utf-8")
    (seeds / "liputan6.toml").write_text(text.replace("[fields]", 'looks = ["1m", "2m"]\n\n[fields]', 1), encoding="utf-8")
    with crawling("", tmp_path) as ready:
        del ready.env["DATABASE_URL"]
        ready.env |= {"KLIPING_DATA": str(tmp_path / "data"), "KLIPING_SEEDS": str(seeds)}
        ready.address = ready.kliping("db", "url").stdout.strip()
        yield ready
        ready.kliping("db", "stop")


@pytest.mark.soak
@pytest.mark.timeout(2400)
@pytest.mark.parametrize("days", [7])
def test_a_week_ends_with_every_story_held(crawl: Crawl, tmp_path: Path, days: int, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    room = Newsroom(Site(folder), crawl, days)
    crawl.web.pages = recordings([room.site.recorded()])
    room.publish()
    desk = threading.Thread(target=room.work, daemon=True)
    desk.start()
    codes: Counter[int] = Counter()
    number = 0
    while room.open:
        number += 1
        codes[a_run(crawl, outage=number == 3, restart=number == 6)] += 1
    assert room.trouble == []
    until = time.monotonic() + 130  # the last looks come two minutes after the last story
    while time.monotonic() < until:
        codes[a_run(crawl)] += 1
        time.sleep(5)
    held = dict(crawl.rows("SELECT story_id, text FROM articles"))
    every = {str(7_000_000 + one) for one in range(room.site.count)}
    never_seen = every - held.keys()
    lags = crawl.rows(LAGS.format(minutes=60 / HOUR))[0]
    with capsys.disabled():
        print(
            f"\n{number} runs in {days} days of {A_DAY} stories, exit codes {dict(codes)}; {len(held)} of {len(every)} held, "
            f"{len(room.corrected)} corrected, {len(room.taken_down)} taken down, {len(never_seen)} of them before a run came by; "
            f"minutes from publication to storage: p50 {lags[0]:.0f}, p95 {lags[1]:.0f}, max {lags[2]:.0f}"
        )
    assert never_seen <= room.taken_down
    states = dict(crawl.rows("SELECT story_id, state FROM pages"))
    assert states.keys() == every
    assert {states[one] for one in never_seen} <= {"gone"}
    assert [one for one in room.corrected - room.taken_down if CORRECTED not in held[one]] == []
    assert crawl.rows("SELECT count(*) FROM pages WHERE leased_by IS NOT NULL") == [(0,)]
    assert [one["status"] for one in crawl.web.requests() if one["status"] == 503], "the outage was not met"
    assert set(codes) <= {0, 3, 6}
    assert codes[3] + codes[6] <= 2


LAGS = """
    SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY lag), percentile_cont(0.95) WITHIN GROUP (ORDER BY lag), max(lag)
    FROM (SELECT extract(epoch FROM first_seen_at - published_at)::float * {minutes} AS lag FROM articles) told
"""


def a_run(crawl: Crawl, *, outage: bool = False, restart: bool = False) -> int:
    """One run by cron; the site is out for its first twenty minutes, or the database is restarted under it."""
    before = len(crawl.web.asked)
    crawl.web.fault = float(outage)
    run = crawl.start("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "KLIPING_PATIENCE=0")
    while (outage or restart) and len(crawl.web.asked) == before and run.poll() is None:
        time.sleep(0.05)
    if outage:
        time.sleep(20 / 60 * HOUR)
        crawl.web.fault = 0.0
    if restart:
        stopped = crawl.kliping("db", "stop")
        assert stopped.returncode == 0, stopped.stderr
        crawl.kliping("db", "start")
    _, said = run.communicate(timeout=300)
    assert run.returncode != Exit.ALARM, said
    return run.returncode
