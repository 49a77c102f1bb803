"""Dates as Indonesian pages print them → aware instants. A date that cannot be read is None, never a guess."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime

# Indonesia has three zones and no summer time (Keppres 41/1987).
ZONES: dict[str, tzinfo] = {
    "WIB": timezone(timedelta(hours=7), "WIB"),
    "WITA": timezone(timedelta(hours=8), "WITA"),
    "WIT": timezone(timedelta(hours=9), "WIT"),
    "UTC": UTC,
    "GMT": UTC,
}
# Pages print months long and short, and English ones on templates nobody translated (today.liputan6.com: "27 March 2022").
_MONTHS = (
    "januari january jan",
    "februari february feb peb pebruari",
    "maret march mar",
    "april apr",
    "mei may",
    "juni june jun",
    "juli july jul",
    "agustus august agu agt ags agust aug",
    "september sep sept",
    "oktober october okt oct",
    "november nopember nov nop",
    "desember december des dec",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
NOON = 12
BESIDE = 14  # characters beside a date that a date line may have: "Terbit Minggu, "
_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_PRINTED = re.compile(
    r"(?:(?P<day>\d{1,2})[ /-]+(?P<month>[A-Za-z]{3,9}|\d{1,2})\.?[ /,-]+(?P<year>(?:19|20)\d\d)"
    rf"|\b(?P<english>{_NAME})\.? (?P<its_day>\d{{1,2}}),? (?P<its_year>(?:19|20)\d\d)"  # WordPress's own, in any language
    r"|\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d))\)?"
    r"(?:\s*[/|(–—-]\s*\d{1,2} [a-z][a-z'’ -]{3,18} 14\d\d(?: ?H\b)?\)?)?"  # the Islamic calendar's: "/ 26 Muharram 1445"
    r"(?:\s*(?:[|,/–—-]|at|pukul|jam)?\s*(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?(?:\s*(?P<half>[ap])\.?m\b\.?)?)?"
    r"\s*(?P<zone>WITA|WIT|WIB|UTC|GMT)?",
    re.IGNORECASE,
)
_BEFORE = re.compile(  # the hour, where a line has it first: "09:05 WIB, 11 Agustus 2023"
    r"\W{0,3}(?:(?:pukul|jam) )?(?P<hour>[01]?\d|2[0-3])[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?"
    r" ?(?P<zone>WITA|WIT|WIB)?[ ,|/–—-]{1,3}(?:[a-z’']{4,7},? )?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"\s*[+-]\d")  # what ISO 8601 does not know, a bare "+8", is not read as something else
_ZONE = re.compile(r"\b(?:WITA|WIT|WIB)\b", re.IGNORECASE)
_EITHER = (("year", "its_year"), ("month", "english"), ("day", "its_day"))
_MAIL = re.compile(r"\b(?:19|20)\d\d \d\d?:.*(?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)$")
_ISO = re.compile(r"(?:19|20)\d\d([-/])\d\d\1\d\d")


def instant(text: str, zone: str = "WIB") -> datetime | None:
    """Read a date with its time of day; a naive one is in ``zone``. No time of day, no instant: None."""
    text = " ".join(text.split())
    moment = (_iso(text) if _ISO.match(text) else _mail(text)) or _printed(text)
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZONES[zone])).astimezone(ZONES[zone]) if moment else None
    except OverflowError:  # 31 December 9999, for "never"
        return None


def is_date(text: str) -> bool:
    """Whether a text is little more than a date, with or without its time: "Kamis, 1 Oktober 2026"."""
    match = _PRINTED.search(text)
    return match is not None and len(text) - len(match[0].strip()) <= BESIDE


def zone_of(text: str) -> str | None:
    """The zone that a text prints, by its name in ZONES."""
    match = _ZONE.search(text)
    return match[0].upper() if match else None


def _iso(text: str) -> datetime | None:
    if len(text) <= len("2016-02-16"):
        return None
    try:
        return datetime.fromisoformat(text[:10].replace("/", "-") + text[10:])
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    """RSS dates (RFC 2822), only with a zone that the RFC knows; ``-0000`` is UTC. A year 0001 stands for no date."""
    if not _MAIL.search(text):
        return None
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _printed(text: str) -> datetime | None:
    match = _PRINTED.search(text)
    if match is None or _OFFSET.match(text, match.end()):
        return None
    clock = match if match["hour"] else _BEFORE.fullmatch(text, 0, match.start())
    if clock is None or (clock is not match and text[match.end() :].strip(" .|")):
        return None
    zone, half = match["zone"] or clock["zone"], match["half"]
    try:
        moment = datetime(  # noqa: DTZ001 (the zone is told below, or by the caller)
            *_day(match), _hour(int(clock["hour"]), half), int(clock["minute"]), int(clock["second"] or 0)
        )
    except ValueError:
        return None
    return moment.replace(tzinfo=ZONES[zone.upper()]) if zone else moment


def _day(match: re.Match[str]) -> tuple[int, int, int]:
    """Year, month and day; a month that nobody knows is 0."""
    if match["iso"]:
        year, month, day = match["iso"].split("-")
    else:
        year, month, day = (match[name] or match[other] for name, other in _EITHER)
    return int(year), int(month) if month.isdigit() else MONTHS.get(month.lower(), 0), int(day)


def _hour(printed: int, half: str | None) -> int:
    """English templates count to twelve twice: 12 AM is midnight, 12 PM noon."""
    if half is None or printed > NOON:
        return printed
    return printed % NOON + NOON * (half.lower() == "p")
