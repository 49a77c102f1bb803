"""What is unusual and what is not: outlets invented day by day, ordinary for a month, then spoilt one way after the other."""

from __future__ import annotations

import random
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from invented import article
from ordinary import MONDAY, Memory, Ordinary, outlets

from pipelines.health import checkup
from pipelines.nouns import Block, Exit, Reading, Reason, Reject
from pipelines.odds import amount_odds, count_odds, share_odds
from pipelines.outlets import load
from pipelines.standing import LastRun, wrongs
from pipelines.vitals import STRAY, Sign, Watch, amount, of_seed
from pipelines.volume import Flow, unusual_volume, usual_day

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines.health import Alarm
    from pipelines.vitals import Signs

WARM = 28 * 24  # hours of history


def learnt(outlet: Ordinary) -> Memory:
    memory = Memory()
    for _ in range(WARM):
        memory.keep(outlet.at, outlet.signs(outlet.hour()))
    return memory


def judged(outlet: Ordinary, memory: Memory, signs: Signs) -> list[Alarm]:
    return [*checkup(signs, memory.recent, memory.before), *unusual_volume(Flow(outlet.hours, MONDAY, outlet.at))]


@pytest.mark.parametrize(
    ("seeds", "each"), [(range(2), 6), pytest.param(range(100, 200), 1, marks=pytest.mark.soak)], ids=["2-outlets", "100-outlets"]
)
@pytest.mark.timeout(3000)
def test_thirty_ordinary_days_raise_no_alarm(seeds: range, each: int, capsys: pytest.CaptureFixture[str]) -> None:
    told: Counter[str] = Counter()
    red: set[tuple[int, str]] = set()
    for number, outlet in enumerate(outlets(seeds)):
        memory = learnt(outlet)
        for hour in range(30 * 24):
            signs = outlet.signs(outlet.hour())
            for alarm in judged(outlet, memory, signs) if hour % each == 0 else []:
                told[alarm.line] += 1
                red.add((number, f"{outlet.at:%F}"))
            memory.keep(outlet.at, signs)
    days = 30 * len(seeds)
    with capsys.disabled():
        print(f"\n{len(red)} of {days} ordinary outlet-days raised an alarm: {100 * len(red) / days:.2f} in 100 {dict(told) or ''}")
    assert len(red) <= days / 200, told


def without(name: str) -> Callable[[Signs], Signs]:
    return lambda signs: {one: sign for one, sign in signs.items() if one != name}


def with_sign(name: str, share: float) -> Callable[[Signs], Signs]:
    return lambda signs: signs | {name: Sign(round(signs["stories"].count * share))}


def shortened(signs: Signs) -> Signs:
    """Bodies of a quarter of their words."""
    words = signs["words"]
    less = 1.386
    squares = words.squares - 2 * less * words.total + less**2 * words.count
    return signs | {"words": Sign(words.count, words.total - less * words.count, squares)}


SPOILT: dict[str, tuple[Callable[[Signs], Signs], str]] = {
    "authors vanish": (without("field authors"), "field authors"),
    "dates vanish": (without("field published_at"), "field published_at"),
    "a layout stops matching": (without("layout desktop"), "layout desktop"),
    "a selector stops matching": (without("source title from css:h1"), "source title from css:h1"),
    "a rule stops cutting": (without("rule kabar/promo"), "rule kabar/promo"),
    "most stories fit no layout": (with_sign(STRAY, 0.6), STRAY),
    "furniture stays": (with_sign("leak kabar/initials", 0.9), "leak kabar/initials"),
    "a line recurs": (with_sign("recurs ^Unduh ?aplikasi$", 1.0), "recurs ^Unduh ?aplikasi$"),
    "bodies collapse": (shortened, "words"),
    "a wall stands before half": (lambda signs: signs | {"lost forbidden": Sign(signs["tried"].count // 2)}, "lost forbidden"),
    "a feed falls silent": (lambda signs: signs | {"door feed": amount(0)}, "door feed"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_breaks_is_told_in_the_run_in_which_it_breaks(what: str) -> None:
    spoil, name = SPOILT[what]
    outlet = Ordinary(random.Random(7), a_day=400)
    memory = learnt(outlet)
    for _ in range(12):
        outlet.hour()
    assert name in {alarm.what for alarm in judged(outlet, memory, spoil(outlet.signs(14)))}


def test_a_door_that_fails_run_after_run_is_told_and_one_that_failed_once_is_not() -> None:
    outlet = Ordinary(random.Random(7), a_day=400)
    memory = learnt(outlet)
    recent, days = memory.recent, memory.before
    shut = without("door feed")(outlet.signs(14)) | {"closed feed": Sign(1)}
    assert "door feed" not in {alarm.what for alarm in checkup(shut, recent, days)}
    assert "door feed" not in {alarm.what for alarm in checkup(shut, recent, days, [shut, recent[0]])}
    assert "door feed" in {alarm.what for alarm in checkup(shut, recent, days, [shut, shut])}


def lost(*sitemaps: str) -> Signs:
    watch = Watch(load("liputan6"))
    for sitemap in sitemaps:
        watch.part("map", sitemap)
    return watch.signs


def test_a_sitemap_that_a_door_names_is_told_when_it_is_away_for_three_runs() -> None:
    """The others still announce, so that the door itself is not silent."""
    outlet = Ordinary(random.Random(7), a_day=400)
    memory = learnt(outlet)
    recent, days = memory.recent, memory.before
    ordinary = outlet.signs(14)
    away, other = ordinary | lost("b.xml", "c.xml"), ordinary | lost("d.xml")
    for last in ([], [away, ordinary], [ordinary, away], [other, other]):
        assert checkup(away, recent, days, last) == []
    (alarm,) = checkup(away, recent, days, [away, away])
    assert alarm.what == "door map in part"
    assert alarm.line == "door map: 2 of the sitemaps it names could not be read in 3 runs, and could before: b.xml"
    assert checkup(away, recent, [day | lost("b.xml", "c.xml") for day in days], [away, away]) == []


def test_a_sitemap_lost_on_an_outlets_first_day_is_told_if_it_came_before() -> None:
    here, away = {"door map": amount(9)}, {"door map": amount(9)} | lost("b.xml")
    assert [alarm.what for alarm in checkup(away, [away, away, here], [], [away, away])] == ["door map in part"]
    assert checkup(away, [away, away, away], [], [away, away]) == []
    assert checkup(away, [away, away], [], [away, away]) == []


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_how_soon_a_third_of_the_stories_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    for size, least in {40: 0, 90: 15, 180: 34, 400: 40}.items():  # smaller outlets differ too much from day to day
        hours = []
        for seed in range(40):
            outlet = Ordinary(random.Random(seed), a_day=size)
            for _ in range(WARM):
                outlet.hour()
            gone = 0
            while gone < 30 and not unusual_volume(Flow(outlet.hours, MONDAY, outlet.at)):
                outlet.hour(share=1 / 3 if gone < 24 else 1)
                gone += 1
            hours.append(gone)
        found = sum(one < 30 for one in hours)
        with capsys.disabled():
            print(f"\na third of {size} stories a day: told on {found} days of 40, half within {sorted(hours)[20]} h", end="")
        assert found >= least


@pytest.mark.soak
@pytest.mark.timeout(3000)
def test_how_soon_what_breaks_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = {90: 4, 180: 8, 400: 18, 900: 40}
    for size, stories in sizes.items():
        for what, (spoil, name) in SPOILT.items():
            found = 0
            for seed in range(10):
                outlet = Ordinary(random.Random(seed), a_day=size)
                memory = learnt(outlet)
                outlet.at += timedelta(hours=12)
                found += name in {alarm.what for alarm in judged(outlet, memory, spoil(outlet.signs(stories)))}
            with capsys.disabled():
                print(f"\n{what}, an outlet of {size} stories a day, a run of {stories}: told at once in {found} of 10", end="")
            assert found >= (8 if stories >= 8 else 0), what  # with fewer the runs before are asked too


def test_a_day_with_a_third_of_its_stories_is_told_and_the_usual_day_before_it_is_not() -> None:
    outlet = Ordinary(random.Random(11), a_day=180)
    for _ in range(WARM + 24):
        outlet.hour()
    assert unusual_volume(Flow(outlet.hours, MONDAY, outlet.at)) == []
    for _ in range(24):
        outlet.hour(share=1 / 3)
    outlet.at += timedelta(hours=1)
    (alarm,) = unusual_volume(Flow(outlet.hours, MONDAY, outlet.at))
    assert alarm.what == "volume"
    assert re.search(r"^\d+ stories in (12|24) h to Wednesday 00:00, usually \d+$", alarm.line)


def test_nothing_for_hours_is_told_before_the_day_is_over() -> None:
    outlet = Ordinary(random.Random(3), a_day=180)
    for _ in range(WARM + 8):
        outlet.hour()
    hours = 0
    while not unusual_volume(Flow(outlet.hours, MONDAY, outlet.at)):
        outlet.hour(share=0)
        hours += 1
        assert hours < 6


@pytest.mark.parametrize(("told", "alarmed"), [(49, True), (50, False), (400, False), (401, True)])
def test_who_knows_better_says_what_to_expect(told: int, alarmed: bool) -> None:
    now = MONDAY + timedelta(days=2)
    flow = Flow({MONDAY + timedelta(hours=30): told}, MONDAY, now)
    assert bool(unusual_volume(flow, (50, 400))) is alarmed


def test_a_new_outlet_has_no_usual() -> None:
    outlet = Ordinary(random.Random(1), a_day=180)
    for _ in range(40):
        outlet.hour()
    flow = Flow(outlet.hours, MONDAY, outlet.at)
    assert usual_day(flow) is None
    assert unusual_volume(flow) == []
    assert checkup(outlet.signs(20), [], []) == []


def test_what_needs_no_history_is_told_at_first_sight() -> None:
    outlet = Ordinary(random.Random(1), a_day=180)
    outlet.hour()
    undated = checkup(without("field published_at")(outlet.signs(6)), [], [])
    assert [alarm.what for alarm in undated] == ["field published_at"]


def test_a_feed_that_gave_a_web_page_is_told_once_with_a_history_or_without() -> None:
    outlet = Ordinary(random.Random(7), a_day=400)
    memory = learnt(outlet)
    html = outlet.signs(14) | {"door feed": amount(0), "garbled feed": Sign(1)}
    for recent, days in (([], []), (memory.recent, memory.before)):
        assert [alarm.what for alarm in checkup(html, recent, days)].count("door feed") == 1
    outlet.at += timedelta(hours=1)
    assert "door feed" not in {alarm.what for alarm in checkup(outlet.signs(14), [html, *memory.recent], memory.before)}


def test_odds_are_those_of_the_distributions_they_name() -> None:
    """By hand: after nothing at all the first story is a coin's throw."""
    assert share_odds((0, 1), [])[1] == pytest.approx(0.5)
    assert share_odds((1, 1), [])[2] == pytest.approx(0.5)
    usual, low, high = share_odds((5, 10), [(50, 100)] * 20)
    assert usual == pytest.approx(0.5)
    assert low + high == pytest.approx(1 + 0.24, abs=0.03)  # the chance of exactly five is in both
    assert share_odds((0, 6), [(20, 20)])[1] < 1e-5
    _, low, high = count_odds(100, [[100, 90, 110], [100, 95, 105]])
    assert low + high == pytest.approx(1.03, abs=0.03)
    assert count_odds(0, [[100, 90, 110], [100, 95, 105]])[1] < 1e-9
    thing = (10, 50.0, 251.0)
    usual, low, high = amount_odds(thing, [thing] * 5)
    assert low == pytest.approx(0.5)
    assert high == pytest.approx(0.5)
    assert usual == pytest.approx(148.4, abs=0.1)


def reading(story_id: str = "1", **told: object) -> Reading:
    made = article(story_id, **{"sources": {"title": {"from": "css:h1", "said": "x"}}} | told)
    return Reading(made.url, "liputan6", story_id, made, ())


def test_a_watch_counts_what_is_fresh_and_passes_by_what_is_old() -> None:
    now = datetime.now(UTC)
    watch = Watch(load("liputan6"))
    watch.see(reading(published_at=now - timedelta(days=4)), now)
    assert watch.signs == {}
    watch.see(reading(published_at=now, authors=()), now)
    watch.see(Reading("u", "liputan6", "2", Reject((Reason.NO_BODY,))), now)
    signs = watch.signs
    assert (signs["read"].count, signs["stories"].count) == (2, 1)
    assert signs["field published_at"].count == signs["layout 2024"].count == signs["source title from css:h1"].count == 1
    assert "field authors" not in signs
    assert signs["refused no text left where the story should stand"].count == 1


@pytest.mark.parametrize(
    ("lines", "leak"),
    [
        (["Warga antre.", "(Dio/Ysl)", "Antrean itu panjang."], "liputan6/initials"),
        (["Warga antre.", "Ikuti saluran WhatsApp kami di sini"], "known/follow us"),
        (["Warga antre.", "Baca juga pengumuman itu, kata lurah."], None),
        (["Warga antre.", "Ia ikuti rapat itu sampai malam."], None),
    ],
)
def test_known_furniture_that_stayed_is_a_leak(lines: list[str], leak: str | None) -> None:
    watch = Watch(load("liputan6"))
    watch.see(reading(published_at=None, body=tuple(Block("p", line) for line in lines)))
    found = {name.removeprefix("leak ") for name in watch.signs if name.startswith("leak ")}
    assert leak in found if leak else not found


STUCK = "it is being crawled since 2026-08-03 00:00, and it is due every 1h: is cron dead?"
def test_a_rule_that_somebody_renamed_is_not_missed() -> None:
    names = ("rule liputan6/dateline", "rule liputan6/old name", "layout desktop", "layout gone", "field authors", "words")
    kept = of_seed(dict.fromkeys(names, Sign(1)), load("liputan6"))
    assert set(kept) == {"rule liputan6/dateline", "layout desktop", "field authors", "words"}


RUN = LastRun(1, MONDAY, MONDAY + timedelta(minutes=5), 0)


@pytest.mark.parametrize(
    ("run", "hours", "expected"),
    [
        (RUN, 1, None),
        (RUN, 4, "its last run ended 2026-08-03 00:05, and it is due every 1h: is cron dead?"),
        (LastRun(1, MONDAY, MONDAY, None), 1, "the last run was killed"),
        (LastRun(1, MONDAY, MONDAY, Exit.UNREACHABLE), 1, "the last run could not reach the outlet"),
        (LastRun(1, MONDAY, MONDAY, 0, MONDAY + timedelta(hours=20)), 21, None),
        (LastRun(1, MONDAY, MONDAY, 0, MONDAY), 21, STUCK),
    ],
)
def test_what_is_wrong_with_the_last_run(run: LastRun, hours: int, expected: str | None) -> None:
    said = list(wrongs(run, [], timedelta(hours=1), MONDAY + timedelta(hours=hours), UTC))
    assert said == ([expected] if expected else [])
