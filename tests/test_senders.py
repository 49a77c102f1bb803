"""Alarms reach whoever is on call, by mail, Slack, Telegram and webhook; what does not is one line without a secret in it."""

from __future__ import annotations

import email
import email.policy
import json
import logging
from typing import TYPE_CHECKING

import pytest
from listener import Listener, Postbox, listening

from crawler import monitors
from crawler.ping import ping
from crawler.report import Report
from pipelines import post
from pipelines.health import AMOUNTS, ASKED, Alarm
from pipelines.nouns import Exit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FIELD = Alarm("field authors", "0 of 24 stories have authors (usually 93 in 100) & <b>")
VOLUME = Alarm("volume", "2 stories in 6 h to Friday 12:00, usually 60")
REPORT = Report("kompas", 7, 5, FIELD.line, (FIELD, VOLUME), (FIELD,))
SECRET = "T0K3N-geheim"


def send(report: Report) -> bool:
    """Send it by every way there is; whether all did."""
    sent = [monitors.send(report, way) for way in monitors.ways()]
    return all(sent)


@pytest.fixture(autouse=True)
def nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(post, "PATIENCE", 3.0)


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening(Listener()) as ready:
        yield ready


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with listening(Postbox()) as ready:
        yield ready


def test_nobody_is_told_where_nobody_is_named() -> None:
    assert send(REPORT)


def test_webhook_gets_what_a_program_reads(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_ALARM_WEBHOOK", f"{listener.url}/{SECRET}")
    assert send(REPORT)
    ((path, headers, body),) = listener.heard
    assert path == f"/{SECRET}"
    assert headers["Content-Type"].startswith("application/json")
    told = json.loads(body)
    assert (told["outlet"], told["run"], told["exit_code"]) == ("kompas", 7, 5)
    assert [alarm["what"] for alarm in told["alarms"]] == ["field authors", "volume"]
    assert VOLUME.line in told["text"]


def test_slack_gets_a_text_in_its_own_escapes(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_ALARM_SLACK", f"{listener.url}/services/{SECRET}")
    assert send(REPORT)
    ((path, _, body),) = listener.heard
    assert path == f"/services/{SECRET}"
    assert "usually 93 in 100) &amp; &lt;b&gt;" in json.loads(body)["text"]


def test_telegram_gets_it_from_the_bot(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_ALARM_TELEGRAM_API", listener.url)
    monkeypatch.setenv("KLIPING_ALARM_TELEGRAM", SECRET)
    monkeypatch.setenv("KLIPING_ALARM_TELEGRAM_CHAT", "-100")
    assert send(REPORT)
    ((path, _, body),) = listener.heard
    assert path == f"/bot{SECRET}/sendMessage"
    assert json.loads(body) == {"chat_id": "-100", "text": REPORT.text()}


def test_mail_goes_to_everyone_with_the_first_line_as_its_subject(postbox: Postbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_ALARM_EMAIL", "jaga@redaksi.example, malam@redaksi.example")
    monkeypatch.setenv("KLIPING_ALARM_SMTP", f"smtp://saya:{SECRET}@127.0.0.1:{postbox.server_address[1]}")
    assert send(REPORT)
    (letter,) = postbox.letters
    message = email.message_from_string(letter, policy=email.policy.default)
    assert message["To"] == "jaga@redaksi.example, malam@redaksi.example"
    assert message["From"] == "jaga@redaksi.example"
    assert message["Subject"].strip() == f"Kliping: kompas: {FIELD.line}"
    assert VOLUME.line in message.get_content()
    assert len(postbox.logins) == 1


@pytest.mark.parametrize(("said", "told"), [("550 nobody here", True), ("450 later, please", False)])
def test_who_is_refused_is_named_and_asked_again_where_it_may_pass(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, said: str, told: bool
) -> None:
    postbox.refuses = {"malam@": said}
    monkeypatch.setenv("KLIPING_ALARM_EMAIL", "jaga@redaksi.example,malam@redaksi.example")
    monkeypatch.setenv("KLIPING_ALARM_SMTP", f"smtp://127.0.0.1:{postbox.server_address[1]}")
    assert send(REPORT) is told
    assert len(postbox.letters) == 1
    assert f"1 of its addresses refused: SMTP {said[:3]}" in caplog.text


def test_no_password_goes_over_an_open_wire(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("pipelines.post.HOME", ())
    monkeypatch.setenv("KLIPING_ALARM_EMAIL", "jaga@redaksi.example")
    monkeypatch.setenv("KLIPING_ALARM_SMTP", f"smtp://saya:{SECRET}@127.0.0.1:{postbox.server_address[1]}")
    assert not send(REPORT)
    assert postbox.logins == postbox.letters == []
    assert "no password is sent" in caplog.text


@pytest.mark.parametrize("trouble", ["HTTP 404", "HTTP 302", "no answer in 3 s", "ConnectionRefusedError", "ValueError"])
def test_what_is_not_sent_is_one_line_without_a_secret(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, trouble: str
) -> None:
    address = f"{listener.url}/{SECRET}"
    if trouble == "HTTP 302":
        listener.elsewhere = f"{listener.url}/elsewhere"
    if trouble.startswith("HTTP"):
        listener.status = int(trouble[5:])
    elif trouble.startswith("no answer"):
        listener.delay = 5
    elif trouble == "ValueError":
        address = f"kein-url-{SECRET}"
    else:
        address = f"http://127.0.0.1:1/{SECRET}"
    monkeypatch.setenv("KLIPING_ALARM_WEBHOOK", address)
    with caplog.at_level(logging.DEBUG):
        assert not send(REPORT)
        ping("kompas", Exit.DONE, "")
    assert [record.getMessage() for record in caplog.records] == [f"alarm by webhook not sent: {trouble}"]
    assert SECRET not in caplog.text
    assert [path for path, *_ in listener.heard] == [f"/{SECRET}"] * (listener.status != 200 or listener.delay > 0)


def test_a_way_that_is_closed_does_not_close_the_others(
    listener: Listener, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("KLIPING_ALARM_EMAIL", "jaga@redaksi.example")
    monkeypatch.setenv("KLIPING_ALARM_SMTP", f"ftp://{SECRET}")
    monkeypatch.setenv("KLIPING_ALARM_WEBHOOK", listener.url)
    assert not send(REPORT)
    assert len(listener.heard) == 1
    assert caplog.messages == ["alarm by email not sent: KLIPING_ALARM_SMTP: needs smtp://… or smtps://…"]


def test_an_alarm_that_was_told_is_not_told_again(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_ALARM_WEBHOOK", listener.url)
    assert send(Report("kompas", 8, 5, FIELD.line, (FIELD, VOLUME), ()))
    assert listener.heard == []


@pytest.mark.parametrize("kind", [*ASKED, *AMOUNTS, "door", "volume", "run"])
def test_whatever_is_asked_of_a_run_is_told(kind: str, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLIPING_ALARM_WEBHOOK", listener.url)
    alarm = Alarm(f"{kind} of something", "unusual")
    assert send(Report("kompas", 7, 5, alarm.line, (alarm,), (alarm,)))
    assert len(listener.heard) == 1


def test_a_secret_may_stand_in_a_file(listener: Listener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "webhook"
    file.write_text(f"{listener.url}/{SECRET}\n")
    monkeypatch.setenv("KLIPING_ALARM_WEBHOOK_FILE", str(file))
    assert send(REPORT)
    assert [path for path, *_ in listener.heard] == [f"/{SECRET}"]


@pytest.mark.parametrize(
    ("code", "path"),
    [(Exit.DONE, "/ping/kompas"), (Exit.ALARM, "/ping/kompas/fail"), (Exit.DATABASE, "/ping/kompas/fail"), (Exit.LOCKED, None)],
)
def test_each_run_pings(listener: Listener, monkeypatch: pytest.MonkeyPatch, code: Exit, path: str | None) -> None:
    monkeypatch.setenv("KLIPING_PING_URL", f"{listener.url}/ping/{{outlet}}")
    ping("kompas", code, "why")
    assert [heard for heard, *_ in listener.heard] == ([path] if path else [])
