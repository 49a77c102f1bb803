"""Plots as inline SVG: bars and lines over days, drawn by hand in a few shapes, coloured by the page's own style. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from math import ceil, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

WIDTH, HEIGHT = 640, 150
LEFT, RIGHT, TOP, BOTTOM = 44, 6, 10, 20  # room for what the axes say
INKS = 6  # colours of the style, .ink0 to .ink5


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a plot: a value a day, None where nothing is known."""

    name: str
    values: Sequence[float | None]


def bars(days: Sequence[date], values: Sequence[float], marked: Sequence[bool], unit: str) -> str:
    """Draw one bar a day; a marked one in the colour of alarms."""
    top = nice(max([*values, 1]))
    wide = (WIDTH - LEFT - RIGHT) / max(len(days), 1)
    drawn = (
        f'<rect class="{"alarm" if mark else "bar"}" x="{_x(at, len(days)) + wide * 0.1:.1f}" y="{_y(value, top):.1f}"'
        f' width="{wide * 0.8:.1f}" height="{max(HEIGHT - BOTTOM - _y(value, top), 0):.1f}">'
        f"<title>{day:%a %Y-%m-%d}: {value:.0f} {escape(unit)}{', alarm' if mark else ''}</title></rect>"
        for at, (day, value, mark) in enumerate(zip(days, values, marked, strict=True))
    )
    return _framed(days, top, "".join(drawn), unit)


def lines(days: Sequence[date], several: Sequence[Line], unit: str, top: float | None = None) -> str:
    """Draw lines, each broken where a day is not known, and below them which is which."""
    most = top or nice(max([value for line in several for value in line.values if value is not None] or [1]))
    drawn = "".join(_line(line, number % INKS, days, most, unit) for number, line in enumerate(several))
    keys = "".join(f'<li><span class="ink{number % INKS}"></span>{escape(line.name)}</li>' for number, line in enumerate(several))
    return _framed(days, most, drawn, unit) + f'<ul class="key">{keys}</ul>'


def nice(most: float) -> float:
    """Give the round number at or above ``most``: 1, 2, 2.5 or 5 times a power of ten."""
    power = 10.0 ** (ceil(log10(most)) - 1) if most > 0 else 1.0
    return next(step * power for step in (1, 2, 2.5, 5, 10) if step * power >= most)


def _line(line: Line, ink: int, days: Sequence[date], top: float, unit: str) -> str:
    half = (WIDTH - LEFT - RIGHT) / max(len(days), 1) / 2
    points = [(at, _x(at, len(days)) + half, value) for at, value in enumerate(line.values) if value is not None]
    path = "".join(_step(points, number, top) for number in range(len(points)))
    dots = "".join(
        f'<circle class="ink{ink}" cx="{x:.1f}" cy="{_y(value, top):.1f}" r="2.5">'
        f"<title>{escape(line.name)}, {days[at]:%a %Y-%m-%d}: {value:.0f} {escape(unit)}</title></circle>"
        for at, x, value in points
    )
    return f'<path class="ink{ink}" d="{path}"/>{dots}'


def _step(points: Sequence[tuple[int, float, float]], number: int, top: float) -> str:
    at, x, value = points[number]
    joined = number > 0 and points[number - 1][0] == at - 1
    return f"{'L' if joined else 'M'}{x:.1f} {_y(value, top):.1f}"


def _framed(days: Sequence[date], top: float, drawn: str, unit: str) -> str:
    said = f"{escape(unit)}, {days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}" if days else escape(unit)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">{"".join(_axes(days, top))}{drawn}</svg>'


def _axes(days: Sequence[date], top: float) -> Iterator[str]:
    for share in (0, 0.5, 1):
        y = _y(share * top, top)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share * top:,.10g}</text>'
    for at, day in enumerate(days):
        if day.weekday() == 0:  # a line of text each Monday
            yield f'<text x="{_x(at, len(days)):.1f}" y="{HEIGHT - 5}">{day:%d %b}</text>'


def _x(at: int, among: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * at / max(among, 1)


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - min(value / top, 1))
