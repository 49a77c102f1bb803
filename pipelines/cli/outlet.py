"""``kliping outlet check NAME`` and ``kliping outlet new HOST URL…``: for whoever adds an outlet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.cli import outlet_check, outlet_new
from pipelines.cli.actions import action

if TYPE_CHECKING:
    import argparse

DOES = {
    "check": "run a seed's proofs, show what it finds on pages, and suggest rules",
    "new": "draft a seed from a few of an outlet's pages",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """Say what may be done."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    check, new = (action(actions, name, what) for name, what in DOES.items())
    outlet_check.arguments(check)
    outlet_new.arguments(new)


def run(args: argparse.Namespace) -> int:
    """Do it."""
    return outlet_check.run(args) if args.action == "check" else outlet_new.run(args)


VERBS = {"outlet": (arguments, run)}
