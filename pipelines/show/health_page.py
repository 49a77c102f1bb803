"""The health report: one html file that asks nothing of the network, light or dark as its reader likes. All text is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from pipelines.show.plots import Line, bars, lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from pipelines.standing import Day, Standing

MOST = 6  # lines of one plot: more cannot be told apart
PERCENT = 100.0
STYLE = """
:root { --ink: #1c1c1c; --paper: #fdfcf9; --soft: #6b6b6b; --rule: #ddd8cc; --bad: #a8322a; --good: #2f6b3c; --bar: #6d8ea6 }
:root { --i0: #2f5d8a; --i1: #b3541e; --i2: #4c7a34; --i3: #7d4c94; --i4: #a08a1c; --i5: #5b6b73 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --paper: #191919; --soft: #9a9a9a; --rule: #3a3a3a; --bad: #e58a80; --good: #86c193; --bar: #5f7f96 }
  :root { --i0: #7db1e0; --i1: #e79a66; --i2: #98c67e; --i3: #c59add; --i4: #d8c458; --i5: #a3b4bd }
}
body { max-width: 90rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper) }
body { font: 15px/1.5 system-ui, sans-serif } td:last-child, li { overflow-wrap: anywhere }
h1 { font-size: 1.5rem; margin: 0 } h2 { font-size: 1.15rem; margin: 2.5rem 0 .3rem } h3 { font-size: .85rem; margin: 0 0 .2rem }
h3, header p, footer { color: var(--soft); font-weight: 600 } header p, footer { font-weight: 400; margin: .2rem 0 }
table { border-collapse: collapse; margin: 1rem 0; width: 100% }
th, td { text-align: left; vertical-align: top; padding: .25rem .9rem .25rem 0; border-bottom: 1px solid var(--rule) }
th { color: var(--soft); font-weight: 600; font-size: .8rem } td:not(:last-child) { white-space: nowrap }
td.number { text-align: right } a { color: inherit }
.red { color: var(--bad) } .green { color: var(--good) } .state { font-weight: 700 }
ul.why { margin: .3rem 0; padding-left: 1.2rem }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: 1.2rem 2rem }
figure { margin: 0 } svg { width: 100%; height: auto; display: block } svg text { fill: var(--soft); font-size: 11px }
.grid { stroke: var(--rule); stroke-width: 1 } .bar { fill: var(--bar) } .alarm { fill: var(--bad) }
path { fill: none; stroke-width: 1.8 }
path.ink0 { stroke: var(--i0) } path.ink1 { stroke: var(--i1) } path.ink2 { stroke: var(--i2) }
path.ink3 { stroke: var(--i3) } path.ink4 { stroke: var(--i4) } path.ink5 { stroke: var(--i5) }
circle.ink0 { fill: var(--i0) } circle.ink1 { fill: var(--i1) } circle.ink2 { fill: var(--i2) }
circle.ink3 { fill: var(--i3) } circle.ink4 { fill: var(--i4) } circle.ink5 { fill: var(--i5) }
.key { list-style: none; padding: 0; margin: .2rem 0 0; display: flex; flex-wrap: wrap; gap: .1rem 1rem; font-size: .78rem }
.key span { display: inline-block; width: .9rem; height: .2rem; margin-right: .35rem; vertical-align: middle }
span.ink0 { background: var(--i0) } span.ink1 { background: var(--i1) } span.ink2 { background: var(--i2) }
span.ink3 { background: var(--i3) } span.ink4 { background: var(--i4) } span.ink5 { background: var(--i5) }
"""
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kliping: health</title>
<style>{style}</style>
</head>
<body>
<header><h1>{head}</h1><p>{when}</p></header>
<table>
<tr><th>outlet</th><th>health</th><th>last run</th><th>24 h</th><th>usually</th><th>why</th></tr>
{rows}
</table>
{chapters}
<footer>A day is one in Jakarta. What each reason means and what to do: docs/on-call.md.</footer>
</body>
</html>
"""


def page(chapters: Sequence[tuple[Standing, Sequence[Day]]], now: datetime) -> str:
    """Write the report: a table of all outlets, then a chapter each, the red ones first."""
    red = sum(not one.green for one, _ in chapters)
    told = sorted(chapters, key=lambda chapter: (chapter[0].green, chapter[0].outlet))
    head = f"{red} of {len(chapters)} outlets are red" if red else f"all {len(chapters)} outlets are green"
    return PAGE.format(
        style=STYLE,
        head=head,
        when=f"{now.astimezone():%Y-%m-%d %H:%M %Z}",
        rows="\n".join(_row(one) for one, _ in told),
        chapters="\n".join(_chapter(one, days) for one, days in told if one.run),
    )


def _row(one: Standing) -> str:
    ran = f"{one.run.ended_at.astimezone():%Y-%m-%d %H:%M}<br>exit {one.run.exit_code}" if one.run else "never"
    name = escape(one.outlet)
    numbers = "".join(f'<td class="number">{"" if count is None else count}</td>' for count in (one.stories_24h, one.usual_24h))
    why = "<br>".join(map(escape, one.wrong))
    return f'<tr><td><a href="#{name}">{name}</a></td><td>{_state(one)}</td><td>{ran}</td>{numbers}<td>{why}</td></tr>'


def _state(one: Standing) -> str:
    colour = "green" if one.green else "red"
    return f'<span class="state {colour}">{colour}</span>'


def _chapter(one: Standing, days: Sequence[Day]) -> str:
    why = "".join(f"<li>{escape(reason)}</li>" for reason in one.wrong)
    plots = "".join(f"<figure><h3>{escape(title)}</h3>{drawn}</figure>" for title, drawn in _plots(days))
    said = f'<ul class="why red">{why}</ul>' if why else ""
    name = escape(one.outlet)
    return f'<section id="{name}"><h2>{name} {_state(one)}</h2>{said}<div class="plots">{plots}</div></section>'


def _plots(days: Sequence[Day]) -> Iterator[tuple[str, str]]:
    dates = [day.day for day in days]
    yield (
        "Stories published, by day (a day on which a run raised an alarm is red)",
        bars(dates, [day.stories for day in days], [day.alarmed for day in days], "stories"),
    )
    yield "Fresh stories in which a field was filled, in 100", lines(dates, _shares(days, "field "), "in 100", PERCENT)
    yield "Fresh stories in which a rule cut, in 100", lines(dates, _shares(days, "rule "), "in 100", PERCENT)
    usual, late = ([day.lag and day.lag[which] for day in days] for which in (0, 1))
    lags = lines(dates, [Line("median", usual), Line("95 of 100 are quicker", late)], "minutes")
    yield "Minutes from publication to storage", lags
    refused = _shares(days, "refused ", of="read")
    if refused:
        yield "Fresh pages refused, in 100", lines(dates, refused, "in 100")


def _shares(days: Sequence[Day], kind: str, of: str = "stories") -> list[Line]:
    """The signs of a kind, those that count most, each as a share by day; a day without stories is not known."""
    counts: dict[str, int] = {}
    for day in days:
        for name, sign in day.signs.items():
            if name.startswith(kind):
                counts[name] = counts.get(name, 0) + sign.count
    chosen = sorted(counts, key=lambda name: (-counts[name], name))[:MOST]
    return [Line(name.removeprefix(kind), [_share(day, name, of) for day in days]) for name in sorted(chosen)]


def _share(day: Day, name: str, of: str) -> float | None:
    whole = day.signs[of].count if of in day.signs else 0
    return PERCENT * (day.signs[name].count if name in day.signs else 0) / whole if whole else None
