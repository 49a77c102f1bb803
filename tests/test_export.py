"""Exports: the same moment gives the same bytes, an interrupted one goes on, a card says what it is, a spreadsheet runs nothing."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shlex
import subprocess
import sys
from itertools import cycle
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq
import pytest
from invented import NOON, a_run
from sqlalchemy import text
from test_snapshot import HOUR, family, kept

from pipelines.cli.main import main
from pipelines.clippings import Clipping
from pipelines.export.files import place
from pipelines.export.job import Job
from pipelines.export.shapes import markdown_page
from pipelines.spreadsheets import plain, safe
from pipelines.store import search_index
from pipelines.store.keep import write
from pipelines.store.versions import forget

if TYPE_CHECKING:
    from sqlalchemy import Engine

STORIES = 25
AS_OF = (NOON + 48 * HOUR).isoformat()
ROOT = Path(__file__).parents[1]


@pytest.fixture
def corpus(database: Engine, address: str, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """25 stories of two outlets, a day apart; the first is corrected after AS_OF."""
    monkeypatch.setenv("DATABASE_URL", address)
    stories = [
        kept(f"{n:02}", outlet=outlet, published_at=NOON - n * 24 * HOUR, section="Bisnis" if n % 5 else "Dunia")
        for n, outlet in zip(range(STORIES), cycle(("kabar", "liputan6")), strict=False)
    ]
    run = a_run(database)
    write(database, run, stories)
    write(database, run, [kept("00", NOON + 72 * HOUR, title="Ralat", published_at=NOON)])
    return database


def export(folder: Path, *arguments: str) -> None:
    assert main(["export", "--to", str(folder), "--as-of", AS_OF, *arguments]) == 0


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def lines(folder: Path) -> list[dict[str, Any]]:
    files = sorted((folder / "data").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet", "hf", "text", "md"])
def test_the_same_moment_gives_the_same_bytes_and_they_add_up(corpus: Engine, tmp_path: Path, form: str) -> None:
    export(tmp_path / "a", "--format", form, "--shard", "10")
    write(corpus, a_run(corpus), [kept("02", NOON + 96 * HOUR, title="Ralat"), kept("99", NOON + 96 * HOUR)])
    export(tmp_path / "b", "--format", form, "--shard", "10")
    assert tree(tmp_path / "a") == tree(tmp_path / "b")
    sums = dict(reversed(line.split("  ")) for line in (tmp_path / "a/SHA256SUMS").read_text().splitlines())
    assert sums == {name: hashlib.sha256(held).hexdigest() for name, held in tree(tmp_path / "a").items() if name != "SHA256SUMS"}
    assert len(sums) == 2 + (STORIES if form in ("text", "md") else 3)


def test_a_part_of_a_story_says_so(database: Engine, address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    write(database, a_run(database), [kept("1"), kept("2", partial=True)])
    with database.begin() as connection:
        connection.exec_driver_sql("UPDATE revisions SET partial = NULL WHERE story_id = '1'")  # kept before that was noted
    export(tmp_path / "a")
    assert [row["partial"] for row in lines(tmp_path / "a")] == [None, True]
    export(tmp_path / "b", "--format", "parquet")
    assert pq.read_table(tmp_path / "b/data")["partial"].to_pylist() == [None, True]
    export(tmp_path / "c", "--format", "csv")
    (file,) = (tmp_path / "c/data").iterdir()
    assert [row["partial"] for row in csv.DictReader(io.StringIO(file.read_text(encoding="utf-8")))] == ["", "true"]


def test_json_lines_hold_all_of_a_story_as_it_stood(corpus: Engine, tmp_path: Path) -> None:
    export(tmp_path / "a")
    told = lines(tmp_path / "a")
    assert [row["id"] for row in told] == sorted(row["id"] for row in told)
    assert len(told) == STORIES
    first = told[0]
    assert {name: first[name] for name in ("id", "title", "published_at", "authors", "family", "words", "language")} == {
        "id": "kabar/00", "title": "Harga cabai naik 00", "published_at": "2026-11-22T05:00:00+00:00", "authors": ["Sri Wahyuni"],
        "family": "kabar/00", "words": 6, "language": "id",
    }  # fmt: skip
    assert first["body"][1] == {"kind": "h", "text": "Sebabnya"}
    assert first["images"][1] == {"caption": "Petani.", "url": None}


def test_parquet_has_types_and_csv_the_same_values(corpus: Engine, tmp_path: Path) -> None:
    export(tmp_path / "p", "--format", "parquet", "--shard", "10")
    export(tmp_path / "c", "--format", "csv")
    table = pq.read_table(tmp_path / "p/data")
    assert (table.num_rows, str(table.schema.field("published_at").type)) == (STORIES, "timestamp[us, tz=UTC]")
    with (tmp_path / "c/data/train-00000-of-00001.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, line in zip(rows, table.to_pylist(), strict=True):
        assert row["text"] == line["text"]
        assert row["published_at"] == line["published_at"].isoformat()
        assert row["editors"] == "; ".join(line["editors"])
        assert row["captions"] == "Cabai di pasar.; Petani."


def test_a_wish_that_nothing_answers_is_told(corpus: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for to in ((), ("--to", str(tmp_path / "a"))):
        assert main(["export", "--section", "Bisnsi", *to]) == 0
        assert capsys.readouterr().err == "kliping export: no story matched\n"
    assert main(["export", "--section", "bisnis", "--to", str(tmp_path / "b")]) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+62", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "'=1", "''-", "＝1", "|calc", "\n@x"],
)
def test_no_cell_is_a_formula_and_each_can_be_had_back(cell: str) -> None:
    assert safe(cell) == f"'{cell}"
    assert plain(safe(cell)) == cell


@pytest.mark.parametrize("cell", ["", "Harga naik", "'Naik,' katanya", "a=b", "'", "''"])
def test_what_is_no_formula_stays_as_it_is(cell: str) -> None:
    assert safe(cell) == plain(cell) == cell


def test_a_title_that_is_a_formula_stands_in_the_csv_as_text(
    database: Engine, address: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    evil = '=HYPERLINK("https://jahat.example","klik")'
    write(database, a_run(database), [kept("1", title=evil, authors=("@redaksi",), tags=("-5 derajat",))])
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw := io.BytesIO(), encoding="utf-8"))
    assert main(["export", "--format", "csv"]) == 0
    sys.stdout.flush()
    (row,) = csv.DictReader(io.StringIO(raw.getvalue().decode(), newline=""))
    assert (row["title"], row["authors"], row["tags"]) == (f"'{evil}", "'@redaksi", "'-5 derajat")


def test_a_story_a_file(corpus: Engine, tmp_path: Path) -> None:
    export(tmp_path / "t", "--format", "text")
    expected = "Harga cabai naik 00\n\nHarga cabai naik.\n\nSebabnya\n\nHujan turun.\n"
    assert (tmp_path / "t/data/train/kabar/2026-11/00.txt").read_text(encoding="utf-8") == expected


def clipping(**told: Any) -> Clipping:
    none: dict[str, Any] = dict.fromkeys(Clipping.__slots__)
    facts = {"id": "kabar/1", "outlet": "kabar", "story_id": "1", "title": "Harga", "seen_at": NOON, "words": 1}
    return Clipping(**none | {name: [] for name in ("authors", "editors", "tags", "body", "images")} | facts | told)


def test_markdown_keeps_the_newsrooms_marks_and_runs_none() -> None:
    body = [("h", "Sebab"), ("li", "1. Satu"), ("quote", "Kata *dia*"), ("p", "# [bukan](tautan) <b>")]
    told = clipping(title="Harga_*", body=[{"kind": kind, "text": text} for kind, text in body], tags=["a: b"])
    assert markdown_page(told).split("---\n\n")[1] == (
        "# Harga\\_\\*\n\n## Sebab\n\n- 1\\. Satu\n\n> Kata \\*dia\\*\n\n\\# \\[bukan\\](tautan) \\<b>\n"
    )
    assert 'tags: ["a: b"]\n' in markdown_page(told)


@pytest.mark.parametrize("story_id", ["../../etc/passwd", "kabar.example/a/b", "x" * 400, "..", "é/ü", "CON"])
def test_no_story_leaves_its_folder(story_id: str) -> None:
    name = place(clipping(story_id=story_id), "txt")
    assert name.startswith("kabar/2026-11/")
    assert name.count("/") == 2
    assert len(name.encode()) < 200
    assert place(clipping(story_id=f"{story_id}!"), "txt") != name


def test_a_split_and_a_filter_and_the_card_that_says_so(corpus: Engine, tmp_path: Path) -> None:
    family(corpus, "kabar/24", "kabar/00")
    export(tmp_path / "a", "--split", "80/10/10", "--outlet", "kabar", "--since", "2026-10-01")
    rows = {part: [row["id"] for row in _rows(tmp_path / "a", part)] for part in ("train", "dev", "test")}
    assert [len(ids) for ids in rows.values()] == [10, 1, 2]
    assert {"kabar/24", "kabar/00"} <= set(rows["train"])
    assert rows["test"] == ["kabar/02", "kabar/04"]
    card = json.loads((tmp_path / "a/card.json").read_text(encoding="utf-8"))
    assert card["counts"]["parts"]["test"] == {"stories": 2, "words": 12, "first": "2026-11-18", "last": "2026-11-20"}
    assert card["permissions"] == {"kabar": "unknown"}
    assert card["as_of"] == AS_OF
    readme = (tmp_path / "a/README.md").read_text(encoding="utf-8")
    assert readme.startswith("---\npretty_name: ")
    assert '{"split": "dev", "path": "data/dev-*.jsonl"}' in readme
    assert "| kabar | 13 | 78 | 2026-10-29 | 2026-11-22 | unknown |" in readme
    assert f"cleaning rules {card['rules']}" in readme
    assert f"$ {card['command']}" in readme


def _rows(folder: Path, part: str) -> list[dict[str, Any]]:
    return [json.loads(line) for file in sorted(folder.glob(f"data/{part}-*")) for line in file.read_text().splitlines()]


def test_a_part_without_a_story_is_no_split_of_the_card(corpus: Engine, tmp_path: Path) -> None:
    """Hugging Face's load_dataset refuses a split whose pattern matches no file, and the others with it."""
    export(tmp_path / "a", "--split", "100/0/0")
    readme = (tmp_path / "a/README.md").read_text(encoding="utf-8")
    assert '"data_files": [{"split": "train", "path": "data/train-*.jsonl"}]' in readme
    assert json.loads((tmp_path / "a/card.json").read_text(encoding="utf-8"))["files"] == {"train": "data/train-*.jsonl"}
    export(tmp_path / "b", "--since", "2040-01-01", "--split", "80/10/10")
    assert "configs:" not in (tmp_path / "b/README.md").read_text(encoding="utf-8")


LETTERS = "Kopi “Gayo” kafé 🙂"


@pytest.mark.parametrize(
    "arguments",
    [
        ("export",),
        ("list", "--format", "jsonl"),
        pytest.param(("export", "--format", "csv"), marks=pytest.mark.soak),
        pytest.param(("search", "gayo", "--format", "csv"), marks=pytest.mark.soak),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("encoding", ["ascii", pytest.param("latin-1", marks=pytest.mark.soak)])
def test_programs_read_utf8_whatever_the_locale(
    corpus: Engine, address: str, arguments: tuple[str, ...], encoding: str
) -> None:
    write(corpus, a_run(corpus), [kept("99", NOON, title=LETTERS)])
    list(search_index.index(corpus))
    command = [sys.executable, "-m", "pipelines.cli.main", *arguments]
    env = os.environ | {"DATABASE_URL": address, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, env=env, capture_output=True, timeout=60, check=True)
    assert LETTERS in done.stdout.decode("utf-8")


def test_a_moment_to_come_is_said_to_be_one(corpus: Engine, capsys: pytest.CaptureFixture[str]) -> None:
    said = "kliping export: --as-of is still to come: until then the same moment gives other bytes\n"
    for moment, err in (("2999-01-01", said), ("2021-01-01", "kliping export: no story matched\n")):
        assert main(["export", "--as-of", moment]) == 0
        assert capsys.readouterr().err == err


def test_the_command_on_the_card_makes_it_again(corpus: Engine, tmp_path: Path) -> None:
    wish = ("--split", "60/20/20", "--outlet", "kabar", "--section", "bisnis", "--until", "2026-11-20", "--shard", "3")
    export(tmp_path / "a", *wish)
    words = shlex.split(json.loads((tmp_path / "a/card.json").read_text())["command"].replace("FOLDER", str(tmp_path / "b")))
    assert main(words[1:]) == 0
    assert tree(tmp_path / "a") == tree(tmp_path / "b")


@pytest.mark.parametrize("form", ["jsonl", "parquet", "text"])
@pytest.mark.parametrize("shards", [1, 4])
def test_an_interrupted_export_goes_on_where_it_stopped(
    corpus: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, shards: int
) -> None:
    wish = ("--format", form, "--shard", "3", "--split", "50/25/25")
    export(tmp_path / "whole", *wish)
    finish = Job.finish_shard
    count = iter(range(100))

    def dies(self: Job, *args: Any) -> None:
        if next(count) == shards:
            raise KeyboardInterrupt
        finish(self, *args)

    with monkeypatch.context() as broken:
        broken.setattr(Job, "finish_shard", dies)
        assert main(["export", "--to", str(tmp_path / "b"), "--as-of", AS_OF, *wish]) == 9
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "b/.unfinished").glob("shard-*")}
    assert len(before) == shards
    # what arrives in between, and the moment left unsaid, change nothing
    write(corpus, a_run(corpus), [kept("03", NOON + 96 * HOUR, title="Ralat", outlet="liputan6")])
    assert main(["export", "--to", str(tmp_path / "b"), *wish]) == 0
    assert tree(tmp_path / "whole") == tree(tmp_path / "b")


def test_kill_9(corpus: Engine, address: str, tmp_path: Path) -> None:
    """Whenever it dies, the same command ends with the same files."""
    wish = ["export", "--as-of", AS_OF, "--format", "text", "--shard", "2"]
    export(tmp_path / "whole", "--format", "text", "--shard", "2")
    command = [sys.executable, "-m", "pipelines.cli.main", *wish, "--to", str(tmp_path / "b")]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ | {"DATABASE_URL": address}) as run:
        while not list((tmp_path / "b").glob(".unfinished/shard-*")) and run.poll() is None:
            pass
        run.kill()
    assert main([*wish, "--to", str(tmp_path / "b")]) in (0, 2)  # 2: it had been faster, and is whole
    assert tree(tmp_path / "whole") == tree(tmp_path / "b")


def test_what_cannot_be_is_one_line(corpus: Engine, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> str:
        assert main(["export", *arguments]) == 2
        (line,) = capsys.readouterr().err.splitlines()
        return line

    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/tesis.doc").write_text("penting")
    assert "is not empty" in said("--to", str(tmp_path / "mine"))
    assert "say --to FOLDER" in said("--format", "parquet")
    assert "say --to FOLDER" in said("--split", "80/10/10")
    assert "--shard" in said("--shard", "0")
    (tmp_path / "file").write_text("")
    assert "file" in said("--to", str(tmp_path / "file/x"))
    export(tmp_path / "a")
    assert "is not empty" in said("--to", str(tmp_path / "a"))
    for wrong in (["--split", "80/10/5"], ["--split", "a/b/c"], ["--as-of", "kemarin"], ["--since", "2026-13-01"]):
        with pytest.raises(SystemExit, match="2"):
            main(["export", *wrong])


def test_another_wish_does_not_finish_an_export(
    corpus: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Job, "finish", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main(["export", "--to", str(tmp_path / "a")]) == 9
    assert main(["export", "--to", str(tmp_path / "a"), "--outlet", "kabar"]) == 2
    assert "is unfinished there" in capsys.readouterr().err
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds/common.toml").write_text("")
    monkeypatch.setenv("KLIPING_SEEDS", str(tmp_path / "seeds"))
    assert main(["export", "--to", str(tmp_path / "a")]) == 2


def test_an_export_does_not_go_on_over_a_story_forgotten_since(
    corpus: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Job, "finish", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        assert main(["export", "--to", str(tmp_path / "a")]) == 9
    with corpus.begin() as connection:
        forget(connection, *connection.execute(text("SELECT outlet, story_id FROM pages LIMIT 1")).one())
    assert main(["export", "--to", str(tmp_path / "a")]) == 2
    assert "a story was forgotten since" in capsys.readouterr().err


def test_without_its_extra_parquet_says_what_to_install(
    corpus: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import importlib.util

    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    assert main(["export", "--format", "parquet", "--to", str(tmp_path / "a")]) == 2
    assert capsys.readouterr().err == "kliping export: Parquet needs pyarrow: pip install 'kliping[tables]'\n"


def test_an_empty_corpus_is_an_empty_export(address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    assert main(["export", "--to", str(tmp_path / "a")]) == 0
    assert "0 stories" in (tmp_path / "a/README.md").read_text(encoding="utf-8")
