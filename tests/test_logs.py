"""The log for programs: one file for many processes, turned over by size, no line torn and none lost that should be kept."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from crawling import ROOT

from pipelines import logs

if TYPE_CHECKING:
    from pathlib import Path

WRITER = """
import logging, os, sys
from pipelines import logs
logs.begin(os.environ, outlet=sys.argv[1])
for number in range(200):
    logging.getLogger("x").warning("%s %d %s", sys.argv[1], number, "y" * 50)
"""


def lines_of(*files: Path) -> list[dict[str, str]]:
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]


def test_four_processes_turn_over_one_file(tmp_path: Path) -> None:
    log = tmp_path / "kliping.jsonl"
    env = {"KLIPING_LOG": str(log), "KLIPING_LOG_SIZE": "0.02", "KLIPING_LOG_KEEP": "30", "PYTHONPATH": str(ROOT)}
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, name], env=env, cwd=ROOT) for name in "abcd"]
    assert [writer.wait(timeout=60) for writer in writers] == [0] * 4
    files = [file for file in tmp_path.iterdir() if file.suffix != ".lock"]
    told = lines_of(*files)
    assert len(files) > 4
    assert all(file.stat().st_size <= 20_000 for file in files)
    written = [(name, number) for name in "abcd" for number in range(200)]
    assert sorted((line["outlet"], int(line["said"].split()[1])) for line in told) == written


def test_only_so_many_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "kliping.jsonl"
    env = {"KLIPING_LOG": str(log), "KLIPING_LOG_SIZE": "0.005", "KLIPING_LOG_KEEP": "2", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", WRITER, "a"], env=env, cwd=ROOT, check=True, timeout=60)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "kliping.jsonl", "kliping.jsonl.1", "kliping.jsonl.2", "kliping.jsonl.lock",
    ]  # fmt: skip
    assert lines_of(log)[-1]["said"].startswith("a 199 ")


def test_a_record_holds_its_facts_and_its_traceback() -> None:
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "Kapal %s", ("karam",), None)
    record.facts = {"outlet": "pagi", "said": "never the message's place"}
    with pytest.raises(ZeroDivisionError) as broken:
        1 // 0  # noqa: B018
    record.exc_info = (broken.type, broken.value, broken.tb)
    line = json.loads(logs.JsonLines(run="1").format(record))
    assert (line["said"], line["outlet"], line["run"], line["level"]) == ("Kapal karam", "pagi", "1", "ERROR")
    assert line["error"].splitlines()[-1].startswith("ZeroDivisionError: ")


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"KLIPING_LOG": "/no/such/folder/x"}, "KLIPING_LOG: /no/such/folder/x: No such file"),
        ({"KLIPING_LOG": "x", "KLIPING_LOG_SIZE": "viel"}, "KLIPING_LOG_SIZE=viel: needs a number above 0"),
        ({"KLIPING_LOG": "x", "KLIPING_LOG_SIZE": "inf"}, "KLIPING_LOG_SIZE=inf: needs a number above 0, up to 1000000"),
        ({"KLIPING_LOG": "x", "KLIPING_LOG_SIZE": "nan"}, "KLIPING_LOG_SIZE=nan: needs a number above 0"),
        ({"KLIPING_LOG": "x", "KLIPING_LOG_KEEP": "1e300"}, "KLIPING_LOG_KEEP=1e300: needs a number from 1, up to 1000000"),
        ({"KLIPING_LOG": "x", "KLIPING_LOG_KEEP": "0"}, "KLIPING_LOG_KEEP=0: needs a number from 1"),
        ({"KLIPING_LOG": "x", "KLIPING_LOG_KEEP": "0.5"}, "KLIPING_LOG_KEEP=0.5: needs a number from 1"),
    ],
)
def test_a_log_that_cannot_be(env: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        logs.begin(env)


def test_none_unless_asked_for() -> None:
    assert logs.begin({}) is None


def test_a_disk_that_takes_no_line_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "kliping.jsonl"
    log.symlink_to("/dev/full")
    handler = logs.begin({"KLIPING_LOG": str(log)})
    assert handler is not None
    try:
        for number in range(3):
            handler.handle(logging.LogRecord("x", logging.WARNING, "", 0, f"baris {number}", None, None))
    finally:
        logging.getLogger().removeHandler(handler)
        with suppress(OSError):
            handler.close()
    assert capsys.readouterr().err == f"KLIPING_LOG: {log}: No space left on device\n"
