"""The headers of an answer, held within bounds: Scrapy bounds the body alone, and Twisted a single line of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientFactory, _LenientHTTP11ClientProtocol
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

if TYPE_CHECKING:
    from twisted.internet.interfaces import IAddress

MOST = 512_000  # bytes until the headers' end, the first of the body that came with it included; browsers take half as much


class HeadersTooLong(Exception):
    """Headers that do not end."""


class Bounded(_LenientHTTP11ClientProtocol):
    """Breaks the connection off where headers go on and on."""

    told = 0

    def request(self, request: Any) -> Any:
        """Count anew."""
        self.told = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 (Twisted's name)
        """Pass on what came, as long as it is not too much."""
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self.told += len(data)
            if self.told > MOST:
                self._giveUp(Failure(HeadersTooLong()))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes such connections."""

    def buildProtocol(self, addr: IAddress | None) -> Bounded:  # noqa: ARG002, N802 (Twisted's names)
        """Make one."""
        return Bounded(self._quiescentCallback)  # type: ignore[no-untyped-call]
