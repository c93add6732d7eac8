"""Nothing leaves for where it must not: robots.txt, private addresses, other hosts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest
from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.settings import Settings
from scrapy.utils.test import get_crawler

from crawler.net import PublicOnly, forbidden, is_on, literal_address
from crawler.settings import SETTINGS
from tests.crawler_server import Site, outcome, page, serving, visits

CLOSED_PART = b"User-agent: *\nDisallow: /closed/\n"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


def put_closed(site: Site, count: int) -> list[str]:
    paths = [f"/closed/{n}" for n in range(count)]
    for path in paths:
        site.article(path)
    site.feed(*paths)
    return paths


@pytest.mark.parametrize("count", [3, 40])
def test_no_request_slips_through_while_robots_txt_loads(
    site: Site, count: int
) -> None:
    paths = put_closed(site, count)
    site.put("/robots.txt", CLOSED_PART)
    many = {"CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 64}
    found = visits(site, settings=many)
    assert not set(site.paths()) & set(paths)
    assert {v.reason for v in found if v.outcome == "skipped"} == {
        "Forbidden by robots.txt"
    }
    assert sum(v.outcome == "skipped" for v in found) == count


def test_robots_txt_of_many_waiting_requests_is_asked_once(site: Site) -> None:
    """The feed waits for the file alone; its links then find it loaded or loading."""
    site.put("/robots.txt", CLOSED_PART)
    many = {"CONCURRENT_REQUESTS": 64, "CONCURRENT_REQUESTS_PER_DOMAIN": 64}
    urls = tuple(f"{site.url}/closed/feed{n}" for n in range(40))
    for url in urls:
        site.put(url.removeprefix(site.url), b"<rss/>")
    found = visits(site, settings=many, url=urls)
    assert site.paths() == ["/robots.txt"]
    assert len(found) == 40


def _hang_up(request: BaseHTTPRequestHandler) -> None:
    request.connection.close()


@pytest.mark.parametrize(
    "robots",
    [
        {"status": 503},
        {"status": 500, "body": b"oops"},
        {"status": 403},
        {"status": 429},
        {"body": b"<!DOCTYPE html><title>One moment</title>"},
        {"body": b"\xef\xbb\xbf\n <html><body>Are you human?"},
        {"body": b"<script>challenge()</script>"},
        {"send": _hang_up},
    ],
)
def test_a_broken_robots_txt_closes_the_site(
    site: Site, robots: dict[str, object]
) -> None:
    put_closed(site, 4)
    site.put("/robots.txt", **robots)  # type: ignore[arg-type]
    found = visits(site)
    assert set(site.paths()) == {"/robots.txt"}
    assert [v.outcome for v in found] == ["skipped"]


def _endless_rules(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", str(2**30))
    request.end_headers()
    try:
        while True:
            request.wfile.write(b"Allow: /\n" * 10_000)
    except OSError:
        return


def test_a_robots_txt_without_end_closes_the_site_at_once(site: Site) -> None:
    put_closed(site, 4)
    site.put("/robots.txt", send=_endless_rules)
    began = time.monotonic()
    found = visits(site)
    assert time.monotonic() - began < 15
    assert set(site.paths()) == {"/robots.txt"}
    assert [v.outcome for v in found] == ["skipped"]


def test_a_missing_robots_txt_opens_the_site(site: Site) -> None:
    put_closed(site, 4)
    site.put("/robots.txt", CLOSED_PART, status=404)
    found = visits(site)
    assert sum(v.outcome == "read" for v in found) == 4


def test_robots_txt_is_obeyed_in_the_second_run_too(site: Site) -> None:
    put_closed(site, 4)
    site.put("/robots.txt", CLOSED_PART, headers={"ETag": '"one"'})
    for _ in range(2):
        visits(site)
    asked = [head for path, head in site.asked if path == "/robots.txt"]
    assert len(asked) == 2
    assert not [head for head in asked if "If-None-Match" in head]
    assert not [path for path in site.paths() if path.startswith("/closed/")]


PRIVATE = [
    "127.0.0.1",
    "2130706433",
    "0x7f.1",
    "0177.0.0.1",
    "127.1",
    "①②⑦.⓪.⓪.①",
    "[::ffff:127.0.0.1]",
    "[::1]",
    "[::127.0.0.1]",
    "[2002:7f00:1::]",
    "[64:ff9b::7f00:1]",
    "[fe80::1%eth0]",
    "[fd00::1]",
    "[fec0::1]",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "127.0.0.1.",
]


@pytest.mark.parametrize("host", PRIVATE)
def test_private_addresses_are_told_in_every_spelling(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert forbidden(address)


@pytest.mark.parametrize("host", ["93.184.216.34", "[2606:2800:220:1::1]"])
def test_public_addresses_pass(host: str) -> None:
    address = literal_address(host)
    assert address is not None
    assert not forbidden(address)


def test_names_are_no_addresses() -> None:
    assert literal_address("news.example") is None
    assert forbidden("no address")


def guard(**settings: object) -> PublicOnly:
    base = {"TWISTED_DNS_RESOLVER": SETTINGS["TWISTED_DNS_RESOLVER"]}
    return PublicOnly(get_crawler(settings_dict={**base, **settings}))


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "data:text/html,<p>x",
        "ftp://news.example/feed",
        "s3://bucket/key",
        "https://anna:secret@news.example/1",
        *(f"http://{host}/" for host in PRIVATE if "%" not in host),
    ],
)
def test_the_guard_refuses(url: str) -> None:
    with pytest.raises(IgnoreRequest) as caught:
        guard().process_request(Request(url))
    assert "secret" not in str(caught.value)


def test_the_guard_lets_news_pass() -> None:
    guard().process_request(Request("https://news.example/1"))


def test_the_guard_does_not_start_without_its_resolver() -> None:
    with pytest.raises(RuntimeError, match="TWISTED_DNS_RESOLVER"):
        PublicOnly(get_crawler(settings_dict={"TWISTED_DNS_RESOLVER": Settings()["X"]}))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
def test_loopback_is_refused_unless_the_source_allows_it(site: Site, host: str) -> None:
    url = site.url.replace("127.0.0.1", host) + "/feed"
    found = visits(site, url=(url,), allow=(host,), allow_private=())
    assert site.asked == []
    assert [v.outcome for v in found] == ["skipped"]
    assert "is the non-public address 127.0.0.1" in (found[0].reason or "")


@pytest.mark.parametrize("path", ["/moved", "/robots.txt"])
def test_a_redirect_to_a_name_of_loopback_is_refused(site: Site, path: str) -> None:
    """The name is on the source's list; only its address gives it away."""
    port = site.url.rpartition(":")[2]
    site.feed("/moved", "/1")
    away = {"Location": f"http://localhost:{port}/secret"}
    site.put(path, status=302, headers=away)
    site.article("/1")
    site.article("/secret")
    found = visits(site, allow=("127.0.0.1", "localhost"))
    assert "/secret" not in site.paths()
    told = {v.outcome: v.reason for v in found if "read" not in v.outcome}
    assert "is the non-public address 127.0.0.1" in str(told)


def test_a_feed_cannot_send_us_elsewhere(site: Site) -> None:
    port = site.url.rpartition(":")[2]
    site.feed(
        f"http://localhost:{port}/secret",
        "http://evil.example/1",
        "http://127.0.0.1@evil.example/2",
        f"http://2130706433:{port}/secret",
    )
    found = visits(site)
    assert site.paths() == ["/robots.txt", "/feed"]
    assert {v.reason for v in found if v.outcome == "skipped"} == {
        "the host is not on the source's list"
    }


@pytest.mark.parametrize("target", ["localhost", "2130706433"])
def test_redirects_off_the_list_are_refused(site: Site, target: str) -> None:
    port = site.url.rpartition(":")[2]
    site.feed("/moved")
    away = {"Location": f"http://{target}:{port}/secret"}
    site.put("/moved", status=302, headers=away)
    site.article("/secret")
    found = visits(site)
    assert "/secret" not in site.paths()
    kind, _ = outcome(found, "/moved")
    assert kind == "skipped"


def test_redirects_within_the_list_are_followed(site: Site) -> None:
    site.feed("/moved")
    site.put("/moved", status=301, headers={"Location": "/new"})
    site.article("/new")
    found = visits(site)
    assert outcome(found, "/moved")[0] == "moved"


def test_a_redirect_into_a_closed_part_is_refused(site: Site) -> None:
    put_closed(site, 1)
    site.put("/robots.txt", CLOSED_PART)
    site.feed("/moved")
    site.put("/moved", status=302, headers={"Location": "/closed/0"})
    visits(site)
    assert "/closed/0" not in site.paths()


def test_a_redirect_loop_ends(site: Site) -> None:
    site.feed("/loop")
    site.put("/loop", status=302, headers={"Location": "/loop"})
    found = visits(site)
    assert outcome(found, "/loop")[0] == "skipped"
    assert site.paths().count("/loop") <= 7


def test_a_redirect_to_the_front_page_means_not_there(site: Site) -> None:
    site.feed("/old")
    site.put("/old", status=302, headers={"Location": "/"})
    site.put("/", page("Front page"))
    assert outcome(visits(site), "/old") == ("soft_404", "redirected to /")


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://news.example/a", True),
        ("https://NEWS.example:443/a", True),
        ("https://news.example.evil.example/a", False),
        ("https://news.example@evil.example/a", False),
        ("https://evil.example\\@news.example/a", False),
        ("https://[bad/a", False),
        ("https:///a", False),
    ],
)
def test_hosts_are_compared_as_hosts(url: str, is_allowed: bool) -> None:
    assert is_on(url, {"news.example"}) == is_allowed


def test_nothing_listens_and_no_other_scheme_is_served() -> None:
    assert SETTINGS["REMOTE_CONTROL_ENABLED"] is False
    assert SETTINGS["TELNETCONSOLE_ENABLED"] is False
    handlers = SETTINGS["DOWNLOAD_HANDLERS"]
    refused = {scheme for scheme, handler in handlers.items() if handler is None}
    assert refused == {"file", "data", "ftp", "s3"}
