"""What was read: the stories, what was cut from them, their versions, and the pages that are none."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, Table, Text, false, func, text
from sqlalchemy.dialects.postgresql import JSONB

from pipelines.store.tables.base import EPOCH, Instant, Texts, among, key_columns, may, metadata, must, of_page

articles = Table(
    "articles",
    metadata,
    *key_columns(),
    must("url", Text, "the canonical address, as the page itself gives it"),
    must("kind", Text, "article, or photo for a story told in pictures"),
    must("title", Text, "headline as printed, never empty"),
    must("authors", Texts, "bylines in the page's order, never the brand; {} if it names none", server_default="{}"),
    must("editors", Texts, "editors in the page's order; {} if it names none", server_default="{}"),
    may("published_at", Instant, "when the outlet says it was published; null if it does not say"),
    may("modified_at", Instant, "when the outlet says it was last changed; null if it does not say"),
    may("section", Text, "channel or rubric, as the outlet writes it; null if the page gives none"),
    must("tags", Texts, "the outlet's own keywords, in its order; {} if it gives none", server_default="{}"),
    may("dateline", Text, "place at the head of the story (Jakarta); null if it has none"),
    may("source_credit", Text, "agency or paper credited at its end (Antara); null if it has none"),
    must("body", JSONB, "what is left after cleaning, in reading order: [{kind: p|h|li|quote, text}]"),
    must("text", Text, "the body as plain text, a blank line between blocks; empty for a photo story without prose"),
    must("images", JSONB, "pictures in reading order: [{url (null if hidden by the markup), caption (may be empty)}]"),
    may("language", Text, "ISO 639-1 code by the text's function words; null if they do not decide"),
    must("words", Integer, "words in the body"),
    may("layout", Text, "layout of the seed whose fence holds the story; generic: read without one"),
    must(
        "partial", Boolean, "whether part of the story was not at hand: further pages, or what subscribers alone see",
        server_default=false(),
    ),
    must("sources", JSONB, "field to its source and what that said, as printed: {title: {from, said}}", server_default="{}"),
    must("first_seen_at", Instant, "when the story was first stored, by the database's clock", server_default=func.now()),
    must("read_at", Instant, "when this reading was stored; an equal reading later leaves it alone", server_default=func.now()),
    of_page(),
    among("kind", "article", "photo"),
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
# A day's counts are read from this alone: the included columns spare the rows below, millions of them.
Index(
    "ix_articles_day",
    text("((published_at AT TIME ZONE 'Asia/Jakarta')::date)"),
    articles.c.outlet,
    postgresql_include=["published_at", "words"],
)
Index(None, articles.c.read_at)  # what is new since the last index, export or watch

cuts = Table(
    "cuts",
    metadata,
    *key_columns(),
    Column("position", Integer, primary_key=True, autoincrement=False, comment="0, 1, 2 … down the page"),
    must("at", Integer, "number of the page's line that was cut or shortened; kept and cut lines count alike"),
    must("rule", Text, "the cleaning rule that cut it, as its seed names it"),
    must("text", Text, "what was cut, word for word"),
    of_page(),
    Index(None, "rule"),
    comment="Everything that cleaning took out of a story, each with its rule; of refused pages too",
)

SEEN = "when this version was first seen: its page's arrival"

revisions = Table(
    "revisions",
    metadata,
    *key_columns(),
    Column("fetched_at", Instant, primary_key=True, comment=f"{SEEN}; of a reread one, when it was read again"),
    must("changed", Texts, "title, authors, editors, published_at, body: what differs from the version before; {} of the first"),
    must("title", Text, "headline of this version"),
    must("authors", Texts, "bylines of this version"),
    must("editors", Texts, "editors of this version"),
    may("published_at", Instant, "when the outlet said it was published; null if it did not say"),
    may("modified_at", Instant, "when the outlet said it was last changed; alone it makes no version: many print the hour"),
    must("body", JSONB, "the body of this version, as in articles"),
    must("text", Text, "that body as plain text, a blank line between blocks"),
    must("cause", Text, "outlet: the newsroom made it; reread: our rules read the same page differently", server_default="outlet"),
    must("url", Text, "the canonical address that this version gave itself"),
    must("kind", Text, "article, or photo for a story told in pictures"),
    may("section", Text, "channel or rubric of this version; null if the page gave none"),
    must("tags", Texts, "keywords of this version"),
    may("dateline", Text, "place at its head; null if it had none"),
    may("source_credit", Text, "agency or paper credited at its end; null if it had none"),
    must("images", JSONB, "pictures of this version, as in articles"),
    may("language", Text, "ISO 639-1 code of its text; null if that was not decided"),
    must("words", Integer, "words in its body"),
    may("partial", Boolean, "whether part of it was not at hand; null of versions kept before that was noted"),
    of_page(),
    among("cause", "outlet", "reread"),
    comment="Every version of a story that was seen, the first one too; the newest is the one in articles",
)
Index(None, revisions.c.fetched_at, postgresql_where=text("changed <> '{}'"))  # what was corrected lately

rejects = Table(
    "rejects",
    metadata,
    *key_columns(),
    must("url", Text, "address that was read"),
    must("reasons", Texts, "every reason why the page is no article, in English"),
    must("detail", Text, "a word more where one helps, else empty", server_default=""),
    must("refused_at", Instant, "when it was refused, by the database's clock", server_default=func.now()),
    of_page(),
    CheckConstraint("cardinality(reasons) > 0", "reasons"),
    comment="Pages that were read and are no article; a row goes when the story is stored after all",
)
Index(None, rejects.c.refused_at)

withdrawn = Table(
    "withdrawn",
    metadata,
    *key_columns(),
    must("withdrawn_at", Instant, "when a rereading refused it, by the database's clock", server_default=func.now()),
    must("article", JSONB, "its row of articles as it stood, column by column"),
    of_page(),
    comment="Stories that stood until today's rules refused their page; a row goes when the story stands again",
)
