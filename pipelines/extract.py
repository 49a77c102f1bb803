"""The steps in order: a page is read, cleaned and judged. The one hall behind every door."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.clean import clean
from pipelines.nouns import Draft, Page, Reading
from pipelines.parse import parse
from pipelines.readers import plain_text
from pipelines.validate import validate

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.outlets import Outlet


def extract(page: Page, outlet: Outlet, now: datetime | None = None) -> Reading:
    """Read a page, clean it, judge it."""
    draft = clean(parse(page, outlet), outlet)
    asked = page.asked_url or page.url
    return Reading(page.url, outlet.slug, outlet.story_id(asked), validate(draft, outlet, asked, now), draft.cuts)


def extract_text(text: str, outlet: Outlet) -> Draft:
    """Clean a plain-text story by the same rules. A text has no address, so it is not judged."""
    title, blocks = plain_text.read(text)
    draft = clean(Draft("", outlet.slug, title=title, blocks=tuple(blocks)), outlet)
    figures = {block.text: block for block in reversed(draft.blocks) if block.kind == "figure"}
    kept = {block.at for block in figures.values()}
    return replace(draft, blocks=tuple(block for block in draft.blocks if block.kind != "figure" or block.at in kept))
