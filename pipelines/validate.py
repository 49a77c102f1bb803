"""Draft → Article | Reject: what must be there is there, what cannot be is refused, with every reason."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.indonesian.language import language_of
from pipelines.nouns import PROSE, Article, Image, Reason, Reject

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.nouns import Block, Draft
    from pipelines.outlets import Outlet

# Newsrooms schedule stories minutes ahead and their clocks differ; a day ahead is a wrong date.
AHEAD = timedelta(days=1)
_WORD = re.compile(r"\w+")


def validate(draft: Draft, outlet: Outlet, asked: str, now: datetime | None = None) -> Article | Reject:
    """Judge a cleaned draft; ``asked`` is the address the page was asked for, ``now`` is aware."""
    reasons = tuple(_reasons(draft, outlet, asked, now or datetime.now(UTC)))
    if reasons or draft.title is None or draft.story_id is None:
        return Reject(reasons or (Reason.NOT_A_STORY,), detail=draft.layout or "")
    body = tuple(block for block in draft.blocks if block.kind != "figure")
    images = {(b.text, b.src if not b.text else None): Image(b.text, b.src) for b in reversed(draft.blocks) if b.kind == "figure"}
    text = "\n".join(block.text for block in body)
    return Article(
        url=draft.url,
        outlet=draft.outlet,
        story_id=draft.story_id,
        kind=draft.kind,
        title=draft.title,
        authors=draft.authors,
        editors=draft.editors,
        published_at=draft.published_at,
        modified_at=draft.modified_at,
        section=draft.section,
        tags=draft.tags,
        dateline=draft.dateline,
        source_credit=draft.source_credit,
        body=body,
        images=tuple(reversed(images.values())),
        language=language_of(text),
        words=len(_WORD.findall(text)),
        layout=draft.layout,
        partial=draft.partial,
        sources=draft.sources,
    )


def _reasons(draft: Draft, outlet: Outlet, asked: str, now: datetime) -> Iterator[Reason]:
    own = outlet.story_id(asked)
    if own is None or draft.story_id is None:
        yield Reason.NOT_A_STORY
    elif own != draft.story_id:
        yield Reason.WRONG_STORY
    if not draft.title:
        yield Reason.NO_TITLE
    if draft.kind == "video":
        yield Reason.VIDEO
    elif draft.layout is None:
        yield Reason.NO_LAYOUT
    elif not _tells(draft.blocks, draft.kind):
        yield Reason.NO_BODY
    if draft.published_at and draft.published_at > now + AHEAD:
        yield Reason.FUTURE


def _tells(blocks: tuple[Block, ...], kind: str) -> bool:
    """A story has prose, not headings alone; a photo story may tell it in captions."""
    return any(block.kind in PROSE or (kind == "photo" and block.kind == "figure" and block.text) for block in blocks)
