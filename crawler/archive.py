"""Fetched pages kept as WARC files: a gzip member a record, written as they come."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import responses
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from scrapy import __version__ as scrapy_version
from scrapy.http import Response
from scrapy.utils.python import to_unicode
from warcio.recordbuilder import RecordBuilder
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from molva.config import Archive

try:
    import fcntl
except ImportError:  # pragma: no cover
    fcntl = None  # type: ignore[assignment]

#: How every record's member begins: gzip, deflate, no name, no time.
_MEMBER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00"
#: The last record begins within so many bytes of the end: most in the first, and none
#: before the last, which is more than any page allowed.
_TAILS = (2**18, 2**21, 2**24)
_NAME = "molva-*.warc.gz"
_BUILDER = RecordBuilder(warc_version="WARC/1.1")
#: Headers that tell how the bytes came over the wire, not what they are.
_WIRE = {"content-encoding", "content-length", "transfer-encoding"}


@dataclass(frozen=True, slots=True)
class Record:
    """Where a page lies: the file's name in the archive, and the byte it begins at.

    `at` is when it came (UTC).
    """

    file: str
    offset: int
    at: str


class ArchiveWriter:
    """Writes to the newest file that has room and no other writer, else to a new one.

    A record is whole in the file before `keep` returns: a kill costs the one being
    written, whose half the next writer cuts off. Raises OSError where it cannot write.
    """

    def __init__(self, rules: Archive) -> None:
        self.rules = rules
        self.folder = Path(rules.folder)
        self._stream: BinaryIO | None = None

    def keep(self, response: Response, at: str) -> Record:
        """Write one answer (bytes as decoded: their SHA-256 is that of the report)."""
        packed = _response(response, at)
        stream = self._stream or self._open()
        if stream.tell() + len(packed) > self.rules.file_mb * 2**20:
            stream = self._new()
        offset = stream.tell()
        stream.write(packed)
        stream.flush()
        return Record(Path(stream.name).name, offset, at)

    def close(self) -> None:
        """Leave the file to the next writer."""
        if self._stream:
            self._stream.close()
        self._stream = None

    def _open(self) -> BinaryIO:
        self.folder.mkdir(parents=True, exist_ok=True)
        newest = max(self.folder.glob(_NAME), default=None)
        self._stream = self._resumed(newest) if newest else None
        return self._stream or self._new()

    def _resumed(self, path: Path) -> BinaryIO | None:
        stream = path.open("r+b")
        end = _sound_end(stream) if _is_ours(stream) else None
        if end is None or end >= self.rules.file_mb * 2**20:
            stream.close()
            return None
        stream.seek(end)
        stream.truncate()
        return stream

    def _new(self) -> BinaryIO:
        self.close()
        prune(self.rules)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        path = self.folder / f"molva-{stamp}-{os.getpid()}.warc.gz"
        self._stream = path.open("xb")
        _is_ours(self._stream)
        self._stream.write(_warcinfo(path.name))
        return self._stream


def prune(rules: Archive) -> None:
    """Remove files past the age, and the oldest past the total; never one in use."""
    files = sorted(Path(rules.folder).glob(_NAME), reverse=True)
    total = 0
    for path in files:
        with contextlib.suppress(FileNotFoundError):
            held = path.stat()
            total += held.st_size
            days = (time.time() - held.st_mtime) / 86_400
            is_old = rules.days is not None and days > rules.days
            is_too_much = rules.total_mb is not None and total > rules.total_mb * 2**20
            if (is_old or is_too_much) and not _is_in_use(path):
                path.unlink()
                total -= held.st_size


def _is_in_use(path: Path) -> bool:
    with path.open("rb") as stream:
        return not _is_ours(stream)


def _is_ours(stream: BinaryIO) -> bool:
    """Hold the file against other writers until it is closed; False if one has it."""
    if fcntl is None:  # pragma: no cover
        return False
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sound_end(stream: BinaryIO) -> int | None:
    """Return where the last whole record ends; None where no record is to be seen."""
    size = stream.seek(0, os.SEEK_END)
    ends = (_end_within(stream, size, length) for length in _TAILS)
    return next((end for end in ends if end is not None), None)


def _end_within(stream: BinaryIO, size: int, length: int) -> int | None:
    start = stream.seek(max(0, size - length))
    tail = stream.read()
    for at in _members(tail):
        member = zlib.decompressobj(zlib.MAX_WBITS + 16)
        try:
            is_record = member.decompress(tail[at:], 5) == b"WARC/"
            if not is_record:
                continue
            member.decompress(member.unconsumed_tail)
        except zlib.error:
            if not is_record:
                continue
        return size - len(member.unused_data) if member.eof else start + at
    return None


def _members(tail: bytes) -> Iterator[int]:
    """Where a member may begin, the last one first."""
    at = tail.rfind(_MEMBER)
    while at >= 0:
        yield at
        at = tail.rfind(_MEMBER, 0, at)


def _response(response: Response, at: str) -> bytes:
    """Return the record of an answer, packed."""
    digest = f"sha256:{hashlib.sha256(response.body).hexdigest()}"
    about = {"WARC-Date": at, "WARC-Payload-Digest": digest}
    if response.ip_address:
        about["WARC-IP-Address"] = str(response.ip_address)
    return _packed(
        _BUILDER.create_warc_record(
            response.url,
            "response",
            payload=BytesIO(response.body),
            length=len(response.body),  # given, so that our digest is kept
            http_headers=_http_headers(response),
            warc_headers_dict=about,
        )
    )


def _warcinfo(name: str) -> bytes:
    """Return the record that begins a file, packed."""
    told = {
        "software": f"molva (Scrapy {scrapy_version})",
        "format": "WARC File Format 1.1",
        "description": "payloads as decoded from the transfer, one gzip member each",
    }
    return _packed(_BUILDER.create_warcinfo_record(name, told))


def _packed(record: Any) -> bytes:
    buffer = BytesIO()
    WARCWriter(buffer, gzip=False).write_record(record)
    return zlib.compress(buffer.getvalue(), wbits=zlib.MAX_WBITS + 16)


def _http_headers(response: Response) -> StatusAndHeaders:
    told = [
        (to_unicode(name, "latin-1"), to_unicode(value, "latin-1"))
        for name, values in response.headers.items()
        for value in values
    ]
    told = [pair for pair in told if pair[0].lower() not in _WIRE]
    told.append(("Content-Length", str(len(response.body))))
    status = f"{response.status} {responses.get(response.status, '')}"
    return StatusAndHeaders(status, told, protocol="HTTP/1.1")
