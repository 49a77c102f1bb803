"""Short forms and long ones: KPK is the Komisi Pemberantasan Korupsi, and who asks for one wants both."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from pipelines.indonesian.data import lines

if TYPE_CHECKING:
    from collections.abc import Sequence

Forms = tuple[str, ...]


def other_ways(forms: Sequence[str], start: int) -> tuple[int, list[Forms]]:
    """Give how many forms from ``start`` on are a known short or long form, and the other ways to say it; 1 and none if not."""
    table = _table()
    for length in range(min(_longest(), len(forms) - start), 0, -1):
        if found := table.get(tuple(forms[start : start + length])):
            return length, found
    return 1, []


@cache
def _table() -> dict[Forms, list[Forms]]:
    table: dict[Forms, list[Forms]] = {}
    for short, long in (line.split(" = ") for line in lines("acronyms")):
        one, other = tuple(short.split()), tuple(long.split())
        table.setdefault(one, []).append(other)
        table.setdefault(other, []).append(one)
    return table


@cache
def _longest() -> int:
    return max(map(len, _table()))
