"""What the addresses of an outlet's stories share: a first guess at a seed's story pattern. Pure."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Sequence

ANY = "[^/]*"
SHORTEST = 4  # digits of an id; shorter numbers count pages and channels
FEW = 3  # addresses of which a shorter one tells that it is another in each
DAY = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))?")  # 2026, 20261128: an id of many stories is none


def story_pattern(urls: Sequence[str]) -> str | None:
    """Guess what the addresses of stories share: the longest number is the id, from the last word before it that all have.

    Where one has no number, or all have the same, it is the slug behind a day or a word that all have. None where there is
    none: then an address is its own id, as it is for a seed without ``story``.
    """
    paths = list(dict.fromkeys(urlsplit(url).path.rstrip("/") for url in urls))
    found = [one for path in paths if (one := _parted(path))]
    if len(found) < len(paths) or len({one[4] for one in found}) < min(len(paths), 2):
        return _counted(paths) or _slugged(paths)
    if not found:
        return None
    heads, tails = {_word(one[1]) for one in found}, {_word(one[2]) for one in found}
    head, tail = (names.pop() if len(names) == 1 else ANY for names in (heads, tails))
    # a slug may hold other numbers: the id is the last that is as long as the ids seen
    number = r"(?P<id>\d+)" if head != ANY else rf"(?<!\d)(?P<id>\d{{{min(len(one[4]) for one in found)},}})"
    around = f"{head}{number}{tail}"
    return f"{_before([one[0] for one in found])}/{around}" + ("/" if all(one[3] for one in found) else "(?:/|$)")


def _counted(paths: Sequence[str]) -> str | None:
    """A number of any length, where it stands alone behind one word in all addresses and is another in each."""
    segments = paths[0].split("/") if len(paths) >= FEW else []
    for word, number in pairwise(segments):
        if not number.isdecimal() or not re.search(r"[^\W\d]", word):
            continue
        pattern = rf"/{_escaped(word)}/(?P<id>\d+)(?:/|$)"
        ids = {match["id"] for path in paths if (match := re.search(pattern, path))}
        if len(ids) == len(paths) and not all(map(DAY.fullmatch, ids)):
            return pattern
    return None


def _slugged(paths: Sequence[str]) -> str | None:
    """The last segment, with its day where all have one before it; behind the one word that stands there in all."""
    for day in (r"\d{4}/\d{2}/\d{2}/", r"\d{4}/\d{2}/"):
        if all(re.search(rf"/{day}[^/]+$", path) for path in paths):
            return rf"/(?P<id>{day}[^/]+)/?$"
    before = {path.split("/")[-2] for path in paths if path.count("/") > 1}
    word = before.pop() if len(before) == 1 and all(path.count("/") > 1 for path in paths) else ""
    return rf"/{_escaped(word)}/(?P<id>[^/]+)/?$" if re.search(r"[^\W\d]", word) else None


def _parted(path: str) -> tuple[list[str], str, str, bool, str] | None:
    """The segments before the id's, what stands before and after the id in its own, whether more follow, and the id."""
    parts = path.split("/")[1:]
    runs = (run for part in parts for run in re.findall(r"\d+", part) if not DAY.fullmatch(run))
    longest = max(runs, key=len, default="")
    if len(longest) < SHORTEST:
        return None
    at = max(index for index, part in enumerate(parts) if longest in part)
    head, _, tail = parts[at].partition(longest)
    return parts[:at], head, tail, at < len(parts) - 1, longest


def _before(segments: Sequence[Sequence[str]]) -> str:
    """What stands before the id in every address: numbers, back to the nearest word."""
    said: list[str] = []
    for column in zip(*(reversed(one) for one in segments), strict=False):
        kinds = {re.sub(r"\d+", lambda run: f"\\d{{{len(run[0])}}}", part) for part in column}
        if not all(part.isdigit() for part in column):
            return "/" + "/".join([re.escape(column[0]), *said]) if len(set(column)) == 1 else "".join(f"/{one}" for one in said)
        said.insert(0, kinds.pop() if len(kinds) == 1 else r"\d+")
    return "".join(f"/{one}" for one in said)


def _word(text: str) -> str:
    """What stands beside the id in its segment: ``d-`` is the template's, a slug is the story's."""
    return _escaped(text) if len(text) < SHORTEST else ANY


def _escaped(text: str) -> str:
    return re.escape(text).replace("\\-", "-")
