"""``python -m demo``: the real spider, unchanged, over https and real host names, against the Liputan6 recorded here."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from demo.recorded_web import recorded_web
from pipelines.store.address import name_no_server

HERE = Path(__file__).parent
# What a crawl of the user's goes by, and whom it tells: a recorded one is nobody's news.
THEIRS = ("KLIPING_ALARM_", "KLIPING_LOG", "KLIPING_PERMIT", "KLIPING_PING_URL", "KLIPING_SEEDS")
QUERY = """SELECT rule, count(*) AS lines, count(DISTINCT story_id) AS stories
FROM cuts GROUP BY rule ORDER BY lines DESC, rule LIMIT 5"""


def main() -> int:
    """Crawl, list, ask; give the first exit code that is not 0."""
    data = Path(os.environ.get("KLIPING_DATA") or ".demo").absolute()
    # never the user's corpus: neither his server nor his data directory, unless he named it for this
    own = {name: value for name, value in os.environ.items() if not name.startswith(THEIRS)} | {"KLIPING_DATA": str(data)}
    name_no_server(own)
    with recorded_web([HERE / "RECORDED.tsv"]) as web:
        print(f"crawling a recorded Liputan6 into {data}", flush=True)
        # nobody's server is asked, so nobody need be spared
        code = _kliping(own | web.env(), "crawl", "liputan6", "-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0")
    if code:
        return code
    print(flush=True)
    if code := _kliping(own, "list", "--outlet", "liputan6"):
        return code
    print(f'\nkliping sql -c "{QUERY}"\n', flush=True)
    if code := _kliping(own, "sql", "-c", QUERY):
        return code
    print(f'Ask more:  KLIPING_DATA={data} {_name()} sql        (or psql "$(KLIPING_DATA={data} {_name()} db url)")')
    print(f"Its Postgres runs on until  KLIPING_DATA={data} {_name()} db stop")
    return 0


def _kliping(environment: dict[str, str], *arguments: str) -> int:
    return subprocess.run([sys.executable, "-m", "pipelines.cli.main", *arguments], env=environment, check=False).returncode


def _name() -> str:
    command = Path(sys.executable).parent / "kliping"
    return os.path.relpath(command) if command.exists() else "kliping"


if __name__ == "__main__":
    sys.exit(main())
