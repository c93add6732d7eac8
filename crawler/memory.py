"""A limit on the memory that a crawl has in use."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

#: Linux tells the pages in use second, in pages.
_STATM = Path("/proc/self/statm")


class MemoryInUse(MemoryUsage):
    """Scrapy's limit, held against what is in use now.

    Scrapy asks for `ru_maxrss`, the most ever used. Linux hands it down from the parent
    (getrusage(2), exec): a crawl that a process with loaded models began was ended as
    too large before its first page.
    """

    def get_virtual_size(self) -> int:
        """Return the bytes in use; where the system does not tell, the most ever."""
        with suppress(OSError, ValueError, IndexError):
            pages = int(_STATM.read_text().split()[1])
            return pages * int(self.resource.getpagesize())
        return super().get_virtual_size()
