"""The data card of an export: what it holds, of whom, by which rules, and how to make it again. Pure; no clock is asked."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

PERMISSIONS = {
    "free": "its terms, as our seed knows them, do not forbid crawling",
    "ask": "its terms ask for permission; the operator of this Kliping gave it",
    "forbidden": "its terms forbid crawling",
    "unknown": "no seed knows this outlet",
}
# size_categories as the Hugging Face hub names them
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"))
_FIELDS = """
| field | what it is |
|---|---|
| `id` | `outlet/story_id`, the same over every rebuild of the corpus |
| `url`, `kind` | the address it was read at; article, or photo for a story told in pictures |
| `title`, `authors`, `editors`, `section`, `tags`, `dateline`, `source_credit` | as printed; empty where the page says nothing |
| `published_at`, `modified_at` | what the outlet says, in UTC; null where it says nothing |
| `text`, `body` | the newsroom's words without the page's furniture; `body` is the same in blocks (p, h, li, quote) |
| `images` | address and caption of each picture (in CSV: `captions`) |
| `language`, `words` | ISO 639-1 code by the text's function words; words in the body |
| `partial` | part of the story was not at hand: further pages, what subscribers alone see, a page cut off; null: not noted |
| `seen_at` | when this version of the story was first seen |
| `family` | id of the story that founded its family of near-copies; its own id where it has none |
"""


def card(told: Mapping[str, Any], counts: Mapping[str, Any]) -> str:
    """Write README.md: the front matter that Hugging Face reads, then the same for people."""
    return "\n".join([_front(told, counts), _opening(told, counts), _outlets(told, counts["outlets"]), _making(told)])


def _front(told: Mapping[str, Any], counts: Mapping[str, Any]) -> str:
    stories = counts["all"]["stories"]
    size = next((name for limit, name in _SIZES if stories < limit), "n>10M")
    facts: dict[str, Any] = {
        "pretty_name": "Indonesian news, clipped by Kliping",
        "language": [name for name in counts["languages"] if name != "und"] or ["id"],
        "license": "other",
        "license_name": "rights-of-the-outlets",
        "size_categories": [size],
        "task_categories": ["text-generation", "fill-mask"],
    }
    if told["files"]:
        data = [{"split": part, "path": pattern} for part, pattern in told["files"].items()]
        facts["configs"] = [{"config_name": "default", "data_files": data}]
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items())  # JSON is YAML
    return "\n".join(["---", *lines, "---", ""])


def _opening(told: Mapping[str, Any], counts: Mapping[str, Any]) -> str:
    held = counts["all"]
    days = f", published {held['first']} to {held['last']} (UTC)" if held["first"] else ""
    parts = [f"- {name}: {count['stories']:,} stories, {count['words']:,} words" for name, count in counts["parts"].items()]
    return "\n".join([
        "# Indonesian news, clipped by Kliping", "",
        f"{held['stories']:,} stories, {held['words']:,} words{days}, as they stood at {told['as_of']}.", "", *parts, "",
        "Chosen: " + (", ".join(f"{name} {value}" for name, value in told["wish"].items()) or "everything") + ".",
        "Languages: " + ", ".join(f"{name} {n:,}" for name, n in counts["languages"].items()) + ".", _FIELDS,
    ])  # fmt: skip


def _outlets(told: Mapping[str, Any], outlets: Mapping[str, Any]) -> str:
    head = ["## Outlets", "", "| outlet | stories | words | first | last | permission |", "|---|---:|---:|---|---|---|"]
    rows = [_outlet(name, count, told["permissions"][name]) for name, count in outlets.items()]
    met = [f"- {word}: {PERMISSIONS[word]}" for word in PERMISSIONS if word in told["permissions"].values()]
    rights = "The stories belong to their outlets; Kliping grants no right to them. Permissions say what crawling them rested on:"
    return "\n".join([*head, *rows, "", rights, "", *met, ""])


def _outlet(name: str, count: Mapping[str, Any], permission: str) -> str:
    return f"| {name} | {count['stories']:,} | {count['words']:,} | {count['first']} | {count['last']} | {permission} |"


def _making(told: Mapping[str, Any]) -> str:
    return "\n".join([
        "## How it was made", "",
        f"Kliping {told['kliping']}, cleaning rules {told['rules']} (the first 16 digits of the seeds' sha256).",
        "The same corpus, read by the same rules, gives the same bytes again:", "",
        "```console", f"$ {told['command']}", "```", "",
        "`sha256sum -c SHA256SUMS` checks the files; `card.json` says all this to programs.", "",
    ])  # fmt: skip

