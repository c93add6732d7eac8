"""No private addresses: one choke point for every name and every literal address."""

from __future__ import annotations

import socket
import unicodedata
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

_EXTRA = [
    ip_network(n)
    for n in (
        "100.64.0.0/10",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "fec0::/10",
        "ff00::/8",
    )
]

#: An answer with more is refused; real ones have some twenty.
MAX_HEADERS = 1_000

#: name → address of every refusal of this process (Twisted swallows the message).
refusals: dict[str, str] = {}
#: Expired, of another host, or signed by nobody we know.
_UNVOUCHED = ("certificate verify failed", "VerificationError")


def fault_of(host: str, error: BaseException) -> str:
    """Say plainly what Twisted's `error` hides in words of its own, else ""."""
    if host in refusals:
        return f"{host} is the non-public address {refusals[host]}"
    if any(sign in str(error) for sign in _UNVOUCHED):
        return f"no trusted certificate vouches for {host}"
    return ""


def forbidden(address: str) -> bool:
    """Say whether an IP address (any notation `ipaddress` takes) is not public."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    if not ip.is_global or ip.is_multicast:
        return True
    return any(ip.version == net.version and ip in net for net in _EXTRA)


def literal_address(host: str) -> str | None:
    """Return the address that `host` spells (2130706433, 0x7f.1, [::1]) or None."""
    wide = unicodedata.normalize("NFKC", host)
    bare = wide.strip("[]").partition("%")[0].removesuffix(".")
    try:
        return str(ip_address(bare))
    except ValueError:
        pass
    try:
        return socket.inet_ntoa(socket.inet_aton(bare))
    except (OSError, UnicodeEncodeError):
        return None


class PublicOnlyResolver(CachingThreadedResolver):
    """Refuse names that resolve to non-public addresses, but for allowed hosts."""

    def __init__(
        self, reactor: Any, cache_size: int, timeout: float, allowed: set[str]
    ):
        super().__init__(reactor, cache_size, timeout)
        self.allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> PublicOnlyResolver:
        """Read the size, the timeout and `MOLVA_ALLOW_PRIVATE` from the settings."""
        settings = crawler.settings
        size = settings.getint("DNSCACHE_SIZE")
        return cls(
            reactor,
            size if settings.getbool("DNSCACHE_ENABLED") else 0,
            settings.getfloat("DNS_TIMEOUT"),
            set(settings.getlist("MOLVA_ALLOW_PRIVATE")),
        )

    def getHostByName(self, name: str, timeout: Any = ()) -> Any:  # noqa: N802
        """Resolve, then check the very address that will be connected to."""

        def check(address: str) -> str:
            if name not in self.allowed and forbidden(address):
                refusals[name] = address
                raise DNSLookupError(f"{name} resolves to non-public {address}")
            return address

        return super().getHostByName(name, timeout).addCallback(check)


class PublicOnly:
    """Downloader middleware: only http(s), no private literal, no redirect away.

    A redirect may lead to the source's own hosts (`MOLVA_ALLOW`) or between a host and
    its `www.` form, robots.txt included.
    """

    def __init__(self, crawler: Crawler) -> None:
        resolver = crawler.settings.get("TWISTED_DNS_RESOLVER")
        if "PublicOnlyResolver" not in str(resolver):
            raise RuntimeError("the address guard is off: TWISTED_DNS_RESOLVER")
        self.allowed = set(crawler.settings.getlist("MOLVA_ALLOW_PRIVATE"))
        self.hosts = set(crawler.settings.getlist("MOLVA_ALLOW"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PublicOnly:
        """Make the middleware; fails where the resolver guard is missing."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for what must not leave."""
        parts = urlsplit(request.url)
        if parts.scheme not in {"http", "https"}:
            raise IgnoreRequest(f"scheme {parts.scheme}: only http and https")
        host = parts.hostname or ""
        if "@" in parts.netloc:  # of a redirect: it would be kept and shown
            raise IgnoreRequest(f"a name or password before {host}")
        address = literal_address(host)
        if address and host not in self.allowed and forbidden(address):
            raise IgnoreRequest(f"{host} is the non-public address {address}")
        came_by = request.meta.get("redirect_urls")
        if came_by and not self._may_lead(came_by[0], request.url):
            raise IgnoreRequest(f"redirected to {host}, not on the source's list")

    def process_response(self, request: Request, response: Response) -> Response:
        """Return the answer; raise IgnoreRequest where it is a flood of headers."""
        heads = response.headers
        if sum(len(heads.getlist(name)) for name in heads) > MAX_HEADERS:
            raise IgnoreRequest(f"more than {MAX_HEADERS} headers")
        return response

    def _may_lead(self, start: str, target: str) -> bool:
        return is_on(target, self.hosts) or _site(start) == _site(target)


def is_on(url: str, hosts: Iterable[str]) -> bool:
    """Say whether the host of `url` (with or without its port) is one of `hosts`."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if not host or "\\" in url:
        return False
    return host in hosts or f"{host}:{port}" in hosts


def _site(url: str) -> str:
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    is_default = parts.port in (None, 80, 443)
    return host if is_default else f"{host}:{parts.port}"
