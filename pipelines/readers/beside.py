"""Who is named in one element with what is no name: a role, the date, a button to follow him. Lines are chosen elsewhere."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from pipelines.indonesian.dates import instant, is_date
from pipelines.readers.inline import fold
from pipelines.readers.whole import key

if TYPE_CHECKING:
    from collections.abc import Callable

    from selectolax.lexbor import LexborNode

_MARKS = " ,;|/&•·–—-"  # between two pieces
_LISTS = re.compile(r"(?:^|.*[\s,;|/&])(?:[,;|/&]|dan|and)\s*")  # a piece behind which another name follows
_EDITS = re.compile(r"(?i)(?:editor|redaktur|penyunting)\b.*")
_NO_NAME = re.compile(
    r"(?i)(?:penulis|reporter|wartawan|jurnalis|kontributor|koresponden|kolumnis|pewarta)\b.*|ikuti|mengikuti|follow(?:ing)?|oleh:?|by:?"
    r"|(?:waktu baca:? ?)?\d{1,2} (?:menit|min(?:s|utes?)?)(?: (?:baca|membaca|read))?|\d{1,2}[:.]\d\d(?: WI(?:B|TA|T))?"
    r"|\d{1,2} (?:detik|menit|jam|hari) (?:yang )?lalu"
)


def persons_beside(node: LexborNode, one: str, is_person: Callable[[str], bool]) -> list[str] | None:
    """The persons in the element of a line, whose key is ``one``, less what stands beside them in elements of its own.

    None where all of it may be one name; none of them where it is run together and nobody can tell.
    """
    texts = [text for piece in node.traverse(include_text=True) if piece.tag == "-text" and (text := piece.text_content)]
    raw = [text for text in texts if text.strip()]
    if len(raw) == 1 or key("".join(raw)) != one:
        return None
    pieces = [fold(text).strip(_MARKS) for text in raw]
    known = [not piece or _is_none(piece) or is_person(piece) for piece in pieces]
    if any(map(_EDITS.fullmatch, pieces)):
        return []
    apart = any(_is_run_in(*pair) for pair in pairwise(texts))
    named = [at for at, piece in enumerate(pieces) if piece and is_person(piece) and not _is_none(piece)]
    if not apart and not (named and all(known)):
        return None
    listed = [at for at in named if at == named[0] or (at > 0 and _LISTS.fullmatch(raw[at - 1]))]
    return [pieces[at] for at in listed] if all(known[: named[0]] if named else ()) else []


def _is_none(piece: str) -> bool:
    return _NO_NAME.fullmatch(piece) is not None or is_date(piece) or instant(piece) is not None


def _is_run_in(before: str, after: str) -> bool:
    """Whether two pieces touch as no letters of one word do: "PuspitaWartawan", "Puspita11 Agustus"."""
    return len(before) > 1 and before[-1].isalpha() and (after[0].isupper() or after[0].isdigit())
