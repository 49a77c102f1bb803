"""The steps that follow the crawls of ``kliping run``, each another verb in a child of its own; a signal reaches it."""

from __future__ import annotations

import logging
import signal
import subprocess
import sys
from subprocess import PIPE
from typing import TYPE_CHECKING, Self

from pipelines.ends import stops
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

logger = logging.getLogger("kliping.run")
logger.addHandler(logging.NullHandler())  # without a log nothing is said twice
AFTER = (("index",), ("kin",), ("watch", "deliver"))  # what follows new stories, in this order


class Stop:
    """What asks for an end after the crawls: the step under way is ended, and the verb begins none further."""

    def __init__(self) -> None:
        self.told = False
        self.child: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.before = {one: signal.signal(one, self.hear) for one in stops()}
        return self

    def __exit__(self, *_: object) -> None:
        for one, handler in self.before.items():
            signal.signal(one, handler)

    def hear(self, *_: object) -> None:
        """Pass it on."""
        self.told = True
        if self.child:
            self.child.terminate()

    def ended(self, step: Sequence[str]) -> subprocess.CompletedProcess[str]:
        """Run a step to its end, away from a terminal's Ctrl-C, which we hear ourselves."""
        words = [sys.executable, "-m", "pipelines.cli.main", *step]
        self.child = subprocess.Popen(words, stdout=PIPE, stderr=PIPE, text=True, start_new_session=True)
        if self.told:  # the signal came while it was being started
            self.child.terminate()
        said = self.child.communicate()
        return subprocess.CompletedProcess(words, self.child.returncode, *said)


def steps() -> list[tuple[str, ...]]:
    """Give those of AFTER that this Kliping has, kinship only where its extra is installed."""
    from importlib.util import find_spec

    from pipelines.cli.main import VERBS as KNOWN

    return [step for step in AFTER if step[0] in KNOWN and (step[0] != "kin" or find_spec("datasketch"))]


def follow(step: Sequence[str], *, verbose: bool, form: str = "text", stop: Stop | None = None) -> Exit:
    """Run another verb in a child of its own; what goes wrong is told and does not keep the next from running."""
    done = (stop or Stop()).ended(step)
    code = Exit(done.returncode) if done.returncode in set(Exit) else Exit.ALARM if done.returncode > 0 else Exit.INTERRUPTED
    if code is Exit.LOCKED:  # as with the crawls: another run was quicker, and what it leaves the next one finds
        code = Exit.DONE
    elif code:
        for line in _said(done):
            print(f"{' '.join(step)}: {line.removeprefix(f'kliping {step[0]}: ')}", file=sys.stderr)
    elif verbose:
        last = (done.stdout.strip().splitlines() or ["done"])[-1]
        print(f"{' '.join(step)}: {last}", file=sys.stderr if form == "jsonl" else sys.stdout)
    logger.log(logging.ERROR if code else logging.INFO, "after: %s: exit %s", " ".join(step), done.returncode)
    return code


def _said(done: subprocess.CompletedProcess[str]) -> list[str]:
    """Give each line in which a step told of its trouble; of a traceback the last."""
    if done.returncode < 0:
        return [f"killed by {signal.Signals(-done.returncode).name}; the next run goes on from there"]
    lines = done.stderr.strip().splitlines() or ["it said nothing"]
    return [f"exit {done.returncode}: {line}" for line in (lines if done.returncode in set(Exit) else lines[-1:])]
