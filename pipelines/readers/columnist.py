"""Who a guest writer is, on lines of its own above the piece or below it: a name and an office, and no sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from pipelines.nouns import Block, Cut

if TYPE_CHECKING:
    from collections.abc import Sequence

ABOVE, BELOW = "text/columnist above the story", "text/columnist below the story"
SHORT, SENTENCE, FEWEST = 160, 8, 4  # characters of a line that presents somebody; words of one that ends a piece; lines of a story
_GUEST = (  # who is asked for a column; a list of winners or of who came names others too
    r"dosen|peneliti|peng(?:amat|ajar|asuh|giat)|guru besar|pakar|analis|pemerhati|praktisi|advokat|ekonom|sosiolog|penulis|penyair"
    r"|kolumnis|alumn(?:us|i)|pegiat|aktivis|budayawan|sastrawan|sejarawan|psikolog|santri"
)
_OFFICE = (
    rf"(?i:(?:{_GUEST}|guru|pengurus|ketua|direktur|kepala|anggota|wakil|mahasisw[ai]|wartawan|jurnalis|rektor|dekan|pimpinan|pendiri"
    r"|sekretaris|mantan|staf|kandidat|konsultan|koordinator|lulusan|dokter|redaktur|editor|fellow|associate)\b)"
)
_DEGREES = r"(?:,? (?:[A-Z][A-Za-z]{0,4}\.){1,3}[A-Za-z]{0,5}\.?){0,4}"
_NAME = rf"(?:(?:Prof|Dra?|Drs|Ir|KH|Hj?|Ust)\.? ){{0,3}}[A-Z][a-z.'’]+(?: (?:bin|binti|van|de|al|[A-Z][\w.'’-]*)){{0,4}}{_DEGREES}"
_BY = re.compile(rf"(?:[A-Z]{{3,12}}\.CO\.ID ?[,–—-]* ?)?(?i:(?:ditulis )?oleh) ?:?(?P<named> {_NAME}\*?)?")
_PERSON = re.compile(rf"(?!{_OFFICE})(?=\S+ \S)({_NAME})\*{{0,3}}")
_HELD = re.compile(rf"[(*]{{0,3}}{_OFFICE}[^.!?:;“”\"]{{3,120}}\)?\*?")
_SAYS = r"kata|ujar|tutur|ucap|jelas|mengatakan|menyebut|menilai|berharap|meminta|mengaku|menjelaskan|menambahkan"
_PRESENTED = re.compile(  # "Sari Puspita, dosen Universitas Padi, tinggal di Kendari"
    rf"\W{{0,4}}(?P<name>{_NAME})(?: ?[,;–—-] ?| )(?!.*\b(?:{_SAYS})\b){_OFFICE}[^!?:;“”\"]{{5,130}}"
)
_GUESTS = re.compile(rf"\W{{0,4}}{_NAME} ?[,;¦–—-] ?(?i:{_GUEST})\b(?:.*[^.…]|[^.]*, tinggal di [A-Z]\w+\.)")
_STARRED = re.compile(rf"\*{{1,3}}\)? ?{_OFFICE}[^.!?:;“”\"\d]{{5,120}}")


class Introduced(NamedTuple):
    """A story without the lines that say whose it is, these, and the name they told."""

    blocks: list[Block]
    cuts: list[Cut]
    authors: list[str]


def above(blocks: Sequence[Block], authors: Sequence[str]) -> Introduced:
    """Take "Oleh", the name and the office where each has a line, and the office where the name stands behind "Oleh".

    The line that holds a name is left to the rules, which know more forms.
    """
    lines = [at for at, block in enumerate(blocks) if block.kind != "figure"][:FEWEST]
    by = _BY.fullmatch(blocks[lines[0]].text) if len(lines) == FEWEST else None
    if not by:
        return Introduced(list(blocks), [], [])
    following = [blocks[at].text[: SHORT + 1] for at in lines[1:3]]
    person = None if by["named"] else _PERSON.fullmatch(following[0])
    known = by["named"] or person or authors
    office = following[1] if person else following[0]
    held = known and _HELD.fullmatch(office) is not None
    gone = lines[: 1 + bool(person) + bool(held)][bool(by["named"]) :] if person or held else []
    kept = [block for at, block in enumerate(blocks) if at not in gone]
    return Introduced(kept, [Cut(ABOVE, blocks[at].text, blocks[at].at) for at in gone], [person[1]] if person else [])


def below(blocks: Sequence[Block], authors: Sequence[str]) -> int | None:
    """Say where the last line presents the writer; nobody who is one of a list, and none who is quoted above."""
    lines = [at for at, block in enumerate(blocks) if block.kind != "figure"][-2:]
    last, ended = (blocks[at] for at in reversed(lines)) if len(lines) > 1 else (None, None)
    if last is None or ended is None or len(last.text) > SHORT or last.kind == "li" or _presents(ended.text):
        return None
    if _STARRED.fullmatch(last.text):
        return lines[-1]
    named = _PRESENTED.fullmatch(last.text)
    if not named or ended.text[-1:] == ":":
        return None
    own = {name.casefold() for name in authors}
    is_own = any(named["name"].casefold().endswith(name) or last.text.casefold().startswith(f"{name} ") for name in own)
    return lines[-1] if is_own or (not own and _is_guest(last, ended)) else None


def _is_guest(last: Block, ended: Block) -> bool:
    """Whether a line presents who writes columns, below a piece that has ended, and not whom the last words are."""
    marked = f"{last.text[: last.bold]}¦{last.text[last.bold :]}" if last.bold else last.text
    told = ended.kind == "p" and ended.text[-1:] in ".!?" and len(ended.text.split()) >= SENTENCE
    return told and _GUESTS.fullmatch(marked) is not None


def _presents(text: str) -> bool:
    return len(text) <= SHORT and (text[:1] == "*" or _PRESENTED.fullmatch(text) is not None)
