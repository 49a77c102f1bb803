"""Clippings as Arrow tables: their columns, and batches of them. The only file that knows pyarrow, an extra."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.clippings import Clipping

_TEXTS = ("authors", "editors", "tags")
_INSTANTS = ("published_at", "modified_at", "seen_at")


def schema() -> pa.Schema:
    """Give the columns of a clipping, in its order."""
    from pipelines.clippings import Clipping

    said, shown = (pa.list_(pa.struct([(name, pa.string()) for name in names])) for names in (("kind", "text"), ("url", "caption")))
    kinds: dict[str, Any] = dict.fromkeys(_TEXTS, pa.list_(pa.string())) | dict.fromkeys(_INSTANTS, pa.timestamp("us", tz="UTC"))
    kinds |= {"body": said, "images": shown, "words": pa.int32(), "partial": pa.bool_()}
    return pa.schema([(name, kinds.get(name, pa.string())) for name in Clipping.__slots__])


def tables(clippings: Iterable[Clipping], rows: int) -> Iterator[pa.Table]:
    """Give tables of so many rows, the last one shorter."""
    columns, stream = schema(), iter(clippings)
    while held := list(islice(stream, rows)):
        yield pa.Table.from_pydict({name: [getattr(one, name) for one in held] for name in columns.names}, schema=columns)


def table(clippings: Iterable[Clipping], rows: int = 500) -> pa.Table:
    """Give them all as one table."""
    return pa.concat_tables([schema().empty_table(), *tables(clippings, rows)])


def found(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pa.Table:
    """Give what a search found, best first; the columns are there though nothing was found."""
    kinds = {"published_at": pa.timestamp("us", tz="UTC"), "authors": pa.list_(pa.string()), "score": pa.float64()}
    return pa.Table.from_pylist(list(rows), schema=pa.schema([(name, kinds.get(name, pa.string())) for name in columns]))
