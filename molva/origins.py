"""Where a piece of evidence comes from: five articles of one report are one origin.

An origin is a string: ``body:<key>`` for who speaks with authority, ``person:<key>``
for other named speakers, ``outlet:<key>`` for the outlet (or its owner) that had it
first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from molva.chronology import moment
from molva.model import Evidence, ReportHead, Source, Statement
from molva.names import key

#: Permutations of a MinHash: a standard error of at most 1/16.
PERMUTATIONS = 64
#: Words to a shingle.
WIDTH = 3
#: Share of common shingles from which a text is a copy: reports written apart share
#: under a tenth, agency copy with a new first paragraph well over a third.
COPY = 0.35

Sketches = NDArray[np.uint32]

_WORD = re.compile(r"\w+")


def shingles(text: str) -> tuple[int, ...]:
    """Return the MinHash of the 3-word shingles of `text` (Broder 1997).

    Text without a word gives an empty tuple, which is similar to nothing.
    """
    words = [word.encode() for word in _WORD.findall(text.casefold())]
    if not words:
        return ()
    ends = (words[i:] for i in range(WIDTH))
    parts = {b" ".join(words[:WIDTH]), *map(b" ".join, zip(*ends, strict=False))}
    sketch = _empty().copy()
    sketch.update_batch(list(parts))
    return tuple(sketch.hashvalues.tolist())


@cache
def _empty() -> Any:
    # Half a second of imports, which commands that store no text need not wait for.
    from datasketch import MinHash

    return MinHash(num_perm=PERMUTATIONS, seed=1)


def similarity(sketches: Sketches, sketch: Sketches) -> NDArray[np.float64]:
    """Estimate the Jaccard similarity (0 to 1) of texts to one, from their shingles.

    Shapes (n, PERMUTATIONS) and (PERMUTATIONS,) give (n,).
    """
    alike: NDArray[np.float64] = (sketches == sketch).mean(axis=1)
    return alike


def outlet_roots(sources: Iterable[Source]) -> dict[str, str]:
    """Map every name an outlet is cited under to its family or, without one, itself."""
    roots: dict[str, str] = {}
    for source in sources:
        root = key(source.family or source.name)
        for name in (source.name, source.title, *source.aliases):
            roots.setdefault(key(name), root)
    return roots


def outlet_of(head: ReportHead) -> str:
    """Return the origin a report is when it has the news from nobody else."""
    return f"outlet:{key(head.family or head.source)}"


def origin(
    statement: Statement,
    head: ReportHead,
    earlier: Sequence[ReportHead] = (),
    *,
    outlets: Mapping[str, str] | None = None,
) -> str:
    """Return the root of what `statement` says, as far as its report shows it.

    `earlier` are reports that may have been copied, `outlets` what `outlet_roots`
    returned for the sources known.
    """
    said = statement.attribution
    if said.source_type == "official" and (said.authority or said.source):
        return f"body:{said.authority or key(said.source or '')}"
    if said.source_type == "expert" and said.source:
        return f"person:{key(said.source)}"
    if said.outlet:
        cited = key(said.outlet)
        return f"outlet:{(outlets or {}).get(cited, cited)}"
    return outlet_of(_copied([*earlier, head], {head.id}).get(head.id, head))


def _copied(heads: Iterable[ReportHead], ids: Collection[str]) -> dict[str, ReportHead]:
    """Return, for those of `ids`, the first report whose text each one repeats."""
    told = {head.id: head for head in heads if head.shingles}
    ordered = sorted(told.values(), key=lambda head: (moment(head), head.id))
    sketches = np.array([head.shingles for head in ordered], dtype=np.uint32)
    found = {}
    for i, head in enumerate(ordered):
        if head.id not in ids:
            continue
        is_alike = similarity(sketches[:i], sketches[i]) >= COPY
        if is_alike.any():
            found[head.id] = ordered[int(is_alike.argmax())]
    return found


def roots(evidence: Sequence[Evidence]) -> dict[str, str]:
    """Return the root origin of each statement (by id) among a claim's evidence.

    Chains are followed: who cites an outlet that itself cites another traces to the
    latter; who copies a text traces to whatever the text traces to.
    """
    first = {item.statement.id: item.origin for item in evidence}
    own = [item for item in evidence if item.origin == outlet_of(item.report)]
    ids = {item.report.id for item in own}
    copied = _copied((item.report for item in evidence), ids) if own else {}
    for item in own:
        if item.report.id in copied:
            first[item.statement.id] = outlet_of(copied[item.report.id])
    passed_on = _passed_on(evidence, first)
    return {name: _followed(root, passed_on) for name, root in first.items()}


def _passed_on(
    evidence: Sequence[Evidence], first: Mapping[str, str]
) -> dict[str, str]:
    """Map outlets that had the news only from one other origin to that origin."""
    sources: dict[str, set[str]] = {}
    for item in evidence:
        own = outlet_of(item.report)
        sources.setdefault(own, set()).add(first[item.statement.id])
    return {
        own: next(iter(found))
        for own, found in sources.items()
        if len(found) == 1 and own not in found
    }


def _followed(root: str, passed_on: Mapping[str, str]) -> str:
    seen = {root}
    while (further := passed_on.get(root)) is not None and further not in seen:
        root = further
        seen.add(root)
    return root
