"""Lines of a guest's own above a piece and below it: a name and an office, and no sentence; nobody of a list goes with them."""

from __future__ import annotations

import pytest

from pipelines import Block, load
from pipelines.clean import clean
from pipelines.nouns import Draft

BODY = ["Harga cabai naik dua kali lipat sejak awal bulan ini di pasar.", "Pasar itu ramai sejak pagi, dan warga berbelanja."]
SPEAKERS = ["Sari Puspita, dosen Universitas Padi", "Budi Raharja, peneliti Balai Cabai"]
GUEST = "Sari Puspita, dosen Universitas Padi"


def cleaned(lines: list[str], *authors: str, kind: str = "p", slug: str = "suara") -> Draft:
    blocks = tuple(Block(kind if line not in BODY else "p", line, at) for at, line in enumerate(lines))
    return clean(Draft("https://www.suara.com/x", slug, authors=authors, blocks=blocks), load(slug))


@pytest.mark.parametrize("kind", ["p", "h"])
@pytest.mark.parametrize(
    ("slug", "above"),
    [
        ("suara", ["Oleh", "Sari Puspita", "Dosen Universitas Padi"]),
        ("suara", ["OLEH:", "Sari Puspita*"]),
        ("suara", ["Oleh: Sari Puspita", "(Dosen Universitas Padi)"]),
        ("republika", ["REPUBLIKA.CO.ID, Oleh", "Sari Puspita", "Dosen Universitas Padi"]),
        ("republika", ["REPUBLIKA.CO.ID, Oleh: Sari Puspita"]),
    ],
)
def test_who_stands_above_a_piece_is_its_author(slug: str, above: list[str], kind: str) -> None:
    found = cleaned([*above, *BODY], kind=kind, slug=slug)
    assert ([block.text for block in found.blocks], found.authors) == (BODY, ("Sari Puspita",))
    assert len(found.cuts) >= len(above)


@pytest.mark.parametrize(
    "above",
    [["Oleh", "Pengadilan negeri itu, ia dihukum."], ["Oleh: Sari Puspita", "Dosen itu berkisah."], ["Oleh", "Dosen Padi"]],
)
def test_a_sentence_above_a_piece_is_no_office(above: list[str]) -> None:
    assert cleaned([*above, *BODY]).blocks[-3].text == above[-1]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        (GUEST, ["Sari Puspita"]),
        ("Dr Sari Puspita,Pengajar pada Universitas Padi", []),
        ("Sari Puspita penulis cerita, tinggal di Kendari", ["Sari Puspita"]),
        ("Sari Puspita, pegiat literasi, tinggal di Kendari.", []),
        ("*Dosen FKIP Universitas Padi", []),
    ],
)
def test_who_is_presented_below_a_piece_goes(line: str, authors: list[str]) -> None:
    found = cleaned([*BODY, line], *authors)
    assert [block.text for block in found.blocks] == BODY
    assert [cut.text for cut in found.cuts] == [line]
    assert found.authors == tuple(authors)


@pytest.mark.parametrize(
    "below",
    [
        SPEAKERS,
        ["Mereka yang hadir:", GUEST],
        ['"Cabai itu mahal karena hujan, dan hujan itu mahal karena cabai."', GUEST],
        ["* Ketua RT 04 Dusun Kemiri", "* Ketua RT 05 Dusun Kemiri"],
        [f"{GUEST}, mengatakan harga itu wajar"],
        ["Juara pertama: Sari Puspita, siswa SMP Padi"],
        ["Budi Raharja, ketua panitia lomba itu"],
    ],
)
def test_who_is_one_of_a_list_stays(below: list[str]) -> None:
    assert [block.text for block in cleaned([*BODY, *below]).blocks] == [*BODY, *below]
