"""A site's own name at the head of its stories, where no seed says how it writes itself: told by its host."""

from __future__ import annotations

import re

from pipelines.rules import Rule, Verb


def masthead(host: str) -> Rule:
    """Give the rule that cuts the site's own name, as its host has it, off a first paragraph: "RMOL. ", "Bisnis, JAKARTA — "."""
    parts = host.lower().removeprefix("www.").split(".")[:-1]
    labels = [part.replace("-", "") for part in parts if part not in ("co", "or", "go")] or parts
    name = "|".join("[ -]?".join(map(re.escape, label)) for label in labels)
    capitals = "|".join(re.escape(label.upper()) for label in labels)
    pattern = re.compile(
        rf"^(?=.*\b(?:yang|untuk|dari|dengan|pada|akan|telah|karena|dalam|oleh|itu|ini|sejak|tidak|di|ke|dan|hingga|saat)\b)"
        rf"(?:(?i:(?:{name})(?:[ .-]?(?:com|co|id|net|news|online|tv)){{0,2}})|(?:{capitals})[A-Z]{{1,12}})"
        r"(?:¦?, ?¦?(?P<dateline>[A-Z]{3,}(?: [A-Z]{2,}){0,2})¦? ?[-–—]{1,2}"
        r"|¦? ?[-–—]{1,2}|¦? ?\||¦?: |(?<=[A-Z])[.,](?=[ ¦])|¦[.,]?|[.,]¦) ?¦?(?=[A-Z\"“‘0-9¦])"
        r"(?!¦?[A-Z][A-Za-z]+(?:[ ,]+[A-Z][A-Za-z]+){0,2}(?:¦ ?| ?¦|: | ?[-–—]))"
        r"(?!¦?[A-Z]{3,}(?: [A-Z]{2,}){0,2}\.)"
    )
    line = "Harga cabai di Pasar Minggu naik dua kali lipat sejak hari itu."
    spare = f"{labels[-1].capitalize()}-nya harga cabai membuat warga resah sejak hari itu."
    given = f"{labels[-1].upper()} - {line}"
    return Rule("generic/site's own name", Verb.LEAD, "site's own name", given, line, spare, pattern=pattern)
