"""Serves the made pages on loopback, in a process of its own: nginx where it is installed, else a small one of aiohttp.

The bundled one: ``python -m benchmarks.server FOLDER PORT``.
"""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STORY = r"^/news/read/\d+/.*-(\d+)$"  # its last number names the page's file
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; default_type text/html; charset utf-8; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port}; root {folder}; gzip_static always;
    location /news/ {{ rewrite {story} /$1.html break; }}
    location /sitemap {{ gzip_static off; default_type application/xml; }}
    location = /robots.txt {{ gzip_static off; default_type text/plain; }}
  }}
}}
"""


@contextmanager
def serving(folder: Path, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Serve a folder until the block ends; ``folder`` holds the pages, robots.txt and the sitemaps."""
    server = subprocess.Popen(_command(folder, port))
    try:
        _answers(port)
        yield server
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def name() -> str:
    """Which server it is."""
    return "nginx" if _nginx() else "aiohttp"


def _nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def _command(folder: Path, port: int) -> list[str]:
    if not (nginx := _nginx()):
        return [sys.executable, "-m", "benchmarks.server", str(folder), str(port)]
    folder.chmod(0o755)  # its workers give up root
    config = folder / "nginx.conf"
    config.write_text(NGINX.format(folder=folder, port=port, story=STORY), encoding="utf-8")
    return [nginx, "-c", str(config), "-e", str(folder / "error.log")]


def _answers(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"no server answers on port {port}")


def _serve(folder: Path, port: int) -> None:
    from aiohttp import web

    async def answer(request: web.Request) -> web.Response:
        if match := re.search(STORY, request.path):
            body = (folder / f"{match[1]}.html.gz").read_bytes()
            return web.Response(body=body, headers={"Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip"})
        kind = "application/xml" if request.path.endswith("xml") else "text/plain"
        return web.Response(body=(folder / request.path.lstrip("/")).read_bytes(), content_type=kind)

    app = web.Application()
    app.router.add_get("/news/{rest:.*}", answer)
    app.router.add_get("/{name:sitemap.*|robots.txt}", answer)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), int(sys.argv[2]))
