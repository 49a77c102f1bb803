"""Every source that a seed names for a field earns its place: asked alone, it tells on a page we hold what a person read."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
import test_unseen as unseen
from test_pages import NOW, TOLD, expected, page_of
from test_unseen import PAGES as UNSEEN

from pipelines import Page, extract, load
from pipelines.outlets import files, folders, names
from pipelines.seedtables import sources_of

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines import Article, Outlet
    from pipelines.seedtables import Source

NO_FIELD = {"canonical", "kind"}  # an address and a word of the template's: test_seeds and test_pages ask what they lead to
# what every outlet falls back on (schema.org, Open Graph) is proven on the pages of those that print nothing better
SEEDS = files(folders())
COMMON = dict(sources_of("common.toml", tomllib.loads(SEEDS["common"].read_text(encoding="utf-8"))))


def own_sources() -> list[tuple[str, str, Source]]:
    """Give every source that stands in an outlet's own file."""
    found = []
    for slug in names():
        text = SEEDS[slug].read_text(encoding="utf-8").replace('\\"', '"')
        for field, sources in load(slug).fields.items():
            own = (source for source in sources if source.asked in text and source not in COMMON.get(field, ()))
            found += [(slug, field, source) for source in own if field not in NO_FIELD]
    return found


@pytest.mark.parametrize(
    ("slug", "field", "source"), [pytest.param(*own, id=f"{own[0]}/{own[1]}/{own[2]}") for own in own_sources()]
)
def test_source_earns_its_place(slug: str, field: str, source: Source) -> None:
    alone = replace(load(slug), fields={**load(slug).fields, field: (source,)})
    pages = [path for path in TOLD if path.parent.name == slug]
    articles = ((path, extract(page_of(path), alone, NOW).article) for path in pages)
    right = (bool(article and field in article.sources and same(article, path, field)) for path, article in articles)
    others = [path for path in UNSEEN if unseen.told(path)["outlet"] == slug]
    theirs = (field_of(path, alone, field) == unseen.told(path)[field] for path in others)
    assert any(right) or any(theirs), f"{source} tells {field} on none of {len(pages)} pages"


def field_of(path: Path, alone: Outlet, field: str) -> object:
    """Read a field of names, or one text, by one source alone, of a page that others wrote."""
    page = Page(unseen.told(path)["url"], path.read_bytes(), "text/html; charset=utf-8")
    article = extract(page, alone, NOW).article
    value = getattr(article, field) if article and field in article.sources else None
    return list(value) if isinstance(value, tuple) else value


def same(article: Article, path: Path, field: str) -> bool:
    """Compare; a date to the minute, for that is all that some sources print."""
    told, read = expected(path, field), getattr(article, field)
    if field.endswith("_at") and told and read:
        return told.replace(second=0) == read.replace(second=0)
    return told == read
