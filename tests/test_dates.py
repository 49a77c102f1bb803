"""Dates and languages as Indonesian pages print them. What is not printed is not guessed."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from pipelines.indonesian.dates import MONTHS, ZONES, instant
from pipelines.indonesian.language import language_of

if TYPE_CHECKING:
    from collections.abc import Iterator

SEVEN, EIGHT, NINE = "+07:00", "+08:00", "+09:00"
PRINTED = {
    # as printed by detik, kompas, okezone, viva, jpnn, sindonews, mediaindonesia, tempo
    "Kamis, 02 Nov 2023 20:59 WIB": f"2023-11-02T20:59:00{SEVEN}",
    "Senin, 13 Mei  2024 13:24 WIB": f"2024-05-13T13:24:00{SEVEN}",
    "02/11/2023, 21:34 WIB": f"2023-11-02T21:34:00{SEVEN}",
    "Kompas.com - 02/11/2023, 21:34 WIB": f"2023-11-02T21:34:00{SEVEN}",
    "Kamis 09 Juli 2020 07:26 WIB": f"2020-07-09T07:26:00{SEVEN}",
    "Jumat, 9 Oktober 2020 | 14:01 WIB": f"2020-10-09T14:01:00{SEVEN}",
    "Minggu, 18 Juli 2021 – 18:52 WIB": f"2021-07-18T18:52:00{SEVEN}",
    "17 Juni 2021 11:38": f"2021-06-17T11:38:00{SEVEN}",
    "Jum'at, 24 Juli 2026 - 13:39 WIB": f"2026-07-24T13:39:00{SEVEN}",
    "Terbit 2 Sep 2025 17:00 WIB": f"2025-09-02T17:00:00{SEVEN}",
    "Sabtu, 9 Agust 2025 08:15 WIB": f"2025-08-09T08:15:00{SEVEN}",
    # Liputan6, by era
    "2016-02-16 09:10:56": f"2016-02-16T09:10:56{SEVEN}",
    "16 Feb 2016 09:20": f"2016-02-16T09:20:00{SEVEN}",
    "pada 23 Jan 2021, 13:30 WIB": f"2021-01-23T13:30:00{SEVEN}",
    "Diterbitkan 24 Juli 2026, 10:26 WIB": f"2026-07-24T10:26:00{SEVEN}",
    "Diperbarui 18 Jun 2025, 14:05 WIB": f"2025-06-18T14:05:00{SEVEN}",
    "27 March 2022 at 15:04 WIB": f"2022-03-27T15:04:00{SEVEN}",
    # WordPress by its defaults, and what small portals print of their tables
    "November 28, 2026 7:15 am": f"2026-11-28T07:15:00{SEVEN}",
    "Nov 28, 2026 - 07:15": f"2026-11-28T07:15:00{SEVEN}",
    "Oktober 3, 2026 20:05 WIB": f"2026-10-03T20:05:00{SEVEN}",
    "Diposting: 2026-11-28 07:15:00 WIB": f"2026-11-28T07:15:00{SEVEN}",
    "2026-11-28 07:15:00 WITA": f"2026-11-28T07:15:00{EIGHT}",
    "Sabtu (28/11/2026) 07:15 WIB": f"2026-11-28T07:15:00{SEVEN}",
    # machines
    "2024-05-13T13:00:00+07:00": f"2024-05-13T13:00:00{SEVEN}",
    "2016-02-16T02:10:56Z": f"2016-02-16T09:10:56{SEVEN}",
    "2021-12-28T05:15:00.000Z": f"2021-12-28T12:15:00{SEVEN}",
    "2024-05-13T13:00:00+0700": f"2024-05-13T13:00:00{SEVEN}",
    "2024-05-13T13:00": f"2024-05-13T13:00:00{SEVEN}",
    "Thu, 05 Nov 2015 14:56:43 +0700": f"2015-11-05T14:56:43{SEVEN}",
    "Thu, 05 Nov 2015 07:56:43 GMT": f"2015-11-05T14:56:43{SEVEN}",
    "Thu, 05 Nov 2015 14:56:43": f"2015-11-05T14:56:43{SEVEN}",
    "Thu, 05 Nov 2015 14:56:43 WIB": f"2015-11-05T14:56:43{SEVEN}",
    # clocks
    "07:05 WIB, 13 Mei 2024": f"2024-05-13T07:05:00{SEVEN}",
    "Pukul 07.05 WITA | Senin, 13 Mei 2024": f"2024-05-13T06:05:00{SEVEN}",
    "Senin, 13 Mei 2024 / 5 Dzulqa’dah 1445 07:05 WIB": f"2024-05-13T07:05:00{SEVEN}",
    "13 Mei 2024 (5 Zulkaidah 1445 H), 07:05 WIB": f"2024-05-13T07:05:00{SEVEN}",
    "13 Mei 2024 07.05 WIB": f"2024-05-13T07:05:00{SEVEN}",
    "13 Mei 2024 pukul 7.05 WIB": f"2024-05-13T07:05:00{SEVEN}",
    "13 Mei 2024 jam 07:05:30 WIB": f"2024-05-13T07:05:30{SEVEN}",
    "7 Juli 2020 10:50 PM": f"2020-07-07T22:50:00{SEVEN}",
    "7 July 2020, 12:05 am": f"2020-07-07T00:05:00{SEVEN}",
    "7 Juli 2020 12:30 p.m. WIB": f"2020-07-07T12:30:00{SEVEN}",
    "7 Juli 2020 22:50 PM": f"2020-07-07T22:50:00{SEVEN}",
    "7 Juli 2020 10:50 Pagi": f"2020-07-07T10:50:00{SEVEN}",
    "13 Mei 2024 00:00 WIB": f"2024-05-13T00:00:00{SEVEN}",
    "\n 13 Mei 2024,\t13:24\u00a0WIB \n": f"2024-05-13T13:24:00{SEVEN}",
    # the other zones
    "13 Mei 2024 13:24 WITA": f"2024-05-13T13:24:00{EIGHT}",
    "13 Mei 2024 13:24 Wita": f"2024-05-13T13:24:00{EIGHT}",
    "13 Mei 2024 13:24 WIT": f"2024-05-13T13:24:00{NINE}",
    "13 Mei 2024 13:24 wib": f"2024-05-13T13:24:00{SEVEN}",
    "29 Februari 2024 13:24": f"2024-02-29T13:24:00{SEVEN}",
}
NO_INSTANT = [
    "", " ", "[publishdate]", "6 jam lalu", "Kemarin", "Baru saja", "WIB", "13:24 WIB", "Mei 2024",
    "Kamis (30/12)", "Kamis (30/12/2021)",
    "13 Mei 2024", "2024-05-13", "02/11/2023", "20240513", "1715581440", "0000-00-00 00:00:00",
    "30 Februari 2024 13:24 WIB", "29 Februari 2023 13:24", "31/11/2023, 21:34 WIB", "12/13/2023, 21:34 WIB", "0 Mei 2024 13:24",
    "Sepak mula 19:30 WIB, 13 Mei 2024", "19:30 WIB, 13 Mei 2024 di Lapangan Lereng", "skor 2.10, 13 Mei 2024",
    "13 Foo 2024 13:24 WIB", "13 Mei 2024 24:24 WIB", "13 Mei 2024 13:64 WIB",
    "2024-02-30T13:00:00+07:00", "2024-05-13T25:00:00+07:00", "2024-02-30 13:00:00 WIB", "2024-05-13 13:00 +8",
    "Pasal 12, 2026 07:15", "13 Mei 2024 13:24 +8",
    "Thu, 32 Nov 2015 14:56:43 +0700", "Thu, 05 Foo 2015 14:56:43 +0700", "Thu, 05 Nov 2015 +0700",
]  # fmt: skip


@pytest.mark.parametrize("text", PRINTED)
def test_instant(text: str) -> None:
    found = instant(text)
    assert found
    assert found.tzinfo
    assert found == datetime.fromisoformat(PRINTED[text])


@pytest.mark.parametrize("text", NO_INSTANT)
def test_no_instant(text: str) -> None:
    assert instant(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 31 Dec 9999 23:59:59 -0700",
        "9999-12-31T23:59:59-07:00",
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "0001-01-01T00:00:00+14:00",
    ],
)
def test_the_ends_of_time_are_no_instants(text: str) -> None:
    assert instant(text) is None


def test_a_time_without_a_day_of_its_own_zone_says_utc() -> None:
    """RFC 2822: ``-0000`` is universal time of which nothing is known locally."""
    assert instant("Thu, 05 Nov 2015 07:56:43 -0000") == datetime(2015, 11, 5, 7, 56, 43, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["Thu, 05 Nov 2015 07:56:43 EST", "Thu, 05 Nov 2015 07:56:43 PDT", "Thu, 05 Nov 2015 07:56:43 MST"]
)
def test_a_zone_that_is_printed_is_not_taken_for_the_outlets(text: str) -> None:
    assert instant(text) != datetime(2015, 11, 5, 7, 56, 43, tzinfo=ZONES["WIB"])


@pytest.mark.parametrize(("zone", "hours"), [("WIB", 7), ("WITA", 8), ("WIT", 9), ("UTC", 0)])
def test_a_date_without_zone_is_in_the_outlets(zone: str, hours: int) -> None:
    for text in ("13 Mei 2024 13:24", "2024-05-13 13:24:00", "Mon, 13 May 2024 13:24:00"):
        found = instant(text, zone)
        assert found
        assert (found.utcoffset(), found.hour) == (timedelta(hours=hours), 13)


def test_an_instant_is_told_in_the_outlets_zone() -> None:
    found = instant("2024-05-13T05:24:00Z", "WITA")
    assert found
    assert found.isoformat() == "2024-05-13T13:24:00+08:00"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_is_known_by_its_names(month: int) -> None:
    names = [name for name, number in MONTHS.items() if number == month]
    assert len(names) >= 1 + (month != 5)
    for name in names:
        for shape in (name, name.capitalize(), name.upper(), f"{name.capitalize()}."):
            assert instant(f"1 {shape} 2024 13:24") == datetime(2024, month, 1, 13, 24, tzinfo=ZONES["WIB"]), shape


@pytest.fixture(params=["America/New_York", "Asia/Jayapura", "UTC"])
def _elsewhere(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_elsewhere")
def test_instants_are_the_same_wherever_the_machine_stands() -> None:
    assert {text: instant(text) for text in PRINTED} == {text: datetime.fromisoformat(iso) for text, iso in PRINTED.items()}
    assert [text for text in NO_INSTANT if instant(text)] == []


INDONESIAN = "Harga cabai di Pasar Minggu naik dua kali lipat karena hujan yang turun sejak Senin, kata pedagang itu."
ENGLISH = "The price of chillies at the market has doubled because of the rain that has been falling since Monday."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (INDONESIAN, "id"),
        (INDONESIAN.upper(), "id"),
        (ENGLISH, "en"),
        (f"{INDONESIAN} {ENGLISH}", None),
        (f"{INDONESIAN * 4} Ia menyebutnya “the end of the road”.", "id"),
        ("", None),
        ("Harga cabai naik", None),
        ("8.303.704", None),
        ("印尼辣椒价格上涨", None),
        ("di", None),
    ],
)
def test_language(text: str, language: str | None) -> None:
    assert language_of(text) == language


def test_language_is_read_at_the_beginning() -> None:
    assert language_of(INDONESIAN * 40 + ENGLISH * 400) == "id"
