"""The steps in order: a page is read, cleaned and judged. The one hall behind every door."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from pipelines.clean import clean
from pipelines.nouns import Draft, Page, Reading, Reason, Reject
from pipelines.parse import parse
from pipelines.readers import plain_text
from pipelines.strays import is_stray
from pipelines.validate import validate

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.outlets import Outlet

logger = logging.getLogger(__name__)

def extract(page: Page, outlet: Outlet, now: datetime | None = None) -> Reading:
    """Read a page, clean it, judge it."""
    return judged(drafted(page, outlet), page, outlet, now)


def attempt(page: Page, outlet: Outlet, now: datetime | None = None) -> Reading:
    """Read a page; a reader that breaks on one page must not take the others along."""
    try:
        return extract(page, outlet, now)
    except Exception as error:
        logger.exception("the reader broke on %s", page.url)
        asked = outlet.story_id(page.asked_url or page.url)
        return Reading(page.url, outlet.slug, asked, Reject((Reason.READER_FAILED,), f"{type(error).__name__}: {error}"))


def drafted(page: Page, outlet: Outlet) -> Draft:
    """Read a page and clean it: what a reading rests on, its lines and its cuts in the one numbering of the page."""
    return clean(parse(page, outlet), outlet)


def judged(draft: Draft, page: Page, outlet: Outlet, now: datetime | None = None) -> Reading:
    """Judge what was read of a page by the address it was asked for."""
    asked = page.asked_url or page.url
    result = validate(draft, outlet, asked, now)
    return Reading(page.url, outlet.slug, outlet.story_id(asked), result, draft.cuts, is_stray(draft.layout, outlet))


def extract_text(text: str, outlet: Outlet, title: str | None = None) -> Draft:
    """Clean a plain-text story by the same rules; where its title is known, all of it is the story. It is not judged."""
    title, blocks, cuts = plain_text.read(text, title)
    draft = clean(Draft("", outlet.slug, title=title, blocks=tuple(blocks), cuts=tuple(cuts)), outlet)
    figures = {block.text: block for block in reversed(draft.blocks) if block.kind == "figure"}
    kept = {block.at for block in figures.values()}
    return replace(draft, blocks=tuple(block for block in draft.blocks if block.kind != "figure" or block.at in kept))
