"""Who wrote and who edited, as a page prints it: a role and a name, a table's row, a name alone at the headline."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import MONTHS, instant
from pipelines.readers.beside import persons_beside
from pipelines.readers.headline import HEADLINE, SHORT, around, at_headline, is_of_another, titles_of
from pipelines.readers.inline import fold
from pipelines.readers.whole import key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from selectolax.lexbor import LexborNode

    from pipelines.readers.whole import Whole

_DAYS, _MONTHS = r"senin|selasa|rabu|kamis|jum.?at|sabtu|minggu", "|".join(MONTHS)
_KNOWN = "editor|copyright|uploader|reporter|penulis|pewarta|redaktur|penyunting|sumber|foto"
_NEXT = rf"(?!(?i:(?:{_KNOWN}|{_DAYS}|(?:{_MONTHS})\.? \d{{1,2}},?)\b))"  # a <br> parted them, or nothing
# "Pegiat Literasi di Kebumen", "Minimal lulusan S1": what a name is not followed by
_NO_NAME = r"(?! (?:di|lulusan|yang|sekaligus|untuk|adalah|ini|itu)\b)"
# what a lookahead has captured is given back no word by word; Python 3.11.2's possessive quantifiers are broken (gh-106052)
_NAME = rf"[A-Z][\w.'’-]*(?:,? {_NEXT}(?:(?:binti|bin|van|de|al|dan)\b|&|[A-Z][\w.'’-]*)){{0,10}}"
_NAMES = rf"\s*[:|] ?(?=({_NAME}))\1{_NO_NAME}"
_WRITES = r"laporan|reporter|penulis|pewarta|wartawan|jurnalis|kontributor(?: [a-z]+){0,2}|rep"
_EDITS = "editor|redaktur(?: ?& ?reporter)?|penyunting|red"
_ROLES = {"authors": re.compile(rf"\b(?i:{_WRITES}){_NAMES}"), "editors": re.compile(rf"\b(?i:{_EDITS}){_NAMES}")}
_OPENS = re.compile(rf"\W{{0,3}}(?i:oleh){_NAMES}")  # a line that names the editor too: "Oleh: Sari Puspita Editor: …"
_AFTER = (  # a date, a desk, an editor's initials, what a columnist is
    rf"\s*[|•·].{{0,60}}|, (?:(?i:{_DAYS}),? )?\d.{{0,40}}|\s*\([^()]{{3,90}}\)"
    rf"|\s+(?:on\b|pada\b|(?i:{_DAYS})\b|(?i:{_MONTHS})\.? \d|\d{{1,2}} [A-Z]).{{0,60}}"
    r"|\s*/ ?[A-Z]{2,4}|\s*[-–—] ?(?:[A-Za-z’']{4,7}, ?)?\d.{0,40}"
)
_OF = _NAMES.replace("[:|]", ":?")
_BY = re.compile(
    r"(?:[^|]{6,40}\d\d(?: WI[BT]A?)?[ |•·-]+)?"  # a date
    rf"(?i:(?:ditulis |dikirim )?oleh|(?:(?:submitted|posted|written) )?by){_OF}\*{{0,3}}(?:{_AFTER})?$"
)
_NAMED = re.compile(r"(?i)(?:author|penulis|reporter|writer|byline|name-post)")  # a class whose element holds a name
_CLASSES = ("author", "penulis", "reporter", "writer", "byline", "name-post")
_PAGES = ("author", "penulis", "reporter")  # in the address of whatever a person has written
NAMED = ", ".join(
    [*(f"[class*={name} i]" for name in _CLASSES), *(f'a[href*="/{name}/"]' for name in _PAGES), "author"],
)
_OLEH = re.compile(r"(?i)^(?:oleh|by)\s*:?\s+")
_PERSON = r"[A-Z][a-z.'’]*(?: (?:bin|binti|van|de|al|[A-Z][\w.'’-]*)){1,4}"
_PERSONS = re.compile(rf"({_PERSON}(?:(?:, | & | dan ){_PERSON}){{0,3}})(?: [-–|] .{{2,30}})?")  # "Sri Wahyuni - kabarNews"
_SHOUTED = re.compile(r"[A-Z][A-Z.'’]+(?: [A-Z.'’]+){1,3}")
_PLACE = re.compile(r"(?:Kota|Kab\.?|Kabupaten|Provinsi|Jawa|Sumatera|Kalimantan|Sulawesi|Nusa|Papua|Maluku|Jakarta) ")
_ROLE = re.compile(rf"(?i)(?:{_WRITES}|{_EDITS})\s*:?")
_ROW = re.compile(rf"(?i)({_WRITES}|{_EDITS})\s*(.+)")  # two elements may touch
_DEGREES = r"(?:,? (?:[A-Z][A-Za-z]{0,4}\.){1,3}[A-Za-z]{0,5}\.?){1,4}"
_TITLED = re.compile(rf"((?:(?:Prof|Dra?|Ir|Drs|KH|Hj?|Ust)\.? )*{_PERSON}{_DEGREES})")  # "Dr. Sari Puspita, M.Hum."
_ICONS = ", ".join(f"[class*={name}]" for name in ("fa-user", "bi-person", "bi-pencil", "fa-pen", "icon-user", "icon-author"))
_CREDIT = re.compile(rf"(?i)(?:^|[|•·/]|\b\d{{1,2}}[:.]\d\d(?: WI(?:B|TA|T))?\b)\W{{0,3}}(?:{_WRITES}|{_EDITS}|oleh)\s*[:|]")
_GLUED = re.compile(  # what runs into the name before it
    r"(?<=\w) ?(?=(?:Senin|Selasa|Rabu|Kamis|Jum.?at|Sabtu|Minggu),? \d{1,2} )"
    r"|(?<=[a-z])(?=(?:Editor|Penulis|Reporter|Redaktur) ?:|\d{1,2} [A-Z][a-z]{2,8} (?:19|20))"
)
BESIDE, MASTHEAD, CARD = 2, 4, 3  # lines
_WORK = re.compile(  # what is told of a book or a film
    r"(?i)(?:judul(?: buku| film)?|penerbit|penerjemah|isbn|tebal|cetakan|tahun terbit|sutradara|genre|durasi|produser)"
    r"(?: ?:)?|harga ?: ?Rp"
)
_DATED = re.compile(rf"({_PERSON}(?:, {_PERSON}){{0,3}}) ?[|•·–-] ?(.{{8,60}})")
_AGO = re.compile(r"\d{1,2} (?:detik|menit|jam|hari) (?:yang )?lalu")
# a masthead in the footer: whoever stands beside the editor-in-chief signs no story
_CHIEFS = "pe?mimpin redaksi|pimpinan redaksi|pimred|penanggung ?jawab|redaktur pelaksana|(?:dewan|susunan|box) redaksi"
_MASTHEAD = re.compile(rf"(?i)(?:^|[|•·/])\s*(?:{_CHIEFS})(?:[^.:]{{0,30}}:|$)")


def credits_of(page: Whole, head: Sequence[str], titles: AbstractSet[str]) -> dict[str, list[str]]:
    """Lines that name a role and a person, above the story or below it; "Oleh" alone is a role only below the headline."""
    parted = [_GLUED.sub(" | ", block.text) if len(block.text) <= SHORT else "" for block in page.lines.blocks]
    said = [at for at, text in enumerate(parted) if _CREDIT.search(text)]
    lines = [parted[at] for at in said if not (_is_of_work(page, at) or _is_of_masthead(page, at) or _is_of_card(page, at, titles))]
    # a theme's own "by" names whose account it is, the desk's "Oleh" the columnist
    by = [match[1] for match in sorted(filter(None, map(_BY.match, head)), key=lambda match: match[0][:2].lower() == "by")]
    by += [name for line, name in pairwise(head) if _OLEH.fullmatch(f"{line} ") and _is_person(name)]
    found = {role: [match[1] for match in map(pattern.search, lines) if match][:1] for role, pattern in _ROLES.items()}
    opening = [match[1] for line in lines if (match := _OPENS.match(line)) and _ROLES["editors"].search(line)]
    return found | {"authors": found["authors"] or opening[:1] or by[:1]}


def rows_of(page: Whole) -> dict[str, list[str]]:
    """The first person in the row of each role, by ``in_authors`` and ``in_editors``: there may be others, whom a field names."""
    texts = [block.text for block in page.lines.blocks]
    joined = [(at, match) for at, text in enumerate(texts) if len(text) <= SHORT and (match := _ROW.match(text))]
    rows = [(match, page.lines.homes[at]) for at, match in joined if not _is_of_work(page, at)]
    told = [match.groups() for match, home in rows if home.tag == "tr"]
    linked = [pair for match, home in rows if home.tag != "tr" for pair in _linked(home, match[0])]
    pairs = [*pairwise(texts), *told, *linked]
    named = [f"{role.rstrip(': ')}: {name.lstrip(': ')}" for role, name in pairs if _is_row(role, name)]
    return {f"in_{role}": [match[1] for match in map(pattern.search, named) if match][:1] for role, pattern in _ROLES.items()}


def _is_of_card(page: Whole, at: int, titles: AbstractSet[str]) -> bool:
    """Whether a credit stands on a card with another story's linked headline."""
    above = (page.lines.homes[at], page.lines.homes[at].parent)
    spans = [page.lines.spans.get(node.mem_id, (at, at + 1)) for node in above if node is not None]
    card = {near for first, last in spans if last - first <= CARD for near in range(first, last)}
    linked = (page.lines.blocks[near].text for near in card if page.keys[near] in page.links and page.keys[near] not in titles)
    return any(len(text.split()) >= HEADLINE for text in linked)


def _is_of_masthead(page: Whole, at: int) -> bool:
    """Whether a credit stands among those of the whole newsroom."""
    beside = page.lines.blocks[max(at - MASTHEAD, 0) : at + MASTHEAD + 1]
    return any(len(block.text) <= SHORT and _MASTHEAD.search(block.text) for block in beside)


def _is_of_work(page: Whole, at: int) -> bool:
    """Whether a credit stands among those of a book or a film that the story is about: a word and a colon, or a table's rows."""
    beside = range(max(at - BESIDE, 0), min(at + BESIDE + 1, len(page.keys)))
    above = page.lines.homes[at].parent
    if page.lines.homes[at].tag == "li" and above is not None:
        beside = range(*page.lines.spans.get(above.mem_id, (at, at + 1)))
    told = [(_WORK.match(page.lines.blocks[one].text), page.lines.homes[one].tag) for one in beside]
    return any(match and (":" in match[0] or tag == "tr") for match, tag in told)


def _linked(home: LexborNode, text: str) -> Iterator[tuple[str, str]]:
    """Each role with the name behind it that leads to the person's page: "Editor <a>Budi Raharja</a>" needs no colon.

    So does a role that stands alone with its name, each in an element: "<b>Editor</b> <span>Budi Raharja</span>".
    """
    pieces = [fold(piece.text_content or "") for piece in home.traverse(include_text=True) if piece.tag == "-text"]
    if len(both := [piece for piece in pieces if piece]) == len(("role", "name")):
        yield both[0], both[1]
    for link in home.css("a"):
        name = fold(link.text(deep=True))
        if name and (match := re.search(rf"(?i)\b({_WRITES}|{_EDITS}) ?{re.escape(name)}(?!\w)", text)):
            yield match[1], name


def _is_row(role: str, name: str) -> bool:
    """A row of a table or a list: the role, then who had it."""
    return len(name) <= SHORT and _ROLE.fullmatch(role) is not None and (name[:1] == ":" or _PERSONS.fullmatch(name) is not None)


def _is_person(text: str) -> bool:
    """Whether a text is a person's name and no more, in capitals only where it has two to four words."""
    return _SHOUTED.fullmatch(text) is not None or _PERSONS.fullmatch(text) is not None or _TITLED.fullmatch(text) is not None


def named_of(page: Whole, title: str | None) -> list[str]:
    """A name alone, around the headline, in an element that is called after who writes."""
    titles = titles_of(page, title)
    head = at_headline(page, titles)
    for at in around(page, titles):
        home, text = page.lines.homes[at], page.lines.blocks[at].text
        names = " ".join(node.attributes.get("class") or "" for node in (home, home.parent or home))
        if _NAMED.search(names) and (own := _own(home, text)):
            return [*own, *(_listed(page, at) if home.tag == "li" else ())]
        marked = [name for icon in home.css(_ICONS) if (name := _behind(icon)) and name in text] if at in head else []
        if marked and _PERSONS.fullmatch(marked[0]):
            return marked[:1]
        alone = len(text) <= SHORT and not is_of_another(page, at, titles)
        dated = _DATED.fullmatch(text) if alone else None
        timed = dated is not None and (instant(dated[2]) or _AGO.fullmatch(dated[2]))
        if dated and timed and key(dated[1]) not in page.links and not _PLACE.match(dated[1]):
            return [dated[1]]
        for inner in home.css(NAMED) if alone else ():  # beside the date, on one line
            own = _own(inner, _OLEH.sub("", fold(inner.text(deep=True))))
            if own and own[0] in text and _PERSONS.fullmatch(own[0]):
                return own
    return []


def _own(node: LexborNode, text: str) -> list[str]:
    """The persons whom an element names and nobody else, less what stands beside them in it."""
    beside = persons_beside(node, key(text), _is_person)
    if beside is None and _is_person(text):
        return [named[1] if (named := _PERSONS.fullmatch(text)) else text]
    return beside or []


def _listed(page: Whole, at: int) -> Iterator[str]:
    """The persons in the rest of a list that names one, an item each."""
    above = page.lines.homes[at].parent
    last = page.lines.spans.get(above.mem_id, (at, at))[1] if above is not None else at
    for other in range(at + 1, last):
        yield from _own(page.lines.homes[other], page.lines.blocks[other].text)


def _behind(icon: LexborNode) -> str:
    """The text right behind an icon."""
    after = icon.next
    return fold(after.text()) if after is not None and after.tag == "-text" else ""
