"""``python -m benchmarks.mutate [OUTLET…]``: break each thing a seed says, one at a time; what no page or text notices survives.

A mutant is a seed with one rule, source, layout, brand or other word taken out or broken. It is killed when a page of
tests/pages or a text of tests/texts then reads otherwise than its person did, when an address of tests/addresses.tsv or a
byline of tests/bylines.tsv is read otherwise, or when the seed is refused. What all outlets share (common) is asked of all
their pages, the generic reading of tests/manners. The proofs of rules (cuts, spares) are asked by tests/test_rules.py and
not counted here.
"""

from __future__ import annotations

import copy
import json
import os
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines import Page, SeedError, extract, extract_text
from pipelines.cli.record import record
from pipelines.outlets import generic, load, names
from pipelines.readers.people import people
from pipelines.seedfiles import COMMON, GENERIC, SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pipelines.outlets import Outlet

ROOT = Path(__file__).parents[1]
FIELDS = (
    "title", "authors", "editors", "published_at", "modified_at", "section", "tags", "dateline", "source_credit", "kind",
    "captions",
)  # fmt: skip
Seed = dict[str, Any]


def main(slugs: list[str]) -> int:
    """Print the survivors of each outlet and the count of all; 1 where something survived."""
    killed, lived = 0, []
    for slug in slugs or [*names(), *SHARED]:
        seed = tomllib.loads((ROOT / "seeds" / f"{slug}.toml").read_text(encoding="utf-8"))
        before = _all_read(slug)
        for what, mutant in _mutants(seed):
            if _notices(slug, mutant, before):
                killed += 1
            else:
                lived.append(f"{slug}: {what}")
    print("\n".join([f"survived  {line}" for line in lived] + [f"{killed} killed, {len(lived)} survived"]))
    return bool(lived)


def _mutants(seed: Seed) -> Iterator[tuple[str, Seed]]:
    for number, rule in enumerate(seed.get("clean", [])):
        yield f"rule {rule['why']!r}", _without(seed, "clean", number)
    for number, layout in enumerate(seed.get("layout", [])):
        yield f"layout {layout.get('name', number)!r}", _without(seed, "layout", number)
        yield from _lacking(seed, ("layout", number), ("photos", "kind"), layout)
    for name, sources in seed.get("fields", {}).items():
        if sources:  # the others speak only where it is silent: tests/test_sources.py asks each alone
            yield f"field {name}: {sources[0]}", _without(seed, "fields", name, 0)
    for name in ("brands", "desks", "story"):
        for number, one in enumerate(seed[name] if isinstance(seed.get(name), list) else []):
            yield f"{name}: {one}", _without(seed, name, number)
    yield from _lacking(seed, (), ("body", "photos", "query", "more", "zone"), seed)


def _lacking(seed: Seed, place: tuple[Any, ...], keys: tuple[str, ...], table: Seed) -> Iterator[tuple[str, Seed]]:
    for key in keys:
        if key in table:
            yield f"{'.'.join(map(str, (*place, key)))}", _without(seed, *place, key)


def _without(seed: Seed, *path: Any) -> Seed:
    mutant = copy.deepcopy(seed)
    inner: Any = mutant
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]
    return mutant


def _notices(slug: str, mutant: Seed, before: Any) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{slug}.toml").write_text(_toml(mutant), encoding="utf-8")
        os.environ["KLIPING_SEEDS"] = folder
        try:
            return _all_read(slug) != before
        except SeedError:
            return True
        finally:
            del os.environ["KLIPING_SEEDS"]


def _all_read(slug: str) -> Any:
    """Everything we ship that this seed has a say in."""
    if slug == COMMON:
        return [_reads(load(name)) for name in names()]
    if slug != GENERIC:
        return _reads(load(slug))
    pages = sorted((ROOT / "tests" / "manners").glob("*.html"))
    return [_page(path, outlet) for path in pages if (outlet := generic(f"https://{path.stem}.example/"))]


def _reads(outlet: Outlet) -> Any:
    pages = sorted((ROOT / "tests" / "pages" / outlet.slug).glob("*.html"))
    texts = sorted((ROOT / "tests" / "texts").glob("*.txt"))
    drafts = [extract_text(path.read_text(encoding="utf-8"), outlet) for path in texts]
    own = [row.split("\t") for name in ("addresses", "bylines") for row in _rows(name) if row.startswith(f"{outlet.slug}\t")]
    asked = [(outlet.story_id(row[1]), people([row[1]], outlet.houses)) for row in own]
    told = [(d.title, d.dateline, d.authors, d.editors, d.blocks, d.cuts) for d in drafts]
    return asked, [_page(path, outlet) for path in pages], told


def _rows(name: str) -> list[str]:
    return (ROOT / "tests" / f"{name}.tsv").read_text(encoding="utf-8").splitlines()


def _page(path: Path, outlet: Outlet) -> Any:
    reading = path.with_suffix(".json")
    url = json.loads(reading.read_text(encoding="utf-8"))["url"] if reading.is_file() else f"https://{outlet.hosts[0]}/"
    read = extract(Page(url, path.read_bytes()), outlet)
    told = record(read)
    article = told["article"]
    facts = article and [article[name] for name in (*FIELDS, "body", "partial", "url", "story_id", "sources")]
    return told["reject"], told["cuts"], outlet.bare(url), read.stray, facts


def _toml(value: Any) -> str:
    """Write a seed again: texts, numbers, lists, tables within tables."""
    return "\n".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
