"""Draft → Draft by the outlet's rules; each thing cut is kept as a Cut with its rule. Html and plain text alike."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.masthead import mastheads
from pipelines.readers import columnist
from pipelines.readers.people import people
from pipelines.rules import apply
from pipelines.seedwords import GENERIC
from pipelines.strays import as_read

if TYPE_CHECKING:
    from pipelines.nouns import Draft
    from pipelines.outlets import Outlet
    from pipelines.rules import Rule


def clean(draft: Draft, outlet: Outlet) -> Draft:
    """Cut the furniture; what the cuts told (dateline, names, source) becomes fields."""
    outlet = as_read(outlet, draft.layout)
    whose = columnist.above(draft.blocks, draft.authors)
    done = apply(_with_masthead(outlet, draft.sites), whose.blocks)
    told = done.fields
    authors = _with(draft.authors, people([*whose.authors, *told.get("authors", [])], outlet.houses))
    if (at := columnist.below(done.blocks, authors)) is not None:
        done.cut(at, columnist.BELOW)
    return replace(
        draft,
        blocks=tuple(done.blocks),
        cuts=tuple(sorted((*draft.cuts, *whose.cuts, *done.cuts), key=lambda cut: cut.at)),
        dateline=next(map(_place, told.get("dateline", [])), draft.dateline),
        source_credit=next(iter(told.get("source_credit", [])), draft.source_credit),
        authors=authors,
        editors=_with(draft.editors, people(told.get("editors", []), outlet.houses)),
    )


def _with_masthead(outlet: Outlet, sites: tuple[str, ...]) -> tuple[Rule, ...]:
    """The outlet's rules, and before those of the generic reading the rules for what its page calls it."""
    if not sites or outlet.layouts:
        return outlet.rules
    at = next((at for at, rule in enumerate(outlet.rules) if rule.name.startswith(f"{GENERIC}/")), 0)
    return (*outlet.rules[:at], *mastheads(outlet.hosts[0], sites), *outlet.rules[at:])


def _place(printed: str) -> str:
    """The place less what parts it from the story: "BANDUNG.-"; "Washington D.C." keeps its own."""
    return re.sub(r"(?<=\w{4})\.$", "", printed.rstrip(" ,:-–—"))


def _with(known: tuple[str, ...], told: tuple[str, ...]) -> tuple[str, ...]:
    """Both, each person once: a sign-off's "Isnaya" is the byline's "Isnaya Helmi", whichever of the two says more."""
    of_byline, of_text = ({name: _words(name) for name in names} for names in (known, told))
    kept = [name for name, words in of_byline.items() if not any(words < more for more in of_text.values())]
    all_of = [*of_byline.values(), *of_text.values()]
    new = (name for name, words in of_text.items() if words not in of_byline.values() and not any(words < more for more in all_of))
    return (*kept, *new)


def _words(name: str) -> frozenset[str]:
    return frozenset(name.casefold().split())
