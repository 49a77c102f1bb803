"""Looking again at a story that is held: the question that costs the outlet least, and whether the answer says anything new."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from pipelines.outlets import Outlet
    from pipelines.store.memory import Due

AFTER = -1  # Scrapy's priority: new stories first


def looking(request: Request, due: Due, outlet: Outlet) -> Request:
    """Make the request of a look: behind the new stories and, where one page holds the story, only for news."""
    headers = {} if outlet.more else _known(due)
    meta = request.meta | {"handle_httpstatus_list": [HTTPStatus.NOT_MODIFIED]} if headers else request.meta
    return request.replace(priority=AFTER, headers=headers, meta=meta)


def is_same(response: Response, due: Due, outlet: Outlet) -> bool:
    """Say whether the page is the one we hold. Of a story in parts the first page cannot speak for the others."""
    if response.status == HTTPStatus.NOT_MODIFIED:
        return True
    return not outlet.more and sha256(response.body).hexdigest() == due.digest


def _known(due: Due) -> dict[str, str]:
    asked = {"If-None-Match": due.etag, "If-Modified-Since": due.last_modified}
    return {name: said for name, said in asked.items() if said}
