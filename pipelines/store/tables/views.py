"""The views: what people who ask in SQL build on. Their columns stay, whatever becomes of the tables below.

A view is made by a migration; this file says what it is now, and a test holds both together.
"""

from __future__ import annotations

from dataclasses import dataclass

KEY = {
    "outlet": "slug of the outlet, the name of its seed file",
    "story_id": "the outlet's own id of the story, the same on every host and slug",
}
IN_JAKARTA = "the day of its publication in Jakarta; null if the outlet does not say"


@dataclass(frozen=True, slots=True)
class View:
    """A view's definition, and what it and its columns mean."""

    sql: str
    comment: str
    columns: dict[str, str]


VIEWS = {
    "stories": View(
        """
        SELECT a.outlet, a.story_id, a.url, a.kind, a.title, a.authors, a.editors, a.published_at,
            (a.published_at AT TIME ZONE 'Asia/Jakarta')::date AS day, a.modified_at, a.section, a.tags, a.dateline,
            a.source_credit, a.text, a.words, a.language, a.partial, a.first_seen_at, a.first_seen_at - a.published_at AS delay,
            (SELECT count(*) FROM revisions r WHERE r.outlet = a.outlet AND r.story_id = a.story_id) AS versions
        FROM articles a
        """,
        "The stories that stand, one row each: begin here",
        KEY
        | {
            "url": "the canonical address",
            "kind": "article, or photo for a story told in pictures",
            "title": "headline as printed",
            "authors": "bylines in the page's order; {} if it names none",
            "editors": "editors in the page's order; {} if it names none",
            "published_at": "when the outlet says it was published; null if it does not say",
            "day": IN_JAKARTA,
            "modified_at": "when the outlet says it was last changed; null if it does not say",
            "section": "channel or rubric, as the outlet writes it; null if the page gives none",
            "tags": "the outlet's own keywords; {} if it gives none",
            "dateline": "place at the head of the story; null if it has none",
            "source_credit": "agency or paper credited at its end; null if it has none",
            "text": "the body as plain text, a blank line between blocks",
            "words": "words in the body",
            "language": "ISO 639-1 code; null if the text's words do not decide",
            "partial": "whether part of the story was not at hand: further pages, or what subscribers alone see",
            "first_seen_at": "when it was first stored",
            "delay": "first_seen_at - published_at: how long after its publication we had it; null if undated",
            "versions": "versions of it that were seen, the first one too",
        },
    ),
    "stories_daily": View(
        """
        SELECT (published_at AT TIME ZONE 'Asia/Jakarta')::date AS day, outlet, count(*) AS stories, sum(words) AS words
        FROM articles GROUP BY 1, 2
        """,
        "Stories that stand, counted by day and outlet",
        {"day": IN_JAKARTA, "outlet": KEY["outlet"], "stories": "stories of that day", "words": "words in their bodies"},
    ),
    "corrections": View(
        """
        SELECT r.outlet, r.story_id, r.fetched_at AS seen_at, r.changed, before.title AS title_before, r.title,
            before.text AS text_before, r.text, r.fetched_at - r.published_at AS after
        FROM revisions r CROSS JOIN LATERAL (
            SELECT b.title, b.text FROM revisions b
            WHERE b.outlet = r.outlet AND b.story_id = r.story_id AND b.fetched_at < r.fetched_at
            ORDER BY b.fetched_at DESC LIMIT 1
        ) before
        WHERE r.changed <> '{}' AND r.cause = 'outlet'
        """,
        "What newsrooms changed after publication: a row each time, with what stood before",
        KEY
        | {
            "seen_at": "when the change was seen",
            "changed": "title, authors, editors, published_at, body: what differs",
            "title_before": "headline before",
            "title": "headline after",
            "text_before": "text before",
            "text": "text after",
            "after": "how long after its publication the change was seen; null if undated",
        },
    ),
    "missing": View(
        """
        SELECT p.outlet, p.story_id, p.url, p.state, p.cause, p.tries,
            (coalesce(p.announced_at, p.discovered_at) AT TIME ZONE 'Asia/Jakarta')::date AS day,
            p.announced_at, p.discovered_at, p.next_try_at
        FROM pages p
        WHERE p.state IN ('discovered', 'fetched', 'gone', 'forbidden', 'failed', 'dead')
            AND NOT EXISTS (SELECT FROM articles a WHERE a.outlet = p.outlet AND a.story_id = p.story_id)
        """,
        "Stories that were announced and are not held, with the cause",
        KEY
        | {
            "url": "the address as it is asked",
            "state": "discovered, fetched, gone, forbidden, failed (tried again) or dead (not)",
            "cause": "why; null where it was not tried yet",
            "tries": "failures in a row",
            "day": "the day in Jakarta on which it was announced, else discovered",
            "announced_at": "publication date that a door gave; null if none did",
            "discovered_at": "when it was first announced to us",
            "next_try_at": "when it is asked again; null if it is not, or at once",
        },
    ),
    "last_runs": View(
        """
        SELECT DISTINCT ON (outlet) outlet, id AS run, started_at, ended_at, ended_at - started_at AS took, exit_code, host, counts
        FROM runs ORDER BY outlet, id DESC
        """,
        "How the last crawl of each outlet went",
        {
            "outlet": KEY["outlet"],
            "run": "its number, see runs",
            "started_at": "when it began",
            "ended_at": "when it ended; null while it works, or if it was killed",
            "took": "how long it worked; null likewise",
            "exit_code": "what it told its caller, see README; null likewise",
            "host": "machine it ran on",
            "counts": "what it counted, name to number",
        },
    ),
}


def statements(name: str, view: View) -> list[str]:
    """Give the SQL that makes a view and explains it."""
    told = [(f"VIEW {name}", view.comment), *((f"COLUMN {name}.{column}", what) for column, what in view.columns.items())]
    comments = [f"COMMENT ON {what} IS '{comment.replace(chr(39), chr(39) * 2)}'" for what, comment in told]
    return [f"CREATE VIEW {name} AS {view.sql}", *comments]
