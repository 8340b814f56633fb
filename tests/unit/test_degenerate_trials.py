"""Trials in which there is little or nothing to compare: a sentence of ours, never a library's word or warning."""

import re

import numpy as np
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools.errors import MyositisToolsError

START = {"physician_global_cm": 6.0, "patient_global_cm": 6.0, "extramuscular_cm": 4.0, "haq_di": 1.5}
START |= {"mmt8_150": 105.0, "ck_xuln": 9.5, "prednisone_mg_day": 40.0}
WELL = dict.fromkeys(START, 0.0) | {"mmt8_150": 150.0, "ck_xuln": 0.5}


def trial(arms, shares=(0.0, 0.25, 0.5, 0.75, 1.0)):
    """One patient an entry of the arms, and by which share of what can be each of them improves, again and again."""
    rows = []
    for number, arm in enumerate(arms):
        for week in (0, 12):
            share = shares[number % len(shares)] if week else 0.0
            known = {name: round((1 - share) * START[name] + share * WELL[name], 3) for name in START}
            person = {"patient_id": f"P{number}", "arm": arm, "sex": ("female", "male")[number % 3 > 0]}
            rows.append(person | {"week": week, "rescue_week": np.nan} | known)
    return pd.DataFrame(rows)


TWO = ["IVIg", "placebo"]
USUAL = trial(TWO * 5)
LATE = USUAL["week"] == 12
COHORTS = {
    "zero events": trial(TWO * 5, [0.0]),
    "separation": trial(TWO * 5, [1.0, 0.0]),
    "one arm": USUAL[USUAL["arm"] == "placebo"],
    "one patient an arm": trial(TWO),
    "baseline alone": USUAL[USUAL["week"] == 0],
    "a week in which nothing is known": USUAL.assign(**{name: USUAL[name].mask(LATE) for name in START}),
    "an arm that was not seen": USUAL[~(LATE & (USUAL["arm"] == "IVIg"))],
    "a constant measure": USUAL.assign(mmt8_150=120.0),
    "a measure of nobody": USUAL.assign(haq_di=np.nan),
    "nobody": USUAL.iloc[:0],
}
ASKED = {"reference": "placebo"}


def imputed(visits):
    return mt.impute_measures(visits, imputations=1, rounds=1)


FUNCTIONS = {
    "compare_scores": lambda visits: mt.compare_scores(
        visits, 12, resamples=9, adjust=["mmt8_150"], missing=("complete", "worst"), **ASKED
    ),
    "compare_responders": lambda visits: mt.compare_responders(visits, 12, missing=("complete", "best"), **ASKED),
    "compare_subgroups of scores": lambda visits: mt.compare_subgroups(visits, 12, by="sex", **ASKED),
    "compare_subgroups of responders": lambda visits: mt.compare_subgroups(
        visits, 12, by="sex", estimate="difference", **ASKED
    ),
    "compare_over_visits": lambda visits: mt.compare_over_visits(visits, adjust=["mmt8_150"], **ASKED),
    "compare_prednisone": lambda visits: mt.compare_prednisone(visits, 12, **ASKED),
    "compare_imputed": lambda visits: mt.compare_imputed(imputed(visits), 12, adjust=["mmt8_150"], **ASKED),
    "tipping_point": lambda visits: mt.tipping_point(imputed(visits), 12, **ASKED),
    "rescued_patients": lambda visits: mt.rescued_patients(visits, 12, rescue="rescue_week", estimand="hypothetical"),
    "time_to_response": mt.time_to_response,
    "response_curve": mt.response_curve,
    "plot_effects": lambda visits: mt.figures.plot_effects(
        mt.compare_responders(visits, 12, **ASKED).query("unit == 'ratio' and reference.notna()")
    ),
    "plot_time_to_response": lambda visits: mt.figures.plot_time_to_response(visits, group="arm"),
}
LIBRARY = re.compile(
    r"statsmodels|scipy|numpy|polars|narwhals|\bnan\b|singular|divi|converge|array|Traceback", re.IGNORECASE
)


@pytest.mark.parametrize("cohort", COHORTS)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_trial_without_anything_to_compare_is_answered_in_our_words(name, cohort):
    try:  # a warning is an error, as everywhere in these tests
        found, refused = FUNCTIONS[name](COHORTS[cohort].reset_index(drop=True)), ""
    except MyositisToolsError as error:
        found, refused = None, str(error)
    assert not LIBRARY.search(refused)
    if not isinstance(found, pd.DataFrame) or "because" not in found:
        return
    assert not found["because"].astype(str).str.contains(LIBRARY).any()
    if "low" in found:
        silent = found["low"].isna() & (found["because"] == "")
        silent &= found["subgroup"] != "interaction" if "subgroup" in found else True
        assert found.loc[silent, ["estimate", "method"]].to_numpy().tolist() == []


@pytest.mark.parametrize("cohort", ["separation", "one patient an arm", "an arm that was not seen"])
def test_the_app_speaks_sense_of_them(cohort):
    view = mt.apps.explore_effects(COHORTS[cohort], reference="placebo", missing="all")
    for estimate in ("score", "responders", "ratios"):
        view.estimate.value = estimate
        said = f"{view.model.headline} {view.model.remark}"
        assert view.trouble == ""
        assert not LIBRARY.search(said), said
        assert ".." not in said
        assert "IVIg" in said
