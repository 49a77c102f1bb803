"""``kliping manners``: the gaps between our requests, host by host, against what was allowed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.cli.mistake import number_or_none, outlet_named
from pipelines.guestbook import KEPT
from pipelines.nouns import Exit
from pipelines.show.table import show

if TYPE_CHECKING:
    import argparse


def manners_arguments(parser: argparse.ArgumentParser) -> None:
    """Say whose and how far back."""
    parser.add_argument("outlet", nargs="?", help="an outlet's name (default: all)")
    parser.add_argument("--days", type=number_or_none, default=1, metavar="N", help=f"N days beside today (1; {KEPT} are kept)")
    parser.add_argument("--format", choices=("table", "jsonl"), default="table", help="for people or for programs (default: table)")


def manners(args: argparse.Namespace) -> int:
    """Print a row a host: requests, the seconds allowed between two, the smallest and the median gap, how many came too soon."""
    from pipelines.guestbook import gaps, visits
    from pipelines.store.engine import data_dir

    since = datetime.now(UTC).date() - timedelta(days=min(args.days, KEPT))
    outlet = outlet_named(args.outlet).slug if args.outlet else "*"
    found = gaps(visits(data_dir() / "requests", since, outlet))
    if found or args.format == "jsonl":
        show([asdict(host) for host in found], args.format)
    else:
        print("nothing was asked")
    return Exit.DONE


VERBS = {"manners": (manners_arguments, manners)}
