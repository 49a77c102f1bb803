"""A page's bytes become letters: by what the page and its server declare, unless its bytes prove both wrong."""

from __future__ import annotations

from w3lib.encoding import html_to_unicode

UTF8 = ("utf-8", "utf8")
REPLACED = "\ufffd"  # stands where bytes were no UTF-8
WINDOWS = "cp1252"  # what browsers take Latin-1 and ASCII for (WHATWG)


def decoded(body: bytes, content_type: str = "") -> str:
    """Decode a page; see ``letters``."""
    return letters(body, content_type)[1]


def letters(body: bytes, content_type: str) -> tuple[str, str]:
    """Give the encoding's name, as Python has it, and the text.

    As browsers do, but two mistakes that servers make are seen through: UTF-8 that is declared Latin-1, for no text
    in Latin-1 is UTF-8 throughout, and Windows-1252 that is declared UTF-8. An encoding that only Python knows (idna,
    base64) counts as UTF-8.
    """
    try:
        encoding, text = html_to_unicode(content_type or None, body, auto_detect_fun=_undeclared)
    except (LookupError, UnicodeError):
        return "utf-8", body.decode("utf-8", "replace")
    if encoding == WINDOWS and not body.isascii() and _is_utf8(body):
        return "utf-8", body.decode()
    if encoding in UTF8 and REPLACED in text and _undeclared(body) and not _is_utf8(body):
        return WINDOWS, body.decode(WINDOWS, "replace")
    return encoding, text


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _undeclared(body: bytes) -> str | None:
    """Of a page that declares no encoding: browsers take what is no UTF-8 for Windows' (WHATWG's for most languages)."""
    text = body.decode("utf-8", "replace").rstrip(REPLACED)  # a page cut off within a letter is not wrong
    broken = text.count(REPLACED)
    return WINDOWS if broken and broken > (len(text) - len(text.encode("ascii", "ignore"))) / 2 else None
