"""How often each comparison finds a difference between arms that do not differ: ``make evidence`` writes the table.

``python -m tests.evidence.type_one_error`` takes about a quarter of an hour on two cores.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd

import myositis_tools as mt
from tests.evidence import trials_without_effect as of
from tests.evidence.versions import of_python, read_table, write_table

TABLE = Path(__file__).with_name("type_one_error.csv")
SIZES, SEED = (8, 12, 24), 20261130
# of each kind of comparison how it is made and how many chunks of 20 trials
KINDS = {
    "scores": (of.compare_scores, 25),
    "responders": (of.compare_responders, 25),
    "over visits": (of.compare_over_visits, 25),
    "subgroups": (of.compare_subgroups, 5),
    "prednisone": (of.compare_prednisone, 10),
    "imputed": (of.compare_imputed, 2),
}
_NAMED = ["estimate", "method", "week"]
_COUNTED = ["rejected", "excluded", "not_given", "contradicts"]


def chunk(kind: str, size: int, number: int) -> pd.DataFrame:
    """Of a chunk of trials each comparison's counts."""
    compare, _ = KINDS[kind]
    if kind == "prednisone":
        found = [compare(one) for one in of.draw_doses(size, SEED, number)]
    else:
        trials = list(of.draw_trials(mt.TrialAssumptions.of_sample().with_effect(0), size, SEED, number))
        if kind == "imputed":
            found = [compare(one) for one in trials]
        else:
            found = []
            for visits, scored in zip(trials, of.scored_at_once(trials), strict=True):
                with of.scored_before(scored):
                    found.append(compare(visits))
    rows = pd.concat(found, ignore_index=True)
    counts = rows.groupby(_NAMED, sort=False)[_COUNTED].sum().reset_index()
    return counts.assign(kind=kind, patients_per_arm=size, chunk=number, trials=of.IN_A_CHUNK)


def summarised(chunks: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """One row a comparison and size, with the counts of the first chunk, which a test makes again."""
    every = pd.concat(chunks, ignore_index=True)
    keys = ["kind", "patients_per_arm", *_NAMED]
    found = every.groupby(keys, sort=False)[["trials", *_COUNTED]].sum().reset_index()
    first = every[every["chunk"] == 0].set_index(keys)["rejected"].rename("rejected_in_first_20")
    found = found.join(first, on=keys)
    share = found["rejected"] / found["trials"]
    found["percent"] = (100 * share).round(2)
    found["monte_carlo_error"] = (100 * (share * (1 - share) / found["trials"]) ** 0.5).round(2)
    return found.assign(seed=SEED)


def _told(found: pd.DataFrame, place: int, count: int) -> pd.DataFrame:
    sys.stderr.write(f"\r{place} of {count}")
    return found


def main(arguments: list[str] | None = None) -> int:
    """Simulate, write the table and say so."""
    parser = argparse.ArgumentParser(prog="python -m tests.evidence.type_one_error", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kinds", nargs="*", choices=KINDS, default=list(KINDS), help="the others stay as they are")
    asked = parser.parse_args(arguments)
    wanted = [(kind, size, number) for kind in asked.kinds for size in SIZES for number in range(KINDS[kind][1])]
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(chunk, *one) for one in wanted]
        found = summarised([_told(one.result(), place, len(waiting)) for place, one in enumerate(waiting, 1)])
    if TABLE.exists():
        before = read_table(TABLE)
        found = pd.concat([before[~before["kind"].isin(asked.kinds)], found], ignore_index=True)
    order = list(KINDS)
    found = found.sort_values("kind", key=lambda kinds: kinds.map(order.index), kind="stable")
    write_table(found, TABLE, of_python())
    sys.stdout.write(f"{len(wanted) * of.IN_A_CHUNK} trials, written to {TABLE.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
