"""What is told of a run that ended badly, to people and to programs."""

from __future__ import annotations

import socket
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipelines.health import Alarm


@dataclass(frozen=True, slots=True)
class Report:
    """What a run ended with: its exit code and line, and every alarm, of which ``news`` were not told before by one way."""

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
