"""Views for who asks in SQL, and the indexes that keep them fast at ten million stories."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# As of this migration; what the views are today stands in pipelines/store/tables/views.py.
STORIES = """
        SELECT a.outlet, a.story_id, a.url, a.kind, a.title, a.authors, a.editors, a.published_at,
            (a.published_at AT TIME ZONE 'Asia/Jakarta')::date AS day, a.modified_at, a.section, a.tags, a.dateline,
            a.source_credit, a.text, a.words, a.language, a.partial, a.first_seen_at, a.first_seen_at - a.published_at AS delay,
            (SELECT count(*) FROM revisions r WHERE r.outlet = a.outlet AND r.story_id = a.story_id) AS versions
        FROM articles a
"""
STORIES_DAILY = """
        SELECT (published_at AT TIME ZONE 'Asia/Jakarta')::date AS day, outlet, count(*) AS stories, sum(words) AS words
        FROM articles GROUP BY 1, 2
"""
CORRECTIONS = """
        SELECT r.outlet, r.story_id, r.fetched_at AS seen_at, r.changed, before.title AS title_before, r.title,
            before.text AS text_before, r.text, r.fetched_at - r.published_at AS after
        FROM revisions r CROSS JOIN LATERAL (
            SELECT b.title, b.text FROM revisions b
            WHERE b.outlet = r.outlet AND b.story_id = r.story_id AND b.fetched_at < r.fetched_at
            ORDER BY b.fetched_at DESC LIMIT 1
        ) before
        WHERE r.changed <> '{}' AND r.cause = 'outlet'
"""
MISSING = """
        SELECT p.outlet, p.story_id, p.url, p.state, p.cause, p.tries,
            (coalesce(p.announced_at, p.discovered_at) AT TIME ZONE 'Asia/Jakarta')::date AS day,
            p.announced_at, p.discovered_at, p.next_try_at
        FROM pages p
        WHERE p.state IN ('discovered', 'fetched', 'gone', 'forbidden', 'failed', 'dead')
            AND NOT EXISTS (SELECT FROM articles a WHERE a.outlet = p.outlet AND a.story_id = p.story_id)
"""
LAST_RUNS = """
        SELECT DISTINCT ON (outlet) outlet, id AS run, started_at, ended_at, ended_at - started_at AS took, exit_code, host, counts
        FROM runs ORDER BY outlet, id DESC
"""
VIEWS = {"stories": STORIES, "stories_daily": STORIES_DAILY, "corrections": CORRECTIONS, "missing": MISSING, "last_runs": LAST_RUNS}
COMMENTS = {
    "stories": "The stories that stand, one row each: begin here",
    "stories.outlet": "slug of the outlet, the name of its seed file",
    "stories.story_id": "the outlet's own id of the story, the same on every host and slug",
    "stories.url": "the canonical address",
    "stories.kind": "article, or photo for a story told in pictures",
    "stories.title": "headline as printed",
    "stories.authors": "bylines in the page's order; {} if it names none",
    "stories.editors": "editors in the page's order; {} if it names none",
    "stories.published_at": "when the outlet says it was published; null if it does not say",
    "stories.day": "the day of its publication in Jakarta; null if the outlet does not say",
    "stories.modified_at": "when the outlet says it was last changed; null if it does not say",
    "stories.section": "channel or rubric, as the outlet writes it; null if the page gives none",
    "stories.tags": "the outlet's own keywords; {} if it gives none",
    "stories.dateline": "place at the head of the story; null if it has none",
    "stories.source_credit": "agency or paper credited at its end; null if it has none",
    "stories.text": "the body as plain text, a blank line between blocks",
    "stories.words": "words in the body",
    "stories.language": "ISO 639-1 code; null if the text's words do not decide",
    "stories.partial": "whether further pages of the story were not at hand",
    "stories.first_seen_at": "when it was first stored",
    "stories.delay": "first_seen_at - published_at: how long after its publication we had it; null if undated",
    "stories.versions": "versions of it that were seen, the first one too",
    "stories_daily": "Stories that stand, counted by day and outlet",
    "stories_daily.day": "the day of its publication in Jakarta; null if the outlet does not say",
    "stories_daily.outlet": "slug of the outlet, the name of its seed file",
    "stories_daily.stories": "stories of that day",
    "stories_daily.words": "words in their bodies",
    "corrections": "What newsrooms changed after publication: a row each time, with what stood before",
    "corrections.outlet": "slug of the outlet, the name of its seed file",
    "corrections.story_id": "the outlet's own id of the story, the same on every host and slug",
    "corrections.seen_at": "when the change was seen",
    "corrections.changed": "title, authors, editors, published_at, body: what differs",
    "corrections.title_before": "headline before",
    "corrections.title": "headline after",
    "corrections.text_before": "text before",
    "corrections.text": "text after",
    "corrections.after": "how long after its publication the change was seen; null if undated",
    "missing": "Stories that were announced and are not held, with the cause",
    "missing.outlet": "slug of the outlet, the name of its seed file",
    "missing.story_id": "the outlet's own id of the story, the same on every host and slug",
    "missing.url": "the address as it is asked",
    "missing.state": "discovered, fetched, gone, forbidden, failed (tried again) or dead (not)",
    "missing.cause": "why; null where it was not tried yet",
    "missing.tries": "failures in a row",
    "missing.day": "the day in Jakarta on which it was announced, else discovered",
    "missing.announced_at": "publication date that a door gave; null if none did",
    "missing.discovered_at": "when it was first announced to us",
    "missing.next_try_at": "when it is asked again; null if it is not, or at once",
    "last_runs": "How the last crawl of each outlet went",
    "last_runs.outlet": "slug of the outlet, the name of its seed file",
    "last_runs.run": "its number, see runs",
    "last_runs.started_at": "when it began",
    "last_runs.ended_at": "when it ended; null while it works, or if it was killed",
    "last_runs.took": "how long it worked; null likewise",
    "last_runs.exit_code": "what it told its caller, see README; null likewise",
    "last_runs.host": "machine it ran on",
    "last_runs.counts": "what it counted, name to number",
}
OPEN = "state IN ('discovered', 'fetched', 'gone', 'forbidden', 'failed', 'dead')"


def upgrade() -> None:
    # Ranking reads thousands of rows; to unpack each would cost more than all else. Rows written from now on are kept so.
    op.execute("ALTER TABLE search_index SET (toast_tuple_target = 8160)")
    day = sa.text("((published_at AT TIME ZONE 'Asia/Jakarta')::date)")
    op.create_index("ix_articles_day", "articles", [day, "outlet"], postgresql_include=["published_at", "words"])
    op.create_index("ix_pages_open", "pages", ["state", "outlet", sa.text("discovered_at DESC")], postgresql_where=sa.text(OPEN))
    op.create_index("ix_rejects_refused_at", "rejects", ["refused_at"])
    op.create_index("ix_revisions_fetched_at", "revisions", ["fetched_at"], postgresql_where=sa.text("changed <> '{}'"))
    for name, sql in VIEWS.items():
        op.execute(f"CREATE VIEW {name} AS {sql}")
    for what, comment in COMMENTS.items():
        quoted = comment.replace("'", "''")
        op.execute(f"COMMENT ON {'COLUMN' if '.' in what else 'VIEW'} {what} IS '{quoted}'")


def downgrade() -> None:
    for name in VIEWS:
        op.execute(f"DROP VIEW {name}")
    op.drop_index("ix_revisions_fetched_at", "revisions")
    op.drop_index("ix_rejects_refused_at", "rejects")
    op.drop_index("ix_pages_open", "pages")
    op.drop_index("ix_articles_day", "articles")
    op.execute("ALTER TABLE search_index RESET (toast_tuple_target)")
