"""One look for many patterns says what looking for each would say."""

import re

import pytest

from pipelines.glance import glance, opens
from pipelines.outlets import load, names

ASKS = {
    "^Baca juga": True, "(?i)^(?:baca|lihat) juga": True, r"^[a-z|]+$": True, r"^(?P<dateline>A|B) - ": True, r"^\|x": True,
    "^[]|]x": True, "^Baca juga|Lihat juga": False, "Baca juga": False, r"\s*\(abc\)$": False, r"^(a)\1": False, "(?m)^x": False,
    "^(?:a|b)|c": False,
}  # fmt: skip
LINES = [
    "Baca juga: Harga Cabai Naik", "baca juga", "ADVERTISEMENT", "Halaman 2 dari 3", "[Gambas:Video Detik]", "", "|x",
    "Polisi menyelidiki kasus itu. (Dio/Ysl)", "Ikuti kami di Google News", "Warga melihat banjir.", "Simak Video 'Pasar'",
]  # fmt: skip


@pytest.mark.parametrize("pattern", ASKS)
def test_a_pattern_that_matches_at_the_beginning_alone_is_told_from_others(pattern: str) -> None:
    assert opens(re.compile(pattern)) is ASKS[pattern]


@pytest.mark.parametrize("outlet", names())
def test_a_glance_finds_what_each_rule_finds(outlet: str) -> None:
    rules = [rule for rule in load(outlet).rules if rule.pattern.pattern]
    lines = [*LINES, *(rule.given for rule in rules), *(rule.spare for rule in rules)]
    for rule in rules:
        openings, others = glance([rule.pattern])
        for line in lines:
            found = bool(openings.match(line)) or any(one.search(line) for one in others)
            assert found is bool(rule.pattern.search(line)), (rule.name, line)
