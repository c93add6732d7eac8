"""Reading web archives, anybody's: their pages one at a time, in bounded memory.

WARC and ARC, plain, packed a record at a time or as a whole. What is broken is told
once, and reading goes on at the next record that is whole.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from contextlib import redirect_stderr
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import BufferedReader
from warcio.exceptions import ArchiveLoadFailed

from crawler.page import MAX_BYTES

#: Where a record may begin in a packed and in a plain file.
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_HEAD = re.compile(rb"WARC/[01]\.\d+\r?\n")
_GZIP = b"\x1f\x8b"
_CHUNK = 2**16
_TYPES = ("text/html", "application/xhtml+xml")
#: How a page begins of which nobody said that it is one.
_MARKS = (b"<!doctype html", b"<html")
_CUT_OFF = "the file ends in the middle of a record"


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page as an archive holds it; `at` is when it was fetched (UTC)."""

    url: str
    at: str | None
    body: bytes
    charset: str | None
    offset: int


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of an archive that cannot be read."""

    offset: int
    reason: str


def pages(path: Path) -> Iterator[ArchivedPage | Damage]:
    """Yield the pages of an archive that were answered with 200, and what is broken.

    Requests, metadata, redirects, pictures and revisits (which hold no page of their
    own) are passed over. Raises OSError where the file cannot be read.
    """
    with path.open("rb") as stream:
        is_packed = stream.read(2) == _GZIP
        plain: _Bytes = _Packed(stream) if is_packed else _Plain(stream)
        while True:
            reading = _Reading(plain)
            yield from reading.pages()
            if not reading.failure:
                return
            goes_on = plain.resume(reading.place)
            if goes_on is None and reading.is_first:
                yield Damage(0, "is no web archive")
                return
            rest = "nothing" if goes_on is None else f"what comes from byte {goes_on}"
            yield Damage(reading.offset, f"{reading.failure}; {rest} is read after it")
            if goes_on is None:
                return


class _Reading:
    """One pass over the records: to the end, or to the first that is broken.

    `place` is where that one begins in the plain bytes, `offset` in the file.
    """

    def __init__(self, plain: _Bytes) -> None:
        self.plain = plain
        self.place = plain.tell()
        self.offset = plain.origin(self.place)
        self.is_first = self.place == 0
        self.failure = ""

    def pages(self) -> Iterator[ArchivedPage | Damage]:
        records = ArchiveIterator(self.plain)
        try:
            while (record := _quietly(next, records, None)) is not None:
                self.place = records.offset
                self.offset = self.plain.origin(self.place)
                found = _page(record, self.offset)
                _quietly(records.read_to_end)
                if getattr(record.raw_stream, "limit", 0) > 0:
                    self.failure = self.plain.broken or _CUT_OFF
                    return
                self.is_first = False
                if records.err_count:
                    self.failure = "a record is of another length than it says"
                    return
                if found:
                    yield found
                self.place = records.offset
        except (ArchiveLoadFailed, ValueError, EOFError, AttributeError) as error:
            # AttributeError: what warcio does with records that lack their headers
            self.failure = f"a record cannot be read ({_one_line(error)})"
        self.failure = self.plain.broken or self.failure
        if self.failure:
            self.offset = self.plain.origin(self.place)


def _quietly(call: Any, *rest: Any) -> Any:
    """Let warcio say to nobody what it thinks of a file: we tell it in our words."""
    with redirect_stderr(io.StringIO()):
        return call(*rest)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:80] or type(error).__name__


def _page(record: Any, offset: int) -> ArchivedPage | Damage | None:
    """Return the page that a record holds, if it holds one."""
    url = record.rec_headers.get_header("WARC-Target-URI") or ""
    url = url or record.rec_headers.get_header("uri") or ""
    http = record.http_headers
    kind = (http or record.rec_headers).get_header("Content-Type") or ""
    is_answer = (
        record.rec_type == "response" and http and http.get_statuscode() == "200"
    )
    is_page = is_answer or (record.rec_type == "resource" and not http)
    if not is_page or not url.startswith(("http://", "https://")):
        return None
    if kind and not kind.lower().strip().startswith(_TYPES):
        return None
    packing = _packing(http)
    if packing not in ("", "br", *BufferedReader.get_supported_decompressors()):
        return Damage(offset, f"{url}: packed as {packing!r}, which is not known here")
    body = _body(record, packing)
    if not kind and not body[:512].lstrip().lower().startswith(_MARKS):
        return None
    _, _, charset = kind.lower().partition("charset=")
    return ArchivedPage(
        url=url,
        at=_time(record.rec_headers),
        body=body,
        charset=charset.split(";")[0].strip("\"' ") or None,
        offset=offset,
    )


def _packing(http: Any) -> str:
    """Return how a payload is packed, and put the headers in the words warcio knows."""
    told = {"Transfer-Encoding": "", "Content-Encoding": ""}
    for name in told if http else ():
        value = (http.get_header(name) or "").lower().strip().removeprefix("x-")
        told[name] = "" if value in ("identity", "none") else value
        http.replace_header(name, told[name])
    return told["Content-Encoding"]


def _body(record: Any, packing: str) -> bytes:
    """Return the payload, at most one byte more than a page may have."""
    limit = MAX_BYTES + 1
    if packing == "br":  # warcio's own way is not that of today's brotli
        record.http_headers.replace_header("Content-Encoding", "")
    body: bytes = _quietly(record.content_stream().read, limit)
    if packing != "br":
        return body
    try:
        unpacked: bytes = brotli.Decompressor().process(body, output_buffer_limit=limit)
    except brotli.error:
        return body  # unpacked by who wrote it, the headers left as they were
    return unpacked[:limit]


def _time(headers: Any) -> str | None:
    """The moment of fetching in our form: WARC's own, or the 14 digits of ARC."""
    told = headers.get_header("WARC-Date") or headers.get_header("archive-date") or ""
    try:
        if told.isdigit():
            moment = datetime.strptime(told, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        else:
            moment = datetime.fromisoformat(told).astimezone(UTC)
    except ValueError:
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


class _Bytes(Protocol):
    """The plain bytes of an archive, up to where they are `broken`."""

    broken: str

    def read(self, size: int = _CHUNK) -> bytes: ...

    def tell(self) -> int: ...

    def origin(self, place: int) -> int:
        """Return where in the file the plain byte at `place` comes from."""
        ...

    def resume(self, place: int) -> int | None:
        """Go on at the first record after `place`; return where it is in the file."""
        ...


class _Plain:
    """A file that is not packed."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.broken = ""
        stream.seek(0)

    def read(self, size: int = _CHUNK) -> bytes:
        return self.stream.read(size)

    def tell(self) -> int:
        return self.stream.tell()

    def origin(self, place: int) -> int:
        return place

    def resume(self, place: int) -> int | None:
        found = next(_places(self.stream, place + 1, _HEAD), None)
        if found is not None:
            self.stream.seek(found)
        return found


class _Packed:
    """A file of gzip members, one a record or more."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.place = 0
        #: Where the members read of late begin: in the plain bytes, in the file.
        self.members: list[tuple[int, int]] = []
        self._begin(0)

    def _begin(self, offset: int) -> None:
        self.broken = ""
        self.stream.seek(offset)
        self.decoder = zlib.decompressobj(zlib.MAX_WBITS + 16)
        self.members.append((self.place, offset))

    def read(self, size: int = _CHUNK) -> bytes:
        while not self.broken:
            raw = self.decoder.unused_data or self.decoder.unconsumed_tail
            raw = raw or self.stream.read(_CHUNK)
            if self.decoder.eof:
                if not raw:
                    return b""
                self.decoder = zlib.decompressobj(zlib.MAX_WBITS + 16)
                self.members.append((self.place, self.stream.tell() - len(raw)))
            elif not raw:
                self.broken = _CUT_OFF
                return b""
            try:
                data = self.decoder.decompress(raw, size)
            except zlib.error:
                self.broken = "a record is damaged"
                return b""
            if data:
                self.place += len(data)
                return data
        return b""

    def tell(self) -> int:
        return self.place

    def origin(self, place: int) -> int:
        while len(self.members) > 1 and self.members[1][0] <= place:
            del self.members[0]
        return self.members[0][1]

    def resume(self, place: int) -> int | None:
        last = self.origin(place)
        for offset in _places(self.stream, last + 1, _MEMBER):
            self.stream.seek(offset)
            head = zlib.decompressobj(zlib.MAX_WBITS + 16)
            try:
                is_record = head.decompress(self.stream.read(_CHUNK), 5) == b"WARC/"
            except zlib.error:
                continue
            if is_record:
                self.members.clear()
                self._begin(offset)
                return offset
        return None


def _places(stream: BinaryIO, start: int, pattern: re.Pattern[bytes]) -> Iterator[int]:
    """Yield where `pattern` stands in the file from `start` on."""
    overlap = 16
    kept = b""
    while True:
        stream.seek(start)
        data = stream.read(_CHUNK)
        if not data:
            return
        text = kept + data
        for match in pattern.finditer(text):
            if match.end() > len(kept):
                yield start - len(kept) + match.start()
        start += len(data)
        kept = text[-overlap:]
