"""A page that no seed has fenced → its story's lines and its fields."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

from pipelines.nouns import Cut
from pipelines.readers import ask, fields
from pipelines.readers.body import body_of, brief_of
from pipelines.readers.bounds import is_crowded, is_wide
from pipelines.readers.dated import is_dated_by_another
from pipelines.readers.printed import printed, told
from pipelines.readers.sheet import sound
from pipelines.readers.site import bare_title, is_channel, sites_of
from pipelines.readers.stacked import own
from pipelines.readers.story import story
from pipelines.readers.tree import tree_lines
from pipelines.readers.whole import key, prose_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from lxml.etree import _Element

    from pipelines.nouns import Block
    from pipelines.outlets import Outlet
    from pipelines.readers import Sheet

MUCH = 300_000  # characters on a page; from here on trafilatura needs more than a second
KEYWORDS = ("meta:keywords", "meta:news_keywords")
DESCRIPTIONS, LISTED = ("description", "og:description"), 5  # keywords; fewer that stand side by side may be a name
NAMED = 5  # letters of a keyword in the host's name, the least
FEW = 60  # words; the least that a precise reading must keep


class Choose(Protocol):
    """Whatever tells a story from the rest of a page: trafilatura, which parse.py alone knows."""

    def __call__(self, html: str, *, precise: bool) -> _Element | None:
        """Give the story's elements, as few as are certain where ``precise``; None where there is no story."""


def fields_of(sheet: Sheet, outlet: Outlet, url: str) -> dict[str, Any]:
    """The fields where nobody said what the site calls itself: the page says it, and prints what its metas leave out."""
    sites = sites_of(sheet, url)
    known = replace(outlet, brands=(*outlet.brands, *sites))
    found = fields.fields_of(sheet, known, url, None)
    found |= {"title": found["title"] and bare_title(sheet, found["title"], sites)}
    found |= {"authors": tuple(name for name in found["authors"] if not is_channel(name, url))}
    if (said := found["sources"].get("tags")) and said["from"] in KEYWORDS:
        words = fields.keywords(said["said"].partition(" | ")[0])
        found |= {"tags": () if _is_described(sheet, words) or _is_of_site(words, sites, found["title"], url) else words}
    page, _ = own(sheet)
    if is_dated_by_another(sheet, page, found, known.zone):
        found["sources"].pop("published_at")
        found |= {"published_at": None}
    return told(found, printed(sheet, page, found["title"]), known) | {"sites": tuple(sites)}


def story_of(sheet: Sheet, choose: Choose) -> tuple[list[Block], list[Cut]]:
    """Read a page that nobody fenced: what ``choose`` gives at its most precise, at its default where that loses the story.

    On 1,600 pages of nine sets precision won everywhere, yet cut a photo story to a ninth.
    """
    page, others = own(sheet)
    if is_crowded(sheet.html) or is_wide(sheet.html) or sum(len(block.text) for block in page.lines.blocks) > MUCH:
        return prose_of(page), []
    chosen, gone = _chosen(sheet, others, choose, precise=True)
    body = body_of(sheet, page, chosen)
    size = _words(chosen)
    if size < FEW or (body is None and 3 * size < _words(prose_of(page))):
        usual, more = _chosen(sheet, others, choose, precise=False)
        if size < FEW or size < _words(usual) / 3:
            chosen, gone, body = usual, more, body_of(sheet, page, usual)
    if size < FEW and body is None and (brief := brief_of(sheet, page)):
        chosen, body = [page.lines.blocks[at] for at in brief], brief
    described = {key(text) for name in DESCRIPTIONS for text in ask(sheet, "meta", name)}
    blocks, cuts = story(page, body, chosen, described)
    below = 1 + max([block.at for block in blocks] + [cut.at for cut in cuts], default=-1)
    return blocks, [*cuts, *(Cut("page/another story", line.text, at) for at, line in enumerate(gone, below))]


def _chosen(sheet: Sheet, others: AbstractSet[str], choose: Choose, *, precise: bool) -> tuple[list[Block], list[Block]]:
    """The lines chosen, and apart from them those of ``others``, the stories stacked below."""
    read = choose(sound(_shown(sheet.html)), precise=precise)
    lines = tree_lines(read) if read is not None else []
    return [line for line in lines if key(line.text) not in others], [line for line in lines if key(line.text) in others - {""}]


def _shown(html: str) -> str:
    """The page less its templates, which wait for a script: to lxml their lines are a page's like any others."""
    kept, start = list[str](), 0
    while (begin := html.find("<template", start)) >= 0 and (end := html.find("</template>", begin)) >= 0:
        kept.append(html[start:begin])
        start = end + len("</template>")
    return "".join([*kept, html[start:]]) if start else html


def _is_described(sheet: Sheet, words: Sequence[str]) -> bool:
    """Whether keywords are the words of the description, one by one: so Merdeka's template made them in the 2010s."""
    said = key("".join(words)) if len(words) >= LISTED and not any(" " in word for word in words) else ""
    return bool(said) and any(said in key(text) for name in DESCRIPTIONS for text in ask(sheet, "meta", name))


def _is_of_site(words: Sequence[str], sites: Sequence[str], title: str | None, url: str) -> bool:
    """Whether keywords are the site's, one for all of its pages: its name is among them, and nothing of the headline.

    Joomla prints those of a whole site on each page: one of them stands in the host, "lembayung" in lembayungkab.go.id,
    and no word of them in the headline.
    """
    own, said = {key(site) for site in sites}, {key(word) for word in (title or "").split()}
    if any(key(word) in own for word in words) and not any(key(word) in key(title or "") for word in words):
        return True
    host = key(urlsplit(url).hostname or "")
    named = any(len(key(word)) >= NAMED and key(word) in host for word in words)
    return named and said.isdisjoint(key(part) for word in words for part in word.split())


def _words(blocks: Sequence[Block]) -> int:
    return sum(len(block.text.split()) for block in blocks)
