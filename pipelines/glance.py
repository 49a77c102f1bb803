"""Many patterns looked for at once. Most ask how a line begins, and most lines begin otherwise: one look settles it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Glance = tuple[re.Pattern[str], list[re.Pattern[str]]]
_FLAGS = re.compile(r"^\(\?[a-z]+\)")
_NAMED = re.compile(r"\(\?P<\w+>")
# what may part a pattern into alternatives, and what only looks as if it did
_SIGNS = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|[()|]", re.DOTALL)
_REFERS = re.compile(r"\\[1-9]|\(\?P=|\(\?\(")


def glance(patterns: Sequence[re.Pattern[str]]) -> Glance:
    """Give those that match at a text's beginning alone as one pattern, to be matched there, and the others as they are."""
    opening = [one for one in patterns if opens(one)]
    ways = (f"(?{'i' * bool(one.flags & re.IGNORECASE)}:{_bare(one)[1:]})" for one in opening)
    return re.compile("|".join(ways) or "(?!)"), [one for one in patterns if one not in opening]


def opens(pattern: re.Pattern[str]) -> bool:
    """Whether a pattern matches at the beginning alone, and may stand among others: it opens with ^ and knows no second way."""
    bare, depth = _bare(pattern), 0
    if not bare.startswith("^") or pattern.flags & ~(re.IGNORECASE | re.UNICODE) or _REFERS.search(bare):
        return False
    for sign in _SIGNS.findall(bare):
        depth += (sign == "(") - (sign == ")")
        if sign == "|" and not depth:
            return False
    return True


def _bare(pattern: re.Pattern[str]) -> str:
    """Its text without flags for the whole and without names."""
    return _NAMED.sub("(?:", _FLAGS.sub("", pattern.pattern))
