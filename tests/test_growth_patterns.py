"""Every pattern of ours on floods of 100 K characters that almost match it."""

from __future__ import annotations

import ast
import gc
import importlib
import math
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

ROOMS = ("crawler", "db", "molva", "nlp")
#: Characters → processor seconds; what is too slow for a fifth is tried on the whole.
LIMITS = {20_000: 0.01, 100_000: 0.2}
#: Pieces that are repeated: what begins a match over and over and never ends it.
PIECES = (
    *(
        "a",
        "A",
        "ж",
        "7",
        " ",
        "\n",
        " \t",
        "«",
        "-",
        "(",
        "<",
        ".",
        "aж",
        "a ",
        "Аб Вг ",
    ),
    *(
        "😀",
        "1 000 ",
        "1,5 ",
        "1.2.",
        "2024 ",
        "a=b ",
        '="',
        "/a",
        "<br ",
        '{"a":',
        "a-",
    ),
)


def patterns() -> dict[str, re.Pattern[Any]]:
    """Return the patterns that modules hold, and those written in a call of `re`."""
    found: dict[tuple[Any, int], str] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for info in pkgutil.walk_packages(package.__path__, f"{room}."):
            module = importlib.import_module(info.name)
            for name, value in vars(module).items():
                for made in held(value):
                    found.setdefault((made.pattern, made.flags), f"{info.name}.{name}")
            for line, made in written(module):
                found.setdefault((made.pattern, made.flags), f"{info.name}:{line}")
    return {where: re.compile(*key) for key, where in found.items()}


def held(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, re.Pattern):
        yield value
    elif isinstance(value, dict):
        yield from held(tuple(value.values()))
    elif isinstance(value, tuple | list):
        for part in value:
            yield from held(part)


def written(module: ModuleType) -> Iterator[tuple[int, re.Pattern[Any]]]:
    """Yield the patterns that stand in calls of `re.sub` and the like."""
    assert module.__file__
    for node in ast.walk(ast.parse(Path(module.__file__).read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) == "re"
            and node.func.attr not in ("compile", "escape")
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, re.compile(node.args[0].value)


PATTERNS = patterns()


class TooSlowError(Exception):
    """A pattern has had its time."""


@pytest.fixture(autouse=True, scope="module")
def alarmed() -> Iterator[None]:
    """Stop what takes too long: without this a failure would take hours to show.

    Nor is the garbage of other tests counted.
    """

    def stop(_: int, __: FrameType | None) -> None:
        raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, stop)
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    signal.signal(signal.SIGVTALRM, before)


def seconds(pattern: re.Pattern[Any], piece: str, size: int) -> float:
    """Return the processor time of a search through a flood of `size` characters."""
    text: Any = piece * (size // len(piece))
    text = text.encode() if isinstance(pattern.pattern, bytes) else text
    signal.setitimer(signal.ITIMER_VIRTUAL, 5 * LIMITS[size])
    try:
        start = time.process_time()
        for _ in pattern.finditer(text):
            pass
        return time.process_time() - start
    except TooSlowError:
        return math.inf
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def is_quick(pattern: re.Pattern[Any], piece: str) -> bool:
    """Say whether a search ends in its time, or takes no longer than a linear one.

    The second is for slow machines: five times the text takes a quadratic pattern 25
    times as long. Twice, since a busy machine costs processor time too.
    """
    took: dict[int, list[float]] = {size: [] for size in LIMITS}
    for size in (*LIMITS, *LIMITS):
        took[size].append(seconds(pattern, piece, size))
        if took[size][-1] < LIMITS[size]:
            return True
    short, long = (min(times) for times in took.values())
    return long < 10 * short < math.inf


def test_a_quadratic_pattern_is_told() -> None:
    assert not is_quick(re.compile(r"a+b"), "a")
    assert is_quick(re.compile(r"a{1,9}b"), "a")


def test_there_are_patterns_of_every_room() -> None:
    assert {where.partition(".")[0] for where in PATTERNS} == set(ROOMS)
    assert len(PATTERNS) > 100


@pytest.mark.parametrize("where", PATTERNS)
def test_no_flood_holds_a_pattern_up(where: str) -> None:
    for piece in PIECES:
        assert is_quick(PATTERNS[where], piece), repr(piece)
