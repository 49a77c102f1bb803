"""A version holds all that its article held, so that a story can be told as it stood at any moment."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0008"
down_revision = "0007"

TEXT, TEXTS = sa.Text(), ARRAY(sa.Text())
ADDED: tuple[tuple[str, Any, str, bool], ...] = (
    ("url", TEXT, "the canonical address that this version gave itself", False),
    ("kind", TEXT, "article, or photo for a story told in pictures", False),
    ("section", TEXT, "channel or rubric of this version; null if the page gave none", True),
    ("tags", TEXTS, "keywords of this version", False),
    ("dateline", TEXT, "place at its head; null if it had none", True),
    ("source_credit", TEXT, "agency or paper credited at its end; null if it had none", True),
    ("images", JSONB(), "pictures of this version, as in articles", False),
    ("language", TEXT, "ISO 639-1 code of its text; null if that was not decided", True),
    ("words", sa.Integer(), "words in its body", False),
)
# Of older versions only their text was kept: what else the story holds today is the best that is known of them.
FILL = r"""
    UPDATE revisions r SET
        url = coalesce(a.url, p.url), kind = coalesce(a.kind, 'article'), section = a.section, tags = coalesce(a.tags, '{}'),
        dateline = a.dateline, source_credit = a.source_credit, images = coalesce(a.images, '[]'), language = a.language,
        words = CASE WHEN a.text = r.text THEN a.words ELSE (SELECT count(*) FROM regexp_matches(r.text, '\S+', 'g')) END
    FROM pages p LEFT JOIN articles a USING (outlet, story_id)
    WHERE (p.outlet, p.story_id) = (r.outlet, r.story_id)
"""


def upgrade() -> None:
    for name, kind, comment, _ in ADDED:
        op.add_column("revisions", sa.Column(name, kind, nullable=True, comment=comment))
    op.execute(FILL)
    for name, *_, empty in ADDED:
        op.alter_column("revisions", name, nullable=empty)


def downgrade() -> None:
    for name, *_ in ADDED:
        op.drop_column("revisions", name)
