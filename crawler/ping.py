"""A dead man's switch: each run tells an address that it came to its end; where none tells, somebody else raises the alarm.

The convention is that of healthchecks.io: POST to the address for a success, to ``/fail`` below it for the rest.
"""

from __future__ import annotations

import logging
from urllib.parse import quote

from pipelines.nouns import Exit
from pipelines.post import Unsent, post, told

logger = logging.getLogger(__name__)


def ping(outlet: str, code: int, line: str) -> None:
    """Tell KLIPING_PING_URL, in which ``{outlet}`` may stand, how a run ended. One that found another at work tells nothing."""
    try:
        address = told("KLIPING_PING_URL").replace("{outlet}", quote(outlet, safe=""))
        if address and not address.startswith(("https://", "http://")):
            logger.error("ping not sent: KLIPING_PING_URL needs an address that begins with https://")
        elif address and code != Exit.LOCKED:
            post(address if code == Exit.DONE else f"{address.rstrip('/')}/fail", f"{outlet}: exit code {code:d} {line}".strip())
    except Unsent as unsent:
        logger.error("ping not sent: %s", unsent)  # noqa: TRY400 (a traceback would print the address)
