"""Which stories are copies of which: what of one text stands in another, weighed so that forms filled in anew are none. Pure.

A copy keeps the words and the facts. A form (the day's weather, prices, timetables) keeps the words and changes the facts; and
what an outlet prints day after day says nothing of where a story is from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]

SHINGLE = 4  # words
SHORTEST = 24  # words; below, a caption looks like any other
# Least shares of the shorter and of the longer text. Outlets that copy shorten; an outlet that follows up a story of its own
# repeats its background, and a round-up holds many stories and is a copy of none.
COPY, WHOLE = 0.42, 0.28
COPY_OF_OWN, WHOLE_OF_OWN = 0.7, 0.5
AGREE, NUMBERS = 0.75, 0.93  # of the facts that stand in the same words, and of the numbers among them, at least
OTHER_DAYS = 0.9  # of them where the two texts name no day in common: desks print their own, "Rabu (18/6)"
FACTS, BARE = 4, 0.65  # so many must be compared; where there are fewer, so much of the shorter text must be shared
OWN = 0.3  # of a text that must be left once its outlet's forms are taken out
OFTEN = 3  # stories that are no copies, or days of one outlet, in which words stand before they are a form
BANDS, ROWS = 64, 3  # finds 99.9 % of pairs that share half of all their shingles, 83 % at 0.3, 6 % at 0.1
LEFT = 3  # words before a fact that say which fact it is

_WORD = re.compile(r"(?P<opening>(?:^|[.!?:;\"“”\n])\s*)?(?P<word>\d+(?:[.,:/-]\d+)*|\w+)")
_MONTHS = (
    ["januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november", "desember"]
)
_DAYS = frozenset(["senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"]) | frozenset(_MONTHS)
_DATE = re.compile(rf"\b(\d{{1,2}})(?:/(\d{{1,2}})\b| ({'|'.join(_MONTHS)})\b)", re.IGNORECASE)
_FACT = np.uint64(0x2545F491)  # what a fact is called where it stands before another
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], dtype=np.uint64)
_NUMBER = np.uint64(1)  # the bit that tells a number from a name
_NONE: Hashes = np.empty(0, dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class Shape:
    """A text as it is compared: hashes of its four-word shingles and of its facts, both sorted, and the days that it names.

    ``places`` are the words each fact stands behind, in the facts' order; a day is its number and its month's.
    """

    words: int
    shingles: Hashes = field(repr=False)
    facts: Hashes = field(repr=False)
    places: Hashes = field(repr=False)
    dates: frozenset[tuple[int, int]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Printed:
    """A story's shape, with the outlet that printed it and the moment."""

    outlet: str
    at: datetime
    shape: Shape


def shape(text: str) -> Shape:
    """Take a text's shape. Numbers, days, months and names within a sentence are facts."""
    words = _WORD.findall(text)
    if len(words) < SHORTEST:
        return Shape(len(words), _NONE, _NONE, _NONE, frozenset())
    hashes = np.fromiter((crc32(word.lower().encode()) for _, word in words), dtype=np.uint64, count=len(words))
    fact = np.fromiter((_is_fact(word, opens=bool(opening)) for opening, word in words), dtype=bool, count=len(words))
    shingles = np.unique(_windows(hashes, SHINGLE))
    masked = np.where(fact, _FACT, hashes)
    at = np.flatnonzero(fact[LEFT:])  # facts with enough words before them
    places = _windows(masked, LEFT)[at]
    number = np.fromiter((words[place][1][0].isdigit() for place in at + LEFT), dtype=np.uint64, count=len(at))
    facts, first = np.unique(_mixed(places + hashes[at + LEFT] * _MIX[0]) & ~_NUMBER | number, return_index=True)
    return Shape(len(words), shingles, facts, places[first], _dates(text))


def _is_fact(word: str, *, opens: bool) -> bool:
    return word[0].isdigit() or (word[0].isupper() and not opens) or word.lower() in _DAYS


def _dates(text: str) -> frozenset[tuple[int, int]]:
    return frozenset((int(day), int(month or _MONTHS.index(name.lower()) + 1)) for day, month, name in _DATE.findall(text))


def _windows(hashes: Hashes, width: int) -> Hashes:
    """Hash every run of so many words."""
    length = len(hashes) - width + 1
    windows: Hashes = sum((hashes[place : place + length] * _MIX[place] for place in range(1, width)), hashes[:length] * _MIX[0])
    return _mixed(windows)


def _mixed(hashes: Hashes) -> Hashes:
    spread: Hashes = (hashes ^ (hashes >> np.uint64(31))) * _MIX[3]
    mixed: Hashes = spread ^ (spread >> np.uint64(29))
    return mixed


def bands(told: Shape) -> list[int]:
    """Give the bands of its MinHash as 64-bit integers, none of a short text; texts that share half of it have one in common."""
    if not len(told.shingles):
        return []
    from datasketch import MinHash  # with it comes half of SciPy: most runs of `kliping kin` find nothing new

    sketch = MinHash(num_perm=BANDS * ROWS, scheme="affine32", hashfunc=int)
    sketch.update_batch((told.shingles & np.uint64(0xFFFFFFFF)).tolist())
    rows = sketch.hashvalues.astype(np.uint64).reshape(BANDS, ROWS)
    number = np.arange(1, BANDS + 1, dtype=np.uint64)
    folded = _mixed(_mixed(rows[:, 0] * _MIX[0] + rows[:, 1] * _MIX[1] + rows[:, 2] * _MIX[2]) + number)
    return [int(band) for band in folded.view(np.int64)]


def compared(story: Printed, near: Sequence[Printed]) -> list[float | None]:
    """Say of each story that looks alike how much of the shorter text both share, 0 to 1; None where they are no copies.

    Those that look alike and are no copies show what is a form: words that many print whatever they tell.
    """
    first = [common(story, other) for other in near]
    if not any(first):
        return first
    strangers = [other for other, share in zip(near, first, strict=True) if share is None]
    own = [other for other in (story, *near) if other.outlet == story.outlet]
    form = np.union1d(_often([other.shape.shingles for other in strangers]), _daily(own))
    return [share and common(story, other, form) for other, share in zip(near, first, strict=True)] if len(form) else first


def _daily(own: Sequence[Printed]) -> Hashes:
    """What one outlet prints on several days."""
    days: dict[date, list[Hashes]] = {}
    for story in own:
        days.setdefault(story.at.date(), []).append(story.shape.shingles)
    return _often([np.unique(np.concatenate(day)) for day in days.values()]) if len(days) >= OFTEN else _NONE


def _often(many: Sequence[Hashes]) -> Hashes:
    if len(many) < OFTEN:
        return _NONE
    found, counts = np.unique(np.concatenate(many), return_counts=True)
    often: Hashes = found[counts >= OFTEN]
    return often


def common(one: Printed, other: Printed, form: Hashes = _NONE) -> float | None:
    """Say how much of the shorter text stands in the other, 0 to 1; None where they are no copies.

    ``form`` are shingles of forms: what is left without them has to be a copy too.
    """
    own = one.outlet == other.outlet
    least = (COPY_OF_OWN, WHOLE_OF_OWN) if own else (COPY, WHOLE)
    share = _share(one.shape.shingles, other.shape.shingles, *least)
    if share is None or not _facts_agree(one.shape, other.shape, share, own=own):
        return None
    return share if not len(form) or _own_words_agree(one.shape.shingles, other.shape.shingles, form, least) else None


def _share(one: Hashes, other: Hashes, of_shorter: float, of_longer: float) -> float | None:
    shorter, longer = sorted((len(one), len(other)))
    if not shorter or shorter < of_longer * longer:
        return None
    both = int(_within(one, other).sum())
    return both / shorter if both >= of_shorter * shorter and both >= of_longer * longer else None


def _facts_agree(one: Shape, other: Shape, share: float, *, own: bool) -> bool:
    """Compare what stands in the same words. An outlet's story of another day is none of today, whatever times they share."""
    told = [here.facts[np.isin(here.places, there.places)] for here, there in ((one, other), (other, one))]
    other_days = one.dates and other.dates and not one.dates & other.dates
    if own and other_days:
        return False
    if min(map(len, told)) < FACTS:
        return share >= BARE
    numbers = [facts[facts & _NUMBER > 0] for facts in told]
    return _agree(told, OTHER_DAYS if other_days else AGREE) and _agree(numbers, NUMBERS, spare=1)


def _agree(told: Sequence[Hashes], least: float, spare: int = 0) -> bool:
    """So much of the shorter list stands in the other, ``spare`` set aside."""
    some, others = sorted(told, key=len)
    return int(_within(some, others).sum()) >= least * (len(some) - spare)


def _own_words_agree(one: Hashes, other: Hashes, form: Hashes, least: tuple[float, float]) -> bool:
    own, others = (each[~_within(each, form)] for each in (one, other))
    enough = len(own) >= OWN * len(one) and len(others) >= OWN * len(other)
    return enough and _share(own, others, *least) is not None



def _within(some: Hashes, many: Hashes) -> NDArray[np.bool_]:
    """Which of some stand among many; both are sorted."""
    if not len(many):
        return np.zeros(len(some), dtype=bool)
    found: NDArray[np.bool_] = many[np.minimum(np.searchsorted(many, some), len(many) - 1)] == some
    return found
