"""What a request that brought no page means: the address's next state, the cause in a few words, when to try again."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from OpenSSL.SSL import Error as TLSError
from scrapy.exceptions import IgnoreRequest
from scrapy.spidermiddlewares.httperror import HttpError

from crawler.guard import OffLimits
from pipelines.answers import cause_of, state_of

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure


LONGEST = 300  # characters of a cause: Twisted quotes the line that it could not read, however long
BROKEN_OFF = "the answer breaks off: the connection was closed before its end"
CLOSED = "the connection was closed before an answer came"
HEADERS_WITHOUT_END = "the answer's headers have no end (beyond 500 kB)"
TOO_LARGE = "the answer is too large (beyond 50 MB, packed or not)"
# What Scrapy and Twisted call it, and what it is to whoever reads a log at night
IN_WORDS = {
    "_DataLoss": BROKEN_OFF, "ResponseDataLossError": BROKEN_OFF,
    "ConnectionDone": CLOSED, "ConnectionLost": CLOSED, "ResponseNeverReceived": CLOSED,
    "DownloadTimeoutError": "no whole answer came in time",
    "DownloadConnectionRefusedError": "the connection was refused: its server is down, or there is no way to it",
    "DownloadCancelledError": TOO_LARGE, "HeadersTooLong": HEADERS_WITHOUT_END,
}  # fmt: skip


class Resting(IgnoreRequest):
    """A host that asked for more time than a run waits. ``seconds`` are left of it."""

    def __init__(self, host: str, seconds: float) -> None:
        super().__init__(f"{host} asked to be left alone for another {seconds:.0f} s (Retry-After)")
        self.seconds = seconds


def how_missed(failure: Failure) -> dict[str, Any]:
    """Give ``state`` (gone, forbidden or failed) and ``cause``, for an answer also ``http_status`` and ``retry_after``.

    ``tried`` is there, and false, where the host was not asked.
    """
    error = failure.value
    if isinstance(error, HttpError):
        return by_status(error.response)
    if isinstance(error, OffLimits):
        return {"state": "gone", "cause": f"off limits: {error}"}
    if isinstance(error, Resting):  # nothing was asked, so it is no try
        return {"state": "failed", "cause": str(error), "retry_after": error.seconds, "tried": False}
    if isinstance(error, IgnoreRequest):
        barred = str(error) == "Forbidden by robots.txt"  # Scrapy's words; it has no class for it
        return {"state": "forbidden" if barred else "failed", "cause": _in_words(str(error)) or type(error).__name__}
    return {"state": "failed", "cause": why(error)}


def why(error: BaseException | None) -> str:
    """Name an error in a line: of a list of failures that Scrapy writes out as it stands, the last one, which says why."""
    reasons = getattr(getattr(error, "__cause__", None), "reasons", None)
    last = reasons[-1].value if reasons else error
    if isinstance(last, TLSError) and last.args and last.args[0]:  # a list of library, function, reason
        return f"TLS: {last.args[0][-1][-1]}"
    if words := IN_WORDS.get(type(last).__name__):
        return words
    said = str(last).strip().splitlines()
    return f"{type(last).__name__}: {said[0]}"[:LONGEST] if said else type(last).__name__


def _in_words(said: str) -> str:
    """Say what Scrapy's middlewares refuse an answer for; it has no classes for it."""
    if "exceeded DOWNLOAD_MAXSIZE" in said:
        return TOO_LARGE
    return "it redirects in a circle, or too often" if said == "max redirections reached" else said


def by_status(response: Response) -> dict[str, Any]:
    """Say the same of an answer that is none."""
    status = response.status
    return {"state": state_of(status), "cause": cause_of(status), "http_status": status, "retry_after": retry_after(response)}


def retry_after(response: Response) -> float | None:
    """Seconds the server asks us to wait (RFC 9110 §10.2.3, both forms, §5.6.7, a date without a zone too), or None."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isdecimal() and said.isascii():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
        return max(((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds(), 0.0)
    except (ValueError, TypeError):
        return None
