"""Scrapy's settings as shipped: polite, bounded, nothing left open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from crawler.source import SourceSpec

USER_AGENT = "molva/0.1 (+{contact})"
CONTACT = "https://example.org/contact"

#: Process settings (`custom_settings` cannot set the resolver). Sizes in bytes, times
#: in seconds; what each guards against is in `docs/crawling.md`.
SETTINGS: dict[str, Any] = {
    "ROBOTSTXT_OBEY": True,
    "DOWNLOADER_MIDDLEWARES": {
        "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
        "crawler.net.PublicOnly": 50,
        "crawler.robots.RobotsGate": 100,
        "scrapy.downloadermiddlewares.stats.DownloaderStats": None,
        "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,
        # Its own list of hosts is the spider's, ours that of `PublicOnly`.
        "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    },
    "ITEM_PIPELINES": {"crawler.run.WriteLines": 100},
    "TWISTED_DNS_RESOLVER": "crawler.net.PublicOnlyResolver",
    "DOWNLOAD_HANDLERS": {"file": None, "data": None, "ftp": None, "s3": None},
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    "COOKIES_ENABLED": False,
    "AUTOTHROTTLE_ENABLED": True,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
    # What waits in the downloader is sent even when a source has refused us.
    "CONCURRENT_REQUESTS": 4,
    # Visits are written one by one: Scrapy begins so many tasks for every response.
    "CONCURRENT_ITEMS": 1,
    # What we do not use costs time on every page.
    "SPIDER_MIDDLEWARES": {
        "scrapy.spidermiddlewares.depth.DepthMiddleware": None,
        "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": None,
        "scrapy.spidermiddlewares.metacopy.MetaCopyDetectionMiddleware": None,
        "scrapy.spidermiddlewares.referer.RefererMiddleware": None,
        "scrapy.spidermiddlewares.start.StartSpiderMiddleware": None,
        # Feeds have a shorter limit; what it drops nobody hears of.
        "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": None,
    },
    "EXTENSIONS": {
        "scrapy.extensions.corestats.CoreStats": None,
        "scrapy.extensions.logcount.LogCount": None,
        "scrapy.extensions.logstats.LogStats": None,
        "scrapy.extensions.memusage.MemoryUsage": None,
        "crawler.memory.MemoryInUse": 0,
    },
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "DOWNLOAD_DELAY_JITTER": 0.5,
    # In the order named: the newest of an index first.
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "DOWNLOAD_TIMEOUT": 30,
    "DOWNLOAD_MAXSIZE": 8 * 2**20,
    "DOWNLOAD_WARNSIZE": 0,
    "REDIRECT_MAX_TIMES": 5,
    "RETRY_TIMES": 2,
    # 429 and 503 say when to come back: no retry within the run.
    "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],
    "HTTPERROR_ALLOW_ALL": True,
    "MEMUSAGE_LIMIT_MB": 1024,
    "CLOSESPIDER_TIMEOUT": 540,
    # It parses the source of a generator callback anew for each response.
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
    "LOG_LEVEL": "ERROR",
}


def settings_for(spec: SourceSpec, *, contact: str = CONTACT) -> dict[str, Any]:
    """Return the settings of one source's crawler."""
    return SETTINGS | {
        "USER_AGENT": USER_AGENT.format(contact=contact),
        "DOWNLOAD_DELAY": spec.delay,
        # Who asks for no pause need not be asked one request at a time.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if spec.delay else 4,
        "AUTOTHROTTLE_START_DELAY": spec.delay,
        "AUTOTHROTTLE_ENABLED": spec.delay >= 1,
        "MOLVA_ALLOW": hosts_of(spec),
        "MOLVA_ALLOW_PRIVATE": sorted(spec.allow_private),
    }


def hosts_of(spec: SourceSpec) -> list[str]:
    """Return the hosts that a source may ask: its own list, and its listings'."""
    return sorted({*spec.allow, *(urlsplit(url).netloc for url in spec.url)})


def process_settings(specs: Iterable[SourceSpec]) -> dict[str, Any]:
    """Return the settings of the process: its resolver serves all its sources."""
    private = {host for spec in specs for host in spec.allow_private}
    return SETTINGS | {"MOLVA_ALLOW_PRIVATE": sorted(private)}
