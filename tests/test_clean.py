"""``kliping clean``: one text, or JSON lines of any number, gzipped or not, in constant memory; a broken line costs no other."""

from __future__ import annotations

import errno
import gzip
import io
import json
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pipelines.cli import dump
from pipelines.cli.dump import Broken, Row, rows_of
from pipelines.cli.main import main

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parents[1]
SEED = ROOT / "tests/texts/seed.txt"
GLUED = (ROOT / "tests/texts/glued.txt").read_text(encoding="utf-8")
TITLE, _, TEXT = GLUED.partition("\n\n")
URL = "https://www.liputan6.com/news/read/6057818/perahu"
STORY = {"url": URL, "title": TITLE, "text": TEXT, "id": 7, "outlet": "liputan6.com"}
KEPT = "Ratusan perahu nelayan di muara Sungai Rokan kembali melaut setelah badai empat hari reda."


def dumped(path: Path, rows: Iterable[Any]) -> Path:
    """Write JSON lines; a row of bytes is written as it is."""
    lines = b"".join((row if isinstance(row, bytes) else json.dumps(row).encode()) + b"\n" for row in rows)
    path.write_bytes(gzip.compress(lines) if path.suffix == ".gz" else lines)
    return path


def cleaned(path: Path, capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[list[dict[str, Any]], str]:
    assert main(["clean", str(path), *arguments]) == code
    said = capsys.readouterr()
    return [json.loads(line) for line in said.out.splitlines()], said.err


@pytest.mark.parametrize("name", ["dump.jsonl", "dump.jsonl.gz", "dump.txt", "dump"])
def test_json_lines_in_any_file(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (record,), said = cleaned(dumped(tmp_path / name, [STORY]), capsys)
    assert said == ""
    assert record["text"].split("\n\n")[0] == KEPT
    assert (record["title"], record["dateline"], record["outlet"]) == (TITLE, "Rokan Hilir", "liputan6")
    assert (record["url"], record["id"]) == (URL, 7)


def test_a_gzipped_stream_on_standard_input() -> None:
    command = [sys.executable, "-m", "pipelines.cli.main", "clean", "-"]
    lines = gzip.compress(json.dumps(STORY).encode())
    done = subprocess.run(command, input=lines, cwd=ROOT, capture_output=True, timeout=60, check=True)
    assert json.loads(done.stdout)["dateline"] == "Rokan Hilir"


def test_a_reader_that_had_enough_is_no_mistake() -> None:
    told = json.dumps({"url": "https://news.detik.com/berita/d-1/cabai", "text": "Harga cabai naik.\n\n" * 200}) + "\n"
    command = [sys.executable, "-m", "pipelines.cli.main", "clean", "-"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as cleaning:
        assert cleaning.stdout
        cleaning.stdout.close()
        assert cleaning.communicate(told.encode() * 50, timeout=60)[1] == b""
    assert cleaning.returncode == 0


def test_a_plain_text_stays_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", str(SEED), "--outlet", "yahoo-id", "--explain"]) == 0
    assert "cut by yahoo-id/reading time: ·Bacaan 1 menit" in capsys.readouterr().out


def test_a_plain_text_needs_an_outlet(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clean", str(SEED)]) == 2
    assert "give --outlet" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("told", "slug"),
    [
        ({"url": URL}, "liputan6"),
        ({"url": "https://id.berita.yahoo.com/perahu-001122334.html", "outlet": "liputan6.com"}, "yahoo-id"),
        ({"outlet": "liputan6.com"}, "liputan6"),
        ({"url": "https://kabar.example/perahu"}, "kabar.example"),
    ],
)
def test_the_url_says_whose_rules(told: dict[str, str], slug: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (record,), _ = cleaned(dumped(tmp_path / "a.jsonl", [{"text": TEXT, **told}]), capsys)
    assert record["outlet"] == slug
    assert "Advertisement" not in record["text"]


def test_an_outlet_given_is_every_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (record,), _ = cleaned(dumped(tmp_path / "a.jsonl", [{"text": TEXT}]), capsys, "--outlet", "liputan6")
    assert (record["outlet"], record["dateline"]) == ("liputan6", "Rokan Hilir")


BROKEN = {
    "no-json": (b'{"text": "Satu', "no JSON"),
    "no-object": (b"[1, 2]", "needs an object with a text"),
    "no-text": ({"url": URL}, "needs an object with a text"),
    "text-is-a-number": ({"url": URL, "text": 3}, "needs an object with a text"),
    "not-utf-8": (b'{"text": "\xff"}', "no JSON"),
    "too-deep": (b"[" * 100_000, "no JSON"),
    "nobodys": ({"text": "Satu."}, "no url says whose it is"),
    "no-host": ({"text": "Satu.", "url": "http://[::"}, "no url says whose it is"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_line_is_named_and_costs_no_other(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line, expected = BROKEN[name]
    records, said = cleaned(dumped(tmp_path / "a.jsonl", [STORY, b"", line, STORY]), capsys, code=2)
    assert len(records) == 2
    first, last = said.splitlines()
    assert first.startswith(f"{tmp_path / 'a.jsonl'}:3: {expected}")
    assert last.endswith("1 of 3 lines was not cleaned")


def test_a_file_cut_short_gives_what_it_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = dumped(tmp_path / "a.jsonl.gz", [{**STORY, "id": hash(str(number))} for number in range(2000)])
    path.write_bytes(path.read_bytes()[:-2000])
    records, said = cleaned(path, capsys, code=2)
    assert len(records) > 500
    assert f"{path}:{len(records) + 1}: the file ends here" in said


def test_a_line_too_long_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "LONGEST", 100)
    short = b'{"text": "Satu."}\n'
    rows = list(rows_of(io.BytesIO(short + b'{"text": "' + b"x" * 1000 + b'"}\n' + short), "a"))
    assert [type(row) for row in rows] == [Row, Broken, Row]
    assert str(rows[1]) == "a:2: longer than 100 bytes"


def test_counts_by_rule_go_to_standard_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    records, said = cleaned(dumped(tmp_path / "a.jsonl", [STORY, STORY]), capsys, "--explain")
    counts = {line.rsplit(None, 2)[0]: line.split()[-2:] for line in said.splitlines()[2:]}
    assert counts["common/baca juga glued"] == ["2", "2"]
    assert counts["all"] == [str(sum(len(record["cuts"]) for record in records)), "2"]


def test_half_a_surrogate_pair_and_control_characters_are_no_trouble(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    story = {**STORY, "text": "Satu \ud83d dua \x00 tiga \x1b[31m empat.", "title": "J\ud83dudul", "note": "\ud83d"}
    (record,), _ = cleaned(dumped(tmp_path / "a.jsonl", [story]), capsys)
    assert (record["text"], record["title"], record["note"]) == ("Satu dua tiga [31m empat.", "Judul", "\ud83d")


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = dumped(tmp_path / "a.jsonl.gz", [STORY] * 20_000)
    tracemalloc.start()
    with dump.opened(str(path)) as (stream, _):
        assert sum(isinstance(row, Row) for row in rows_of(stream, "a")) == 20_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000


def test_a_place_that_may_not_be_entered_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def barred(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "/root/x")

    monkeypatch.setattr("pipelines.guestbook.visits", barred)
    assert main(["manners"]) == 2
    assert capsys.readouterr().err == "kliping manners: /root/x: Permission denied\n"
