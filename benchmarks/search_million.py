"""How long an answer takes over a million short stories, made by recombination: a title of one, sentences of four others.

The sentences are indexed by our own code, each once; the server joins their lexemes as `kliping index` would have written them.
Stories are spread evenly over five years, in the order in which they were stored.
"""

from __future__ import annotations

import os
import random
import re
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from benchmarks.search_corpus import NOW
from pipelines.indonesian.stems import stem
from pipelines.indonesian.words import STOP, words
from pipelines.store.search import Question, search
from pipelines.store.search_terms import Terms, terms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

SENTENCE = re.compile(r"(?<=[.!?])\s+")
SHORTEST, LONGEST = 60, 220  # letters of a sentence worth recombining
ASKED = 100  # questions of each kind
PICK = "1 + (hashint4(i * 8 + {}) & 2147483647) % (SELECT count(*) FROM {})"
BUILD = """
    SET session_replication_role = replica;  -- no foreign key is asked a million times
    SET maintenance_work_mem = '512MB';
    DROP INDEX ix_search_index_lexemes;
    CREATE TABLE made AS SELECT i, t.printed AS title, t.lexemes AS title_lexemes, a.printed AS lead, a.lexemes AS lead_lexemes,
        concat_ws(E'\\n\\n', b.printed, c.printed, d.printed) AS rest, b.lexemes || c.lexemes || d.lexemes AS rest_lexemes,
        CAST(:now AS timestamptz) - make_interval(mins => (CAST(:stories - i AS bigint) * 5 * 525600 / :stories)::int) AS at
    FROM generate_series(1, :stories) AS i
    JOIN titles t ON t.n = {title} JOIN sentences a ON a.n = {lead} JOIN sentences b ON b.n = {second}
    JOIN sentences c ON c.n = {third} JOIN sentences d ON d.n = {fourth};
    INSERT INTO pages (outlet, story_id, url, state) SELECT 'kabar', i, 'https://kabar.example/' || i, 'stored' FROM made;
    INSERT INTO articles (outlet, story_id, url, kind, title, published_at, read_at, body, text, images, words)
        SELECT 'kabar', i, 'https://kabar.example/' || i, 'article', title, at, at, '[]', lead || E'\\n\\n' || rest, '[]', 0
        FROM made;
    INSERT INTO search_index (outlet, story_id, published_at, read_at, lexemes)
        SELECT 'kabar', i, at, at, setweight(title_lexemes, 'A') || setweight(lead_lexemes, 'B') || setweight(rest_lexemes, 'C')
        FROM made;
    CREATE INDEX ix_search_index_lexemes ON search_index USING gin (lexemes);
    DROP TABLE made;
"""
SIZES = """
    SELECT pg_size_pretty(pg_total_relation_size('articles')), pg_size_pretty(pg_table_size('search_index')),
        pg_size_pretty(pg_relation_size('ix_search_index_lexemes')), pg_size_pretty(pg_total_relation_size('vocabulary'))
"""


def million(opened: Engine, stories: int, sources: list[dict[str, Any]]) -> None:
    """Make the stories, ask, print."""
    sentences = sorted({each for story in sources for each in SENTENCE.split(story["text"]) if SHORTEST < len(each) < LONGEST})
    titles = sorted({story["title"] for story in sources})
    began = time.perf_counter()
    with opened.begin() as connection:
        keep_parts(connection, "titles", titles, stories / len(titles))
        keep_parts(connection, "sentences", sentences, 4 * stories / len(sentences))
        places = {"title": PICK.format(0, "titles")}
        places |= {name: PICK.format(n, "sentences") for n, name in enumerate(("lead", "second", "third", "fourth"), 1)}
        connection.execute(text(BUILD.format(**places)), {"stories": stories, "now": NOW})
        sizes = connection.execute(text(SIZES)).one()
    with opened.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))
    print(f"{stories} stories of {len(titles)} titles and {len(sentences)} sentences, made in {time.perf_counter() - began:.0f} s")
    print("articles {}, search_index {}, its GIN index {}, vocabulary {}".format(*sizes))
    _ask(opened, titles, sentences)


def keep_parts(connection: Connection, table: str, parts: list[str], uses: float) -> None:
    """Keep titles or sentences with their lexemes, and count their words as if each were used so often."""
    connection.execute(text(f"CREATE TABLE {table} (n integer PRIMARY KEY, printed text, lexemes tsvector)"))
    made = [_terms(part) for part in parts]
    rows = [{"n": n, "printed": part, "lexemes": each.vector} for n, (part, each) in enumerate(zip(parts, made, strict=True), 1)]
    connection.execute(text(f"INSERT INTO {table} VALUES (:n, :printed, CAST(:lexemes AS tsvector))"), rows)  # noqa: S608
    said, names = Counter(word for each in made for word in each.words), Counter(name for each in made for name in each.names)
    counted = [
        {"word": word, "stem": stem(word), "stories": max(int(n * uses), 1), "names": int(names[word] * uses)}
        for word, n in said.items()
        if word.isalpha() and 1 < len(word) <= 30  # noqa: PLR2004 (as the vocabulary does)
    ]
    put = "INSERT INTO vocabulary AS v VALUES (:word, :stem, :stories, least(:names, :stories)) ON CONFLICT (word) DO UPDATE"
    put += " SET stories = v.stories + excluded.stories, names = v.names + excluded.names"
    connection.execute(text(put), counted)


def _terms(sentence: str) -> Terms:
    return terms({"title": "", "text": sentence, "images": [], "tags": [], "section": None, "authors": [], "outlet": "kabar"})


def _questions(titles: list[str], sentences: list[str]) -> Iterator[tuple[str, str]]:
    """Ask as people do: what a title says, what a sentence says, and words so common that a tenth of all stories have them."""
    chance = random.Random(11)  # noqa: S311 (no secret)
    said = Counter(form for sentence in sentences for form in set(_forms(sentence)))
    common = [form for form, _ in said.most_common(50)]
    for _ in range(ASKED):
        title, sentence = _forms(chance.choice(titles)), _forms(chance.choice(sentences))
        yield "three words of a title", " ".join(title[:3])
        yield "two words of a sentence", " ".join(chance.sample(sentence, min(2, len(sentence))))
        yield "one word", chance.choice(sentence)
        yield "one of the 50 commonest", chance.choice(common)
        yield "two of the 50 commonest", " ".join(chance.sample(common, 2))
        yield "a phrase", f'"{" ".join(sentence[1:3])}"'
        yield "this -that OR other", f"{sentence[0]} -{chance.choice(common)} OR {title[0]}"


def _forms(sentence: str) -> list[str]:
    said = [word.form for word in words(sentence) if word.form not in STOP and word.form.isalpha()]
    return said or ["harga"]


def _ask(opened: Engine, titles: list[str], sentences: list[str]) -> None:
    """Print how long answers took by the clock, and of processor time: ours and the server's, whatever else the machine does."""
    took: dict[str, list[tuple[float, float]]] = {}
    asked = list(_questions(titles, sentences))
    with opened.connect() as connection:
        backend = Path(f"/proc/{connection.scalar(text('SELECT pg_backend_pid()'))}/schedstat")
        for kind, query in [*asked[:50], *asked]:  # the first warm up and are asked again
            began, worked = time.perf_counter(), _worked(backend)
            search(connection, Question(query, lenient=True, now=NOW))
            took.setdefault(kind, []).append((1000 * (time.perf_counter() - began), _worked(backend) - worked))
    print(f"load of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    print(f"\n{'ms to answer':28}{'median':>8}{'p95':>8}{'longest':>9}   {'processor: median':>18}{'p95':>8}")
    for kind, pairs in [*took.items(), ("all", [each for every in took.values() for each in every])]:
        clock, work = (sorted(each) for each in zip(*pairs, strict=True))
        middle, late = len(pairs) // 2, int(len(pairs) * 0.95)
        print(f"{kind:28}{clock[middle]:8.0f}{clock[late]:8.0f}{clock[-1]:9.0f}   {work[middle]:18.0f}{work[late]:8.0f}")


def _worked(backend: Path) -> float:
    """Milliseconds of processor time that this process and the server's have used."""
    return 1000 * time.process_time() + int(backend.read_text(encoding="ascii").split()[0]) / 1e6
