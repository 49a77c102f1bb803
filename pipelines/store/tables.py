"""The columns: every table of the store and what stands in it. Alembic reads this and nothing else; no query lives here."""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

HEAD = "0003"  # the newest revision below migrations/versions; known here so that checking it imports no Alembic

STATES = ("discovered", "fetched", "stored", "unchanged", "refused", "gone", "forbidden", "failed", "dead", "forgotten")
OPEN = ("discovered", "fetched", "failed")

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    },
)

Texts = ARRAY(Text)
Instant = DateTime(timezone=True)

# A CMS without a date prints year 1, which PostgreSQL keeps as 1 BC in UTC and psycopg2 then cannot read back.
EPOCH = "'1900-01-01 00:00:00+00'"


def _among(column: str, *words: str) -> CheckConstraint:
    return CheckConstraint(f"{column} IN ({', '.join(map(repr, words))})", column)


def _must(name: str, kind: Any, comment: str, **how: Any) -> Column[Any]:
    return Column(name, kind, nullable=False, comment=comment, **how)


def _may(name: str, kind: Any, comment: str) -> Column[Any]:
    return Column(name, kind, nullable=True, comment=comment)


def _key(outlet: str = "slug of the outlet, the name of its seed file") -> tuple[Column[Any], Column[Any]]:
    return (
        Column("outlet", Text, primary_key=True, comment=outlet),
        Column("story_id", Text, primary_key=True, comment="the outlet's own id of the story, the same on every host and slug"),
    )


def _of_page() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["outlet", "story_id"], ["pages.outlet", "pages.story_id"], ondelete="CASCADE")


runs = Table(
    "runs",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True, comment="number of the run"),
    _must("outlet", Text, "slug of the outlet that the run works on"),
    _must("started_at", Instant, "when it took the outlet's lock, by the database's clock", server_default=func.now()),
    _may("ended_at", Instant, "when it ended, or when the next run found it dead; null while it works"),
    _may("exit_code", Integer, "what it told its caller, see README; null while it works, and for ever if it was killed"),
    _must("counts", JSONB, "what it counted, name to number; {} until it ends", server_default="{}"),
    _must("host", Text, "machine it ran on"),
    _must("pid", Integer, "its process id on that machine"),
    _must("arguments", JSONB, "what it was started with, name to value", server_default="{}"),
    comment="One row a crawl: who worked on an outlet, since when, and how it ended",
)
Index(None, runs.c.outlet, runs.c.id.desc())

days = Table(
    "days",
    metadata,
    Column("outlet", Text, primary_key=True, comment="slug of the outlet, the name of its seed file"),
    Column("door", Text, primary_key=True, comment="address of the dated door, with {date} and {page} where they go"),
    Column("day", Date, primary_key=True, comment="the day, in the outlet's zone"),
    _must("announced", Integer, "stories that the door announced for the day when it was last walked to its end"),
    _must("complete", Boolean, "whether the day was over when it was walked: then it is not walked again"),
    _must("walked_at", Instant, "when the walk ended, by the database's clock", server_default=func.now()),
    comment="Days of an outlet's dated indexes that were walked to their end, so that a walk back in time goes on where it stopped",
)

pages = Table(
    "pages",
    metadata,
    *_key(),
    _must("url", Text, "the address as it is asked, the first that a door announced"),
    _must("state", Text, f"{', '.join(STATES[:-3])}, failed (tried again), dead (not) or forgotten"),
    _must("door", Text, "feed, sitemap or index page that announced it first; empty if asked for by hand", server_default=""),
    _may("announced_at", Instant, "publication date that a door gave; null if none did"),
    _may("title_announced", Text, "title that a door gave; null if none did"),
    _must("discovered_at", Instant, "when it was first announced; links of one door 1 µs apart", server_default=func.now()),
    Column("discovered_by", ForeignKey("runs.id", ondelete="SET NULL"), comment="run that found it; null if that run was deleted"),
    _may("fetched_at", Instant, "when the page that this row describes arrived; null if none has"),
    _may("http_status", Integer, "status of the last answer; null if there was none"),
    _may("digest", Text, "sha256 of the decompressed body, in hex; null before a page arrived"),
    _may("content_type", Text, "Content-Type as served; null before a page arrived"),
    _may("etag", Text, "ETag as served, for the next conditional request; null if none was sent"),
    _may("last_modified", Text, "Last-Modified as served, for the next conditional request; null if none was sent"),
    _may("archive_file", Text, "WARC file below the archive folder; null if the page is not archived"),
    _may("archive_offset", BigInteger, "byte at which the page's record begins in that file"),
    _may("archive_length", BigInteger, "bytes of the record's gzip member"),
    _must("tries", Integer, "failures in a row; 0 after a success", server_default="0"),
    _may("cause", Text, "why it is refused, gone, forbidden, failed or dead, or why the last look at a held one failed; else null"),
    _may("next_try_at", Instant, "when a failed page is due again; null in every other state"),
    _may("next_look_at", Instant, "when a held story is to be looked at again; null if it is not"),
    Column("leased_by", ForeignKey("runs.id", ondelete="SET NULL"), comment="run that is fetching it now; null if it is free"),
    _among("state", *STATES),
    CheckConstraint("outlet <> '' AND story_id <> ''", "key"),
    CheckConstraint("(state = 'failed') = (next_try_at IS NOT NULL)", "next_try"),
    CheckConstraint("next_look_at IS NULL OR state IN ('stored', 'unchanged')", "next_look"),
    CheckConstraint("num_nulls(archive_file, archive_offset, archive_length) IN (0, 3)", "archive"),
    CheckConstraint(f"announced_at >= {EPOCH}", "dates"),
    comment="The memory of the crawl: one row for every story address ever discovered, with one state at any time",
)
Index(
    "ix_pages_due",
    pages.c.outlet,
    pages.c.announced_at.desc().nulls_last(),
    pages.c.discovered_at.desc(),
    postgresql_where=pages.c.leased_by.is_(None) & pages.c.state.in_(OPEN),
)
Index(
    "ix_pages_look",
    pages.c.outlet,
    pages.c.next_look_at,
    postgresql_where=pages.c.leased_by.is_(None) & pages.c.next_look_at.is_not(None),
)
Index(None, pages.c.leased_by, postgresql_where=pages.c.leased_by.is_not(None))
Index(None, pages.c.discovered_by)
Index(None, pages.c.url, postgresql_using="hash")  # a B-tree refuses addresses beyond 2,704 bytes
Index(None, pages.c.story_id, postgresql_using="hash")

articles = Table(
    "articles",
    metadata,
    *_key(),
    _must("url", Text, "the canonical address, as the page itself gives it"),
    _must("kind", Text, "article, or photo for a story told in pictures"),
    _must("title", Text, "headline as printed, never empty"),
    _must("authors", Texts, "bylines in the page's order, never the brand; {} if it names none", server_default="{}"),
    _must("editors", Texts, "editors in the page's order; {} if it names none", server_default="{}"),
    _may("published_at", Instant, "when the outlet says it was published; null if it does not say"),
    _may("modified_at", Instant, "when the outlet says it was last changed; null if it does not say"),
    _may("section", Text, "channel or rubric, as the outlet writes it; null if the page gives none"),
    _must("tags", Texts, "the outlet's own keywords, in its order; {} if it gives none", server_default="{}"),
    _may("dateline", Text, "place at the head of the story (Jakarta); null if it has none"),
    _may("source_credit", Text, "agency or paper credited at its end (Antara); null if it has none"),
    _must("body", JSONB, "what is left after cleaning, in reading order: [{kind: p|h|li|quote, text}]"),
    _must("text", Text, "the body as plain text, a blank line between blocks; empty for a photo story without prose"),
    _must("images", JSONB, "pictures in reading order: [{url (null if hidden by the markup), caption (may be empty)}]"),
    _may("language", Text, "ISO 639-1 code by the text's function words; null if they do not decide"),
    _must("words", Integer, "words in the body"),
    _may("layout", Text, "layout of the seed whose fence matched the page"),
    _must("partial", Boolean, "whether the page named further pages of the story that were not at hand", server_default=false()),
    _must("sources", JSONB, "field to its source and what that said, as printed: {title: {from, said}}", server_default="{}"),
    _must("first_seen_at", Instant, "when the story was first stored, by the database's clock", server_default=func.now()),
    _must("read_at", Instant, "when this reading was stored; an equal reading later leaves it alone", server_default=func.now()),
    _of_page(),
    _among("kind", "article", "photo"),
    CheckConstraint("outlet <> '' AND story_id <> ''", "key"),
    CheckConstraint("title <> ''", "title"),
    CheckConstraint("words >= 0", "words"),
    CheckConstraint(f"published_at >= {EPOCH} AND modified_at >= {EPOCH}", "dates"),
    comment="One row a story, as it was last read well; the page it was read from is in pages, what was cut from it in cuts",
)
Index(None, articles.c.outlet, articles.c.published_at.desc().nulls_last())
Index(None, articles.c.published_at.desc().nulls_last())
Index(None, articles.c.tags, postgresql_using="gin")
Index(None, articles.c.url, postgresql_using="hash")

cuts = Table(
    "cuts",
    metadata,
    *_key(),
    Column("position", Integer, primary_key=True, autoincrement=False, comment="0, 1, 2 … down the page"),
    _must("at", Integer, "number of the page's line that was cut or shortened; kept and cut lines count alike"),
    _must("rule", Text, "the cleaning rule that cut it, as its seed names it"),
    _must("text", Text, "what was cut, word for word"),
    _of_page(),
    Index(None, "rule"),
    comment="Everything that cleaning took out of a story, each with its rule; of refused pages too",
)

revisions = Table(
    "revisions",
    metadata,
    *_key(),
    Column("fetched_at", Instant, primary_key=True, comment="when this version was first seen: its page's arrival"),
    _must("changed", Texts, "title, authors, editors, published_at, body: what differs from the version before; {} of the first"),
    _must("title", Text, "headline of this version"),
    _must("authors", Texts, "bylines of this version"),
    _must("editors", Texts, "editors of this version"),
    _may("published_at", Instant, "when the outlet said it was published; null if it did not say"),
    _may("modified_at", Instant, "when the outlet said it was last changed; alone it makes no version: many print the hour"),
    _must("body", JSONB, "the body of this version, as in articles"),
    _must("text", Text, "that body as plain text, a blank line between blocks"),
    _of_page(),
    comment="Every version of a story that was seen, the first one too; the newest is the one in articles",
)

rejects = Table(
    "rejects",
    metadata,
    *_key(),
    _must("url", Text, "address that was read"),
    _must("reasons", Texts, "every reason why the page is no article, in English"),
    _must("detail", Text, "a word more where one helps, else empty", server_default=""),
    _must("refused_at", Instant, "when it was refused, by the database's clock", server_default=func.now()),
    _of_page(),
    CheckConstraint("cardinality(reasons) > 0", "reasons"),
    comment="Pages that were read and are no article; a row goes when the story is stored after all",
)
