"""Who of a byline is a person: lists parted, roles and offices taken off, and whoever signs for a house left out."""

from __future__ import annotations

import re
from functools import lru_cache

from pipelines.readers.whole import key

_AND = re.compile(r"\s*(?:,|;|\||/| & | dan | and )\s*", re.IGNORECASE)
_ROLE = re.compile(r"^(?:oleh|by|penulis|reporter|editor|redaktur)\b(?:\s*:\s*|\s+|$)", re.IGNORECASE)
_AFTER = re.compile(r"(?i)\s*(?:\((?:kontributor|koresponden|magang)(?: [\w .]+)?\)| [-–|] (?:kontributor|koresponden)\b.*)$")
_BESIDE = re.compile(r"^(?P<name>\S.{0,78}?)(?: [-–] (?P<house>[^-–]{2,40})| ?\((?P<short>[^()]{2,40})\))")  # "Sri Lestari - Kabar"
_SIGN = re.compile(r"[a-z]{2,4}|[A-Z]|-|[a-z]{0,8}\d{1,4}|[^\s_]{1,20}_\S{1,20}")  # initials, half of "N/A", "c62", "warta_adm"
_DESK = (
    "tim|team|dewan|staff?|super|redaksi|redaktur|editor|reporter|penulis|wartawan|jurnalis|kontributor|newsroom|(?:news|web) ?desk"
    "|webmaster|operator|publisher|user|guest|author|anonim|anonymous|unknown|liputan|khusus|pelaksana|konten|investigasi|riset"
)
_OFFICES = (
    r"humas|dinas|diskominfo|kominfo|pemkab|pemkot|pemprov|badan|kantor|kementerian|sekretariat|polres\w*|polda|polsek|kodim|korem"
    r"|kejari|kejati|universitas|media cent(?:er|re)"
)
_SIGNS = re.compile(  # no brand, and yet no person: a role alone ("Tim Liputan Khusus"), an account, an office that sent it
    rf"(?i)(?:{_DESK})(?:[ /-](?:{_DESK}))*|(?:super )?admin\w*(?: .+)?|(?:{_OFFICES})(?: .+)?|redaksi (?-i:[A-Z]{{2,5}}|\d+)"
    r"|tim (?:data|infografis|grafis|multimedia|video|foto|digital)|\S+(?: \S+){1,2} (?:network|newsroom)"
)
# what a columnist is, and the degrees behind a name: parted from it by a comma like another name
_OFFICE = re.compile(
    r"(?:(?i:guru|dosen|peneliti|pengamat|pengajar|pakar|analis|ketua|direktur|kepala|anggota|wakil|rektor|dekan|pengasuh"
    r"|pimpinan|mahasiswa|mahasiswi|pemerhati|praktisi|kontributor|koresponden|alumnus|alumni|advokat|sosiolog|ekonom"
    r"|penulis|wartawan|jurnalis|pendiri|founder|co-founder|ceo|sekretaris|sekjen|menteri|mantan|staf|pegiat|penggiat"
    r"|aktivis|manajer|imam (?:besar|masjid)|komisaris|deputi|budayawan|pembina|kandidat|warga|siswa|siswi|santri"
    r"|tokoh|duta besar|bupati|gubernur|wali kota) .+"
    r"|[MS]\. ?(?:Si|Pd|Kom|Hum|Ag|Psi|Sos|Kes|Farm|Kep|Hut|H|E|T)\.?"
    r"|(?:[A-Z][A-Za-z]{0,4}\.){1,3}(?:[A-Z][A-Za-z]{0,5})?(?:\([A-Z]\)|-[A-Z]{2,6})?\.?|Sp[A-Z]{1,3}|(?i:psikolog)"
    r"|SE|SH|ST|SKM|SPd|MM|MH|MA|MBA|MARS|MKM|MPd|MPH|MSi|MSc|CFP|PhD|Lc)"
)
_OTHER = re.compile(r"(?:editor|redaktur|penyunting)\s*:", re.IGNORECASE)  # behind the reporter, in one list with him
_ADDED = re.compile(
    r"^(?:(?:tim|redaksi|admin|editor|reporter|newsroom|agregasi) )+(?=\S)"
    r"|(?:\.?com|\.(?:(?:co|my|web|or)\.id|co|id|net|news|org|tv))?(?: (?:editor|reporter|developer|online|id))?$",
    re.IGNORECASE,
)


def people(printed: list[str], houses: tuple[str, ...]) -> tuple[str, ...]:
    """Names of persons: lists parted, "Oleh" taken off, whoever signs for a house left out."""
    parts = [part for value in printed for part in _AND.split(_ROLE.sub("", value)) if not _OTHER.match(part)]
    own = _own(houses)
    names = (_less_house(_AFTER.sub("", part).strip(), own) for part in parts if not _OFFICE.fullmatch(part.strip()))
    return once([name for name in names if name and name[0] != "@" and not _is_sign(name) and _house(name) not in own])


def _is_sign(name: str) -> bool:
    """Whether nobody is called so: initials, a code, a desk, an account."""
    return _SIGN.fullmatch(name) is not None or _SIGNS.fullmatch(name) is not None


def _less_house(name: str, own: frozenset[str]) -> str:
    house, parted, person = name.partition(" - ")
    if parted and _house(house) in own:
        return person.strip()
    found = _BESIDE.fullmatch(name)
    return found["name"] if found and _house(found["house"] or found["short"]) in own else name


@lru_cache
def _own(houses: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(_house, houses))


def _house(name: str) -> str:
    """A newsroom's name less what bylines add to it, by its letters: "Tim Okezone", "Redaksi Kompas.com", "sulut-today.co.id"."""
    return key(_ADDED.sub("", name.strip()))


def once(values: list[str]) -> tuple[str, ...]:
    """Give each value once, whatever its letters' case, where it stood first."""
    return tuple({value.casefold(): value for value in reversed(values)}.values())[::-1]
