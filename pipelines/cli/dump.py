"""Dumps that people hold: a stream of JSON lines, gzipped or not, read one line at a time; a broken line is named and skipped."""

from __future__ import annotations

import gzip
import io
import json
import re
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from errno import EPIPE
from typing import IO, TYPE_CHECKING, Any, cast

from pipelines.cli.mistake import FULL, Mistake, standard_input

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 16_000_000  # bytes of a line: a hundred times the longest story seen
_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?\s*\{\s*[\"}]")
_FIRST = 4096


class Broken(Exception):
    """A line that is no story; its text is the one line that says which and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One story of a dump. ``rest`` is what else its line holds, ``where`` its file and line number."""

    where: str
    text: str
    title: str | None
    url: str
    outlet: str
    rest: dict[str, Any] = field(repr=False)


@contextmanager
def opened(name: str) -> Iterator[tuple[IO[bytes], bool]]:
    """Open a file or standard input, gzipped or not; say whether it holds JSON lines."""
    try:
        with standard_input() if name == "-" else open(name, "rb") as raw:  # noqa: PTH123 (one expression for both)
            stream = _unzipped(cast("io.BufferedReader", raw))
            lines = re.search(r"\.(?:jsonl|ndjson)(?:\.gz)?$", name) or _OBJECT.match(stream.peek(_FIRST))
            yield cast("IO[bytes]", stream), bool(lines)
    except (OSError, EOFError, zlib.error) as error:
        if isinstance(error, OSError) and error.errno in {*FULL, EPIPE}:  # where we write to
            raise
        raise Mistake(f"{name}: {getattr(error, 'strerror', None) or error}") from error


def _unzipped(raw: io.BufferedReader) -> io.BufferedReader:
    if not raw.peek(2).startswith(b"\x1f\x8b"):
        return raw
    return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw)))


def rows_of(stream: IO[bytes], name: str) -> Iterator[Row | Broken]:
    """Read the stories one by one. Empty lines are none; a file cut short is broken where it ends."""
    number = 0
    try:
        for number, line in enumerate(_lines(stream), 1):
            if line.strip():
                yield _row(line, f"{name}:{number}")
    except (OSError, EOFError, zlib.error) as error:
        yield Broken(f"{name}:{number + 1}: the file ends here: {error}")


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Whole lines; of one that is too long, what no story can be."""
    while line := stream.readline(LONGEST):
        rest = line
        while rest and not rest.endswith(b"\n") and len(rest) == LONGEST:
            rest = stream.readline(LONGEST)
        yield line


def _row(line: bytes, where: str) -> Row | Broken:
    if len(line) == LONGEST:
        return Broken(f"{where}: longer than {LONGEST} bytes")
    try:
        held = json.loads(line.rstrip().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        return Broken(f"{where}: no JSON: {error}")
    if not isinstance(held, dict) or not isinstance(held.get("text"), str):
        return Broken(f"{where}: needs an object with a text")
    given = {key: held[key] if isinstance(held.get(key), str) else "" for key in ("title", "url", "outlet")}
    rest = {key: value for key, value in held.items() if key not in ("text", "title", "outlet")}
    return Row(where, held["text"], given["title"] or None, given["url"], given["outlet"], rest)
