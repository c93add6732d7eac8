"""Whom a certificate does not vouch for is not read."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from tests.crawler_server import serving, visits

YESTERDAY = datetime.now(UTC) - timedelta(days=1)


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that this machine trusts for the length of a test."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))
    return made


def told_by(certificate: trustme.LeafCert) -> tuple[list[str], list[str | None]]:
    """Crawl a site that shows `certificate`: what was asked, and each outcome."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    with serving(context) as site:
        site.feed("/1")
        site.article("/1")
        found = visits(site)
        return site.paths(), [v.reason or v.outcome for v in found]


def test_a_site_that_is_vouched_for_is_read(authority: trustme.CA) -> None:
    asked, told = told_by(authority.issue_cert("127.0.0.1"))
    assert asked == ["/robots.txt", "/feed", "/1"]
    assert "read" in told


@pytest.mark.parametrize("fault", ["expired", "of another host", "self-signed"])
def test_a_site_that_is_not_vouched_for_is_not_asked(
    authority: trustme.CA, fault: str
) -> None:
    certificate = {
        "expired": authority.issue_cert("127.0.0.1", not_after=YESTERDAY),
        "of another host": authority.issue_cert("127.0.0.2"),
        "self-signed": trustme.CA().issue_cert("127.0.0.1"),
    }[fault]
    asked, told = told_by(certificate)
    assert asked == []
    assert told == ["no trusted certificate vouches for 127.0.0.1"]
