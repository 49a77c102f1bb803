"""Who of a byline is a person: lists parted, roles and offices taken off, and whoever signs for a house left out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from pipelines.readers.whole import key

if TYPE_CHECKING:
    from collections.abc import Iterator

_LISTED = re.compile(r"[,;|/](?: ?(?:dan|and|&)(?= ))?", re.IGNORECASE)
_AND = re.compile(r" (?:&|dan|and) ", re.IGNORECASE)
_ROLE = re.compile(r"^(?:oleh|by|penulis|reporter|fotografer|editor|redaktur)\b(?:\s*:\s*|\s+|$)", re.IGNORECASE)
_AFTER = re.compile(r"(?i)\s*(?:\((?:kontributor|koresponden|magang)(?: [\w .]+)?\)| [-–|] (?:kontributor|koresponden)\b.*)$")
_BESIDE = re.compile(r"^(?P<name>\S.{0,78}?)(?: [-–] (?P<house>[^-–]{2,40})| ?\((?P<short>[^()]{2,40})\))")  # "Sri Lestari - Kabar"
_SIGN = re.compile(r"[a-z]{2,4}|[A-Z]|-|[a-z]{0,8}\d{1,4}|[^\s_]{1,20}_\S{1,20}")  # initials, half of "N/A", "c62", "warta_adm"
_DESK = (
    "tim|team|dewan|staff?|super|redaksi|redaktur|editor|reporter|penulis|wartawan|jurnalis|kontributor|newsroom|(?:news|web) ?desk"
    "|web ?master|publisher|user|guest|author|anonim|anonymous|unknown|liputan|khusus|pelaksana|konten|investigasi|riset"
)
_SENDER = re.compile(  # an office with what they are called after: "Dinas Kominfo Lereng", "Biro Humas dan Protokol"
    r"(?i)(?:tim |subbag(?:ian)? )?(?:(?:ke)?humas(?:an)?|dinas|(?:dis)?kominfo\w*|pemerintah|pem(?:kab|kot|prov|des)|badan|kantor"
    r"|kementerian|kemen(?:ag|kes|keu|dag|hub|tan|ham|kumham|perin|sos|dikbud\w*|ko|pupr|pora)|sekretariat|set(?:da|wan)"
    r"|polres\w*|polda|polsek|kodim|korem|kejari|kejati|universitas|fakultas|media cent(?:er|re)|bagian|bidang|biro|divisi|seksi"
    r"|lembaga|balai|komisi|direktorat|pusat|kecamatan|kelurahan|desa|puskesmas|rsud|bawaslu|panwaslu|kpu|bpbd|bappeda|ppid|uptd?"
    r"|dprd|prokopim|protokol|mc (?:kab|kota|prov)\w*|newsroom|desk)(?:[ -].+)?|rokom"
)
# what they see to: behind their own commas no second author, "Dinas Pemuda, Olahraga dan Pariwisata"
_MATTER = re.compile(
    r"(?i)\b(?:(?:ke|pe|per|pem|pen)[a-z]{4,}an|komunikasi|informa(?:si|tika)|statistik|protokol|pemuda|olahraga|pariwisata|inovasi|riset"
    r"|sosial|publik|pimpinan|teknologi|transmigrasi|energi|sumber daya|tata ruang|budaya|pangan|usaha|umum|arsip|hukum|humas)\b"
)
_REGION = "kal(?:tim|tara|sel|teng|bar)|ja(?:tim|teng|bar)|sul(?:sel|ut|teng|tra|bar)|sum(?:ut|sel|bar)|kepri|malut|riau|banten"
_SIGNS = re.compile(  # no brand, and yet no person: a role alone ("Tim Liputan Khusus"), an account, a paper
    rf"(?i)(?:{_DESK})(?:[ /-](?:{_DESK}))*|(?:super )?(?:admin\w*|operator)(?: .+)?|redaksi (?-i:[A-Z]{{2,5}}|\d+)"
    r"|tim (?:data|infografis|grafis|multimedia|video|foto|digital)|\S+(?: \S+){1,2} (?:network|newsroom)"
    rf"|(?:{_REGION}) (?:post?|ekspres|express|today|times)|\S.{{0,30}} (?-i:TV|FM)"
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
    r"|(?:\.?com|\.(?:(?:co|my|web|or)\.id|co|id|net|news|org|tv))?(?: (?:editor|reporter|developer|online|id|foto))?$",
    re.IGNORECASE,
)


def people(printed: list[str], houses: tuple[str, ...]) -> tuple[str, ...]:
    """Names of persons: lists parted, "Oleh" taken off, whoever signs for a house left out."""
    parts = [part for value in printed for part in _parted(_ROLE.sub("", value)) if not _OTHER.match(part)]
    own = _own(houses)
    names = (_less_house(_AFTER.sub("", part).strip(), own) for part in parts if not _OFFICE.fullmatch(part.strip()))
    return once([name for name in names if name and name[0] != "@" and not _is_sign(name) and _house(name) not in own])


def _parted(value: str) -> Iterator[str]:
    """The names in a list; an office is one, whatever stands between commas in its own."""
    office = False
    for part in map(str.strip, _LISTED.split(value)):
        if office and _MATTER.search(part):
            continue
        office = _SENDER.fullmatch(part) is not None
        yield from [part] if office else _AND.split(part)


def _is_sign(name: str) -> bool:
    """Whether nobody is called so: initials, a code, a desk, an account."""
    return any(pattern.fullmatch(name) for pattern in (_SIGN, _SIGNS, _SENDER))


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
