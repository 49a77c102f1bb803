"""What deploys Kliping, checked as far as it goes without a container engine: by schema, by linter, by running its commands."""

from __future__ import annotations

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from crawling import ROOT
from croniter import croniter
from test_run import newsrooms

from pipelines.cli.main import VERBS
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator

CRONTAB = [line for line in (ROOT / "crontab").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
UNITS = sorted((ROOT / "deploy").glob("*.service")) + sorted((ROOT / "deploy").glob("*.timer"))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
BIN = Path(sys.executable).parent


def commands() -> Iterator[tuple[str, list[str]]]:
    """Every kliping command that a file names: where, and its words."""
    for line in CRONTAB:
        yield "crontab", shlex.split(line.split(None, 5)[5].partition(" >")[0])
    for unit in UNITS:
        for start in re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), flags=re.MULTILINE):
            yield unit.name, start.split()
    for name, service in COMPOSE["services"].items():
        if "command" in service:
            yield f"compose {name}", service["command"]
    health = re.search(r"HEALTHCHECK .* CMD (\[.*\])", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert health
    yield "Dockerfile", yaml.safe_load(health[1])


@pytest.mark.parametrize(("where", "words"), list(commands()), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_is_one_of_ours(where: str, words: list[str]) -> None:
    import argparse

    assert Path(words[0]).name == "kliping"
    parser = argparse.ArgumentParser()
    import_module(f"pipelines.cli.{VERBS[words[1]][0]}").VERBS[words[1]][0](parser)
    parser.parse_args(words[2:])


def test_the_compose_file_is_one() -> None:
    command = [str(BIN / "check-jsonschema"), "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_services_wait_for_each_other_and_hold_no_secret() -> None:
    services = COMPOSE["services"]
    assert services["db"]["image"] == "postgres:18"
    for name in ("crawler", "worker"):
        assert services[name]["depends_on"]["migrate"]["condition"] == "service_completed_successfully"
        assert services[name]["restart"] == "unless-stopped"
    assert services["migrate"]["restart"] == "no"
    assert "healthcheck" in services["db"]
    named = {secret for service in services.values() for secret in service.get("secrets", [])}
    assert named == set(COMPOSE["secrets"])
    values = [str(value) for service in services.values() for value in service.get("environment", {}).values()]
    assert not [value for value in values if "://" in value]
    assert services["db"]["volumes"] == ["postgres:/var/lib/postgresql"]
    mounts = {mount.partition(":")[0] for service in services.values() for mount in service.get("volumes", [])}
    assert mounts == set(COMPOSE["volumes"])


def test_the_image_runs_as_nobody_in_particular_from_pinned_parts() -> None:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
    steps = [line.split(None, 1) for line in text.splitlines() if re.match(r"[A-Z]+ ", line)]
    assert [rest for word, rest in steps if word == "USER"] == ["10001"]
    assert all(re.search(r"python:3\.11\.\d+-slim-\w+", rest) for word, rest in steps if word == "FROM")
    assert "--require-hashes" in text
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    for word, rest in steps:
        if word == "COPY" and "--from" not in rest:
            for source in re.sub(r"--\S+ ", "", rest).split()[:-1]:
                assert (ROOT / source).exists(), source
                assert f"!{source}" in ignored, source


def test_the_script_is_a_shells() -> None:
    subprocess.run(["sh", "-n", str(ROOT / "deploy" / "cron.sh")], check=True)
    assert os.access(ROOT / "deploy" / "cron.sh", os.X_OK)


@pytest.mark.parametrize("line", CRONTAB, ids=lambda line: line.split(None, 5)[5][:20])
def test_the_crontabs_times_are_times(line: str) -> None:
    assert croniter.is_valid(" ".join(line.split()[:5]))


def test_the_crontabs_commands_do_what_they_say(address: str, tmp_path: Path) -> None:
    with newsrooms(address, tmp_path, "pagi") as crawl:
        (tmp_path / "address").write_text(address)
        home = tmp_path / "home"
        home.mkdir()
        env: dict[str, Any] = crawl.env | {"DATABASE_URL_FILE": str(tmp_path / "address"), "HOME": str(home)}
        env |= {"PATH": f"{BIN}:{os.environ['PATH']}", "KLIPING_KEEP_RUNS": "365d"}
        del env["DATABASE_URL"]
        for line in CRONTAB:
            how: dict[str, Any] = {"env": env, "cwd": home, "capture_output": True, "text": True}
            done = subprocess.run(["sh", "-c", line.split(None, 5)[5]], check=False, **how)
            assert (done.returncode, done.stdout, done.stderr) == (Exit.DONE, "", ""), line
        assert crawl.rows("SELECT count(*) FROM articles") == [(2,)]
        assert [path.suffix for path in home.iterdir()] == [".dump"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_the_units_are_systemds(unit: Path, tmp_path: Path) -> None:
    parsed = configparser.RawConfigParser(strict=False)
    parsed.read(unit)
    assert parsed.has_section("Unit")
    if unit.suffix == ".service":
        assert parsed["Service"]["User"] == "kliping"
    if shutil.which("systemd-analyze") is None:  # nothing but systemd knows better
        return
    for one in UNITS:
        here = one.read_text(encoding="utf-8").replace("/opt/kliping/bin/kliping", "/bin/true")
        (tmp_path / one.name).write_text(here.replace("User=kliping", "User=root"))
    done = subprocess.run(["systemd-analyze", "verify", str(tmp_path / unit.name)], capture_output=True, text=True, check=False)
    ours = [line for line in done.stderr.splitlines() if unit.name in line]
    assert (done.returncode, ours) == (0, []), done.stderr
