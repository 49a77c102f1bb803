"""``--log FILE`` of the verbs that crawl: chosen by flag or environment, handed to the children by environment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.cli.mistake import Mistake

if TYPE_CHECKING:
    import argparse
    import logging


def log_arguments(parser: argparse.ArgumentParser) -> None:
    """Say where to log."""
    parser.add_argument("--log", type=Path, metavar="FILE", help="log JSON lines to FILE too, turned over by size (KLIPING_LOG)")
    parser.add_argument("--log-size", type=float, metavar="MB", help="… at this size (KLIPING_LOG_SIZE, 10)")
    parser.add_argument("--log-keep", type=int, metavar="N", help="… and so many older files are kept (KLIPING_LOG_KEEP, 5)")


def log_chosen(args: argparse.Namespace) -> None:
    """Put what was chosen into the environment, for this process and those it starts."""
    file = args.log.absolute() if args.log else None
    chosen = {"KLIPING_LOG": file, "KLIPING_LOG_SIZE": args.log_size, "KLIPING_LOG_KEEP": args.log_keep}
    os.environ.update({name: str(value) for name, value in chosen.items() if value is not None})


def begin_log(args: argparse.Namespace) -> logging.Handler | None:
    """Log from here on, where that was chosen."""
    from pipelines import logs

    log_chosen(args)
    try:
        return logs.begin(os.environ)
    except ValueError as error:
        raise Mistake(str(error)) from error
