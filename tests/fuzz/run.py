"""Fuzz one target for some seconds, led by the branches that inputs reach.

    python -m tests.fuzz.run TARGET SECONDS     fuzz; finds are kept in .fuzz/TARGET
    python -m tests.fuzz.run TARGET FILE        run one saved input again

A crash, a hang of 20 s or more than 2 GiB ends in one line that names the saved input.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
#: New finds and saved crashes, ignored by git.
FOUND = HERE.parents[1] / ".fuzz"
LIMITS = ("-timeout=20", "-rss_limit_mb=2048", "-max_len=16384", "-verbosity=0")


def main(name: str, what: str) -> int:
    """Fuzz, or try one input; return the exit code."""
    if not what.isdecimal():
        _watch(name, [what])
        return 0
    kept = FOUND / name
    crashes = FOUND / "crashes"
    for folder in (kept, crashes):
        folder.mkdir(parents=True, exist_ok=True)
    before = set(crashes.iterdir())
    told = FOUND / f"{name}.log"
    with told.open("wb") as log:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "tests.fuzz.run", "--watch", name),
                *(str(kept), str(HERE / "corpus" / name), *LIMITS),
                *(f"-max_total_time={what}", f"-dict={HERE / 'words.dict'}"),
                *(f"-artifact_prefix={crashes}/{name}-", "-print_final_stats=1"),
            ],
            stdout=log,
            stderr=log,
        )
    if done.returncode == 0:
        return 0
    saved = sorted(set(crashes.iterdir()) - before)
    where = f"input {saved[0]}" if saved else "no input"
    print(f"{name}: failed, {where} was saved; the traceback is in {told}")  # noqa: T201
    return 1


def _watch(name: str, args: list[str]) -> None:
    """Run in this process under Atheris; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["crawler", "nlp", "molva"]):
        from tests.fuzz.targets import TARGETS
    atheris.Setup([sys.argv[0], *args], TARGETS[name])
    atheris.Fuzz()


if __name__ == "__main__":
    if sys.argv[1] == "--watch":
        _watch(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main(*sys.argv[1:]))
