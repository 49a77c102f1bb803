"""Who we are and where we may go: the honest name, an outlet's own hosts, no private address, not even by redirect."""

from __future__ import annotations

import ipaddress
import logging
import os
import ssl
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

from pipelines.permits import permitted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

    from pipelines.outlets import Outlet

logger = logging.getLogger(__name__)


class OffLimits(IgnoreRequest):
    """An address that a crawl must not ask."""


def contact() -> str:
    """Whom an outlet may write to about us; ValueError where it could not stand in a header."""
    given = os.environ.get("KLIPING_CONTACT", "").strip()
    if not given.isascii() or not given.isprintable():
        msg = "KLIPING_CONTACT: one line of plain ASCII, please (an e-mail or web address)"
        raise ValueError(msg)
    return given


def way_out() -> None:
    """Look at what every request will need; ValueError where a variable names a file or a proxy that is none."""
    certificates = os.environ.get("SSL_CERT_FILE", "")
    if certificates:
        _look_at(certificates)
    for name, proxy in getproxies().items():
        if name in ("http", "https") and not _is_proxy(proxy):
            msg = f"{name}_proxy: needs an address as http://host:3128"
            raise ValueError(msg)


def _look_at(certificates: str) -> None:
    try:
        if not Path(certificates).is_file():
            msg = f"SSL_CERT_FILE: {certificates}: is no file"
            raise ValueError(msg)
        ssl.create_default_context(cafile=certificates)
    except OSError as error:  # an SSLError is one
        why = "holds no certificates" if isinstance(error, ssl.SSLError) else error.strerror
        msg = f"SSL_CERT_FILE: {certificates}: {why}"
        raise ValueError(msg) from error


def _is_proxy(address: str) -> bool:
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        return bool(parts.hostname and (parts.port or "//" in address)) and parts.scheme in ("", "http", "https")
    except ValueError:  # a port that is no number, or none of 65,535
        return False


def user_agent() -> str:
    """``Kliping/VERSION (contact)``: never a browser's name."""
    try:
        release = version("kliping")
    except PackageNotFoundError:
        release = "0"
    try:
        whom = contact()
    except ValueError:  # `scrapy crawl` refuses it in one line; no other command sends anything
        whom = ""
    return f"Kliping/{release} (Indonesian news archive; {whom or 'no contact given'})"


def exempt() -> frozenset[str]:
    """The ``host:port`` pairs that KLIPING_ALLOW_PRIVATE names: test servers, nothing else."""
    return frozenset(pair.strip().lower() for pair in os.environ.get("KLIPING_ALLOW_PRIVATE", "").split(",") if pair.strip())


def is_private(address: str) -> bool:
    """Say whether an IP address is anything but a public unicast one; a name is not."""
    try:
        ip = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return False
    return not ip.is_global or ip.is_multicast


class Guard:
    """Downloader middleware: asks only the outlet's own hosts over http(s). Judges the target's name, not a proxy's."""

    def __init__(self, outlet: Outlet | None) -> None:
        self.outlet = outlet
        self.permitted = outlet is not None and permitted(outlet)  # `scrapy fetch` and `scrapy shell` come this way alone
        self.exempt = exempt()
        for pair in self.exempt:
            logger.warning("private address allowed by KLIPING_ALLOW_PRIVATE: %s", pair)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Guard:
        """Scrapy's way in."""
        return cls(getattr(crawler.spider, "outlet", None))

    def process_request(self, request: Request) -> None:
        """Let the request pass, or refuse it with the reason."""
        request.meta.pop("download_slot", None)  # Scrapy would ask where a redirect leads in the turn of the host it came from
        parts = urlsplit(request.url)
        host, port = parts.hostname or "", parts.port or {"https": 443}.get(parts.scheme, 80)
        if f"{host}:{port}" in self.exempt:
            return
        if parts.scheme not in ("http", "https"):
            msg = f"{parts.scheme} is not asked"
            raise OffLimits(msg)
        if "@" in parts.netloc:
            msg = "an address with a user in it is not asked"
            raise OffLimits(msg)
        if is_private(host):
            msg = f"{host} is a private address"
            raise OffLimits(msg)
        if host in _names(self.exempt):  # its name may lead to a private address: the resolver lets it
            msg = f"KLIPING_ALLOW_PRIVATE does not name port {port} of {host}"
            raise OffLimits(msg)
        if self.outlet is None or not self.outlet.owns(request.url):
            msg = f"{host} is no host of {self.outlet.slug if self.outlet else 'a known outlet'}"
            raise OffLimits(msg)
        if not self.permitted:
            msg = f"permission = {self.outlet.permission!r} in the seed of {self.outlet.slug}"
            raise OffLimits(msg)


class PublicResolver(CachingThreadedResolver):
    """Refuses a name that resolves to a private address at the moment of connecting, so no answer can change in between."""

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802 (Twisted's name)
        """Resolve ``name``; the operator's proxies and named test servers may be private."""
        found = super().getHostByName(name, timeout)
        if name.lower() not in _may_be_private():
            found.addCallback(_public, name)
        return found


def _may_be_private() -> set[str]:
    proxies = {urlsplit(proxy if "//" in proxy else f"//{proxy}").hostname or "" for proxy in getproxies().values()}
    return proxies | _names(exempt())


def _names(pairs: frozenset[str]) -> set[str]:
    return {pair.rpartition(":")[0] for pair in pairs}


def _public(address: Any, name: str) -> Any:
    if is_private(str(address)):
        msg = f"{name} leads to the private address {address}"
        _warn(msg)  # Twisted keeps the error to itself: "no results for hostname lookup" is all that comes back
        raise DNSLookupError(msg)
    return address


@cache
def _warn(what: str) -> None:
    logger.warning("%s: it is not asked", what)
