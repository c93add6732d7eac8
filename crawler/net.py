"""No private addresses: one choke point for every name and every literal address."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.error import DNSLookupError

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

_EXTRA = [
    ip_network(n)
    for n in (
        "100.64.0.0/10",
        "192.88.99.0/24",
        "224.0.0.0/4",
        "64:ff9b::/96",
        "ff00::/8",
    )
]

#: name → address of every refusal of this process (Twisted swallows the message).
refusals: dict[str, str] = {}


def forbidden(address: str) -> bool:
    """Say whether an IP address (any notation `ipaddress` takes) is not public."""
    ip: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or ip.sixtofour or ip
    if not ip.is_global or ip.is_multicast:
        return True
    return any(ip.version == net.version and ip in net for net in _EXTRA)


def literal_address(host: str) -> str | None:
    """Return the address that `host` spells (2130706433, 0x7f.1, [::1]) or None."""
    bare = host.strip("[]").partition("%")[0]
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
    """Downloader middleware: only http(s), no literal private address."""

    def __init__(self, crawler: Crawler) -> None:
        resolver = crawler.settings.get("TWISTED_DNS_RESOLVER")
        if "PublicOnlyResolver" not in str(resolver):
            raise RuntimeError("the address guard is off: TWISTED_DNS_RESOLVER")
        self.allowed = set(crawler.settings.getlist("MOLVA_ALLOW_PRIVATE"))

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
        address = literal_address(host)
        if address and host not in self.allowed and forbidden(address):
            raise IgnoreRequest(f"{host} is the non-public address {address}")
