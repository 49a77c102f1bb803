"""The monitors that look at a run when its spider has closed, carried by Spidermon; what they look for, pipelines/ found.

Imported at the end of a run alone: Spidermon takes time, which no start has to pay.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

from spidermon import Monitor, MonitorSuite
from spidermon.runners import MonitorRunner

from crawler.senders import WAYS, Sender

if TYPE_CHECKING:
    from crawler.report import Report

logger = logging.getLogger(__name__)


class RunMonitor(Monitor):  # type: ignore[misc]  # Spidermon has no types
    """How the run ended, and what its outlet's history says of it. An alarm that was told before fails nothing."""

    def test_its_doors_and_their_volume(self) -> None:
        """Doors announce what they usually do; as many stories were published as usual."""
        self._nothing_new_of("door", "volume", "run")

    def test_its_pages(self) -> None:
        """Pages come, layouts match, bodies are as long as usual, no more pages are refused than usual."""
        self._nothing_new_of("lost", "layout", "stray", "words", "paragraphs", "refused")

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


def ways() -> list[type[Sender]]:
    """Give the ways that the environment names."""
    return [way for name, way in WAYS.items() if os.environ.get(name) or os.environ.get(f"{name}_FILE")]


def send(report: Report, way: type[Sender]) -> bool:
    """Run the monitors; where one fails, send the report. Say whether what was to be sent was."""
    sender = way()
    suite = MonitorSuite(name=report.outlet, monitors=[RunMonitor], monitors_failed_actions=[sender])
    result = MonitorRunner().run(suite, report=report)
    # one that raised is told without its words, for they may hold a secret
    broken = any(one.error for one in result.monitors_failed_action_results)
    if failed := "it broke" if broken else sender.trouble:
        logger.error("alarm by %s not sent: %s", way.way, failed)
    elif sender.refused:
        logger.error("alarm by %s: %s", way.way, sender.refused)
    return not failed
