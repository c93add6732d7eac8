"""Many reports through read, assess and browse: `python -m bench.soak [REPORTS]`.

Invented stories, each told by some outlets in either language, come in portions, as in
`molva run --loop`: stored, read by two workers, assessed by this process, while another
serves the pages and a reader asks for them. A line a portion: what a report cost in
processor time, memory, how long pages took, what failed.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread

import httpx

from db import store
from db.instants import now
from molva.model import Report, Source, stable_id
from molva.pipeline.passes import run_pass
from molva.pipeline.workers import beside

REPORTS, PORTIONS = 50_000, 20
#: Seconds between two pages that the reader asks for.
PAUSE = 0.2
_OUTLETS = 60
_START = datetime(2025, 1, 6, 8, tzinfo=UTC)
#: Syllables of names, three letters each, the same in both languages.
_SYLLABLES = {
    "en": "bardunkelmorlintamrosvelcorhanwespolgarfen",
    "ru": "бардункелморлинтамросвелкорганвесполгарфен",
}
_TOWNS = {"en": ("ton", "ford", "burg"), "ru": ("ск", "град", "горск")}
#: Things that are planned, as objects of a verb.
_THINGS = (
    ("a cement plant", "цементный завод"),
    ("a tram depot", "трамвайное депо"),
    ("a grain terminal", "зерновой терминал"),
    ("a data centre", "центр обработки данных"),
    ("a paper mill", "бумажную фабрику"),
    ("a wind farm", "ветропарк"),
)
_TEXTS = {
    "en": (
        "{name} will build {thing} in {town} by the end of {year}, two people familiar "
        "with the plans said. The project may cost {cost} million dollars.",
        "{name} plans to invest {cost} million dollars in {thing} in {town}, its chief "
        "executive said on Monday. It should open in {year}.",
        "{name} has postponed {thing} in {town} until {year}, the regional ministry "
        "said. The company declined to comment.",
    ),
    "ru": (
        "«{name}» построит {thing} в городе {town} до конца {year} года, рассказали "
        "два источника, знакомых с планами. Проект может стоить {cost} млн долларов.",
        "«{name}» планирует вложить {cost} млн долларов в {thing} в городе {town}, "
        "сообщил гендиректор компании. Открытие намечено на {year} год.",
        "«{name}» перенесёт {thing} в городе {town} на {year} год, сообщили в "
        "региональном министерстве. В компании отказались от комментариев.",
    ),
}


@dataclass(slots=True)
class Reader:
    """Milliseconds of the pages read since it was last asked, and what failed."""

    took: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Story:
    """Numbers of the syllables of a company and its town, of the thing; its cost."""

    company: tuple[int, ...]
    town: tuple[int, ...]
    thing: int
    cost: int


def reports(count: int) -> Iterator[Report]:
    """Yield so many reports in the order of publication, four to a story or so."""
    rng = random.Random(11)
    at = _START
    running: list[Story] = []
    for number in range(count):
        at += timedelta(minutes=rng.randint(1, 20))
        if len(running) < 40 or rng.random() < 0.25:
            running = [*running[-60:], _story(rng)]
        yield _told(rng.choice(running), number, at, rng)


def _story(rng: random.Random) -> Story:
    syllables = [rng.randrange(14) for _ in range(5)]
    return Story(
        company=tuple(syllables[:3]),
        town=tuple(syllables[3:]),
        thing=rng.randrange(len(_THINGS)),
        cost=rng.randint(20, 900),
    )


def _name(syllables: tuple[int, ...], lang: str) -> str:
    letters = _SYLLABLES[lang]
    return "".join(letters[3 * n : 3 * n + 3] for n in syllables).title()


def _told(story: Story, number: int, at: datetime, rng: random.Random) -> Report:
    lang = rng.choice(("en", "ru"))
    told = rng.choice(_TEXTS[lang]).format(
        name=_name(story.company, lang),
        town=_name(story.town, lang) + _TOWNS[lang][story.town[0] % 3],
        thing=_THINGS[story.thing][lang == "ru"],
        year=at.year + rng.randint(1, 3),
        cost=story.cost,
    )
    outlet = f"outlet-{rng.randrange(_OUTLETS)}"
    return Report(
        id=stable_id(outlet, str(number)),
        source=outlet,
        key=str(number),
        text=told,
        title=told.split(",")[0],
        url=f"https://{outlet}.example/{number}",
        lang=lang,
        published=at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        seen_at=now(),
    )


@contextmanager
def browsing(path: Path, reader: Reader) -> Iterator[int]:
    """Serve the pages and read them until the block is left; yields the server's id."""
    port = 8899
    command = [sys.executable, "-m", "molva", "--db", str(path), "browse"]
    server = subprocess.Popen([*command, "--port", str(port)], stderr=subprocess.PIPE)
    over = Event()
    thread = Thread(target=_read, args=(f"http://127.0.0.1:{port}", reader, over))
    thread.start()
    try:
        yield server.pid
    finally:
        over.set()
        thread.join()
        server.terminate()
        server.communicate()


def _read(site: str, reader: Reader, over: Event) -> None:
    pages = ("/", "/molva/claim", "/molva/search?q=terminal", "/molva/source")
    with httpx.Client(base_url=site, timeout=30, follow_redirects=True) as client:
        while not over.is_set():
            try:
                if client.get("/").status_code:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        while not over.wait(PAUSE):
            for page in (*pages, _claim(client)):
                began = time.perf_counter()
                status = client.get(page).status_code
                reader.took.append((time.perf_counter() - began) * 1000)
                if status != 200:
                    reader.failures.append(f"{page}: {status}")


def _claim(client: httpx.Client) -> str:
    """Return the page of the claim that was told last."""
    told = client.get("/molva/claim.json?_shape=objects&_size=1").json()["rows"]
    return f"/molva/claim/{told[0]['id']}" if told else "/molva/claim"


def memory(pid: int | str = "self") -> float:
    """Return the resident memory of a process in MiB."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8")
    return [int(child) for child in told.split()]


def _spent(pids: list[int]) -> float:
    """Return the processor seconds of processes."""
    ticks = 0
    for pid in pids:
        told = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        ticks += sum(map(int, told.rpartition(")")[2].split()[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def soak(count: int, portions: int = PORTIONS) -> None:
    """Print a line for each portion."""
    with TemporaryDirectory() as folder:
        path, reader = Path(folder) / "molva.db", Reader()
        with (
            closing(store.open_db(path)) as db,
            browsing(path, reader) as server,
            beside(2) as workers,
        ):
            names = [f"outlet-{n}" for n in range(_OUTLETS)]
            store.save_sources(
                db, (Source(name=n, title=n, kind="media", lang="und") for n in names)
            )
            made, size = reports(count), count // portions
            print(
                "reports  claims  ms/report  writer worker pages MiB  page ms  failed"
            )
            for portion in range(1, portions + 1):
                before = _spent([os.getpid(), *_workers(server)])
                some = [next(made) for _ in range(size)]
                store.save_reports(db, some)
                last = date.fromisoformat((some[-1].published or "")[:10])
                run_pass(db, (), as_of=last, workers=workers)
                hands = _workers(server)
                cost = (_spent([os.getpid(), *hands]) - before) * 1000 / size
                took, reader.took = reader.took, []
                print(
                    f"{portion * size:7} {db.table('claim').count:7} {cost:10.1f} "
                    f"{memory():7.0f} {max(map(memory, hands), default=0):6.0f} "
                    f"{memory(server):9.0f} {median(took or [0]):8.1f} "
                    f"{len(reader.failures):7}",
                    flush=True,
                )
            print(f"file: {path.stat().st_size / 2**20:.0f} MiB", *reader.failures[:5])


def _workers(server: int) -> list[int]:
    """Return the processes that read, the server of the pages left out."""
    return [pid for pid in _children(os.getpid()) if pid != server]


if __name__ == "__main__":
    soak(int(sys.argv[1]) if sys.argv[1:] else REPORTS)
