"""A page as it was served becomes markup, whatever its bytes claim to be."""

from codecs import BOM_UTF8

import pytest

from pipelines.readers.encoding import decoded
from pipelines.readers.sheet import Sheet

TEXT = "<p>Harga kopi Gayo naik “dua kali lipat”, kata Siti — é</p>"
UTF8, LATIN, WIDE = "text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html; charset=utf-16-le"
BODIES = [
    (TEXT.encode(), UTF8), (TEXT.encode(), ""), (BOM_UTF8 + TEXT.encode(), UTF8), (BOM_UTF8 + TEXT.encode(), LATIN),
    (TEXT.encode("cp1252"), LATIN), (TEXT.encode("cp1252"), UTF8), (TEXT.encode("utf-16-le"), WIDE), (TEXT.encode(), LATIN),
    (TEXT.encode()[:-9], UTF8), (TEXT.replace("kopi", "ko\x00p\x0bi").encode(), UTF8), (b"\xed\xa0\x80" + TEXT.encode(), UTF8),
    (b"<meta charset=idna>" + TEXT.encode(), ""), (b"", UTF8),
]  # fmt: skip


@pytest.mark.parametrize(("body", "content_type"), BODIES)
def test_bytes_and_text_give_the_same_page(body, content_type):
    """What is clean UTF-8 is parsed as it came; all else by way of its text. Both are the same page."""
    of_bytes, of_text = Sheet.of(body, content_type), Sheet(decoded(body, content_type))
    assert of_bytes.html == of_text.html
    assert of_bytes.tree.html == of_text.tree.html


def test_the_right_letters():
    """Windows' quotation marks under the name that servers give them, controls gone, half a character replaced."""
    assert "“dua kali lipat”" in Sheet.of(TEXT.encode("cp1252"), LATIN).tree.text()
    assert "“dua kali lipat”" in Sheet.of(TEXT.encode("cp1252")).tree.text()  # undeclared
    assert "“dua kali lipat”" in Sheet.of(TEXT.encode("cp1252"), UTF8).tree.text()  # declared wrongly
    assert "“dua kali lipat”" in Sheet.of(TEXT.encode(), LATIN).tree.text()
    assert "“dua kali lipat”" in Sheet.of(b"<meta charset=iso-8859-1>" + TEXT.encode()).tree.text()
    assert "\ufffd\ufffd" in Sheet.of("<p>\ufffd\ufffd".encode(), UTF8).tree.text()  # garbled before it was encoded
    assert "“dua kali lipat” \ufffd" in Sheet.of(TEXT.replace(",", " Ω").encode().replace("Ω".encode(), b"\xff")).tree.text()
    assert "kopi Gayo" in Sheet.of(TEXT.replace("kopi", "ko\x00p\x0bi").encode(), UTF8).tree.text()
    assert Sheet.of("<p>é".encode()[:-1], UTF8).tree.text() == "\ufffd"
