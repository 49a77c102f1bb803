"""The first tables: runs, pages, articles, cuts, rejects.

What the columns mean stands in their comments and, as of today, in pipelines/store/tables.py; this file says what they were.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001"
down_revision = None

TEXT, NUMBER, LONG, JSON = sa.Text(), sa.Integer(), sa.BigInteger(), JSONB()
TEXTS, INSTANT = ARRAY(sa.Text()), sa.DateTime(timezone=True)
NOW = sa.func.now()
KEY = ("outlet", "story_id")
STATES = "'discovered', 'fetched', 'stored', 'unchanged', 'refused', 'gone', 'forbidden', 'failed', 'dead'"
EPOCH = "'1900-01-01 00:00:00+00'"
OPEN = sa.text("leased_by IS NULL AND state IN ('discovered', 'fetched', 'failed')")


def must(name: str, kind: Any, comment: str, **how: Any) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=False, comment=comment, **how)


def may(name: str, kind: Any, comment: str) -> sa.Column[Any]:
    return sa.Column(name, kind, nullable=True, comment=comment)


def key() -> tuple[sa.Column[Any], sa.Column[Any]]:
    return (
        must("outlet", TEXT, "slug of the outlet, the name of its seed file"),
        must("story_id", TEXT, "the outlet's own id of the story, the same on every host and slug"),
    )


def of_page(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_outlet_pages"
    return sa.ForeignKeyConstraint(KEY, ["pages.outlet", "pages.story_id"], name, ondelete="CASCADE")


def of_run(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["runs.id"], f"fk_pages_{column}_runs", ondelete="SET NULL")


def upgrade() -> None:
    create_runs()
    create_pages()
    create_articles()
    create_cuts()
    create_rejects()
    op.execute("COMMENT ON TABLE alembic_version IS 'Which migration the tables are at'")
    op.execute("COMMENT ON COLUMN alembic_version.version_num IS 'number of the migration, see migrations/versions'")


def downgrade() -> None:
    for table in ("rejects", "cuts", "articles", "pages", "runs"):
        op.drop_table(table)


def create_runs() -> None:
    op.create_table(
        "runs",
        must("id", NUMBER, "number of the run", server_default=sa.Identity(always=True)),
        must("outlet", TEXT, "slug of the outlet that the run works on"),
        must("started_at", INSTANT, "when it took the outlet's lock, by the database's clock", server_default=NOW),
        may("ended_at", INSTANT, "when it ended, or when the next run found it dead; null while it works"),
        may("exit_code", NUMBER, "what it told its caller, see README; null while it works, and for ever if it was killed"),
        must("counts", JSON, "what it counted, name to number; {} until it ends", server_default="{}"),
        must("host", TEXT, "machine it ran on"),
        must("pid", NUMBER, "its process id on that machine"),
        must("arguments", JSON, "what it was started with, name to value", server_default="{}"),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        comment="One row a crawl: who worked on an outlet, since when, and how it ended",
    )
    op.create_index("ix_runs_outlet_id", "runs", ["outlet", sa.text("id DESC")])


def create_pages() -> None:
    op.create_table(
        "pages",
        *key(),
        must("url", TEXT, "the address as it is asked, the first that a door announced"),
        must("state", TEXT, "discovered, fetched, stored, unchanged, refused, gone, forbidden, failed (tried again) or dead (not)"),
        must("door", TEXT, "feed, sitemap or index page that announced it first; empty if asked for by hand", server_default=""),
        may("announced_at", INSTANT, "publication date that a door gave; null if none did"),
        may("title_announced", TEXT, "title that a door gave; null if none did"),
        must("discovered_at", INSTANT, "when it was first announced; links of one door 1 µs apart", server_default=NOW),
        may("discovered_by", NUMBER, "run that found it; null if that run was deleted"),
        may("fetched_at", INSTANT, "when the page that this row describes arrived; null if none has"),
        may("http_status", NUMBER, "status of the last answer; null if there was none"),
        may("digest", TEXT, "sha256 of the decompressed body, in hex; null before a page arrived"),
        may("content_type", TEXT, "Content-Type as served; null before a page arrived"),
        may("etag", TEXT, "ETag as served, for the next conditional request; null if none was sent"),
        may("last_modified", TEXT, "Last-Modified as served, for the next conditional request; null if none was sent"),
        may("archive_file", TEXT, "WARC file below the archive folder; null if the page is not archived"),
        may("archive_offset", LONG, "byte at which the page's record begins in that file"),
        may("archive_length", LONG, "bytes of the record's gzip member"),
        must("tries", NUMBER, "failures in a row; 0 after a success", server_default="0"),
        may("cause", TEXT, "why it is refused, gone, forbidden, failed or dead; else null"),
        may("next_try_at", INSTANT, "when a failed page is due again; null in every other state"),
        may("leased_by", NUMBER, "run that is fetching it now; null if it is free"),
        sa.PrimaryKeyConstraint(*KEY, name="pk_pages"),
        of_run("discovered_by"),
        of_run("leased_by"),
        sa.CheckConstraint(f"state IN ({STATES})", op.f("ck_pages_state")),
        sa.CheckConstraint("outlet <> '' AND story_id <> ''", op.f("ck_pages_key")),
        sa.CheckConstraint("(state = 'failed') = (next_try_at IS NOT NULL)", op.f("ck_pages_next_try")),
        sa.CheckConstraint("num_nulls(archive_file, archive_offset, archive_length) IN (0, 3)", op.f("ck_pages_archive")),
        sa.CheckConstraint(f"announced_at >= {EPOCH}", op.f("ck_pages_dates")),
        comment="The memory of the crawl: one row for every story address ever discovered, with one state at any time",
    )
    due: list[str | sa.TextClause] = ["outlet", sa.text("announced_at DESC NULLS LAST"), sa.text("discovered_at DESC")]
    op.create_index("ix_pages_due", "pages", due, postgresql_where=OPEN)
    op.create_index("ix_pages_leased_by", "pages", ["leased_by"], postgresql_where=sa.text("leased_by IS NOT NULL"))
    op.create_index("ix_pages_discovered_by", "pages", ["discovered_by"])
    # Hash: a B-tree refuses addresses beyond 2,704 bytes.
    op.create_index("ix_pages_url", "pages", ["url"], postgresql_using="hash")
    op.create_index("ix_pages_story_id", "pages", ["story_id"], postgresql_using="hash")


def create_articles() -> None:
    op.create_table(
        "articles",
        *key(),
        must("url", TEXT, "the canonical address, as the page itself gives it"),
        must("kind", TEXT, "article, or photo for a story told in pictures"),
        must("title", TEXT, "headline as printed, never empty"),
        must("authors", TEXTS, "bylines in the page's order, never the brand; {} if it names none", server_default="{}"),
        must("editors", TEXTS, "editors in the page's order; {} if it names none", server_default="{}"),
        may("published_at", INSTANT, "when the outlet says it was published; null if it does not say"),
        may("modified_at", INSTANT, "when the outlet says it was last changed; null if it does not say"),
        may("section", TEXT, "channel or rubric, as the outlet writes it; null if the page gives none"),
        must("tags", TEXTS, "the outlet's own keywords, in its order; {} if it gives none", server_default="{}"),
        may("dateline", TEXT, "place at the head of the story (Jakarta); null if it has none"),
        may("source_credit", TEXT, "agency or paper credited at its end (Antara); null if it has none"),
        must("body", JSON, "what is left after cleaning, in reading order: [{kind: p|h|li|quote, text}]"),
        must("text", TEXT, "the body as plain text, a blank line between blocks; empty for a photo story without prose"),
        must("images", JSON, "pictures in reading order: [{url (null if hidden by the markup), caption (may be empty)}]"),
        may("language", TEXT, "ISO 639-1 code by the text's function words; null if they do not decide"),
        must("words", NUMBER, "words in the body"),
        may("layout", TEXT, "layout of the seed whose fence matched the page"),
        must(
            "partial", sa.Boolean(), "whether the page named further pages of the story that were not at hand",
            server_default=sa.false(),
        ),
        must("sources", JSON, "field to its source and what that said, as printed: {title: {from, said}}", server_default="{}"),
        must("first_seen_at", INSTANT, "when the story was first stored, by the database's clock", server_default=NOW),
        must("read_at", INSTANT, "when this reading was stored; an equal reading later leaves it alone", server_default=NOW),
        sa.PrimaryKeyConstraint(*KEY, name="pk_articles"),
        of_page("articles"),
        sa.CheckConstraint("kind IN ('article', 'photo')", op.f("ck_articles_kind")),
        sa.CheckConstraint("outlet <> '' AND story_id <> ''", op.f("ck_articles_key")),
        sa.CheckConstraint("title <> ''", op.f("ck_articles_title")),
        sa.CheckConstraint("words >= 0", op.f("ck_articles_words")),
        sa.CheckConstraint(f"published_at >= {EPOCH} AND modified_at >= {EPOCH}", op.f("ck_articles_dates")),
        comment="One row a story, as it was last read well; the page it was read from is in pages, what was cut from it in cuts",
    )
    newest = sa.text("published_at DESC NULLS LAST")
    op.create_index("ix_articles_outlet_published_at", "articles", ["outlet", newest])
    op.create_index("ix_articles_published_at", "articles", [newest])
    op.create_index("ix_articles_tags", "articles", ["tags"], postgresql_using="gin")
    op.create_index("ix_articles_url", "articles", ["url"], postgresql_using="hash")


def create_cuts() -> None:
    op.create_table(
        "cuts",
        *key(),
        must("position", NUMBER, "0, 1, 2 … down the page"),
        must("at", NUMBER, "number of the page's line that was cut or shortened; kept and cut lines count alike"),
        must("rule", TEXT, "the cleaning rule that cut it, as its seed names it"),
        must("text", TEXT, "what was cut, word for word"),
        sa.PrimaryKeyConstraint(*KEY, "position", name="pk_cuts"),
        of_page("cuts"),
        comment="Everything that cleaning took out of a story, each with its rule; of refused pages too",
    )
    op.create_index("ix_cuts_rule", "cuts", ["rule"])


def create_rejects() -> None:
    op.create_table(
        "rejects",
        *key(),
        must("url", TEXT, "address that was read"),
        must("reasons", TEXTS, "every reason why the page is no article, in English"),
        must("detail", TEXT, "a word more where one helps, else empty", server_default=""),
        must("refused_at", INSTANT, "when it was refused, by the database's clock", server_default=NOW),
        sa.PrimaryKeyConstraint(*KEY, name="pk_rejects"),
        of_page("rejects"),
        sa.CheckConstraint("cardinality(reasons) > 0", op.f("ck_rejects_reasons")),
        comment="Pages that were read and are no article; a row goes when the story is stored after all",
    )
