"""``kliping crawl`` and ``kliping outlets``. Only crawler/ touches the web, so a crawl is a child process."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from pipelines.cli.log import log_arguments, log_chosen
from pipelines.cli.mistake import Mistake, all_outlets, outlet_named
from pipelines.cli.variables import warn
from pipelines.ends import end_with, stops
from pipelines.nouns import Exit

if TYPE_CHECKING:
    import argparse


def crawl_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what a crawl may be asked."""
    parser.add_argument("outlet", help="an outlet's name (kliping outlets)")
    parser.add_argument("--limit", type=int, metavar="N", help="stop after N stories")
    parser.add_argument("--urls", metavar="FILE", help="crawl exactly the story addresses in FILE, one a line; none that is held")
    parser.add_argument("--again", action="store_true", help="with --urls: ask once more for what is held, gone or dead, too")
    parser.add_argument("--since", metavar="DAY", help="walk the dated indexes back to this day (2021-12-30), newest day first")
    parser.add_argument("--until", metavar="DAY", help="begin with this day (default: today); without --since walk it alone")
    parser.add_argument("-v", "--verbose", action="store_true", help="log what is asked and answered")
    parser.add_argument("-s", "--set", action="append", default=[], metavar="NAME=VALUE", help="a Scrapy setting (repeatable)")
    log_arguments(parser)


def crawl(args: argparse.Namespace) -> int:
    """Start ``scrapy crawl`` and give its exit code."""
    log_chosen(args)
    warn("crawl")
    wishes = [f"{name}={value}" for name in ("limit", "urls", "since", "until") if (value := getattr(args, name)) is not None]
    wishes += ["again=1"] if args.again else []
    command = ["crawl", args.outlet, *(part for wish in wishes for part in ("-a", wish))]
    command += [part for setting in args.set for part in ("-s", setting)]
    return scrapy(*command, *(["-L", "INFO"] if args.verbose else []))


def scrapy(*arguments: str) -> int:
    """Run a scrapy command in a child of its own. What asks for an end is passed on, but a terminal's Ctrl-C, which it hears."""
    environment = os.environ | {"SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    ours, on_terminal = os.getpid(), any(map(os.isatty, range(3)))
    child = subprocess.Popen(
        [sys.executable, "-m", "crawler", *arguments], env=environment,
        preexec_fn=lambda: end_with(ours, signal.SIGTERM),  # noqa: PLW1509 (we have one thread)
        start_new_session=not on_terminal,  # else who ends the whole group would tell it twice
    )  # fmt: skip
    for one in {*stops()} - ({signal.SIGINT} if on_terminal else set()):
        signal.signal(one, lambda which, _: child.send_signal(which))
    while True:
        try:
            code = child.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else Exit.INTERRUPTED


def outlets_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what the listing may be asked."""
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")


def outlets(args: argparse.Namespace) -> int:
    """List every seed; a broken one is named in the list, and the exit code says so."""
    from pipelines.show.table import show

    rows, broken = [], False
    for slug in all_outlets():
        try:
            outlet = outlet_named(slug)
        except Mistake as mistake:
            rows.append({"outlet": slug, "name": f"broken: {mistake}", "hosts": "", "doors": 0, "rules": 0, "permission": ""})
            broken = True
            continue
        rows.append({
            "outlet": slug, "name": outlet.name, "hosts": ", ".join(outlet.hosts), "doors": len(outlet.doors),
            "rules": len(outlet.rules), "permission": outlet.permission,
        })  # fmt: skip
    show(rows, args.format)
    return Exit.USAGE if broken else Exit.DONE


VERBS = {"crawl": (crawl_arguments, crawl), "outlets": (outlets_arguments, outlets)}
