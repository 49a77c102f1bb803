"""``python -m benchmarks.export``: memory and speed of an export as the corpus grows, on a server of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from pipelines.store import engine, schema
from pipelines.store.address import name_no_server

SIZES = (10_000, 100_000)
# Stories of 320 words, each with words of its own.
FILL = """
    WITH made AS (
        SELECT n::text AS id, 'https://kabar.example/read/' || n AS url, now() - n * interval '1 minute' AS at,
               repeat('Harga cabai di pasar ' || n || ' naik dua kali lipat sejak hujan turun. ', 24) AS text
        FROM generate_series(CAST(:first AS int), CAST(:last AS int)) n
    ), page AS (
        INSERT INTO pages (outlet, story_id, url, state, fetched_at) SELECT 'kabar', id, url, 'stored', at FROM made
    )
    INSERT INTO revisions (outlet, story_id, fetched_at, changed, title, authors, editors, published_at, body, text, url, kind, tags, images, words)
    SELECT 'kabar', id, at, '{}', 'Harga cabai ' || id, '{Sri Wahyuni}', '{}', at,
           jsonb_build_array(jsonb_build_object('kind', 'p', 'text', text)), text, url, 'article', '{cabai}', '[]', 264 FROM made
"""  # noqa: E501
CHILD = """
import resource, sys
from pipelines.cli.main import main
code = main(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def main() -> int:
    """Print a row for each size and form."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # root's server runs as another user and has to pass
        os.environ["KLIPING_DATA"] = f"{name}/data"
        name_no_server(os.environ)
        try:
            _measure(Path(name))
        finally:
            engine.stop()
    return 0


def _measure(folder: Path) -> None:
    opened, held = engine.connect(), 0
    schema.upgrade(opened)
    print("stories  format   MiB at most  stories a second")
    for size in SIZES:
        with opened.begin() as connection:
            connection.execute(text(FILL), {"first": held + 1, "last": size})
        held = size
        for form in ("jsonl", "csv", "parquet", "text"):
            began = perf_counter()
            command = [sys.executable, "-c", CHILD, "export", "--format", form, "--to", str(folder / f"{form}-{size}")]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            peak = int(done.stderr.split()[-1]) / 1024
            print(f"{size:7}  {form:7}  {peak:11.0f}  {size / (perf_counter() - began):16.0f}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
