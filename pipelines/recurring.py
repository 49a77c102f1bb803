"""What recurs across an outlet's stories: furniture does, stories do not. Candidates for rules, for a person to judge. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.nouns import PROSE
from pipelines.rules import Verb
from pipelines.seedwords import quoted, quoted_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from pipelines.nouns import Block

LONGEST = 200  # characters of a line of furniture; what is longer and recurs is a story told twice
_WORDS = 5
_BESIDE = 8  # words
_LABEL = re.compile(r"^([*•·# ]{0,3}\w[\w ]{2,40}?) ?:")
_SIGN_OFF = re.compile(r"\s*[(\[](?=\S*[a-z])[\w/ .*-]{2,14}[)\]]\.?$")
_BRAND = r"(?P<brand>[A-Za-z0-9]+(?:\.(?:com|co|id|co\.id)|news))"
_OPENINGS = [  # JAKARTA, KABAR.com - … or Kabar.com, Jakarta - … or Jakarta - …
    re.compile(rf"^(?:(?P<place>[A-Z][\w. ]{{2,24}}?)(?P<between>, ?| \())?{_BRAND}\)? ?[-–—]", re.IGNORECASE),
    re.compile(rf"^{_BRAND}(?P<between> ?, ?)(?P<place>[A-Z][\w. ]{{2,24}}?) ?[-–—]", re.IGNORECASE),
    re.compile(r"^(?P<place>[A-Z][\w.]+(?: [A-Z][\w.]+){0,2}) [-–—]"),
]
_PLACE = r"(?P<dateline>[A-Z][\w. ]{2,24}?)"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A wording that ``stories`` of ``among`` stories share: the rule that would cut it, and one line that it cuts."""

    verb: Verb
    pattern: str
    given: str
    stories: int
    among: int

    @property
    def toml(self) -> str:
        """The rule as a seed takes it, but for the near-miss: that a person must write."""
        given, gives, keeps = self._proof()
        words = re.findall(r"\w+", given)[:4]
        return "\n".join([
            f"# in {self.stories} of {self.among} stories; give it a spare: a line like it that a reporter wrote",
            "[[clean]]",
            f"{self.verb:5} = {quoted_pattern(self.pattern)}",
            f"why   = {quoted(' '.join(words).lower() or 'sign-off')}",
            f"given = {quoted(given)}",
            *([f"gives = {quoted(gives)}"] if gives else []),
            'spare = ""',
            *(f"keeps = {{ {name} = {quoted(value)} }}" for name, value in keeps.items()),
        ])  # fmt: skip

    def _proof(self) -> tuple[str, str, dict[str, str]]:
        """Given, gives and keeps; of a paragraph no more than the words beside what is cut."""
        match = re.search(self.pattern, self.given)
        if match is None:
            return self.given, "", {}
        before, after = self.given[: match.start()].split()[-_BESIDE:], self.given[match.end() :].split()[:_BESIDE]
        kept = " ".join([*before, *after])
        lead, tail = " ".join(before), " ".join(after)
        return f"{lead}{match[0]}{tail}".strip(), kept, {name: value for name, value in match.groupdict().items() if value}


def candidates(stories: Sequence[Sequence[Block]], least: int) -> list[Candidate]:
    """Find what stands in at least ``least`` stories, most frequent first; each story counts a wording once."""
    verbs: dict[str, Counter[Verb]] = {}
    shown: dict[str, str] = {}
    for story in stories:
        found = {pattern: (verb, line) for verb, pattern, line in _wordings([block for block in story if block.kind != "figure"])}
        for pattern, (verb, line) in found.items():
            verbs.setdefault(pattern, Counter())[verb] += 1
            shown.setdefault(pattern, line)
    counts = Counter({pattern: count for pattern, had in verbs.items() if (count := had.total()) >= least})
    return [
        Candidate(_widest(verbs[pattern]), pattern, shown[pattern], count, len(stories))
        for pattern, count in _without_doubles(counts)
    ]


def _widest(verbs: Iterable[Verb]) -> Verb:
    """A line that stands at the end of every story is cut there alone: the safer rule."""
    return next(verb for verb in (Verb.LEAD, Verb.LINE, Verb.TAIL) if verb in set(verbs))


def _wordings(lines: Sequence[Block]) -> Iterator[tuple[Verb, str, str]]:
    """Every wording of a story that could be furniture: its verb, its pattern and the line it is taken from."""
    for place, block in enumerate(lines):
        text, verb = block.text, Verb.TAIL if place == len(lines) - 1 else Verb.LINE
        if len(text) > LONGEST:
            continue
        yield verb, f"^{_glued(text)}$", text
        if label := _LABEL.match(text):
            yield verb, f"^{_glued(label[1])} ?:.*$", text
        elif place and (start := _start(text)):
            yield verb, f"^{_glued(start)}.*$", text
    yield from _ends([block.text for block in lines if block.kind in PROSE])


def _ends(prose: Sequence[str]) -> Iterator[tuple[Verb, str, str]]:
    """The dateline's shape at the story's head, the initials' at its end."""
    if prose and (opening := next(filter(None, (opening.match(prose[0]) for opening in _OPENINGS)), None)):
        yield Verb.LEAD, f"^{_head(opening)}\\s*[-–—]+\\s*", prose[0]
    if prose and (sign_off := _SIGN_OFF.search(prose[-1])):
        yield Verb.TAIL, f"\\s*{_shape(sign_off[0].strip())}$", prose[-1]


def _head(opening: re.Match[str]) -> str:
    """The dateline before its dash, the place left open."""
    told = opening.groupdict()
    place, between, brand = (told.get(name) or "" for name in ("place", "between", "brand"))
    shape = "" if not place else _PLACE.replace(r"\w", "A-Z") if place.isupper() else _PLACE
    parts = _plain(between).replace(" ", " ?")
    said = _plain(brand) + (r"\)" if between.endswith("(") else "")
    brand_first = brand and place and opening.start("brand") < opening.start("place")
    return f"{said}{parts}{shape}" if brand_first else f"{shape}{parts}{said}"


def _start(text: str) -> str:
    """The first words of a line that does not end like a sentence: a teaser's label and its headline."""
    words = text.split()
    return "" if len(words) <= _WORDS or re.search(r"[.!?\"”]$", text) else " ".join(words[:2])


def _glued(text: str) -> str:
    """The wording with any number in it, its spaces optional: dumps glue words."""
    return re.sub(r"\d+", r"\\d+", _plain(text).replace(" ", " ?"))


def _plain(text: str) -> str:
    return re.escape(text).replace("\\ ", " ").replace("\\-", "-")


def _shape(text: str) -> str:
    """Runs of letters of one case as their class."""
    classes = {"l": "[a-z]+", "u": "[A-Z]+", "d": r"\d+"}
    runs = re.findall(r"[a-z]+|[A-Z]+|\d+|.", text)
    names = (("l" if run.islower() else "u" if run.isupper() else "d") if run.isalnum() else "" for run in runs)
    return "".join(classes[name] if name else _plain(run) for name, run in zip(names, runs, strict=True))


def _without_doubles(counts: Counter[str]) -> Iterator[tuple[str, int]]:
    """A wording goes where another one, as frequent, begins alike."""
    kept: list[tuple[str, int]] = []
    for pattern, count in sorted(counts.items(), key=lambda one: (-one[1], -len(one[0]))):
        bare = pattern.removesuffix(".*$").removesuffix("$").removesuffix(":").removesuffix(" ?")
        if not any(other.startswith(bare) and count <= had * 1.1 for other, had in kept):
            kept.append((pattern, count))
    yield from kept


def unlike(stories: Iterable[Sequence[Block]]) -> list[Sequence[Block]]:
    """Each story once: dumps of two days hold many twice, and a copy is no recurrence."""
    return list({tuple(block.text for block in story[:3]): story for story in stories}.values())
