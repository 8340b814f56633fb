"""Power that is worked out beforehand, so that a slider is answered at once.

``python -m myositis_tools.studies.design.power_grid data/sample`` writes it again.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from myositis_tools.sample import TrialAssumptions
from myositis_tools.scores.core_set import classes
from myositis_tools.studies.design.power import power_over
from myositis_tools.studies.design.trial_simulation import MEAN, RESPONDER, TIME_TO

# of each a name, and the multiple of the assumed chance to be lost
DROP_OUT = {"nobody lost": 0.0, "as assumed": 1.0, "twice the drop-out": 2.0}
SIZES = (10, 15, 20, 24, 30, 40, 50, 60, 80, 100)
EFFECTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25)
TRIALS, SEED, WEEK = 1000, 2026, 12


def endpoints() -> list[tuple[str, str]]:
    """Each endpoint with its class of response; the mean has none."""
    levels = [one.name for one in classes("adult")][1:]
    return [(MEAN, ""), *((endpoint, level) for endpoint in (RESPONDER, TIME_TO) for level in levels)]


def make_power_grid(
    sizes: Sequence[int] = SIZES, effects: Sequence[float] = EFFECTS, *, trials: int = TRIALS, workers: int = 1
) -> pd.DataFrame:
    """Simulate the grid that ``load_power`` gives, or a part of it: a row is the same in both."""
    assumed = TrialAssumptions.of_sample()
    of = {name: assumed.with_drop_out(factor) for name, factor in DROP_OUT.items()}
    parts = [
        power_over(
            of,
            patients_per_arm=sizes,
            effects=effects,
            endpoints=[endpoint],
            level=level or "moderate",
            week=WEEK,
            trials=trials,
            seed=SEED,
            workers=workers,
        )
        for endpoint, level in endpoints()
    ]
    return pd.concat(parts, ignore_index=True)


def main(arguments: list[str] | None = None) -> int:
    """Write the grid into a folder and say so."""
    parser = argparse.ArgumentParser(prog="python -m myositis_tools.studies.design.power_grid", description=__doc__)
    parser.add_argument("folder", type=Path, help="where to write power.csv")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args(arguments)
    grid = make_power_grid(workers=asked.workers)
    text = grid.round(6).to_csv(index=False, lineterminator="\n")
    (asked.folder / "power.csv").write_bytes(text.encode("utf-8"))
    sys.stdout.write(f"{len(grid)} scenarios of {TRIALS} trials each written to {asked.folder}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
