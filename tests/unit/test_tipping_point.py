"""The tipping point: at the start the pooled comparison, then shifted scores by hand, at the end the bounds."""

import numpy as np
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, NotFoundError, OptionError

SAMPLE = mt.load_visits()
IMPUTED = mt.impute_measures(SAMPLE, weeks=[4, 8, 12], imputations=4)
FOUND = mt.tipping_point(IMPUTED, 12)


def at(worse, better, table=FOUND):
    [row] = table[(table["worse_by"] == worse) & (table["reference_better_by"] == better)].to_dict("records")
    return row


def test_the_start_is_the_pooled_comparison():
    row, expected = at(0, 0), mt.compare_imputed(IMPUTED, 12).iloc[0]
    for name in ("value", "low", "high", "p_value", "not_known", "reference_not_known", "imputations"):
        assert row[name] == pytest.approx(expected[name]), name
    assert (row["conclusion"], row["is_tipped"]) == ("better", False)


def test_a_step_moves_the_missing_alone_and_no_further_than_they_can_be():
    observed = mt.score_total_improvement(IMPUTED[IMPUTED["imputation"] == 0])
    bounds = observed[observed["week"] == 12].set_index("patient_id")[["tis", "tis_min", "tis_max"]]
    ceilings = mt.highest_possible_improvement(SAMPLE).set_index("patient_id")["highest_tis_max"]
    differences = []
    for number in range(1, 5):
        scored = mt.score_total_improvement(IMPUTED[IMPUTED["imputation"] == number]).query("week == 12")
        scored = scored.set_index("patient_id")
        moved = {}
        for name, row in scored.iterrows():
            is_known = name in bounds.index and bounds.loc[name, "tis"] == bounds.loc[name, "tis"]
            low, high = bounds.loc[name, ["tis_min", "tis_max"]] if name in bounds.index else (0, ceilings[name])
            shift = 0 if is_known else -20 if row["arm"] == "IVIg" else 30
            moved[name] = min(max(row["tis"] + shift, low), high)
        means = scored.assign(moved=moved).groupby("arm")["moved"].mean()
        differences.append(means["IVIg"] - means["placebo"])
    assert at(20, 30)["value"] == pytest.approx(np.mean(differences))


def test_far_enough_it_is_the_worst_case():
    worst = mt.compare_scores(SAMPLE, 12, missing="worst", resamples=9).query("method == 'welch'").iloc[0]
    row = at(100, 100)
    assert [row["value"], row["low"], row["high"]] == pytest.approx(worst[["value", "low", "high"]].tolist())


def test_against_the_arm_the_difference_only_falls_and_what_is_tipped_differs_from_the_start():
    table = FOUND.pivot_table(index="worse_by", columns="reference_better_by", values="value").to_numpy()
    assert (np.diff(table, axis=0) <= 0).all()
    assert (np.diff(table, axis=1) <= 0).all()
    assert (FOUND["is_tipped"] == (FOUND["conclusion"] != "better")).all()
    assert ((FOUND["conclusion"] == "better") == (FOUND["low"] > 0)).all()


def test_the_other_way_round_it_is_worse():
    turned = mt.tipping_point(IMPUTED, 12, reference="IVIg", worse_by=[0], reference_better_by=[0])
    assert turned.loc[0, "conclusion"] == "worse"
    assert turned.loc[0, "value"] == pytest.approx(-at(0, 0)["value"])


def test_polars_gives_polars():
    found = mt.tipping_point(pl.from_pandas(IMPUTED), 12, worse_by=[0, 10], reference_better_by=[0])
    assert isinstance(found, pl.DataFrame)
    assert found["value"].to_list() == pytest.approx([at(0, 0)["value"], at(10, 0)["value"]])


@pytest.mark.parametrize(
    ("table", "options", "error", "message"),
    [
        (SAMPLE, {}, MissingColumnError, "impute_measures gives"),
        (IMPUTED, {"week": 26}, NotFoundError, "no visit at week 26"),
        (IMPUTED, {"worse_by": []}, OptionError, "worse_by"),
        (IMPUTED, {"reference_better_by": ["much"]}, OptionError, "reference_better_by"),
        (IMPUTED, {"worse_by": [0, float("nan")]}, OptionError, "worse_by"),
    ],
)
def test_what_cannot_be_asked_is_refused(table, options, error, message):
    with pytest.raises(error, match=message):
        mt.tipping_point(table, **{"week": 12, **options})
