"""Stories as an Atom feed (RFC 4287). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from pipelines.clippings import Match

ATOM = "http://www.w3.org/2005/Atom"


def feed(number: int, query: str, since: datetime, matches: Sequence[Match]) -> bytes:
    """Write the feed of a watch, the newest story first."""
    ET.register_namespace("", ATOM)
    root = ET.Element(f"{{{ATOM}}}feed")
    _say(root, id=f"urn:kliping:watch:{number}", title=f"Kliping: {query}")
    _say(root, updated=max((match.found_at for match in matches), default=since).isoformat())
    _say(ET.SubElement(root, f"{{{ATOM}}}author"), name="Kliping")
    for match in matches:
        entry = ET.SubElement(root, f"{{{ATOM}}}entry")
        _say(entry, id=f"urn:kliping:story:{match.outlet}/{match.story_id}", title=match.title, updated=match.found_at.isoformat())
        if match.published_at:
            _say(entry, published=match.published_at.isoformat())
        ET.SubElement(entry, f"{{{ATOM}}}link", href=match.url)
        _say(ET.SubElement(entry, f"{{{ATOM}}}author"), name=match.outlet)
        _say(entry, summary=match.text)
    told: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return told


def _say(element: ET.Element, **told: str) -> None:
    for name, words in told.items():
        fit = (mark for mark in words if mark in "\n\t" or (mark >= " " and mark not in "\ufffe\uffff"))  # what XML takes
        ET.SubElement(element, f"{{{ATOM}}}{name}").text = "".join(fit)
