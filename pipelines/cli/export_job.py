"""The longer half of ``kliping export``: what is ordered, in the words of its card, and shard after shard into its folder."""

from __future__ import annotations

from contextlib import suppress
from importlib.metadata import version
from itertools import groupby
from shlex import join
from typing import TYPE_CHECKING, Any

from pipelines.export import files
from pipelines.export.tally import Tally
from pipelines.store import snapshot
from pipelines.store.snapshot import SPLITS

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from pipelines.clippings import Clipping
    from pipelines.export.job import Done, Job
    from pipelines.store.snapshot import Key, Wish

Place = tuple[int, int]  # a shard: its part, its number in that part


def order(args: argparse.Namespace, as_of: datetime) -> dict[str, Any]:
    """Say what the card says of it, and what must be the same for an export to go on."""
    from pipelines.outlets import rules_version

    ending, parts = files.FORMS[args.format], SPLITS if args.split else SPLITS[:1]
    words = _words(args)
    return {
        "as_of": as_of.isoformat(), "format": args.format, "shard": args.shard, "wish": _told(words), "rules": rules_version(),
        "kliping": version("kliping"), "command": _command(args, as_of, words),
        "permissions": dict(_permissions()),
        "files": {part: f"data/{part}-*.{ending}" for part in parts} if ending not in ("txt", "md") else {},
    }  # fmt: skip


def _permissions() -> Iterator[tuple[str, str]]:
    """What each sound seed says of its outlet: one that is broken need not keep the others' stories back."""
    from pipelines.outlets import SeedError, load, names

    for name in names():
        with suppress(SeedError):
            yield name, load(name).permission


def _words(args: argparse.Namespace) -> list[tuple[str, str]]:
    """The wish, option by option."""
    words = [(name, given) for name in ("outlet", "section", "language") for given in getattr(args, name)]
    words += [(name, moment.isoformat()) for name in ("since", "until") if (moment := getattr(args, name))]
    words += [("one-per-family", "")] if args.one_per_family else []
    return words + ([("split", "/".join(map(str, args.split)))] if args.split else [])


def _told(words: Sequence[tuple[str, str]]) -> dict[str, str]:
    """The wish by option; one that was given several times has its values between commas."""
    return {name: ", ".join(given for _, given in several) for name, several in groupby(words, key=lambda word: word[0])}


def _command(args: argparse.Namespace, as_of: datetime, words: Sequence[tuple[str, str]]) -> str:
    told = [("to", "FOLDER"), ("format", args.format), ("as-of", as_of.isoformat()), ("shard", str(args.shard)), *words]
    return join(["kliping", "export", *(word for name, given in told for word in (f"--{name}", given) if word)])


def write(connection: Connection, wish: Wish, job: Job) -> None:
    """Write shard after shard, from where the job stopped; a bar on a terminal shows how far it is."""
    from tqdm import tqdm

    size, form, last = job.told["shard"], job.told["format"], job.last
    counts = list(snapshot.counts(connection, wish).values())
    found = snapshot.clippings(connection, wish, snapshot.Key(last.part, *last.last) if last else None)
    with tqdm(found, total=sum(counts), initial=_behind(last, counts, size), unit=" stories", disable=None, leave=False) as bar:
        for (part, number), stories in groupby(_placed(bar, last, size), key=lambda each: each[0]):
            name = f"{number:05}-of-{max(1, -(-counts[part] // size)):05}"
            _shard(job, form, (part, number), name, ((key, clipping) for _, key, clipping in stories))


def _behind(last: Done | None, counts: Sequence[int], size: int) -> int:
    return sum(counts[: last.part]) + min(counts[last.part], (last.number + 1) * size) if last else 0


def _placed(found: Iterable[tuple[Key, Clipping]], last: Done | None, size: int) -> Iterator[tuple[Place, Key, Clipping]]:
    """Say of each story in which shard it goes."""
    counted = dict.fromkeys(range(len(SPLITS)), 0)
    if last:
        counted[last.part] = (last.number + 1) * size
    for key, clipping in found:
        yield (key.part, counted[key.part] // size), key, clipping
        counted[key.part] += 1


def _shard(job: Job, form: str, place: Place, name: str, stories: Iterator[tuple[Key, Clipping]]) -> None:
    part, tally, last = SPLITS[place[0]], Tally(), ("", "")

    def clippings() -> Iterator[Clipping]:
        nonlocal last
        for key, clipping in stories:
            last = key.outlet, key.story_id
            yield clipping

    made = list(files.write(form, job.folder / "data", part, name, tally.counting(part, clippings())))
    job.finish_shard(*place, last, made, tally)
