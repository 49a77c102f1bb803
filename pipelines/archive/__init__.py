"""Page ⇄ WARC record: every fetched page as it came over the wire, appended once, readable by any WARC tool."""

from pipelines.archive.reader import read, read_first
from pipelines.archive.writer import Archive

__all__ = ["Archive", "read", "read_first"]
