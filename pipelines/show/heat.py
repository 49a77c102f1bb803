"""The completeness ledger as a picture: a square for each outlet and day, the greener the more of what was announced is held."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from pipelines.whole_files import whole

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

KINDS = (".png", ".svg")
WHOLE_YEAR = 366  # days; where more lie between the first and the last, only those are drawn on which something is known


Cell = Mapping[str, Any]  # day, outlet, known, refused, missing: what is known of an outlet's day


def share(cell: Cell) -> float:
    """Give the share of an outlet's day that is not missing; what was read and is no article is no loss."""
    wanted = cell["known"] - cell["refused"]
    return 1.0 - cell["missing"] / wanted if wanted else 1.0


def draw(cells: Sequence[Cell], path: Path) -> None:
    """Write the picture; ImportError without matplotlib, OSError where it cannot be written. ``path`` ends in .png or .svg."""
    from matplotlib.figure import Figure

    days, outlets = _days({cell["day"] for cell in cells}), sorted({cell["outlet"] for cell in cells})
    told = {(cell["outlet"], cell["day"]): cell for cell in cells}
    squares = [[_share(told.get((outlet, day))) for day in days] for outlet in outlets]
    figure = Figure(figsize=(2.5 + 0.32 * len(days), 1.4 + 0.32 * len(outlets)), layout="constrained")
    axes = figure.add_subplot()
    image = axes.imshow(squares, cmap="RdYlGn", vmin=0, vmax=1, aspect="equal")
    axes.set_facecolor("#eeeeee")  # a day on which nothing is known
    step = -(-len(days) // 31)
    axes.set_xticks(range(0, len(days), step), [f"{day:%d %b %Y}" for day in days[::step]], rotation=90, fontsize=8)
    axes.set_yticks(range(len(outlets)), outlets, fontsize=8)
    axes.set_title("held of what was announced, by day (WIB)\nin a square: how many stories are missing", fontsize=9)
    for (outlet, day), cell in told.items():
        if cell["missing"]:
            axes.text(days.index(day), outlets.index(outlet), str(cell["missing"]), ha="center", va="center", fontsize=6)
    figure.colorbar(image, ax=axes, shrink=0.8, format=lambda part, _: f"{part:.0%}")
    with whole(path) as part:
        figure.savefig(part, format=path.suffix[1:], dpi=150)


def _share(cell: Cell | None) -> float:
    return float("nan") if cell is None else share(cell)


def _days(known: Iterable[date]) -> list[date]:
    days = sorted(known)
    span = (days[-1] - days[0]).days + 1
    return [days[0] + timedelta(days=each) for each in range(span)] if span <= WHOLE_YEAR else days
