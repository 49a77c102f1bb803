"""A story that its outlet serves in parts: which of its pages is still to be asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from pipelines.discovery import further

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.nouns import Page
    from pipelines.outlets import Outlet

MOST = 40  # pages of one story; the longest seen had 15


def next_part(story: Page, outlet: Outlet) -> str | None:
    """Give the first page that a story's pages name and that is not among them."""
    if 1 + len(story.more) >= MOST:
        return None
    return next((url for url in _named(story, outlet) if url not in story.addresses), None)


def _named(story: Page, outlet: Outlet) -> Iterator[str]:
    """What breaks here breaks the reader too, who refuses the page and says why."""
    number = outlet.story_id(story.url)
    with suppress(Exception):
        for page in (page for page in (story, *story.more) if outlet.story_id(page.url) == number):
            yield from further(page.body, page.url, outlet, page.content_type)
