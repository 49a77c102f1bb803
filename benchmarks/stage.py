"""Where the measured crawls take place: pages, server, a seed for them, a database that starts fresh for each crawl."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING
from unittest.mock import patch
from urllib.parse import urlsplit

import psycopg2

from benchmarks import pages, server
from benchmarks.measure import Cost, cpu_of, run
from pipelines.store import embedded, engine, schema
from pipelines.store.address import name_no_server
from pipelines.store.cluster import processes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parents[1]
TEMPLATE = "kliping_template"
QUIET = ("-s", "LOG_LEVEL=WARNING")  # the default logs every page, which we do not
# Our manners would make every crawl two thousand seconds long; robots.txt and all else stay on.
HURRY = ("DOWNLOAD_DELAY=0", "AUTOTHROTTLE_ENABLED=0", "CONCURRENT_REQUESTS_PER_DOMAIN=8", "KLIPING_PATIENCE=0")
IN_A_HURRY = tuple(word for setting in HURRY for word in ("-s", setting))


@dataclass(slots=True)
class Stage:
    """One folder with everything in it; ``server_url`` is the database server, ``root`` the pages' address."""

    folder: Path
    root: str
    server_url: str
    cluster: Path
    count: int

    def urls(self, paths: Sequence[str]) -> Path:
        """Write addresses for those who take a file."""
        file = self.folder / f"urls-{len(paths)}.txt"
        file.write_text("".join(f"{self.root}{path}\n" for path in paths), encoding="utf-8")
        return file

    def announce(self, paths: Sequence[str]) -> None:
        """Write the sitemaps."""
        pages.announce(self.folder / "site", self.root, paths)

    @contextmanager
    def database(self) -> Iterator[str]:
        """A fresh, migrated database."""
        name = f"bench_{next(_NUMBERS)}"
        home = _named(self.server_url, "postgres")
        _order(home, f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}", "CHECKPOINT")
        yield _named(self.server_url, name)
        _order(home, f"DROP DATABASE {name} WITH (FORCE)")

    def database_cpu(self) -> float:
        """Seconds of CPU that the server has had so far."""
        return cpu_of(list(processes(self.cluster)))

    def scrapy(self, *words: str) -> list[str]:
        """A Scrapy command."""
        return [sys.executable, "-m", "scrapy", *words]

    def ours(self, address: str, *words: str, outlet: str = "liputan6") -> Cost:
        """One crawl, as cron would start it, with an archive of its own: others may run beside it."""
        data = self.folder / "data" / urlsplit(address).path.strip("/") / outlet
        cost = run(self.scrapy("crawl", outlet, *IN_A_HURRY, *words), self.env(address, data), ROOT, self.folder / "ours.log")
        shutil.rmtree(data, ignore_errors=True)
        return cost

    def side_by_side(self, address: str, jobs: int, outlets: Sequence[str]) -> Cost:
        """Crawls so many at a time as ``kliping run --jobs N`` has them."""
        data = self.folder / "data" / "side-by-side"
        command = [sys.executable, "-m", "benchmarks.side_by_side", str(jobs), *outlets]
        cost = run(command, self.env(address, data), ROOT, self.folder / "ours.log")
        shutil.rmtree(data, ignore_errors=True)
        return cost

    def rival(self, name: str, urls: Path, address: str = "", settings: Sequence[str] = QUIET) -> Cost:
        """One crawl by stock Scrapy, outside the project; its log goes into a file."""
        script = str(ROOT / "benchmarks" / "rivals" / f"{name}.py")
        command = self.scrapy("runspider", script, "-a", f"urls={urls}", *settings)
        env = os.environ | {"DATABASE_URL": address, "PYTHONPATH": str(ROOT)}
        return run(command, env, self.folder, self.folder / f"{name}.log")

    def env(self, address: str, data: Path) -> dict[str, str]:
        """The environment of our crawls."""
        ours = {
            "DATABASE_URL": address, "KLIPING_DATA": str(data), "KLIPING_SEEDS": str(self.folder / "seeds"),
            "KLIPING_ALLOW_PRIVATE": urlsplit(self.root).netloc, "KLIPING_CONTACT": "bench@kliping.example",
        }  # fmt: skip
        # cron keeps bytecode, as the rivals' installed packages do
        return {name: value for name, value in os.environ.items() if not name.startswith(("KLIPING_", "PYTHONDONT"))} | ours


_NUMBERS = count()


@contextmanager
def stage(count: int) -> Iterator[Stage]:
    """Make pages, start both servers, and leave nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="kliping-bench-"))
    folder.chmod(0o755)  # root's servers run as other users and have to pass
    port = server.free_port()
    root = f"http://127.0.0.1:{port}"
    try:
        paths = pages.write(folder / "site", count)
        (folder / "site" / "robots.txt").write_text("User-agent: *\nDisallow: /search\n", encoding="utf-8")
        _seed(folder / "seeds", root)
        with _postgres(folder) as (address, cluster), server.serving(folder / "site", port):
            there = Stage(folder, root, address, cluster, count)
            there.announce(paths)
            yield there
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _seed(folder: Path, root: str) -> None:
    """Liputan6's own seed, its host and doors those of the stage."""
    folder.mkdir()
    for name in ("common", "generic", "liputan6"):
        if (path := ROOT / "seeds" / f"{name}.toml").is_file():
            shutil.copy(path, folder)
    seed = folder / "liputan6.toml"
    told = re.sub(r"^hosts .*$", 'hosts = ["127.0.0.1"]', seed.read_text(encoding="utf-8"), flags=re.MULTILINE)
    doors = f'doors = [{{ sitemap = "{root}/sitemap.xml" }}]'
    seed.write_text(re.sub(r"^doors .*?^\]$", doors, told, flags=re.MULTILINE | re.DOTALL), encoding="utf-8")


@contextmanager
def _postgres(folder: Path) -> Iterator[tuple[str, Path]]:
    """The embedded server with its own settings: what is committed is on the disk."""
    with patch.dict(os.environ, {"KLIPING_DATA": str(folder / "db")}):
        name_no_server(os.environ)
        plain = engine.url()
        cluster = engine.cluster()
    try:
        _order(plain, f"CREATE DATABASE {TEMPLATE}")
        with patch.dict(os.environ, {"DATABASE_URL": _named(plain, TEMPLATE)}):
            opened = engine.connect()
        schema.upgrade(opened)
        opened.dispose()
        yield plain, cluster
    finally:
        embedded.stop(cluster)


def _named(address: str, database: str) -> str:
    return urlsplit(address)._replace(path=f"/{database}").geturl()


def _order(address: str, *orders: str) -> None:
    link = psycopg2.connect(address)
    link.autocommit = True
    with link.cursor() as cursor:
        for order in orders:
            cursor.execute(order)
    link.close()
