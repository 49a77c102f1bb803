"""``kliping explain``: every line of a page, kept or cut by its rule; every field with its source; for people and programs."""

from __future__ import annotations

import gzip
import io
import json
import re
import tracemalloc
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from crawling import crawling
from test_pages import PAGES, page_of

from pipelines import Block, Cut, extract_text, load
from pipelines.cli.main import main
from pipelines.extract import drafted, extract, judged
from pipelines.nouns import Draft
from pipelines.show.explain import Explained, explained
from pipelines.show.explain_page import page

if TYPE_CHECKING:
    from pipelines.outlets import Outlet

HERE = Path(__file__).parent
STORY = HERE / "pages/liputan6/mobile_2021.html"
STUB = HERE / "pages/liputan6/video_stub.html"
SEED = HERE / "texts/seed.txt"
EVIL = '<script src="https://x.example/a.js">alert(1)</script> & "kutip" <img onerror=x src=y>'
LIPUTAN6 = load("liputan6")


def told(path: Path) -> Explained:
    outlet = load(path.parent.name)
    draft = drafted(page_of(path), outlet)
    return explained(draft, outlet, judged(draft, page_of(path), outlet).reject)


def explain(draft: Draft, outlet: Outlet = LIPUTAN6) -> list[tuple[int, str, str | None]]:
    return [(line.at, line.text, line.rule) for line in explained(draft, outlet).lines]


class Seen(HTMLParser):
    """The tags and addresses of a page, and its visible text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("src", "href", "style") or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in PAGES])
def test_every_line_is_shown_once_in_the_order_of_the_page(path: Path) -> None:
    draft = drafted(page_of(path), load(path.parent.name))
    lines = told(path).lines
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert sorted((line.at, line.text) for line in lines if not line.rule) == sorted((b.at, b.text) for b in draft.blocks)
    assert sorted((line.text, line.rule) for line in lines if line.rule) == sorted((c.text, c.rule) for c in draft.cuts)


@pytest.mark.parametrize("path", [pytest.param(path, id=f"{path.parent.name}/{path.stem}") for path in PAGES])
def test_what_is_drafted_and_judged_is_what_is_extracted(path: Path) -> None:
    outlet = load(path.parent.name)
    assert judged(drafted(page_of(path), outlet), page_of(path), outlet) == extract(page_of(path), outlet)


def test_a_dateline_stands_above_its_paragraph_and_initials_below() -> None:
    draft = Draft("", "liputan6", blocks=(Block("p", "Harga naik.", 0), Block("p", "Hujan turun.", 1)))
    cuts = (Cut("liputan6/initials", "(Dio/Ysl)", 1), Cut("liputan6/dateline", "Liputan6.com, Jakarta -", 0))
    assert explain(replace(draft, cuts=cuts)) == [
        (0, "Liputan6.com, Jakarta -", "liputan6/dateline"),
        (0, "Harga naik.", None),
        (1, "Hujan turun.", None),
        (1, "(Dio/Ysl)", "liputan6/initials"),
    ]


def test_sign_offs_of_one_line_stand_as_they_were_printed() -> None:
    draft = extract_text("Harga cabai naik lagi di Garut.\nHujan turun. (Dio/Ysl) (Ysl/Dio)", LIPUTAN6)
    assert [text for _, text, rule in explain(draft) if rule] == ["(Dio/Ysl)", "(Ysl/Dio)"]


def test_fields_name_their_source_and_what_it_said() -> None:
    rows = {row.name: row for row in told(STORY).fields}
    assert (rows["published at"].source, rows["published at"].said) == ("meta:article:published_time", "2021-12-28T11:30:00+07:00")
    assert (rows["dateline"].value, rows["dateline"].source) == ("Lombok Timur", "rule liputan6/dateline")
    assert (rows["story id"].source, rows["layout"].source) == ("address", "fence")
    assert (rows["source credit"].value, rows["source credit"].source) == ("", "")


def test_a_field_that_a_page_and_a_line_both_name_has_two_rows() -> None:
    draft = extract_text("Harga cabai naik lagi di Garut.\nPetani mengeluh.\nEditor: Budi Raharja", LIPUTAN6)
    draft = replace(draft, editors=("Ani", "Budi Raharja"), sources={"editors": {"from": "kmklabs:gtm.editors", "said": "Ani"}})
    rows = [(row.value, row.source, row.said) for row in explained(draft, LIPUTAN6).fields if row.name == "editors"]
    assert rows == [("Ani, Budi Raharja", "kmklabs:gtm.editors", "Ani"), ("", "rule common/credits", "Editor: Budi Raharja")]


def test_a_refused_page_says_why() -> None:
    assert "video stub without a story" in told(STUB).refused


def test_the_html_page_asks_nothing_of_the_network() -> None:
    seen = Seen(page(told(STORY)))
    assert not seen.tags & {"script", "img", "link", "iframe", "object", "embed", "a", "base", "form"}
    assert seen.addresses == []
    assert not re.search(r"url\(|@import", page(told(STORY)))


def test_the_html_page_escapes_everything() -> None:
    draft = Draft(EVIL, "liputan6", title=EVIL, authors=(EVIL,), dateline=EVIL, layout=EVIL, cuts=(Cut(EVIL, EVIL, 2),))
    blocks = (Block("p", EVIL, 0), Block("figure", EVIL, 1, EVIL))
    told = explained(replace(draft, blocks=blocks, sources={"title": {"from": EVIL, "said": EVIL}}), LIPUTAN6)
    html = page(replace(told, refused=(EVIL,)))
    assert not {"script", "img"} & Seen(html).tags
    assert html.count("&lt;script") == Seen(html).text.count("<script") >= 10


def test_the_html_page_shows_every_line_and_its_rule() -> None:
    explained = told(STORY)
    text = Seen(page(explained)).text
    assert [line.text for line in explained.lines if line.text not in text] == []
    assert page(explained).count("<del>") == sum(line.rule is not None for line in explained.lines)


def test_in_a_terminal_without_colour(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(STORY)]) == 0
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert "cut: liputan6/dateline" in said
    assert "15 lines kept, 13 cut by 9 rules" in said


def test_a_plain_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(SEED), "--outlet", "yahoo-id", "--format", "jsonl"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert [line["at"] for line in record["lines"]] == sorted(line["at"] for line in record["lines"])
    assert {line["rule"] for line in record["lines"]} >= {"yahoo-id/reading time", "liputan6/infografis page", None}


@pytest.mark.parametrize("verb", ["read", "explain"])
def test_a_page_may_come_by_standard_input(verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(STORY.read_bytes()))))
    assert main([verb, "-"]) == 0
    assert "antrean truk" in capsys.readouterr().out.lower()


@pytest.mark.parametrize("verb", ["read", "explain", "clean"])
def test_a_closed_one_is_one_line(verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert main([verb, "-"]) == 2
    assert capsys.readouterr().err == f"kliping {verb}: -: standard input is closed\n"


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (gzip.compress(bytes(60_000_000), 1), "unpacks to more than 50 MB: no page"),
        (gzip.compress(STORY.read_bytes())[:-20], "no gzip to its end: get the whole file"),
    ],
    ids=["a bomb", "half a file"],
)
def test_a_packing_that_is_none_is_one_line_and_no_gigabyte(
    packed: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "x.html.gz").write_bytes(packed)
    tracemalloc.start()
    assert main(["read", str(tmp_path / "x.html.gz")]) == 2
    assert tracemalloc.get_traced_memory()[1] < 150_000_000
    tracemalloc.stop()
    assert capsys.readouterr().err == f"kliping read: {tmp_path / 'x.html.gz'}: {said}\n"


def test_a_recording_that_is_no_text_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "RECORDED.tsv").write_bytes(b"\xff\x00")
    assert main(["read", "--recorded", str(tmp_path / "RECORDED.tsv")]) == 2
    assert "RECORDED.tsv: not UTF-8 text" in capsys.readouterr().err


def test_a_recording_of_no_page_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "RECORDED.tsv").write_text("# nothing yet\n")
    assert main(["read", "--recorded", str(tmp_path / "RECORDED.tsv")]) == 2
    assert capsys.readouterr().err == f"kliping read: {tmp_path}/RECORDED.tsv: records no html page\n"


def test_a_recording_has_its_own_addresses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "RECORDED.tsv").write_text("# nothing yet\n")
    assert main(["read", "--recorded", str(tmp_path / "RECORDED.tsv"), "--url", "https://kabar.example/1"]) == 2
    assert capsys.readouterr().err == "kliping read: name a FILE, --url URL or --recorded TSV\n"


def test_a_held_page_is_explained_out_of_the_archive(address: str, tmp_path: Path) -> None:
    with crawling(address, tmp_path) as crawl:
        assert crawl().returncode == 0
        told = json.loads(crawl.kliping("explain", "--held", "5590118", "--format", "jsonl").stdout)
        assert told["url"].startswith("https://www.liputan6.com/bisnis/read/5590118/")
        assert [line["rule"] for line in told["lines"] if line["rule"]].count("liputan6/dateline") == 1
        refused = crawl.kliping("explain", "--held", "liputan6/5588301", "--format", "jsonl")
        assert json.loads(refused.stdout)["refused"] == ["no known layout's body fence matches"]
        never = crawl.kliping("explain", "--held", "5580011")
        assert (never.returncode, never.stdout) == (2, "")
        assert never.stderr == "kliping explain: liputan6/5580011 is forbidden: no page of it is in the archive\n"
        for file in tmp_path.rglob("*.warc.gz"):
            file.unlink()
        gone = crawl.kliping("explain", "--held", "5590118")
        assert (gone.returncode, gone.stderr.count("\n")) == (2, 1)
        assert ".warc.gz: No such file or directory; see kliping archive verify" in gone.stderr


def test_html_is_written_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.html"
    assert main(["explain", str(STORY), "--html", str(out)]) == 0
    assert capsys.readouterr().out.strip() == str(out)
    assert out.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_full_disk_has_an_exit_code_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", str(STORY), "--html", "/dev/full"]) == 6
    assert capsys.readouterr().err == "kliping explain: /dev/full: No space left on device\n"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ((), "name a FILE, --url URL or --held URL|ID"),
        ((str(STORY), "--held", "5590118"), "--held names the page: leave FILE and --url away"),
        ((str(SEED),), "a plain text does not say whose it is"),
        (("/no/such/page.html",), "/no/such/page.html: No such file"),
        ((str(STORY), "--outlet", "kompaz"), "no outlet named 'kompaz'"),
        ((str(STORY), "--html", "/no/such/folder/out.html"), "/no/such/folder/out.html: No such file"),
    ],
)
def test_a_mistake_is_one_line(arguments: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", *arguments]) == 2
    said = capsys.readouterr().err
    assert expected in said
    assert said.count("\n") == 1
