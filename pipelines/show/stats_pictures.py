"""What ``kliping stats`` counts, as PNG and SVG; needs matplotlib, an extra."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import matplotlib.dates as dates_of_axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from pipelines.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    Days = Mapping[str, Mapping[date, int]]

dates: Any = dates_of_axes  # it publishes half of its types

SHOWN = 7  # outlets with a colour of their own
# Okabe and Ito: told apart by those who see fewer colours, too.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#999999")
STYLE: Any = {"svg.hashsalt": "kliping", "svg.fonttype": "none"}  # the same numbers give the same file


def draw(folder: Path, form: str, days: Days, bars: Sequence[tuple[str, str, str, Mapping[Any, int]]]) -> Iterator[Path]:
    """Draw stories by day, then each of ``bars`` (file, title, what is counted, numbers), into a folder as png or svg."""
    from matplotlib import rc_context

    folder.mkdir(parents=True, exist_ok=True)
    with rc_context(STYLE):
        if days:
            yield _save(_by_day(days), folder / f"days.{form}")
        for name, title, what, numbers in bars:
            if numbers:
                yield _save(_lying(title, what, numbers), folder / f"{name}.{form}")


def _by_day(days: Days) -> Figure:
    every = sorted({day for told in days.values() for day in told})
    span = [every[0] + timedelta(days=n) for n in range((every[-1] - every[0]).days + 1)]
    rows = {outlet: [told.get(day, 0) for day in span] for outlet, told in list(days.items())[:SHOWN]}
    if rest := list(days.values())[SHOWN:]:
        rows[f"{len(rest)} more"] = [sum(told.get(day, 0) for told in rest) for day in span]
    figure, axes = _page("Stories by day of publication (WIB)", 5.0)
    below = [0] * len(span)
    for (outlet, numbers), colour in zip(rows.items(), COLOURS, strict=False):
        axes.bar(span, numbers, width=0.9, bottom=below, label=outlet, color=colour)
        below = [low + number for low, number in zip(below, numbers, strict=True)]
    locator = dates.AutoDateLocator(minticks=2, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(dates.ConciseDateFormatter(locator))
    axes.set_ylabel("stories")
    axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False)
    return figure


def _lying(title: str, what: str, numbers: Mapping[Any, int]) -> Figure:
    figure, axes = _page(title, 1.2 + 0.32 * len(numbers))
    names = [str(name) for name in numbers]
    bars = axes.barh(range(len(names)), list(numbers.values()), color=COLOURS[0])
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.bar_label(bars, labels=[f"{number:,}" for number in numbers.values()], padding=3)
    axes.margins(x=0.12)
    axes.set_xlabel(what)
    return figure


def _page(title: str, height: float) -> tuple[Figure, Any]:
    figure = Figure(figsize=(9.0, max(height, 2.4)), layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Figure, path: Path) -> Path:
    canvas: Any = FigureCanvasSVG(figure) if path.suffix == ".svg" else FigureCanvasAgg(figure)
    metadata = {"Date": None} if path.suffix == ".svg" else None
    with whole(path) as part:
        canvas.figure.savefig(part, format=path.suffix[1:], dpi=120, metadata=metadata)
    return path
