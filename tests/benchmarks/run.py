"""Time and weigh the heavy calls, each beside a bare NumPy floor in the same run: `python -m tests.benchmarks.run`.

A file of this folder takes part by listing `CASES`. The cases of one work take turns, so that whatever else the machine
does falls on all of them; memory is the peak of a fresh process that makes the data and does the work once.
"""

import argparse
import importlib
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

FLOOR = "NumPy floor"


@dataclass(frozen=True)
class Case:
    """One way of doing a work: `prepare` makes the data and gives the call that is timed."""

    work: str
    engine: str
    prepare: Callable[[], Callable[[], object]]


def cases() -> list[Case]:
    """Collect the cases of every file in this folder, the floor of each work first."""
    found = []
    for file in sorted(Path(__file__).parent.glob("*.py")):
        found += getattr(importlib.import_module(f"tests.benchmarks.{file.stem}"), "CASES", [])
    return sorted(found, key=lambda case: (case.work, case.engine != FLOOR))


def seconds(calls: list[Callable[[], object]], rounds: int) -> list[list[float]]:
    """Time the calls in turns, after one round that warms up."""
    taken: list[list[float]] = [[] for _ in calls]
    for _ in range(rounds + 1):
        for call, times in zip(calls, taken, strict=True):
            start = time.perf_counter()
            call()
            times.append(time.perf_counter() - start)
    return [times[1:] for times in taken]


def peak_megabytes(case: Case) -> float:
    """Ask a fresh process for the most memory it held.

    Linux starts that count from the size of the process that asks, which is why it is asked before any data is made.
    """
    command = [sys.executable, "-m", "tests.benchmarks.run", "--once", case.work, case.engine]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def do_once(case: Case) -> float:
    """Do the work once and give the most memory this process has held, in megabytes."""
    case.prepare()()
    per_megabyte = 1024**2 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / per_megabyte


def lines(of_work: list[Case], rounds: int, peaks: dict[Case, float]) -> Iterator[str]:
    """Write one line a case."""
    taken = seconds([case.prepare() for case in of_work], rounds)
    floor = min(taken[0])
    for case, times in zip(of_work, taken, strict=True):
        best, median = min(times), statistics.median(times)
        yield f"{case.work:<40} {case.engine:<14} {best:7.3f} {median:7.3f} {best / floor:6.1f} {peaks[case]:8.0f}"


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--only", default="", help="a part of the work's name")
    arguments.add_argument("--once", nargs=2, metavar=("WORK", "ENGINE"), help=argparse.SUPPRESS)
    chosen = arguments.parse_args()
    if chosen.once:
        print(do_once(next(case for case in cases() if [case.work, case.engine] == chosen.once)))
        return
    wanted = [case for case in cases() if chosen.only in case.work]
    peaks = {case: peak_megabytes(case) for case in wanted}
    print(f"{'work':<40} {'engine':<14} {'best s':>7} {'median':>7} {'floors':>6} {'peak MB':>8}")
    for _, of_work in groupby(wanted, key=lambda case: case.work):
        for line in lines(list(of_work), chosen.rounds, peaks):
            print(line, flush=True)


if __name__ == "__main__":
    main()
