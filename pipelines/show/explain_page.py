"""The explain page: one html file that asks nothing of the network. Every text on it was written by others, so all is escaped."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipelines.show.explain import Explained, Field, Line

STYLE = """
:root { --ink: #1c1c1c; --paper: #fdfcf9; --soft: #6b6b6b; --rule: #ddd8cc; --cut: #a8322a; --figure: #eef3f5 }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e6e1; --paper: #191919; --soft: #9a9a9a; --rule: #3a3a3a; --cut: #e58a80; --figure: #22292c }
}
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper) }
body { font: 17px/1.55 Georgia, serif; overflow-wrap: anywhere }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 .3rem }
header p, table, .at, .rule, .label, footer { font-family: system-ui, sans-serif; font-size: .8rem }
header p, footer { color: var(--soft); margin: .2rem 0 }
header p.refused { color: var(--cut); font-weight: 600 }
table { border-collapse: collapse; width: 100%; margin: 1.2rem 0 2rem }
th, td { text-align: left; vertical-align: top; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule) }
th { color: var(--soft); font-weight: 600; white-space: nowrap }
td.from, td.said { color: var(--soft) }
td.value { font-weight: 600 }
.line { display: grid; grid-template-columns: 3rem 1fr; margin: .45rem 0; unicode-bidi: isolate }
.at { color: var(--soft); padding-top: .3rem }
td.from, td.said { max-width: 16rem }
.h { font-weight: 700; margin-top: 1.2rem }
.li div::before { content: "\\2022\\00a0" }
.quote div { border-left: 3px solid var(--rule); padding-left: .8rem; font-style: italic }
.figure div { background: var(--figure); padding: .4rem .7rem; font-size: .9rem }
.label { color: var(--soft); display: block }
.cut div { color: var(--cut); font-size: .9rem }
.rule { border: 1px solid; border-radius: 3px; padding: 0 .35rem }
@media (min-width: 45rem) { td.value { min-width: 14rem } }
@media (max-width: 45rem) { tr, th, td { display: block; border: 0; max-width: none } tr { border-bottom: 1px solid var(--rule) } }
"""
PAGE = """<!doctype html>
<html lang="id">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
{head}
</header>
<table>
<tr><th>field</th><th>value</th><th>from</th><th>said</th></tr>
{fields}
</table>
<main>
{lines}
</main>
<footer>{counts}</footer>
</body>
</html>
"""


def page(told: Explained) -> str:
    """Write the page."""
    head = [("", told.url), ("", f"outlet: {told.outlet}"), *(("refused", f"refused: {reason}") for reason in told.refused)]
    head += [("refused", "partial: further pages, or what subscribers alone see, were not at hand")] if told.partial else []
    return PAGE.format(
        style=STYLE,
        title=escape(told.title or "(no title)"),
        head="\n".join(f'<p class="{kind}">{escape(text)}</p>' for kind, text in head if text),
        fields="\n".join(map(_field, told.fields)),
        lines="\n".join(map(_line, told.lines)),
        counts=told.counts,
    )


def _field(row: Field) -> str:
    cells = (("value", row.value or "—"), ("from", row.source), ("said", row.said))
    return f"<tr><th>{row.name}</th>" + "".join(f'<td class="{name}">{escape(text)}</td>' for name, text in cells) + "</tr>"


def _line(line: Line) -> str:
    said = escape(line.text)
    if line.rule:
        said = f'<del>{said}</del> <span class="rule">{escape(line.rule)}</span>'
    elif line.kind == "figure":
        said = f'<span class="label">figure {escape(line.src or "")}</span>{said}'
    return f'<div class="line {line.kind}"><span class="at">{line.at}</span><div>{said}</div></div>'
