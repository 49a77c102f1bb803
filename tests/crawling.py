"""A crawl as cron starts it: a child process, a recorded web, a database; for the tests that need a real one."""

from __future__ import annotations

import fcntl
import os
import pty
import shutil
import struct
import subprocess
import sys
import termios
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg2
import warm

from demo.recorded_web import recorded_web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from demo.recorded_web import RecordedWeb

    Fresh = Callable[..., AbstractContextManager[str]]  # what the fixture ``fresh`` gives

ROOT = Path(__file__).parents[1]
DEMO = ROOT / "demo" / "RECORDED.tsv"
HURRY = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "KLIPING_PATIENCE=0")

AT_ITS_START = ("PYTHON", "LANG", "LC_")  # variables that an interpreter reads when it starts

# A module of ours is spoilt as soon as it is imported, in the child process that crawls.
PLANTED = """
import importlib.util
import sys

class Finder:
    def find_spec(self, name, path, target=None):
        if name != {module!r}:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module
        def spoilt(module):
            load(module)
            exec(compile({spoil!r}, 'planted', 'exec'), module.__dict__)  # an interrupted text would end Python by the signal
        spec.loader.exec_module = spoilt
        return spec

sys.meta_path.insert(0, Finder())
"""


def forks(command: list[str], env: Mapping[str, str]) -> bool:
    """Whether a command asks for no interpreter of its own."""
    begins = (name for name in {*env, *os.environ} if name.startswith(AT_ITS_START))
    return command[1] == "-m" and all(env.get(name) == os.environ.get(name) for name in begins)


def ended(command: list[str], env: Mapping[str, str], timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a fork of the warm process where it may be one."""
    if forks(command, env):
        return warm.run(command, ROOT, env, timeout)
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=timeout, check=False)


def started(command: list[str], env: Mapping[str, str]) -> subprocess.Popen[str] | warm.Fork:
    """Begin a command whose end is not waited for here."""
    if forks(command, env):
        return warm.Fork(command, ROOT, env)
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


class Crawl:
    """Runs scrapy and kliping against one web and one database."""

    def __init__(self, web: RecordedWeb, address: str, data: Path) -> None:
        self.web, self.address = web, address
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KLIPING_")}
        ours = {"DATABASE_URL": address, "KLIPING_DATA": str(data), "KLIPING_CONTACT": "redaksi@kliping.example"}
        self.env = kept | web.env() | ours

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "scrapy", "crawl", *arguments]

    def __call__(
        self, outlet: str = "liputan6", *arguments: str, hurry: bool = True, **env: str
    ) -> subprocess.CompletedProcess[str]:
        return self.run(self.command(outlet, *(HURRY if hurry else ()), *arguments), timeout=120, **env)

    def run(self, command: list[str], timeout: float = 60, **env: str) -> subprocess.CompletedProcess[str]:
        return ended(command, self.env | env, timeout)

    def start(self, *arguments: str, **env: str) -> subprocess.Popen[str] | warm.Fork:
        return started(self.command("liputan6", *arguments), self.env | env)

    def kliping(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return self.run([sys.executable, "-m", "pipelines.cli.main", *arguments], **env)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg2.connect(self.address) as link, link.cursor() as cursor:
            cursor.execute(query)
            found: list[tuple[Any, ...]] = cursor.fetchall()
        link.close()
        return found

    def asked(self, holding: str = "") -> list[str]:
        return [request["url"] for request in self.web.requests() if holding in request["url"]]


@contextmanager
def crawling(address: str, folder: Path, *more: Path) -> Iterator[Crawl]:
    """The demo's web, rows of ``more`` winning over its own."""
    with recorded_web([DEMO, *more], log=folder / "requests.jsonl") as web:
        yield Crawl(web, address, folder / "data")


@contextmanager
def resumed(life: Crawl, fresh: Fresh, folder: Path, *more: Path) -> Iterator[Crawl]:
    """What an earlier crawl left, in copies: its database and its files; the web is a new one."""
    shutil.copytree(life.env["KLIPING_DATA"], folder / "data")
    with fresh(urlsplit(life.address).path[1:]) as address, crawling(address, folder, *more) as crawl:
        yield crawl


def recording(folder: Path, *rows: tuple[str, str, str]) -> Path:
    """Write a recording: (url, content, content type [; status])."""
    tsv = folder / f"more-{len(list(folder.glob('more-*')))}.tsv"
    lines = []
    for number, (url, content, kind) in enumerate(rows):
        file = folder / f"{tsv.stem}-{number}"
        file.write_text(content, encoding="utf-8")
        lines.append("\t".join([url, file.name, *kind.split("|")]))
    tsv.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tsv


def planted(folder: Path, module: str, spoil: str) -> dict[str, str]:
    """Give the environment in which a child process finds a module of ours spoilt, to see how the run takes it."""
    (folder / "planted").mkdir()
    (folder / "planted" / "sitecustomize.py").write_text(PLANTED.format(module=module, spoil=spoil), encoding="utf-8")
    return {"PYTHONPATH": f"{folder / 'planted'}:{ROOT}"}


def on_a_terminal(crawl: Crawl, *arguments: str) -> tuple[int, str]:
    """Crawl as a person does, and give the exit code and what the terminal shows."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))  # a new terminal has no size at all
    command = crawl.command("liputan6", *HURRY, *arguments)
    with subprocess.Popen(command, cwd=ROOT, env=crawl.env, stdin=follower, stdout=follower, stderr=follower) as run:
        os.close(follower)
        shown = b"".join(_pieces(leader))
    os.close(leader)
    return run.returncode, shown.decode()


def _pieces(terminal: int) -> Iterator[bytes]:
    with suppress(OSError):  # Linux ends a terminal so when its last writer has left
        while piece := os.read(terminal, 4096):
            yield piece
