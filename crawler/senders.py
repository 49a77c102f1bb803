"""Spidermon's actions that carry an alarm: e-mail, Slack, Telegram, webhook, each where the environment names it.

Spidermon's own need three more libraries, and its Telegram one asks with the token in an address that its errors print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from spidermon.core.actions import Action

from pipelines.post import Unsent, post, told, write

if TYPE_CHECKING:
    from crawler.report import Report

TELEGRAM = "https://api.telegram.org"


class Sender(Action):  # type: ignore[misc]  # Spidermon has no types
    """Sends a report by one way; what went wrong is kept in ``trouble``, in words that may stand in a log."""

    way: ClassVar[str]
    trouble = ""
    refused = ""  # which of those it goes to will never get it

    def run_action(self) -> None:
        """Send; a way that is closed does not close the others."""
        try:
            self.send(self.data.report)
        except Unsent as unsent:
            self.trouble = str(unsent)

    def send(self, report: Report) -> None:
        """Send it; Unsent where it cannot be."""
        raise NotImplementedError


class Webhook(Sender):
    """POSTs the report as JSON to KLIPING_ALARM_WEBHOOK."""

    way = "webhook"

    def send(self, report: Report) -> None:
        """POST it."""
        post(told("KLIPING_ALARM_WEBHOOK"), report.record())


class Slack(Sender):
    """Posts to the incoming webhook that KLIPING_ALARM_SLACK names."""

    way = "slack"

    def send(self, report: Report) -> None:
        """Post it; Slack gives ``&``, ``<`` and ``>`` a meaning of their own."""
        text = report.text().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        post(told("KLIPING_ALARM_SLACK"), {"text": text})


class Telegram(Sender):
    """Lets the bot whose token is KLIPING_ALARM_TELEGRAM write to KLIPING_ALARM_TELEGRAM_CHAT."""

    way = "telegram"

    def send(self, report: Report) -> None:
        """Write it, as plain text: no markup can be broken by a headline."""
        token, chat = told("KLIPING_ALARM_TELEGRAM"), told("KLIPING_ALARM_TELEGRAM_CHAT")
        if not chat:
            raise Unsent("KLIPING_ALARM_TELEGRAM_CHAT is not set")
        api = told("KLIPING_ALARM_TELEGRAM_API") or TELEGRAM
        post(f"{api}/bot{token}/sendMessage", {"chat_id": chat, "text": report.text()[:4096]})


class Email(Sender):
    """Mails KLIPING_ALARM_EMAIL (addresses between commas) by KLIPING_ALARM_SMTP, from KLIPING_ALARM_FROM."""

    way = "email"

    def send(self, report: Report) -> None:
        """Mail it; a password goes over no wire that is not encrypted."""
        subject, by, sender = f"Kliping: {report.outlet}: {report.line}", "KLIPING_ALARM_SMTP", "KLIPING_ALARM_FROM"
        self.refused = write(told("KLIPING_ALARM_EMAIL"), subject, report.text(), by=by, sender=sender)


WAYS: dict[str, type[Sender]] = {
    "KLIPING_ALARM_EMAIL": Email,
    "KLIPING_ALARM_SLACK": Slack,
    "KLIPING_ALARM_TELEGRAM": Telegram,
    "KLIPING_ALARM_WEBHOOK": Webhook,
}
