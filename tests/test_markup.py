"""The same story in other markup: whatever a template wraps, strews in or leaves open, a page of ours is read as it was."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pipelines import Page, extract, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipelines import Article

NOW = datetime(2027, 1, 1, tzinfo=UTC)
PAGES = [
    path
    for path in sorted((Path(__file__).parent / "pages").rglob("*.html*"))
    if path.with_name(path.name.partition(".")[0] + ".json").is_file() and not re.search(r"\.\d+\.html", path.name)
]
_RAW = re.compile(r"(<(script|style|textarea|title|noscript)\b.*?</\2\s*>|<!--.*?-->)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"\s+[^\s=/>\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?")
_TEXT = re.compile(r"(?<=>)[^<>]+(?=<)")
_CAPTION = "Panen cabai di Depok. (Kabar/Sri)"
_LINK = '<a href="/cabai">Harga Cabai di Pasar Minggu Naik Dua Kali Lipat</a>'


def seen(html: str, change: Callable[[str], str]) -> str:
    """Change what stands in the body and is no script."""
    head, body, rest = html.partition("<body")
    parts = _RAW.split(rest)
    return head + body + "".join(change(part) if n % 3 == 0 else part if n % 3 == 1 else "" for n, part in enumerate(parts))


def tags(change: Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    return lambda html: seen(html, lambda part: _TAG.sub(change, part))


def texts(pattern: str, change: Callable[[re.Match[str]], str]) -> Callable[[str], str]:
    return lambda html: seen(html, lambda part: _TEXT.sub(lambda text: re.sub(pattern, change, text[0]), part))


def swapped(pattern: str, by: str) -> Callable[[str], str]:
    return lambda html: seen(html, lambda part: re.sub(pattern, by, part, flags=re.DOTALL))


def after(markup: str) -> Callable[[str], str]:
    """Strew something in behind every sentence that ends a paragraph: between a label and its links it would be read as theirs."""
    return swapped(r"(?<=[.”])</p>", f"</p>{markup}")


def _turned(tag: re.Match[str]) -> str:
    return tag[0] if tag[1] or tag[3].endswith("/") else f"<{tag[2]}{''.join(reversed(_ATTRIBUTE.findall(tag[3])))}>"


VARIED: dict[str, Callable[[str], str]] = {
    "attributes-turned": tags(_turned),
    "capitals": tags(lambda tag: f"<{tag[1]}{tag[2].upper()}{tag[3]}>"),
    "entities": texts(r"(?<![&#\w])[a-zA-Z](?!\w*;)", lambda letter: f"&#{ord(letter[0])};"),
    "lines-broken": texts("(?<=,) ", lambda _: "\n\t "),
    "no-break-spaces": texts(r"(?<=[b-z]) (?=[a-z])", lambda _: "&nbsp;"),
    "invisible": texts(r"(?<=ng)(?=[a-z])(?!\w*;)", lambda _: "\u200b\u200e&shy;"),
    "minified": swapped(r"\s*\n\s*(?=<)", " "),
    "paragraphs-left-open": swapped("</(?:p|li)>", ""),
    "breaks-for-paragraphs": swapped("<p>([^<]*)</p>", r"<br><br>\1<br><br>"),
    "boxes-for-paragraphs": swapped("<p>([^<]*)</p>", r"<div>\1</div>"),
    "boxes-around": swapped("(<p>.*?</p>)", r'<div class="row"><div class="col">\1</div></div>'),
    "styles": swapped("<p>", '<p style="text-align: justify">'),
    "spans": swapped("<p>([^<]*)</p>", r'<p><span style="font-size: 1rem">\1</span></p>'),
    "italics": texts(r"(?<= )[a-z]{4,}(?=[ ,])", lambda word: f"<em>{word[0]}</em>"),
    "emoji": texts(r"(?<=[a-z]) (?=di |dan |yang )", lambda _: ' <img class="emoji" src="https://s.w.org/1f336.svg" alt=""> '),
    "comments": after("<!-- /21622890900/slot --><!--[if mso]><p>x</p><![endif]-->"),
    "empty-paragraphs": after("<p>&nbsp;</p><p></p><p><br></p>"),
    "advertisement": after('<div class="slot"><script>googletag.push()</script><ins class="adsbygoogle"></ins></div>'),
    "players": after("<video>Peramban Anda tidak mendukung video.</video><iframe>Peramban Anda tidak mendukung iframe.</iframe>"),
    "template": after("<template><p>Cetakan yang tidak tampak pada halaman.</p></template><svg><title>Panah</title></svg>"),
    "form": after("<form><label>Surel</label><select><option>Depok</option></select><button>Kirim</button></form>"),
    "threads-post": after(f'<blockquote class="text-post-media">{_LINK}</blockquote>'),
    "facebook-post": after(f'<div class="fb-post"><blockquote>{_LINK}Dikirim oleh Warga</blockquote></div>'),
    "amp-post": after(f"<amp-twitter data-tweetid='1'><blockquote placeholder>{_LINK}</blockquote></amp-twitter>"),
    "wordpress-caption": after(f'<div class="wp-caption"><img src="/c.jpg"><p class="wp-caption-text">{_CAPTION}</p></div>'),
    "labelled-table": after(f"<table><tr><td><b>Baca juga:</b></td></tr><tr><td>{_LINK}</td></tr></table>"),
    "labelled-list": after(f"<p>Baca juga:</p><script>slot()</script><ul><li>{_LINK}</li></ul>"),
    "labelled-links": after(f"<p><b>Jangan Lewatkan: </b>{_LINK}</p><p>Berikutnya: {_LINK}</p><p>Berita Menarik {_LINK}</p>"),
    "labelled-lines": after(f"<p><b>Berita terpopuler lainnya:</b><br>{_LINK}<br>{_LINK}</p><p>Video Terkait:<br>{_LINK}</p>"),
    "pager": after('<div><a href="?page=1">1</a> <a href="?page=2">2</a> <a href="?page=2">Selanjutnya</a></div>'),
}


def article_of(path: Path, change: Callable[[str], str] = str) -> Article | None:
    body = path.read_bytes()
    html = (gzip.decompress(body) if path.suffix == ".gz" else body).decode()
    told = json.loads(path.with_name(path.name.partition(".")[0] + ".json").read_text(encoding="utf-8"))
    return extract(Page(told["url"], change(html).encode()), load(path.parent.name), NOW).article


def told(article: Article | None) -> tuple[object, ...] | None:
    if article is None:
        return None
    captions = [text for text in article.captions if text != _CAPTION]
    return article.title, article.dateline, [block.text for block in article.body], captions


@pytest.mark.parametrize("share", [pytest.param(3, id="a-third"), pytest.param(1, id="all", marks=pytest.mark.soak)])
@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.name}") for path in PAGES])
def test_markup_changes_no_story(path: Path, share: int) -> None:
    """In its short form each page takes its turn with a third of them, and each of them with a third of the pages."""
    was = told(article_of(path))
    assert was
    taken = list(VARIED.items())[PAGES.index(path) % share :: share]
    assert {name: now for name, change in taken if (now := told(article_of(path, change))) != was} == {}


_OTHERS = [f'<a href="/news/2025/06/1{n}/{n}/jembatan">Bupati Tinjau Jembatan Gantung {n}</a>' for n in range(3)]
_AWAY = '<a href="https://toko.example/buku">Cara Merawat Jembatan Gantung Tua</a>'
_LISTED = {
    "a label and its link amid a paragraph": (f"<p>Satu. <b>Baca juga: {_OTHERS[0]}</b> Dua.</p>", ["Satu. Dua."]),
    "the same in words": ("<p>Satu. Baca juga: dua buku itu. Dua.</p>", ["Satu. Baca juga: dua buku itu. Dua."]),
    "headlines below a label and a headline": (f"<p>Baca juga: {_OTHERS[0]}</p><p><b>{_OTHERS[1]}</b></p><p>{_OTHERS[2]}</p>", []),
    "a shop's link below it": (f"<p>Baca juga: {_OTHERS[0]}</p><p>{_AWAY}</p>", ["Cara Merawat Jembatan Gantung Tua"]),
    "a list below what else is no label": (
        f"<h3>Rekomendasi untuk Anda</h3><ul>{''.join(f'<li><i></i>{link}</li>' for link in _OTHERS)}</ul>", [],
    ),
    "a list of the story's own": ("<h3>Rekomendasi</h3><p>Pakai sepatu.</p>", ["Rekomendasi", "Pakai sepatu."]),
    "tags in a line": ('<p>Tags: <a href="/tag/desa">desa</a>, <a href="/tag/b">Bogor</a></p>', []),
    "tags that a reporter writes of": ("<p>Tags: Bogor, desa</p>", ["Tags: Bogor, desa"]),
    "a caption typed below a picture": ('<p><img src="/a.jpg"><br><em>Jembatan itu kini. Foto: Rina Utami</em></p>', []),
    "a sentence of a picture": ("<p>Polisi menyita itu. Foto: bukti yang sah.</p>", ["Polisi menyita itu. Foto: bukti yang sah."]),
    "Word's own elements": ("<p>Warga <st1:place>Bogor</st1:place> itu<o:p></o:p> pulang.</p>", ["Warga Bogor itu pulang."]),
}  # fmt: skip


@pytest.mark.parametrize("name", _LISTED)
def test_other_stories_below_and_amid_what_announces_them(name: str) -> None:
    put, left = _LISTED[name]
    prose = "<p>Jembatan itu dibuka lagi setelah tiga bulan diperbaiki warga bersama dinas.</p>"
    head = "<h1>Jembatan Sukamaju Dibuka</h1><meta property='article:published_time' content='2025-06-11T10:00:00+07:00'>"
    told = f"{head}<article itemprop=articleBody>{prose}{put}{prose}"
    page = Page("https://www.suara.com/news/2025/06/11/100000/jembatan-sukamaju-dibuka", told.encode(), "text/html; charset=utf-8")
    found = extract(page, load("suara"), NOW).article
    assert found
    assert [block.text for block in found.body][1:-1] == left
