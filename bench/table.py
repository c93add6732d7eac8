"""A row of the benchmark table, and how the table is shown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

HEAD = ("set", "measure", "n", "ours", "best peer", "target", "reached", "other peers")
_NUMBERS = (2, 3, 5)


@dataclass(frozen=True, slots=True)
class Row:
    """One measure on one set; `ours` None where it was not measured (`note` says why).

    The target is `target`, or the best peer's score plus `margin`. `note` says what was
    left out of the set; `absent` which peers could not run, and why.
    """

    set: str
    measure: str
    n: int = 0
    ours: float | None = None
    peers: dict[str, float] = field(default_factory=dict)
    target: float | None = None
    margin: float | None = None
    is_cost: bool = False
    unit: str = ""
    note: str = ""
    absent: tuple[str, ...] = ()

    @property
    def best(self) -> str | None:
        """The peer with the best score, None where none ran."""
        if not self.peers:
            return None
        choose = min if self.is_cost else max
        return choose(self.peers, key=lambda name: self.peers[name])

    @property
    def goal(self) -> float | None:
        """What is to be reached, None where nothing is set or no peer ran."""
        if self.margin is None or self.best is None:
            return self.target
        return self.peers[self.best] + self.margin

    @property
    def is_reached(self) -> bool | None:
        """Whether the goal is reached, to three decimals; None without a goal."""
        if self.goal is None or self.ours is None:
            return None
        ours, goal = round(self.ours, 3), round(self.goal, 3)
        return ours <= goal if self.is_cost else ours >= goal

    def cells(self) -> tuple[str, ...]:
        """Return the row as the columns of HEAD."""
        if self.ours is None:
            return self.set, self.measure, "", self.note, "", "", "", ""
        best = self.best
        others = [
            f"{name} {self.shown(value)}"
            for name, value in sorted(self.peers.items(), key=lambda p: -p[1])
            if name != best
        ]
        return (
            self.set,
            self.measure,
            str(self.n),
            self.shown(self.ours),
            f"{best} {self.shown(self.peers[best])}" if best else "",
            self._goal_shown(),
            {True: "yes", False: "no", None: ""}[self.is_reached],
            ", ".join([*others, *(f"{name} not run" for name in self._missing())]),
        )

    def _goal_shown(self) -> str:
        if self.goal is None:
            return "" if self.margin is None else f"peer + {self.margin:.2f}"
        sign = "≤ " if self.is_cost else ""
        return sign + self.shown(self.goal)

    def _missing(self) -> Iterator[str]:
        return (reason.split(":")[0] for reason in self.absent)

    def shown(self, value: float) -> str:
        """Return a number as the table shows it."""
        return f"{value:.2f} {self.unit}" if self.unit else f"{value:.3f}"

    def interval(self) -> str | None:
        """Return Wilson's 95 % interval where n is small; F1 is taken for a share."""
        if self.ours is None or self.unit or self.is_cost or not 0 < self.n < 100:
            return None
        if not 0 <= self.ours <= 1:
            return None
        z, n, p = 1.96, self.n, self.ours
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return f"{max(0, middle - half):.2f}–{min(1, middle + half):.2f}"


def plain(rows: Iterable[Row]) -> str:
    """Return the table for a terminal."""
    table = [HEAD, *(row.cells() for row in rows)]
    widths = [
        max(len(line[i]) for line in table if i < 2 or line[2])
        for i in range(len(HEAD))
    ]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if i in _NUMBERS and line[2] else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    )


def markdown(rows: Iterable[Row]) -> str:
    """Return the table for a page."""
    lines = [HEAD, tuple("---:" if i in _NUMBERS else "---" for i in range(len(HEAD)))]
    lines += [row.cells() for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def remarks(rows: Iterable[Row]) -> Iterator[str]:
    """Yield what was left out of each set, then which peers did not run, each once."""
    found = list(rows)
    for row in found:
        if row.ours is not None and row.note:
            yield f"{row.set}, {row.measure}: {row.note}"
    yield from dict.fromkeys(reason for row in found for reason in row.absent)
