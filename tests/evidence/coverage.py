"""How often the interval of the imputed comparison holds the truth: ``python -m tests.evidence.coverage``.

Trials in which the arms differ as assumed, with twice the assumed drop-out, which rises with the activity of the
disease. The truth is the difference at week 12 if every patient had been seen, in one trial of very many.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import myositis_tools as mt
from myositis_tools.sample.trial_visits import draw_visits
from tests.evidence import trials_without_effect as of
from tests.evidence.versions import of_python, write_table

TABLE = Path(__file__).with_name("coverage.csv")
FIRST = Path(__file__).with_name("coverage_first_three.csv")  # which a test makes again
SIZES, SEED, CHUNKS, DROP_OUT = (12, 24), 20261201, 3, 2.0
VERY_MANY, RESPONDS = 20_000, 2
_NAMED = ["estimate", "method"]


def assumed() -> mt.TrialAssumptions:
    """What the trials are like."""
    return mt.TrialAssumptions.of_sample().with_drop_out(DROP_OUT)


@lru_cache(maxsize=1)
def truth() -> dict[str, float]:
    """The difference of the arms if everybody had been seen and everything recorded."""
    whole = assumed().with_drop_out(0).but(missed_visit_chance=0.0, blood_sample_missing_chance=0.0)
    whole = whole.but(measures=[_recorded(one) for one in whole.measures])
    drawn = draw_visits(whole, patients_per_arm=VERY_MANY, trials=1, seed=SEED, weeks=(0, of.WEEK))
    visits = pd.DataFrame({name: np.ascontiguousarray(values).ravel() for name, values in drawn.items()})
    scored = mt.score_total_improvement(visits)
    after = scored[scored["week"] == of.WEEK]
    order = {word: place for place, word in enumerate(("none", "minimal", "moderate", "major"))}
    responds = after["response"].astype(object).map(order).to_numpy() >= RESPONDS
    score = after["tis"].to_numpy()
    own, other = slice(VERY_MANY), slice(VERY_MANY, None)
    shares = responds[own].mean(), responds[other].mean()
    return {
        "mean difference": float(score[own].mean() - score[other].mean()),
        "difference": float(100 * (shares[0] - shares[1])),
        "odds ratio": float(shares[0] / (1 - shares[0]) * (1 - shares[1]) / shares[1]),
    }


def _recorded(one: Any) -> Any:
    return replace(one, missing_chance=0.0)


def chunk(size: int, number: int, most: int = of.IN_A_CHUNK) -> pd.DataFrame:
    """Of a chunk of trials how often each interval is there and holds the truth, and the mean of the estimates."""
    rows = []
    for visits in list(of.draw_trials(assumed(), size, SEED, number))[:most]:
        rows += [of.compare_imputed(visits), of.compare_scores(visits).query("method == 'welch'")]
    found = pd.concat(rows, ignore_index=True)
    right = found["estimate"].map(truth())
    found["given"] = found["low"].notna() & found["high"].notna()
    found["covered"] = found["given"] & (found["low"] <= right) & (right <= found["high"])
    found["width"] = (found["high"] - found["low"]).where(found["given"], 0.0)
    on_its_scale = np.where(found["unit"] == "ratio", np.log(found["value"].clip(lower=1e-9)), found["value"])
    found["sum"] = np.where(found["given"], on_its_scale, 0.0)
    counts = found.groupby(_NAMED, sort=False)[["given", "covered", "sum", "width"]].sum().reset_index()
    return counts.assign(patients_per_arm=size, chunk=number, trials=most)


def main(arguments: list[str] | None = None) -> int:
    """Simulate, write the table and say so."""
    parser = argparse.ArgumentParser(prog="python -m tests.evidence.coverage", description=__doc__)
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    wanted = [(size, number) for size in SIZES for number in range(CHUNKS)]
    with ProcessPoolExecutor(asked.workers, mp_context=get_context("spawn")) as pool:
        every = pd.concat([one.result() for one in [pool.submit(chunk, *one) for one in wanted]], ignore_index=True)
    keys = ["patients_per_arm", *_NAMED]
    found = every.groupby(keys, sort=False)[["trials", "given", "covered", "sum", "width"]].sum().reset_index()
    first = every[every["chunk"] == 0].set_index(keys)["covered"].rename("covered_in_first_20")
    share = found["covered"] / found["given"]
    found["percent"] = (100 * share).round(2)
    found["monte_carlo_error"] = (100 * (share * (1 - share) / found["given"]) ** 0.5).round(2)
    found["truth"] = found["estimate"].map(truth()).round(3)
    mean = found.pop("sum") / found["given"]
    found["mean_estimate"] = mean.where(found["estimate"] != "odds ratio", np.exp(mean)).round(3)
    found["mean_width"] = (found.pop("width") / found["given"]).round(3)
    write_table(found.join(first, on=keys).assign(seed=SEED), TABLE, of_python())
    write_table(chunk(SIZES[0], 0, most=3), FIRST, of_python())
    sys.stdout.write(f"{len(wanted) * of.IN_A_CHUNK} trials, written to {TABLE.name}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
