"""Verbs below a verb (``kliping archive verify``), each with its sentence in both helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse


def action(actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, what: str) -> argparse.ArgumentParser:
    """Add one."""
    return actions.add_parser(name, help=what, description=f"{what[0].upper()}{what[1:]}.")
