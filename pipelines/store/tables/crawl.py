"""The crawl's own tables: its runs, the days it walked, the pages it knows."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Double,
    ForeignKey,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    false,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB

from pipelines.store.tables.base import EPOCH, Instant, Texts, among, key_columns, may, metadata, must

STATES = ("discovered", "fetched", "stored", "unchanged", "refused", "gone", "forbidden", "failed", "dead", "forgotten")
OPEN = ("discovered", "fetched", "failed")
HELD = ("stored", "unchanged")
READ = (*HELD, "refused")
FORGOTTEN = "forgotten"  # a tombstone: never leased, never overwritten
URL = "the address as it is asked, the first that a door announced; another that a door gave after that one was gone"
TOLD = "doors that announced it, as the seed writes them; {} if asked for by hand, or found before this was noted"

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, Identity(always=True), primary_key=True, comment="number of the run"),
    must("outlet", Text, "slug of the outlet that the run works on"),
    must("started_at", Instant, "when it took the outlet's lock, by the database's clock", server_default=func.now()),
    may("ended_at", Instant, "when it ended, or when the next run found it dead; null while it works"),
    may("exit_code", Integer, "what it told its caller, see README; null while it works, and for ever if it was killed"),
    must("counts", JSONB, "what it counted, name to number; {} until it ends", server_default="{}"),
    must("host", Text, "machine it ran on"),
    must("pid", Integer, "its process id on that machine"),
    must("arguments", JSONB, "what it was started with, name to value", server_default="{}"),
    comment="One row a crawl: who worked on an outlet, since when, and how it ended",
)
Index(None, runs.c.outlet, runs.c.id.desc())

vitals = Table(
    "vitals",
    metadata,
    Column("run", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True, comment="run that counted; its signs go with it"),
    Column(
        "name",
        Text,
        primary_key=True,
        comment="what was counted: read, stories, words, or a kind and what it is about (field authors, rule kompas/dateline)",
    ),
    must("count", Integer, "in how many stories; of an amount, how many there were"),
    may("total", Double, "sum of ln(amount + 1); null where there is nothing to sum"),
    may("squares", Double, "sum of their squares; null likewise"),
    comment="What a run's fresh stories looked like, counted at its end; from it an outlet's usual is learnt",
)

days = Table(
    "days",
    metadata,
    Column("outlet", Text, primary_key=True, comment="slug of the outlet, the name of its seed file"),
    Column("door", Text, primary_key=True, comment="address of the dated door, with {date} and {page} where they go"),
    Column("day", Date, primary_key=True, comment="the day, in the outlet's zone"),
    must("announced", Integer, "stories that the door announced for the day when it was last walked to its end"),
    must("complete", Boolean, "whether the day was over when it was walked: then it is not walked again"),
    must("walked_at", Instant, "when the walk ended, by the database's clock", server_default=func.now()),
    comment="Days of an outlet's dated indexes that were walked to their end, so that a walk back in time goes on where it stopped",
)

doors = Table(
    "doors",
    metadata,
    Column("outlet", Text, primary_key=True, comment="slug of the outlet, the name of its seed file"),
    Column("url", Text, primary_key=True, comment="the address asked; of a door with pages, that of its first"),
    may("etag", Text, "ETag of its last whole answer; null if it sent none or may not be asked so"),
    may("last_modified", Text, "Last-Modified of that answer; null likewise"),
    may("digest", Text, "sha256 in hex of the story ids it announced then, sorted; null if there were none"),
    must("lies", Boolean, "whether it once gave other stories under the same ETag", server_default=false()),
    must("finished", Boolean, "whether the last walk through it came to its end", server_default=false()),
    may("whole_at", Instant, "when it last came whole, by the database's clock; null if it never did"),
    comment="How a door answered last: what to ask it next time, and whether the walk through it was finished",
)

rests = Table(
    "rests",
    metadata,
    Column("host", Text, primary_key=True, comment="name of the host"),
    must("until", Instant, "until when it is not asked, by the database's clock; may be over"),
    comment="Hosts that asked to be left alone (Retry-After): no run asks them anything until then",
)

rebuilds = Table(
    "rebuilds",
    metadata,
    Column("outlet", Text, primary_key=True, comment="slug of the outlet, the name of its seed file"),
    must("begun_at", Instant, "when its rebuild began, by the database's clock", server_default=func.now()),
    comment="Rebuilds that have not ended: the next one takes out what such a one put in. Empty, unless one was killed",
)

pages = Table(
    "pages",
    metadata,
    *key_columns(),
    must("url", Text, URL),
    must("state", Text, f"{', '.join(STATES[:-3])}, failed (tried again), dead (not) or forgotten"),
    must("door", Text, "feed, sitemap or index page that announced it first; empty if asked for by hand", server_default=""),
    must("announced_by", Texts, TOLD, server_default="{}"),
    may("announced_at", Instant, "publication date that a door gave; null if none did"),
    may("title_announced", Text, "title that a door gave; null if none did"),
    must("discovered_at", Instant, "when it was first announced; links of one door 1 µs apart", server_default=func.now()),
    Column("discovered_by", ForeignKey("runs.id", ondelete="SET NULL"), comment="run that found it; null if that run was deleted"),
    may("fetched_at", Instant, "when the page that this row describes arrived; null if none has"),
    may("http_status", Integer, "status of the last answer; null if there was none"),
    may("digest", Text, "sha256 of the decompressed body, in hex; null before a page arrived"),
    may("content_type", Text, "Content-Type as served; null before a page arrived"),
    may("etag", Text, "ETag as served, for the next conditional request; null if none was sent"),
    may("last_modified", Text, "Last-Modified as served, for the next conditional request; null if none was sent"),
    may("archive_file", Text, "WARC file below the archive folder; null if the page is not archived"),
    may("archive_offset", BigInteger, "byte at which the page's record begins in that file"),
    may("archive_length", BigInteger, "bytes of the record's gzip member"),
    may("pruned_at", Instant, "when its page was pruned from the archive: it cannot be read again; else null"),
    must("tries", Integer, "failures in a row; 0 after a success", server_default="0"),
    may("cause", Text, "why it is refused, gone, forbidden, failed or dead, or why the last look at a held one failed; else null"),
    may("next_try_at", Instant, "when a failed page is due again; null in every other state"),
    may(
        "next_look_at",
        Instant,
        "when a held story is to be looked at again, or a refused, forbidden or withdrawn one asked for once more; null if never",
    ),
    Column("leased_by", ForeignKey("runs.id", ondelete="SET NULL"), comment="run that is fetching it now; null if it is free"),
    among("state", *STATES),
    CheckConstraint("outlet <> '' AND story_id <> ''", "key"),
    CheckConstraint("(state = 'failed') = (next_try_at IS NOT NULL)", "next_try"),
    CheckConstraint("next_look_at IS NULL OR state IN ('stored', 'unchanged', 'refused', 'gone', 'forbidden')", "next_look"),
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
# What is announced and not held is little: the view missing, and who asks for one state, read this alone.
Index(
    "ix_pages_open",
    pages.c.state,
    pages.c.outlet,
    pages.c.discovered_at.desc(),
    postgresql_where=pages.c.state.in_([state for state in STATES if state not in (*READ, FORGOTTEN)]),
)
Index(None, pages.c.leased_by, postgresql_where=pages.c.leased_by.is_not(None))
Index(None, pages.c.discovered_by)
Index(None, pages.c.url, postgresql_using="hash")  # a B-tree refuses addresses beyond 2,704 bytes
Index(None, pages.c.story_id, postgresql_using="hash")
