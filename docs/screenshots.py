"""`make screenshots`: pictures of the six pages of the demo, wide and on a phone."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from datasette.utils import tilde_encode

FOLDER = Path(__file__).parent / "screenshots"
#: Width → height of the picture, in pixels.
SIZES = {1280: 720, 390: 844}
#: Pictures above this are too large for a repository.
LIMIT = 150_000
#: Page → the row that shows most of it: SQL for its key.
_ROWS = {
    "topic": "SELECT name FROM topic ORDER BY claim_count DESC",
    "claim": """SELECT claim_id FROM claim_value WHERE kind = 'figure'
        GROUP BY claim_id ORDER BY count(DISTINCT low) > 1 DESC,
        count(DISTINCT report_id) DESC, claim_id""",
    "source": "SELECT source FROM report GROUP BY 1 ORDER BY count(*) DESC, 1",
    "entity": "SELECT key FROM entity ORDER BY statement_count DESC",
    "report": "SELECT id FROM report ORDER BY revision DESC, id",
}


def pages(path: Path) -> dict[str, str]:
    """Return the addresses of the six pages, by name."""
    found = {"front": "/"}
    with closing(sqlite3.connect(path)) as conn:
        for name, sql in _ROWS.items():
            key = conn.execute(sql).fetchone()[0]
            found[name] = f"/molva/{name}/{quote(tilde_encode(key), safe='~+')}"
    return found


def main() -> None:
    """Make the demo, serve it, and take the pictures."""
    from db.datasette.serve import build
    from molva import demo
    from molva.pipeline.runs import silent
    from tests.browser import BINARY, DRIVER, MISSING, chromium, served, set_width

    if not (BINARY and DRIVER):
        sys.exit(MISSING)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.db"
        demo.run(path, silent)
        with served(build(path)) as site, chromium(Path(folder)) as driver:
            for width, height in SIZES.items():
                set_width(driver, width, height)
                for name, address in pages(path).items():
                    driver.get(site + address)
                    picture = FOLDER / f"{name}-{width}.png"
                    picture.write_bytes(driver.get_screenshot_as_png())
                    if picture.stat().st_size > LIMIT:
                        sys.exit(f"{picture} is larger than {LIMIT:,} bytes")


if __name__ == "__main__":
    main()
