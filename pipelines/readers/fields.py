"""The fields of a story, each from the first source that prints anything; what nobody prints is absent."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pipelines.indonesian.dates import instant
from pipelines.readers import ask
from pipelines.readers.pages import joined
from pipelines.readers.whole import key
from pipelines.readers.whose import another

if TYPE_CHECKING:
    from datetime import datetime

    from pipelines.outlets import Outlet
    from pipelines.readers.sheet import Sheet
    from pipelines.seedtables import Source

_AND = re.compile(r"\s*(?:,|;|\||/| & | dan | and )\s*", re.IGNORECASE)
_ROLE = re.compile(r"^(?:oleh|by|penulis|reporter|editor|redaktur)\b(?:\s*:\s*|\s+|$)", re.IGNORECASE)
_AFTER = re.compile(r"\s*(?:\((?:kontributor|koresponden|magang)(?: [\w .]+)?\)| [-–|] (?:kontributor|koresponden)\b.*)$", re.IGNORECASE)
_BESIDE = re.compile(r"^(?P<name>\S.{0,78}?)(?: [-–] (?P<house>[^-–]{2,40})| ?\((?P<short>[^()]{2,40})\))")  # "Sri Lestari - Kabar"
_SIGN = re.compile(r"[a-z]{2,4}|[A-Z]|-|[a-z]{0,8}\d{1,4}|[^\s_]{1,20}_\S{1,20}")  # initials, half of "N/A", "c62", "warta_adm"
_DESK = (
    "tim|team|dewan|staff?|super|redaksi|redaktur|editor|reporter|penulis|wartawan|jurnalis|kontributor|humas|newsroom"
    "|(?:news|web) ?desk|webmaster|operator|publisher|user|guest|author|anonim|anonymous|unknown|liputan|khusus|pelaksana|konten|investigasi|riset"
)
_OFFICES = (
    r"humas|dinas|diskominfo|kominfo|pemkab|pemkot|pemprov|badan|kantor|kementerian|sekretariat|polres\w*|polda|polsek|kodim|korem"
    r"|kejari|kejati|universitas|media cent(?:er|re)"
)
# who signs for a house though it is called by no brand: a role alone ("Tim Liputan Khusus"), an account, an office that sent it
_SIGNS = re.compile(rf"(?i)(?:(?:{_DESK})(?:[ /-](?:{_DESK}))*|admin\w*(?: .+)?|super admin|(?:{_OFFICES})(?: .+)?|redaksi (?-i:[A-Z]{{2,5}}|\d+))")
# what a columnist is, and the degrees behind a name: parted from it by a comma like another name
_OFFICE = re.compile(
    r"(?:(?i:guru|dosen|peneliti|pengamat|pengajar|pakar|analis|ketua|direktur|kepala|anggota|wakil|rektor|dekan|pengasuh|pimpinan"
    r"|mahasiswa|mahasiswi|pemerhati|praktisi|kontributor|koresponden|alumnus|alumni|advokat|sosiolog|ekonom|penulis"
    r"|wartawan|jurnalis|pendiri|founder|co-founder|ceo|sekretaris|sekjen|menteri|mantan|staf|imam|pegiat|penggiat|aktivis|manajer"
    r"|komisaris|deputi|budayawan|pembina|kandidat|warga|siswa|siswi|santri|tokoh|duta besar|bupati|gubernur|wali kota) .+"
    r"|[MS]\. ?(?:Si|Pd|Kom|Hum|Ag|Psi|Sos|Kes|Farm|Kep|Hut|H|E|T)\.?"
    r"|(?:[A-Z][A-Za-z]{0,4}\.){1,3}(?:[A-Z][A-Za-z]{0,5})?(?:\([A-Z]\)|-[A-Z]{2,6})?\.?|Sp[A-Z]{1,3}|(?i:psikolog)"
    r"|SE|SH|ST|SKM|SPd|MM|MH|MA|MBA|MARS|MKM|MPd|MPH|MSi|MSc|CFP|PhD|Lc)"
)
_NEWS = "berita|news|kabar|informasi|portal|situs|media|terkini|terbaru|terupdate|terpercaya|terpopuler|terhangat"
_DESKS = "online|harian|indonesia|nasional|utama|hari ini|ekonomi|bisnis|olahraga|politik|dunia|hiburan"
_SITE_WIDE = re.compile(rf"(?i)(?:{_NEWS}|online|indonesia|harian)(?: (?:{_NEWS}|{_DESKS}))*")
_OTHER = re.compile(r"(?:editor|redaktur|penyunting)\s*:", re.IGNORECASE)  # behind the reporter, in one list with him


_ADDED = re.compile(
    r"^(?:(?:tim|redaksi|admin|editor|reporter|newsroom|agregasi) )+(?=\S)"
    r"|(?:\.?com|\.(?:(?:co|my|web|or)\.id|co|id|net|news|org|tv))?(?: (?:editor|reporter|developer|online))?$",
    re.IGNORECASE,
)


def fields_of(sheet: Sheet, outlet: Outlet, url: str, kind: str | None) -> dict[str, Any]:
    """Give the fields of a Draft by name, with ``sources`` saying which reader gave each."""
    found = {name: _first(sheet, outlet, name) for name in outlet.fields}
    printed = {name: values for name, (_, values) in found.items()}
    published, modified = (_instant(printed.get(name, []), outlet) for name in ("published_at", "modified_at"))
    canonical = _canonical(printed.get("canonical", []), outlet, url)
    title = next(iter(printed.get("title", [])), None)
    return {
        "url": canonical,
        "story_id": another(sheet, outlet, url) or outlet.story_id(canonical) or outlet.story_id(url),
        "kind": _kind(printed.get("kind", []), kind),
        "title": title,
        "authors": people(printed.get("authors", []), outlet.houses),
        "editors": people(printed.get("editors", []), outlet.houses),
        "published_at": published,
        "modified_at": modified,
        "section": next(iter(printed.get("section", [])), None),
        "tags": _tags(*found.get("tags", ("", [])), title or ""),
        "source_credit": next(iter(printed.get("source_credit", [])), None),
        "sources": {name: {"from": source, "said": " | ".join(values)} for name, (source, values) in found.items() if values},
    }


def people(printed: list[str], houses: tuple[str, ...]) -> tuple[str, ...]:
    """Names of persons: lists parted, "Oleh" taken off, whoever signs for a house left out."""
    parts = [part for value in printed for part in _AND.split(_ROLE.sub("", value)) if not _OTHER.match(part)]
    own = _own(houses)
    names = (_less_house(_AFTER.sub("", part).strip(), own) for part in parts if not _OFFICE.fullmatch(part.strip()))
    return _once([name for name in names if name and name[0] != "@" and not _is_sign(name) and _house(name) not in own])


def _is_sign(name: str) -> bool:
    """Whether nobody is called so: initials, a code, a desk, an account."""
    return _SIGN.fullmatch(name) is not None or _SIGNS.fullmatch(name) is not None


def _less_house(name: str, own: frozenset[str]) -> str:
    found = _BESIDE.fullmatch(name)
    return found["name"] if found and _house(found["house"] or found["short"]) in own else name


@lru_cache
def _own(houses: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_house, houses))


def _house(name: str) -> str:
    """A newsroom's name less what bylines add to it, by its letters: "Tim Okezone", "Redaksi Kompas.com", "sulut-today.co.id"."""
    return key(_ADDED.sub("", name.strip()))


def _first(sheet: Sheet, outlet: Outlet, name: str) -> tuple[str, list[str]]:
    """The first source with an answer, though it be the newsroom's own name: what the page prints, it means.

    A date's source must also be readable: home pages carry the placeholder ``[publishdate]``.
    """
    for source in outlet.fields[name]:
        values = _parts(source, ask(sheet, source.technique, source.asked))
        if name.endswith("_at"):
            values = [value for value in values if instant(value, outlet.zone)]
        if name == "authors" and not outlet.layouts and not people(values, outlet.houses):
            continue  # where no seed says whose page it is, a brand is no answer
        if values:
            return str(source), values
    return "", []


def keywords(said: str) -> tuple[str, ...]:
    """Tags of a meta for search engines, less what a template adds to every story's: "berita terkini, portal Indonesia"."""
    words = [part.strip() for part in said.split(",") if part.strip()]
    own = [word for word in words if not _SITE_WIDE.fullmatch(word)]
    return _once(own if len(words) - len(own) > 1 else words)  # one alone is a tag of the newsroom's


def _tags(source: str, values: list[str], title: str) -> tuple[str, ...]:
    """Printed tags stand one an element; metas and inline objects list them between commas. The title among them is no tag."""
    if not source.startswith("css:"):
        values = [part.strip() for value in values for part in value.split(",")]
    tags = [value.lstrip("#").strip() for value in values if value.strip("# ")]
    return _once([tag for tag in tags if tag.casefold() != title.casefold()])


def _parts(source: Source, values: list[str]) -> list[str]:
    """Of each value the part that the source's pattern names: its first group, or all that it matches."""
    if source.pattern is None:
        return values
    found = (source.pattern.search(value) for value in values)
    return [(match[1] if source.pattern.groups else match[0]).strip() for match in found if match]


def _once(values: list[str]) -> tuple[str, ...]:
    return tuple({value.casefold(): value for value in reversed(values)}.values())[::-1]


def _instant(values: list[str], outlet: Outlet) -> datetime | None:
    return instant(values[0], outlet.zone) if values else None


def _canonical(printed: list[str], outlet: Outlet, url: str) -> str:
    """The canonical address, if it names the same story: home pages and copies name others."""
    own = outlet.story_id(url)
    for value in printed:
        link = outlet.bare(joined(url, value))
        if (found := outlet.story_id(link)) and (own is None or found == own):
            return link
    return outlet.bare(url)


def _kind(printed: list[str], layout: str | None) -> str:
    said = " ".join(printed).casefold()
    return next((kind for kind in ("photo", "video") if kind in said), layout or "article")
