"""What a newsroom's page becomes on its way through the house; plain values, no behaviour that reaches outside."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

PROSE = ("p", "li", "quote")
Said = dict[str, str]  # of a field: ``from``, the source that gave it, and ``said``, what it said, as printed


class Reason(StrEnum):
    """Why a page is no article."""

    UNKNOWN_OUTLET = "no seed knows this host"
    NOT_A_STORY = "address is not a story of this outlet"
    WRONG_STORY = "page is another story than the one asked for"
    NO_TITLE = "no title found"
    NO_BODY = "no text left where the story should stand"
    NO_LAYOUT = "no known layout's body fence matches"
    VIDEO = "video stub without a story"
    FUTURE = "publication date lies in the future"
    READER_FAILED = "the reader broke on this page"


class Exit(IntEnum):
    """What a run tells cron. The README's table says the same in words."""

    DONE = 0
    USAGE = 2
    UNREACHABLE = 3
    NO_STORIES = 4
    ALARM = 5
    DATABASE = 6
    SCHEMA = 7
    LOCKED = 8
    INTERRUPTED = 9
    NOT_PERMITTED = 10


@dataclass(frozen=True, slots=True)
class Link:
    """An address that a door announced, with what the door said of it. ``published_at`` is aware or None."""

    url: str
    story_id: str
    door: str = ""
    published_at: datetime | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where an archived page lies: file name below the archive folder, byte offset, length of its gzip member."""

    file: str
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was served: ``body`` is decompressed, ``wire`` is the body as it came.

    ``more`` are the story's further pages, in order, where the outlet parts a story. ``truncated`` says why the body is
    not whole, in WARC's word (length, time, disconnect, unspecified); empty where it is.
    """

    url: str
    body: bytes = field(repr=False)
    content_type: str = "text/html; charset=utf-8"
    fetched_at: datetime | None = None
    status: int = 200
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    wire: bytes | None = field(default=None, repr=False)
    asked: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    asked_url: str | None = None
    more: tuple[Page, ...] = field(default=(), repr=False)
    truncated: str = ""

    @property
    def addresses(self) -> frozenset[str]:
        """Every address under which the story's pages that are held were asked or served."""
        pages = (self, *self.more)
        return frozenset(url for page in pages for url in (page.url, page.asked_url) if url)


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page, in reading order. ``kind``: p, h, li, quote, or figure (then ``text`` is the caption).

    ``at`` numbers the lines of the page, kept and cut alike. ``bold`` counts the characters of a bold opening,
    in which Indonesian desks set the dateline.
    """

    kind: str
    text: str
    at: int = 0
    src: str | None = None
    bold: int = 0


@dataclass(frozen=True, slots=True)
class Cut:
    """What was taken out, by which rule, and where it stood."""

    rule: str
    text: str
    at: int = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """A page as read, before it is judged. What may be missing is None or empty; ``sources`` names each field's reader.

    ``sites`` is what an unknown site's page calls that site.
    """

    url: str
    outlet: str
    story_id: str | None = None
    kind: str = "article"
    title: str | None = None
    authors: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    published_at: datetime | None = None
    modified_at: datetime | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    dateline: str | None = None
    source_credit: str | None = None
    blocks: tuple[Block, ...] = field(default=(), repr=False)
    cuts: tuple[Cut, ...] = field(default=(), repr=False)
    layout: str | None = None
    partial: bool = False
    sources: Mapping[str, Said] = field(default_factory=dict, repr=False)
    sites: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the story. ``caption`` may be empty; ``url`` may be None where the markup hides it."""

    caption: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Article:
    """A story that stands: title and body are there. Dates are aware; ``words`` counts the body's words.

    ``partial`` says that part of the story was not at hand: further pages, what subscribers alone see, a page cut off.
    """

    url: str
    outlet: str
    story_id: str
    kind: str
    title: str
    authors: tuple[str, ...]
    editors: tuple[str, ...]
    published_at: datetime | None
    modified_at: datetime | None
    section: str | None
    tags: tuple[str, ...]
    dateline: str | None
    source_credit: str | None
    body: tuple[Block, ...] = field(repr=False)
    images: tuple[Image, ...] = field(repr=False)
    language: str | None
    words: int
    layout: str | None
    partial: bool
    sources: Mapping[str, Said] = field(repr=False)

    @property
    def text(self) -> str:
        """The body as plain text, a blank line between blocks."""
        return "\n\n".join(block.text for block in self.body)

    @property
    def captions(self) -> tuple[str, ...]:
        """Each caption once, in reading order."""
        return tuple(dict.fromkeys(image.caption for image in self.images if image.caption))


@dataclass(frozen=True, slots=True)
class Reject:
    """A page that is no article, with every reason and, where one helps, a word more."""

    reasons: tuple[Reason, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a page came to: an article or a reject, and all that was cut on the way.

    ``stray``: the page fits no layout of its outlet's seed, and was read as an unknown outlet's is.
    """

    url: str
    outlet: str
    story_id: str | None
    result: Article | Reject
    cuts: tuple[Cut, ...] = field(default=(), repr=False)
    stray: bool = False

    @property
    def article(self) -> Article | None:
        """The article, or None where the page was refused."""
        return self.result if isinstance(self.result, Article) else None

    @property
    def reject(self) -> Reject | None:
        """The refusal, or None where the page is an article."""
        return self.result if isinstance(self.result, Reject) else None

    @property
    def broke(self) -> bool:
        """Whether our reader broke on the page: that says nothing of it."""
        return self.reject is not None and Reason.READER_FAILED in self.reject.reasons
