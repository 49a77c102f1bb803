"""What a robots.txt says to us: the groups that name us, in whatever encoding and form they were written."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from scrapy.robotstxt import ProtegoRobotParser

if TYPE_CHECKING:
    from scrapy import Spider

_AGENT = re.compile(r"(?im)^([ \t]*user[ -]?agent[ \t]*:)([^#\r\n]*)")
_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


class Rules(ProtegoRobotParser):
    """Protego takes every group for ours whose name is a piece of ours ("klip"), and none that adds a version ("Kliping/1.0")."""

    def __init__(self, robotstxt_body: bytes, spider: Spider | None) -> None:
        encoding = _MARKS.get(robotstxt_body[:2], "utf-8-sig")
        text = "\n".join(robotstxt_body.decode(encoding, errors="ignore").splitlines())  # at a lone CR too
        super().__init__(_AGENT.sub(_addressed, text).encode(), spider)

    def crawl_delay(self, user_agent: str | bytes) -> float | None:
        """Seconds between two requests, by Crawl-delay or Request-rate, whichever is more."""
        rate = self.rp.request_rate(user_agent if isinstance(user_agent, str) else user_agent.decode())
        paced = rate.seconds / rate.requests if rate and rate.requests else 0.0
        return max(super().crawl_delay(user_agent) or 0.0, paced) or None


def _addressed(line: re.Match[str]) -> str:
    """A group's name as RFC 9309 §2.2.1 compares it: letters, hyphens and underscores, and all of them."""
    named = line[2].strip()
    everybody = named.startswith("*") and not named.strip("* ")
    ours = re.search(r"(?i)(?<![\w-])kliping(?![\w-])", named)
    return f"{line[1]} {'*' if everybody else 'Kliping' if ours else 'another'}"
