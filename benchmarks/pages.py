"""Makes the pages that are measured: invented stories in Liputan6's markup, era by era, of the size that its pages have.

Each is one of the tests' pages with words of its own where its story stands, filled up below the story with what fills
newsrooms' pages: half inline scripts, half teasers of other stories. The same seed makes the same pages.
"""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 8
SIZE = 115_000  # characters of a page before compression; Liputan6's own measured 32,000 to 398,000
LONGER = 2  # times the words of the tests' stories, which are short: 350 words a story
ANNOUNCED = 2000  # addresses in a sitemap
FIRST_ID = 7_000_000
HELD = Path(__file__).parents[1] / "tests" / "pages" / "liputan6"
ERAS = (
    "desktop_2016", "mobile_2020", "mobile_2021", "mobile_listicle_2021", "desktop_2024_pendek", "desktop_2024_bisnis",
    "desktop_2024_empat_halaman", "desktop_2026",
)  # fmt: skip
WORDS = """
    warga petani nelayan pedagang guru murid pejabat relawan penyuluh bupati camat panitia penumpang sopir perawat dokter
    pasar waduk jembatan sekolah pelabuhan terminal puskesmas kebun sawah kampung kecamatan gudang stasiun balai lapangan
    membeli menanam memperbaiki membuka menutup mengangkut mencatat menunggu memeriksa membagikan menjual membangun menyiram
    beras cabai kopi ikan air jalan lampu bibit pupuk tikar perahu sepeda buku obat karcis pompa genteng seragam benih kain
    pagi sore malam kemarin lusa pekan bulan musim hujan kemarau panen raya besar kecil baru lama mahal murah penuh sepi
    yang dan di dengan untuk dari pada tidak akan juga dalam oleh ke sudah saat karena ada itu ini para sebuah setiap tanpa
""".split()  # noqa: SIM905 (a list of them would take eighty lines)
_TEXT = re.compile(r"(?<=>)[^<>]{40,}(?=<)")
_SCRIPT = re.compile(r"(<script\b.*?</script>)", re.DOTALL)
TEASER = (
    '<article class="articles--iridescent-list--item" data-slug="{slug}"><figure class="articles--iridescent-list--item__figure">'
    '<a href="https://www.liputan6.com/news/read/{id}/{slug}"><img data-src="https://cdn.example/{mark}/{id}.jpg" alt="{title}">'
    '</a></figure><h4 class="articles--iridescent-list--item__title"><a href="https://www.liputan6.com/news/read/{id}/{slug}">'
    '<span>{title}</span></a></h4><time class="articles--iridescent-list--item__time">{minute} menit lalu</time></article>\n'
)


@dataclass(frozen=True, slots=True)
class Made:
    """A page that was made: its number, the path it is served under, and its html."""

    number: int
    path: str
    html: str


def made(count: int, seed: int = SEED) -> Iterator[Made]:
    """Make ``count`` pages, the eras taking turns."""
    eras = [_held(name) for name in ERAS]
    for number in range(count):
        html, gold = eras[number % len(eras)]
        yield _page(number, html, gold, Random(f"{seed}/{number}"))  # noqa: S311 (nothing is secret here)


def path_of(number: int, body: int | None = None) -> str:
    """The path of a story; ``body`` names another story's page to be served under it."""
    return f"/news/read/{FIRST_ID + number}/kabar-rekaan-{number if body is None else body}"


def write(folder: Path, count: int) -> list[str]:
    """Write the pages as a server with gzip_static takes them; give their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for page in made(count):
        (folder / f"{page.number}.html.gz").write_bytes(gzip.compress(page.html.encode(), 6, mtime=0))
        paths.append(page.path)
    return paths


def announce(folder: Path, root: str, paths: Sequence[str], below: str = "") -> None:
    """Write the door that announces them all: a sitemap, and those it names; ``below`` is the folder's own path there."""
    parts = [paths[first : first + ANNOUNCED] for first in range(0, len(paths), ANNOUNCED)]
    for number, part in enumerate(parts):
        entries = "".join(f"<url><loc>{root}{path}</loc></url>" for path in part)
        (folder / f"sitemap-{number}.xml").write_text(f"<urlset>{entries}</urlset>", encoding="utf-8")
    named = "".join(f"<sitemap><loc>{root}{below}/sitemap-{number}.xml</loc></sitemap>" for number in range(len(parts)))
    (folder / "sitemap.xml").write_text(f"<sitemapindex>{named}</sitemapindex>", encoding="utf-8")


def _held(name: str) -> tuple[str, dict[str, Any]]:
    gold: dict[str, Any] = json.loads((HELD / f"{name}.json").read_text(encoding="utf-8"))
    return (HELD / f"{name}.html").read_text(encoding="utf-8"), gold


def _page(number: int, html: str, gold: dict[str, Any], chance: Random) -> Made:
    own = re.search(r"/read/(\d+)/", gold["url"])
    assert own, gold["url"]
    told = " ".join(" ".join(block["text"] for block in gold["body"]).split())

    def retold(match: re.Match[str]) -> str:
        text = " ".join(match[0].split())
        edges = match[0][: len(match[0]) - len(match[0].lstrip())], match[0][len(match[0].rstrip()) :]
        return _sentences(LONGER * len(text.split()), chance).join(edges) if text in told else match[0]

    parts = _SCRIPT.split(html.replace(gold["title"], _title(chance)).replace(own[1], str(FIRST_ID + number)))
    html = "".join(part if part.startswith("<script") else _TEXT.sub(retold, part) for part in parts)
    head, end, rest = html.rpartition("</body>")
    return Made(number, path_of(number), head + "".join(_filling(SIZE - len(html), chance)) + end + rest)


def _sentences(words: int, chance: Random) -> str:
    said: list[str] = []
    while words > 0:
        length = min(words, chance.randint(8, 18))
        said.append(" ".join(chance.choices(WORDS, k=length)).capitalize() + ".")
        words -= length
    return " ".join(said)


def _title(chance: Random) -> str:
    return " ".join(chance.choices(WORDS, k=9)).title()


def _filling(size: int, chance: Random) -> Iterator[str]:
    scripts = size // 2
    while size > 0:
        piece = _script(chance) if size > scripts else _teaser(chance)
        size -= len(piece)
        yield piece


def _script(chance: Random) -> str:
    slots = {f"slot-{chance.randrange(10**6)}": {"sizes": [[300, 250], [728, 90]], "key": chance.getrandbits(96)} for _ in "12"}
    return f"<script>window.ads = window.ads || []; window.ads.push({json.dumps(slots)});</script>\n"


def _teaser(chance: Random) -> str:
    title = _title(chance)
    slug, number = title.lower().replace(" ", "-"), chance.randrange(1_000_000, 6_000_000)
    return TEASER.format(id=number, slug=slug, title=title, mark=f"{chance.getrandbits(64):x}", minute=chance.randint(1, 59))
