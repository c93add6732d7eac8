"""Other libraries, one a process: `python -m bench.peers NAME`.

Runs in an environment of its own (`requirements-bench.lock`), for the peers' pins clash
with ours: it may import nothing of Molva but `bench.peers_*`. The first line printed is
`{"ready": true}`, or `{"absent": why}`; then each line of JSON read, a request, is
answered by a line of JSON, a list. Requests: `text` and `lang` always; `kind` (number,
money, physical, percent) for quantities; `ref` (ISO day) and `prefer` (past, future)
for dates, and `quick` to do without a tagger; `pairs` of texts for likeness. For pages
`text` is the page's HTML.
"""

from __future__ import annotations

import contextlib
import json
import sys
import warnings
from collections.abc import Callable
from typing import Any

from bench import peers_dates, peers_likeness, peers_pages, peers_quantities

Request = dict[str, Any]
Answer = Callable[[Request], list[Any]]

#: Name → what loads it; loading raises ImportError or OSError where it cannot run.
PEERS: dict[str, Callable[[], Answer]] = {
    **peers_quantities.PEERS,
    **peers_dates.PEERS,
    **peers_likeness.PEERS,
    **peers_pages.PEERS,
}


def main(name: str) -> None:
    out = sys.stdout

    def say(answer: object) -> None:
        print(json.dumps(answer), file=out, flush=True)

    warnings.simplefilter("ignore")
    with contextlib.redirect_stdout(sys.stderr):  # what libraries print is no answer
        try:
            answer = PEERS[name]()
        except (ImportError, OSError) as error:
            say({"absent": str(error)})
            return
        say({"ready": True})
        for line in sys.stdin:
            say(answer(json.loads(line)))


if __name__ == "__main__":
    main(sys.argv[1])
