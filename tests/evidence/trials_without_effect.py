"""Trials of the package's own in which the arms do not differ, one at a time, and what each comparison says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from unittest.mock import patch

import numpy as np
import pandas as pd

import myositis_tools as mt
from myositis_tools.errors import MyositisToolsError
from myositis_tools.sample.trial_visits import draw_visits
from myositis_tools.scores.options import ScoreOptions
from myositis_tools.studies.trials import arms as trial_arms
from myositis_tools.studies.trials import visit_differences
from myositis_tools.studies.trials.arms import ScoredVisits, score_arms

ARMS = ("IVIg", "placebo")
IN_A_CHUNK = 20  # trials of one seed
WEEK, PREDNISONE_WEEK, IMPUTED_WEEKS, IMPUTATIONS = 12, 26, [4, 8, 12], 10
ADJUST = ["physician_global_cm"]
NO_DIFFERENCE = {"ratio": 1.0}  # of a unit what says that the arms are alike; else nought


def draw_trials(assumed: mt.TrialAssumptions, size: int, seed: int, chunk: int) -> Iterator[pd.DataFrame]:
    """The trials of a chunk as a user would have them: a missed visit is no row; half the patients are of a centre."""
    made = np.random.SeedSequence([seed, size, chunk])
    own = int(made.generate_state(1)[0])
    weeks = assumed.visit_weeks
    drawn = draw_visits(assumed, patients_per_arm=size, trials=IN_A_CHUNK, seed=own, weeks=weeks)
    rng = np.random.default_rng(made.spawn(1)[0])
    for trial in range(IN_A_CHUNK):
        visits = pd.DataFrame({name: np.ascontiguousarray(values[trial]).ravel() for name, values in drawn.items()})
        visits["patient_id"] = visits["patient_id"].astype(str)
        visits["arm"] = np.repeat(ARMS, size * len(weeks))
        visits["centre"] = np.repeat(rng.permutation(np.arange(2 * size) % 2), len(weeks))
        visits["centre"] = visits["centre"].map({0: "north", 1: "south"})
        measures = [name for name in drawn if name not in ("patient_id", "week")]
        yield visits.dropna(subset=measures, how="all").reset_index(drop=True)


@lru_cache(maxsize=1)
def pool_of_doses(seed: int) -> pd.DataFrame:
    """Visits with prednisone of simulated patients of a trial, without their arms."""
    visits = mt.simulate(1200, seed)[1]
    kept = visits.loc[visits["arm"].notna(), ["patient_id", "week", "prednisone_mg_day"]]
    return kept.reset_index(drop=True)


def draw_doses(size: int, seed: int, chunk: int) -> Iterator[pd.DataFrame]:
    """Patients of the pool, sorted into two arms by chance alone."""
    rng = np.random.default_rng([seed, size, chunk, 1])
    pool = pool_of_doses(seed)
    people = pool["patient_id"].unique()
    for _ in range(IN_A_CHUNK):
        arm_of = dict(zip(rng.choice(people, 2 * size, replace=False), np.repeat(ARMS, size), strict=True))
        yield pool[pool["patient_id"].isin(arm_of)].assign(arm=lambda table, arms=arm_of: table["patient_id"].map(arms))


def scored_at_once(trials: Sequence[pd.DataFrame]) -> list[ScoredVisits]:
    """Score many trials in one call: nine tenths of the time of a comparison are the score's."""
    whole = score_arms(pd.concat(trials, ignore_index=True), "arm", ScoreOptions(), [*ADJUST, "centre"])
    found = []
    for visits in trials:
        own = set(visits["patient_id"])
        people = {arm: {name: rows for name, rows in every.items() if name in own} for arm, every in whole.arms.items()}
        weeks = tuple(sorted({float(week) for week in visits["week"]}))
        found.append(replace(whole, arms=people, weeks=weeks))
    return found


@contextmanager
def scored_before(scored: ScoredVisits) -> Iterator[None]:
    """Let a comparison find its visits scored; a test holds that it says the same without."""
    with (
        patch.object(trial_arms, "score_arms", lambda *_: scored),
        patch.object(visit_differences, "score_arms", lambda *_: scored),
    ):
        yield


def compare_scores(visits: pd.DataFrame) -> pd.DataFrame:
    """The score at one visit: means, ranks, wins and the ordinal model."""
    return of_two_arms(mt.compare_scores(visits, WEEK, adjust=ADJUST, resamples=999))


def compare_responders(visits: pd.DataFrame) -> pd.DataFrame:
    """Responders at one visit."""
    return of_two_arms(mt.compare_responders(visits, WEEK))


def compare_over_visits(visits: pd.DataFrame) -> pd.DataFrame:
    """The model of all visits."""
    return of_two_arms(mt.compare_over_visits(visits))


def compare_subgroups(visits: pd.DataFrame) -> pd.DataFrame:
    """The two tests of interaction."""
    tables = [
        mt.compare_subgroups(visits, WEEK, by="centre", estimate=estimate).query("subgroup == 'interaction'")
        for estimate in ("mean difference", "difference")
    ]
    return of_two_arms(*(one.assign(estimate="interaction, " + one["estimate"]) for one in tables))


def compare_prednisone(visits: pd.DataFrame) -> pd.DataFrame:
    """The comparison of doses."""
    return of_two_arms(mt.compare_prednisone(visits, PREDNISONE_WEEK).assign(week=PREDNISONE_WEEK))


def compare_imputed(visits: pd.DataFrame, seed: int = 0) -> pd.DataFrame:
    """What is made of the fillings; nothing where they are refused."""
    try:
        imputed = mt.impute_measures(visits, weeks=IMPUTED_WEEKS, imputations=IMPUTATIONS, seed=seed)
        found = mt.compare_imputed(imputed, WEEK, adjust=ADJUST)
    except MyositisToolsError:
        return pd.DataFrame()
    return of_two_arms(found.assign(method="imputed, " + found["method"]))


def of_two_arms(*tables: pd.DataFrame) -> pd.DataFrame:
    """The rows that compare two arms, and of each whether it finds a difference that is not there."""
    found = pd.concat(tables, ignore_index=True)
    found = found[found["reference"].notna()].reset_index(drop=True)
    null = found["unit"].map(NO_DIFFERENCE).fillna(0.0)
    by_p, by_interval = found["p_value"].notna(), found["low"].notna() & found["high"].notna()
    outside = (found["low"] > null) | (found["high"] < null)
    found["rejected"] = np.where(by_p, found["p_value"] < 0.05, by_interval & outside)
    found["excluded"] = by_interval & outside
    found["not_given"] = ~by_p & ~by_interval
    found["contradicts"] = by_p & by_interval & (found["rejected"] != found["excluded"])
    return found
