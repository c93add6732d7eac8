"""What was fetched is kept, and read back; other people's archives are read too."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import random
import tracemalloc
import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from scrapy.http import HtmlResponse
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive import ArchiveWriter
from crawler.feeds import FeedItem
from crawler.run import CrawlError
from crawler.visit import PageState
from crawler.warc import ArchivedPage, Damage, pages
from molva.config import Archive
from tests.crawler_server import Site, page, serving, visits

AT = "2024-05-14T09:00:00Z"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


def rules(folder: Path, **limits: Any) -> Archive:
    return Archive(folder=str(folder / "kept"), **limits)


def files(folder: Path) -> list[Path]:
    return sorted((folder / "kept").glob("*.warc.gz"))


def response(path: str = "/1", body: bytes = b"<p>words</p>") -> HtmlResponse:
    headers = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    return HtmlResponse("http://127.0.0.1" + path, body=body, headers=headers)


def kept(path: Path) -> list[tuple[str, str, bytes]]:
    """Type, address and payload of each record, as warcio reads them."""
    with path.open("rb") as stream:
        return [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Target-URI"),
                record.content_stream().read(),
            )
            for record in ArchiveIterator(stream, check_digests="raise")
        ]


def test_every_page_is_kept_with_its_digest(tmp_path: Path, site: Site) -> None:
    site.feed("/1", "/gone", "/packed")
    site.article("/1")
    body = gzip.compress(page("Packed trucks"))
    site.put("/packed", body, headers={"Content-Encoding": "gzip"})
    found = visits(site, archive=rules(tmp_path))
    (path,) = files(tmp_path)
    told = {url: (kind, data) for kind, url, data in kept(path) if url}
    assert set(told) == {site.at(p) for p in ("/feed", "/1", "/gone", "/packed")}
    assert told[site.at("/packed")] == ("response", page("Packed trucks"))
    for visit in found:
        if visit.body_sha256:
            data = told[visit.url][1]
            assert hashlib.sha256(data).hexdigest() == visit.body_sha256


def test_a_report_names_the_record_of_its_page(tmp_path: Path, site: Site) -> None:
    paths = [f"/{n}" for n in range(5)]
    for path in paths:
        site.article(path, f"Trucks number {path}")
    site.feed(*paths)
    found = visits(site, archive=rules(tmp_path))
    assert sum(v.report is not None for v in found) == 5
    for report in filter(None, (v.report for v in found)):
        file = tmp_path / "kept" / str(report.record_file)
        with file.open("rb") as stream:
            stream.seek(report.record_offset or 0)
            record = next(iter(ArchiveIterator(stream)))
        assert record.rec_headers.get_header("WARC-Target-URI") == report.url
        digest = record.rec_headers.get_header("WARC-Payload-Digest")
        assert digest == f"sha256:{report.body_sha256}"


def test_what_has_not_changed_is_kept_once(tmp_path: Path, site: Site) -> None:
    site.feed("/1")
    site.article("/1")
    feed, first = visits(site, archive=rules(tmp_path))
    states = [
        PageState(
            url=visit.url,
            source="local",
            body_sha256=visit.body_sha256,
            item=None if visit is feed else FeedItem(url=visit.url),
        )
        for visit in (feed, first)
    ]
    visits(site, *states, archive=rules(tmp_path))
    (path,) = files(tmp_path)
    assert len(kept(path)) == 3


def test_nothing_is_kept_where_no_archive_is_told(tmp_path: Path, site: Site) -> None:
    site.feed("/1")
    site.article("/1")
    (_, visit) = visits(site)
    assert visit.report is not None
    assert (visit.report.record_file, visit.report.record_offset) == (None, None)


def test_an_archive_that_cannot_be_written_ends_the_crawl(
    tmp_path: Path, site: Site
) -> None:
    site.feed("/1")
    (tmp_path / "kept").write_text("in the way")
    with pytest.raises(CrawlError, match="kept: File exists"):
        visits(site, archive=rules(tmp_path))


@pytest.mark.parametrize(
    ("share", "size"),
    [(0.01, 40_000), (0.5, 40_000), (0.99, 40_000), (0.99, 4_000_000)],
)
def test_the_half_record_of_a_kill_is_cut_off(
    tmp_path: Path, share: float, size: int
) -> None:
    body = random.Random(1).randbytes(size)
    writer = ArchiveWriter(rules(tmp_path))
    writer.keep(response("/1"), AT)
    second = writer.keep(response("/2", body), AT)
    writer.close()
    (path,) = files(tmp_path)
    whole = path.read_bytes()
    end = second.offset + int((len(whole) - second.offset) * share)
    path.write_bytes(whole[:end])
    urls = [p.url for p in pages(path) if isinstance(p, ArchivedPage)]
    assert urls == ["http://127.0.0.1/1"]

    writer = ArchiveWriter(rules(tmp_path))
    third = writer.keep(response("/3"), AT)
    writer.close()
    assert (third.file, third.offset) == (path.name, second.offset)
    assert [url for _, url, _ in kept(path) if url] == [
        "http://127.0.0.1/1",
        "http://127.0.0.1/3",
    ]


def test_two_writers_have_a_file_each(tmp_path: Path) -> None:
    writers = [ArchiveWriter(rules(tmp_path)) for _ in range(2)]
    records = [writer.keep(response(), AT) for writer in writers]
    assert len({record.file for record in records}) == 2
    for writer in writers:
        writer.close()
    again = ArchiveWriter(rules(tmp_path))
    assert again.keep(response(), AT).file == max(record.file for record in records)
    again.close()


def test_files_are_no_longer_than_told_and_the_oldest_go(tmp_path: Path) -> None:
    chance = random.Random(2)
    writer = ArchiveWriter(rules(tmp_path, file_mb=1, total_mb=3))
    for n in range(14):
        writer.keep(response(f"/{n}", chance.randbytes(400_000)), AT)
        assert sum(path.stat().st_size for path in files(tmp_path)) < 4.1 * 2**20
    writer.close()
    assert max(path.stat().st_size for path in files(tmp_path)) <= 2**20
    last = kept(files(tmp_path)[-1])
    assert last[-1][1] == "http://127.0.0.1/13"
    assert len(files(tmp_path)) >= 3


def test_files_go_when_they_are_old_but_not_from_under_a_writer(tmp_path: Path) -> None:
    first = ArchiveWriter(rules(tmp_path))
    old = first.keep(response(), AT)
    (path,) = files(tmp_path)
    os.utime(path, (0, 0))
    second = ArchiveWriter(rules(tmp_path, days=30))
    second.keep(response(), AT)
    assert old.file in [p.name for p in files(tmp_path)]
    first.close()
    second.close()
    os.utime(path, (0, 0))
    os.utime(files(tmp_path)[-1], (0, 0))
    for other in files(tmp_path):
        other.write_bytes(b"no record to go on after")
        os.utime(other, (0, 0))
    third = ArchiveWriter(rules(tmp_path, days=30))
    new = third.keep(response(), AT)
    third.close()
    assert [p.name for p in files(tmp_path)] == [new.file]


# Reading


def record(writer: WARCWriter, url: str, body: bytes, **headers: str) -> Any:
    told = {"Content-Type": "text/html; charset=utf-8", **headers}
    told = {name.replace("_", "-"): value for name, value in told.items()}
    http = StatusAndHeaders("200 OK", list(told.items()), protocol="HTTP/1.1")
    return writer.create_warc_record(
        url,
        "response",
        payload=BytesIO(body),
        length=len(body),
        http_headers=http,
        warc_headers_dict={"WARC-Date": "2024-05-14T12:00:00.25+03:00"},
    )


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 100] for at in range(0, len(body), 100)]
    told = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return told + b"0\r\n\r\n"


def archive(path: Path, urls: int = 3, *, packed: bool = True) -> list[int]:
    """Write an archive of several pages; return where each record begins."""
    places = []
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=packed)
        for n in range(urls):
            places.append(stream.tell())
            body = (
                page(f"Trucks number {n}")
                + random.Random(n).randbytes(30).hex().encode() * 50
            )
            writer.write_record(record(writer, f"http://example.org/{n}", body))
        places.append(stream.tell())
    return places


def urls_of(found: list[ArchivedPage | Damage]) -> list[str]:
    return [p.url.rpartition("/")[2] for p in found if isinstance(p, ArchivedPage)]


def damage(found: list[ArchivedPage | Damage]) -> list[str]:
    return [p.reason for p in found if isinstance(p, Damage)]


@pytest.mark.parametrize("form", ["packed", "plain", "as one"])
def test_each_way_of_packing_is_read(tmp_path: Path, form: str) -> None:
    path = tmp_path / "a.warc"
    places = archive(path, packed=form == "packed")
    if form == "as one":
        path.write_bytes(gzip.compress(path.read_bytes()))
        places = [0, 0, 0]
    found = [p for p in pages(path) if isinstance(p, ArchivedPage)]
    assert urls_of([*found]) == ["0", "1", "2"]
    assert [p.offset for p in found] == places[:3]
    assert {p.at for p in found} == {"2024-05-14T09:00:00Z"}
    assert {p.charset for p in found} == {"utf-8"}


@pytest.mark.parametrize(
    ("encode", "headers"),
    [
        (chunked, {"Transfer_Encoding": "Chunked"}),
        (gzip.compress, {"Content_Encoding": "x-gzip"}),
        (zlib.compress, {"Content_Encoding": "deflate"}),
        (brotli.compress, {"Content_Encoding": "br"}),
        (
            lambda body: chunked(gzip.compress(body)),
            {"Content_Encoding": "gzip", "Transfer_Encoding": "chunked"},
        ),
        # unpacked by who wrote it, the headers left as they were
        (bytes, {"Content_Encoding": "gzip"}),
        (bytes, {"Content_Encoding": "identity"}),
    ],
)
def test_payloads_are_unpacked(
    tmp_path: Path, encode: Callable[[bytes], bytes], headers: dict[str, str]
) -> None:
    body = page("Trucks")
    with (tmp_path / "a.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream)
        one = record(writer, "http://example.org/1", encode(body), **headers)
        writer.write_record(one)
    (found,) = pages(tmp_path / "a.warc.gz")
    assert isinstance(found, ArchivedPage)
    assert found.body == body


def test_a_packing_nobody_knows_is_told(tmp_path: Path) -> None:
    with (tmp_path / "a.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream)
        one = record(writer, "http://example.org/1", b"?", Content_Encoding="pack200")
        writer.write_record(one)
    assert "packed as 'pack200'" in damage(list(pages(tmp_path / "a.warc.gz")))[0]


def test_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    with (tmp_path / "a.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream)
        writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"by": "me"}))
        url = "http://example.org/1"
        ask = StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
        writer.write_record(writer.create_warc_record(url, "request", http_headers=ask))
        one = record(writer, url, b"\x89PNG", Content_Type="image/png")
        writer.write_record(one)
        moved = StatusAndHeaders("301 Moved", [("Content-Type", "text/html")])
        writer.write_record(
            writer.create_warc_record(
                url, "response", payload=BytesIO(b"<p>"), length=3, http_headers=moved
            )
        )
        writer.write_record(
            writer.create_revisit_record(
                url, "sha1:AAAA", url, AT, http_headers=one.http_headers
            )
        )
        told = writer.create_warc_record(
            "urn:x", "metadata", payload=BytesIO(b"fetchTimeMs: 5"), length=14
        )
        writer.write_record(told)
        writer.write_record(record(writer, url + "2", page("Trucks")))
    assert urls_of(list(pages(tmp_path / "a.warc.gz"))) == ["12"]


def test_a_page_saved_as_a_resource_is_read(tmp_path: Path) -> None:
    with (tmp_path / "a.warc.gz").open("wb") as stream:
        writer = WARCWriter(stream)
        one = writer.create_warc_record(
            "http://example.org/1",
            "resource",
            payload=BytesIO(page("Trucks")),
            length=len(page("Trucks")),
            warc_content_type="text/html",
        )
        writer.write_record(one)
    assert urls_of(list(pages(tmp_path / "a.warc.gz"))) == ["1"]


def test_the_format_before_warc_is_read(tmp_path: Path) -> None:
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + page("Trucks")
    about = b"1 0 Somebody\nURL IP-address Archive-date Content-type Archive-length\n"
    told = b"filedesc://a.arc 0.0.0.0 20240514090000 text/plain %d\n" % len(about)
    head = b"http://example.org/1 127.0.0.1 20240514090000 text/html %d\n" % len(body)
    (tmp_path / "a.arc").write_bytes(told + about + b"\n" + head + body + b"\n")
    (found,) = pages(tmp_path / "a.arc")
    assert isinstance(found, ArchivedPage)
    assert (found.at, found.body) == (AT, page("Trucks"))


@pytest.mark.parametrize("packed", [True, False])
def test_a_last_record_that_is_cut_off_is_told(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "a.warc.gz"
    places = archive(path, packed=packed)
    path.write_bytes(path.read_bytes()[: places[3] - 300])
    found = list(pages(path))
    assert urls_of(found) == ["0", "1"]
    (told,) = damage(found)
    assert told.startswith("the file ends in the middle of a record; nothing")


@pytest.mark.parametrize("packed", [True, False])
def test_a_record_that_is_damaged_costs_no_other(tmp_path: Path, packed: bool) -> None:
    path = tmp_path / "a.warc.gz"
    places = archive(path, 40, packed=packed)
    data = bytearray(path.read_bytes())
    if packed:
        data[places[7] + 200 : places[7] + 260] = bytes(60)
    else:
        del data[places[7] + 800 : places[7] + 900]
    path.write_bytes(data)
    found = list(pages(path))
    assert urls_of(found) == [str(n) for n in range(40) if n != 7]
    (told,) = [p for p in found if isinstance(p, Damage)]
    assert told.offset == places[7]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nothing of the kind\n" * 1000,
        gzip.compress(b"nothing of the kind\n" * 1000),
        bytes(100_000),
        random.Random(3).randbytes(200_000),
        b"\x1f\x8b" + random.Random(4).randbytes(200_000),
        base64.b64encode(random.Random(5).randbytes(100_000)),
        b"WARC/1.0\r\n\r\n" * 3,
    ],
)
def test_junk_is_one_line(
    tmp_path: Path, data: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.warc.gz").write_bytes(data)
    found = list(pages(tmp_path / "a.warc.gz"))
    assert len(found) <= 1
    assert all("\n" not in told for told in damage(found))
    assert capfd.readouterr() == ("", "")


def test_a_huge_record_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    with path.open("wb") as stream:
        writer = WARCWriter(stream)
        huge = b"<p>more</p>" * 6_000_000
        writer.write_record(record(writer, "http://example.org/1", huge))
        bomb = gzip.compress(huge)
        told = {"Content_Encoding": "gzip"}
        writer.write_record(record(writer, "http://example.org/2", bomb, **told))
        writer.write_record(record(writer, "http://example.org/3", page("Trucks")))
        del huge, bomb
    tracemalloc.start()
    sizes = [len(p.body) for p in pages(path) if isinstance(p, ArchivedPage)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(sizes) == 3
    assert peak < 40 * 2**20
