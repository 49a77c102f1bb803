"""The monitors that look at a run when its spider has closed, carried by Spidermon; what they look for, pipelines/ found.

Imported at the end of a run alone: Spidermon takes time, which no start has to pay.
"""

from __future__ import annotations

import logging
import os
import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from spidermon import Monitor, MonitorSuite
from spidermon.runners import MonitorRunner

from crawler.senders import WAYS, Sender

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.health import Alarm

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Report:
    """What a run ended with: its exit code and line, and every alarm, of which ``news`` were not told before."""

    outlet: str
    run: int
    exit_code: int
    line: str
    alarms: tuple[Alarm, ...]
    news: tuple[Alarm, ...]

    def text(self) -> str:
        """Tell a person."""
        told = [f"- {alarm.line}" for alarm in self.alarms] or [f"- {self.line}"]
        head = f"Kliping: {self.outlet} (run {self.run} on {socket.gethostname()}, exit code {self.exit_code})"
        return "\n".join([head, *told, f"See: kliping health {self.outlet}"])

    def record(self) -> dict[str, Any]:
        """Tell a program."""
        alarms = [asdict(alarm) for alarm in self.alarms]
        own = {"outlet": self.outlet, "run": self.run, "host": socket.gethostname()}
        return {**own, "exit_code": self.exit_code, "line": self.line, "alarms": alarms, "text": self.text()}


class RunMonitor(Monitor):  # type: ignore[misc]  # Spidermon has no types
    """How the run ended, and what its outlet's history says of it. An alarm that was told before fails nothing."""

    def test_its_doors_and_their_volume(self) -> None:
        """Doors announce what they usually do; as many stories were published as usual."""
        self._nothing_new_of("door", "volume", "run")

    def test_its_pages(self) -> None:
        """Layouts match, bodies are as long as usual, no more pages are refused than usual."""
        self._nothing_new_of("layout", "words", "paragraphs", "refused")

    def test_its_fields(self) -> None:
        """Fields are filled as often as usual, by the same selectors."""
        self._nothing_new_of("field", "source")

    def test_its_cleaning(self) -> None:
        """Rules cut as often as usual; no furniture stays."""
        self._nothing_new_of("rule", "leak", "recurs")

    def _nothing_new_of(self, *kinds: str) -> None:
        told = [alarm.line for alarm in self.data.report.news if alarm.what.partition(" ")[0] in kinds]
        if told:
            self.fail("\n".join(told))


def send(report: Report) -> bool:
    """Run the monitors; where one fails, send the report by every way there is. Say whether all that was to be sent was."""
    senders = [way() for name, way in WAYS.items() if os.environ.get(name) or os.environ.get(f"{name}_FILE")]
    suite = MonitorSuite(name=report.outlet, monitors=[RunMonitor], monitors_failed_actions=senders)
    result = MonitorRunner().run(suite, report=report)
    for sender, failed in _failures(senders, result):
        logger.error("alarm by %s not sent: %s", sender.way, failed)
    return not _failures(senders, result)


def _failures(senders: Sequence[Sender], result: Any) -> list[tuple[Sender, str]]:
    """Every way that failed; one that raised is told without its words, for they may hold a secret."""
    broken = {id(one.item) for one in result.monitors_failed_action_results if one.error}
    said = ((sender, "it broke" if id(sender) in broken else sender.trouble) for sender in senders)
    return [(sender, trouble) for sender, trouble in said if trouble]
