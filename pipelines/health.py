"""What is unusual of a run or of a day, given the outlet's own history. Pure; odds.py says how unlikely, here stands what we ask.

Every question is asked at odds of one in a million. An outlet that is crawled every hour asks some thousand questions a day (forty
signs of a run, alone and with the runs before it), so that by chance it is alarmed about once in a thousand days (Bonferroni).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING

from pipelines.odds import amount_odds, share_odds
from pipelines.vitals import CLOSED, GARBLED, HEARD, LOST, PART, READ, STORIES, TRIED, Sign, added

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.vitals import Signs

CHANCE = 1e-6
LEAST = 4  # stories in which furniture must stand, and pages refused for one reason: three of a kind are a series
WIDELY = 0.3  # of the stories: furniture that is in fewer is a recurring phrase
FIRST_SIGHT = 5  # stories without history that are enough to judge what every story has, and whether they come
OPEN, TWICE = 5, 2  # stories that a door announces at least, and how often it was seen to, before its silence is an alarm
LONG = 3  # runs in a row in which a door could not be opened: what failed once may be back in a minute
ENOUGH = 30  # stories: a run with fewer is also judged together with the runs before it
SCANTY = 30  # words; no newsroom's usual story is so short

FEWER, MORE = "fewer", "more"
# Of what the sign is a share, which way it is an alarm, and how it reads; the gravest first.
ASKED = {
    LOST: (TRIED, MORE, "{now} stories did not come ({about}): a wall, or another address?"),
    "refused": (READ, MORE, "{now} pages were refused: {about}"),
    "stray": (STORIES, MORE, "{now} stories fit no {about} of the seed and were read without: has the layout changed?"),
    "layout": (STORIES, FEWER, "layout {about!r} matches {now} stories"),
    "field": (STORIES, FEWER, "{now} stories have {about}"),
    "rule": (STORIES, FEWER, "rule {about} cut in {now} stories: was its furniture reworded?"),
    "leak": (STORIES, MORE, "known furniture stayed in {now} stories: {about}"),
    "recurs": (HEARD, MORE, "a line recurs in {now} stories that did not before: {about}"),
    "source": (STORIES, FEWER, "a selector found its field in {now} stories: {about}"),
}
OF_DOORS = tuple(f"{kind} " for kind in ("door", CLOSED, GARBLED, PART))
PAGES = (LOST, "refused", "stray")  # what is told of however small its share: not furniture, which may be a recurring phrase
AMOUNTS = {"words": "words a story", "paragraphs": "paragraphs a story"}


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is unusual: ``what`` names it, the same each time it happens; ``line`` tells a person, with the numbers."""

    what: str
    line: str


def at_first_sight(now: Signs) -> Iterator[Alarm]:
    """Ask what needs no history: every story has a date and more than a few words."""
    stories, words = _count(now, STORIES), now.get("words", Sign())
    if stories >= FIRST_SIGHT and not _count(now, "field published_at"):
        yield Alarm("field published_at", f"none of {stories} stories has a date: has the layout changed?")
    if words.count >= FIRST_SIGHT and exp(words.total / words.count) < SCANTY:
        yield Alarm("words", f"{words.count} stories have {exp(words.total / words.count):.0f} words each: is the fence broken?")


def outstanding(away: int, asked_for: int) -> Iterator[Alarm]:
    """Ask what no single run tells: of what a day announced most did not come, though the runs since had nothing to ask."""
    if away >= FIRST_SIGHT and 2 * away > asked_for:
        yield Alarm("outstanding", f"{away} of {asked_for} stories announced in 24 h did not come: see `kliping missing`")


def checkup(run: Signs, recent: Sequence[Signs], days: Sequence[Signs], last: Sequence[Signs] = ()) -> list[Alarm]:
    """Judge a run alone, and a small one together with those before it. ``recent`` are the runs of a day before it, newest first.

    ``days`` are the days before these, each added up. Each thing is told once.
    """
    found = unusual(run, [*recent, *days])
    known = {alarm.what for alarm in found}
    garbled = (alarm for alarm in _garbled(run) if alarm.what not in known)
    together = (alarm for alarm in unusual(_together(run, recent), days) if alarm.what not in known)
    return [*found, *garbled, *_closed(run, last, days), *_parts(run, last, days or recent[LONG - 1 :]), *together]


def _together(run: Signs, recent: Sequence[Signs]) -> Signs:
    """The latest runs until they have stories enough; nothing where the run has them alone. Doors are judged run by run."""
    several = [run]
    for one in recent:
        if sum(_count(signs, STORIES) for signs in several) >= ENOUGH:
            break
        several.append(one)
    if not several[1:]:
        return {}
    return {name: sign for name, sign in added(several).items() if not name.startswith(OF_DOORS)}


def unusual(now: Signs, days: Sequence[Signs]) -> list[Alarm]:
    """Give what is unusual of ``now``, a run's signs, against those of the days before it, the gravest first."""
    shares = (alarm for kind in ASKED for name in _names(kind, now, days) if (alarm := _share(kind, name, now, days)))
    found = [*_amounts(now, days), *shares, *_doors(now, days)]
    first = [alarm for alarm in at_first_sight(now) if alarm.what not in {one.what for one in found}]
    return [*first, *found]


def _names(kind: str, now: Signs, days: Sequence[Signs]) -> list[str]:
    """Every sign of a kind that there is or was; of a rule that another took over the work of, none is missed for long."""
    return sorted({name for signs in (now, *days) for name in signs if name.startswith(f"{kind} ")})


def _share(kind: str, name: str, now: Signs, days: Sequence[Signs]) -> Alarm | None:
    whole, way, said = ASKED[kind]
    among, some = _count(now, whole), _count(now, name)
    if not among or (way == MORE and (some < LEAST or (kind not in PAGES and some < WIDELY * among))):
        return None
    before = [(min(_count(day, name), _count(day, whole)), _count(day, whole)) for day in days]
    usual, low, high = share_odds((min(some, among), among), before)
    if (low if way == FEWER else high) >= CHANCE:
        return None
    about = name.removeprefix(f"{kind} ")
    return Alarm(name, f"{said.format(now=f'{some} of {among}', about=_short(about))} (usually {_percent(usual)})")


def _amounts(now: Signs, days: Sequence[Signs]) -> Iterator[Alarm]:
    for name, said in AMOUNTS.items():
        if name in now:
            usual, low, high = amount_odds(now[name].amount, [day[name].amount for day in days if name in day])
            if min(low, high) < CHANCE:
                has = exp(now[name].total / now[name].count)
                yield Alarm(name, f"{has:.0f} {said} in {now[name].count} stories (usually {usual:.0f}): is the fence broken?")


def _doors(now: Signs, days: Sequence[Signs]) -> Iterator[Alarm]:
    """A door announces much the same each time; one that fell silent is told, one that tells more is welcome."""
    for name in sorted(name for name in now if name.startswith("door ")):
        before = [day[name].amount for day in days if name in day]
        usual, low, _ = amount_odds(now[name].amount, before)
        if low < CHANCE or (_is_steady(name) and not now[name].total and usual > OPEN and sum(day[0] for day in before) >= TWICE):
            yield Alarm(name, f"door {name[5:]} announced {exp(now[name].total) - 1:.0f} stories (usually {usual - 1:.0f})")


def _garbled(run: Signs) -> Iterator[Alarm]:
    """A feed that gives a web page needs no history to be wrong: a new outlet's has none."""
    for name in sorted(name for name in run if name.startswith(f"{GARBLED} ")):
        door = f"door {name.removeprefix(f'{GARBLED} ')}"
        yield Alarm(door, f"{door} gave a web page, or broke off before its first story: has it moved?")


def _closed(run: Signs, last: Sequence[Signs], days: Sequence[Signs]) -> Iterator[Alarm]:
    """A door that opened on most of the days before and now will not, run after run."""
    for name in sorted(name for name in run if name.startswith(f"{CLOSED} ")):
        door = f"door {name.removeprefix(f'{CLOSED} ')}"
        opened, shut = sum(door in day for day in days), sum(name in signs and door not in signs for signs in last)
        if shut == LONG - 1 and 2 * opened > len(days):
            yield Alarm(door, f"{door} could not be opened in {LONG} runs, and was on {opened} of the {len(days)} days before")


def _parts(run: Signs, last: Sequence[Signs], before: Sequence[Signs]) -> Iterator[Alarm]:
    """Sitemaps that a door names, that came mostly before and now will not, run after run; a door is told once for all of them."""
    lost: dict[str, list[str]] = {}
    for name in sorted(name for name in run if name.startswith(f"{PART} ")):
        away, came = sum(name in signs for signs in last), sum(name not in signs for signs in before)
        if away == LONG - 1 and 2 * came > len(before):
            _, door, sitemap = name.split(" ", 2)
            lost.setdefault(door, []).append(sitemap)
    for door, several in lost.items():
        told = f"{len(several)} of the sitemaps it names could not be read in {LONG} runs, and could before"
        yield Alarm(f"door {door} in part", f"door {door}: {told}: {_short(several[0])}")


def _is_steady(door: str) -> bool:
    """A feed and a sitemap always list the newest stories; a dated index is empty at midnight."""
    return "{date" not in door


def _count(signs: Signs, name: str) -> int:
    return signs[name].count if name in signs else 0


def _percent(share: float) -> str:
    return f"{100 * share:.0f} in 100" if 0.02 < share < 0.98 else f"{1000 * share:.0f} in 1000"  # noqa: PLR2004 (where tenths matter)


def _short(text: str) -> str:
    return text if len(text) <= 90 else f"{text[:89]}…"  # noqa: PLR2004 (a line of a letter)
