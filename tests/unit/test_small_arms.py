"""Small arms: no interval leaves its scale, and no row says two things without a word."""

import math
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.stats import hypergeom, t

import myositis_tools as mt
from myositis_tools.studies.trials import score_differences, two_samples
from myositis_tools.studies.trials.pooled_shares import pooled_difference
from tests.unit.test_responders import pick, visits_of

SIZES = [(5, 5), (2, 8), (1, 4)]
TABLES = [((a, m), (b, n)) for m, n in SIZES for a, b in product(range(m + 1), range(n + 1))]
NONE = {"ratio": 1.0, "percentage points": 0.0}


@pytest.fixture(scope="module")
def every_table():
    found = [
        mt.compare_counts({"a": own, "b": other}, reference="b").assign(table=k)
        for k, (own, other) in enumerate(TABLES)
    ]
    return pd.concat(found, ignore_index=True)


def test_no_interval_of_a_share_leaves_its_scale_and_each_that_is_missing_has_a_reason(every_table):
    scales = {"%": (0, 100), "percentage points": (-100, 100), "ratio": (0, math.inf)}
    for row in every_table.itertuples():
        if math.isnan(row.low):
            assert row.because, row
            assert math.isnan(row.p_value), row  # no test without the interval that belongs to it
        else:
            low, high = scales[row.unit]
            assert low - 1e-9 <= row.low < row.high <= high + 1e-9, row
    withheld = every_table["because"].str.contains("leaves the scale")
    assert set(every_table.loc[withheld, "method"]) == {"wald"}
    assert set(every_table.loc[withheld, "unit"]) == {"%", "percentage points"}


def test_what_stands_in_front_always_has_an_interval(every_table):
    differences = every_table[every_table["estimate"] == "difference"].groupby("table").first()
    assert set(differences["method"]) == {"newcombe"}
    assert differences["low"].notna().all()


def test_a_row_that_contradicts_its_own_p_value_or_the_exact_one_says_so(every_table):
    rows = every_table[every_table["reference"].notna()]
    exact = rows[rows["method"] == "exact"].set_index("table")["p_value"]
    told = 0
    for row in rows[rows["low"].notna()].itertuples():
        none = NONE[row.unit]
        left_out = row.low > none or row.high < none
        if not math.isnan(row.p_value):
            assert left_out == (row.p_value < 0.05), row
        said = f"p = {exact[row.table]:.3f}" in row.caution
        if row.method != "exact":
            assert said == (not math.isnan(exact[row.table]) and left_out != (exact[row.table] < 0.05)), row
        told += said
    assert told > 10
    # three of five against none: Newcombe 3.0 to 88.2, and yet the exact test sees no difference
    row = pick(mt.compare_counts({"a": (3, 5), "placebo": (0, 5)}), "difference", "newcombe")
    assert (round(row["low"], 1), round(row["high"], 1)) == (3.0, 88.2)
    assert (
        "excludes that the arms are alike and the exact test of the same counts does not (p = 0.167)" in row["caution"]
    )


def test_the_exact_p_value_is_twice_the_smaller_tail_added_up_by_hand():
    (own, m), (other, n) = (0, 12), (4, 10)
    row = pick(mt.compare_counts({"a": (own, m), "placebo": (other, n)}), "odds ratio", "exact")
    chances = hypergeom(m + n, own + other, m).pmf(range(own + other + 1))
    assert row["p_value"] == pytest.approx(2 * min(sum(chances[: own + 1]), sum(chances[own:])))
    assert row["p_value"] > 0.05
    assert row["high"] > 1
    assert "0.029" in row["caution"]  # the p value that other programs print


# ------------------------------------------------------------------------------------------------------------- classes


@pytest.mark.parametrize("size", [2, 3, 5])
def test_win_odds_have_an_interval_wherever_they_have_a_p_value(size):
    rng = np.random.default_rng(3)
    for _ in range(60):
        own, other = rng.choice(4, size, p=(0.1, 0.2, 0.3, 0.4)), rng.choice(4, size, p=(0.4, 0.3, 0.2, 0.1))
        row = {"low": None, "p_value": None} | score_differences._win_odds(own, other, 0.95)
        assert (row["low"] is None) == (row["p_value"] is None) == bool(row.get("because"))
        if row["low"] is not None:
            assert 0 < row["low"] < row["value"] < row["high"] < math.inf
            assert (row["low"] > 1 or row["high"] < 1) == (row["p_value"] < 0.05)


def test_the_interval_of_the_win_odds_worked_by_hand():
    """Each patient's share of wins gives the variance; the error of a logit is that of the share over p (1 - p)."""
    own, other = np.array([3, 3, 2, 2, 1]), np.array([2, 1, 1, 0, 0, 0])
    wins = (np.sign(np.subtract.outer(own, other)) + 1) / 2
    share = wins.mean()
    parts = [wins.mean(axis=axis).var(ddof=1) / size for axis, size in ((1, len(own)), (0, len(other)))]
    freedom = sum(parts) ** 2 / sum(part**2 / (size - 1) for part, size in zip(parts, (5, 6), strict=True))
    error, middle = math.sqrt(sum(parts)) / (share * (1 - share)), math.log(share / (1 - share))
    reach = t.ppf(0.975, freedom) * error
    row = score_differences._win_odds(own, other, 0.95)
    assert [row["low"], row["high"]] == pytest.approx([math.exp(middle - reach), math.exp(middle + reach)])
    assert row["p_value"] == pytest.approx(2 * t.sf(middle / error, freedom))


def test_a_shift_without_width_is_withheld_and_ties_that_matter_are_told():
    row = two_samples.shift(np.repeat([20.0, 30.0], [9, 1]), np.repeat([10.0, 0.0], [9, 1]), 0.95)
    assert "low" not in row
    assert "no width" in row["because"]
    rng, told = np.random.default_rng(1), 0
    for _ in range(200):
        row = two_samples.shift(rng.integers(0, 4, 6) * 10.0 + 5, rng.integers(0, 4, 6) * 10.0, 0.95)
        if "low" in row:
            apart = (row["low"] > 0 or row["high"] < 0) != (row["p_value"] < 0.05)
            assert apart == ("do not say the same" in row.get("caution", ""))
            told += apart
    assert told


def test_a_model_that_leaves_nothing_over_has_no_interval():
    baselines = [{"x": float(k)} for k in (1, 2, 3, 1, 2, 4)]
    row = two_samples.adjusted(np.array([11.0, 12, 13]), np.array([1.0, 2, 4]), baselines, ["x"], 0.95)
    assert row["value"] == pytest.approx(10)
    assert "low" not in row
    assert "no width" in row["because"]


# ------------------------------------------------------------------------------------------------------------ fillings


def test_the_pooled_difference_keeps_to_the_scale_and_is_newcombes_where_nothing_was_filled_in():
    rng = np.random.default_rng(5)
    for _ in range(200):
        m, n = rng.integers(1, 8, 2)
        found = pooled_difference([((rng.integers(0, m + 1), m), (rng.integers(0, n + 1), n)) for _ in range(4)], 0.95)
        assert -100 - 1e-9 <= found["low"] <= found["value"] <= found["high"] <= 100 + 1e-9
    for own, other in TABLES[::5]:
        row = pick(mt.compare_counts({"a": own, "b": other}, reference="b"), "difference", "newcombe")
        found = pooled_difference([(own, other)] * 3, 0.95)
        assert [found["low"], found["high"]] == pytest.approx([row["low"], row["high"]])
    # what the fillings leave open makes it wider
    sure, open_ = ([((a, 20), (5, 20)) for a in counts] for counts in ([10] * 3, [8, 10, 12]))
    assert np.ptp([pooled_difference(open_, 0.95)[end] for end in ("low", "high")]) > np.ptp(
        [pooled_difference(sure, 0.95)[end] for end in ("low", "high")]
    )


def test_no_difference_of_a_small_imputed_trial_leaves_its_scale():
    people = {f"A{k}": ("IVIg", "well" if k else "same") for k in range(5)}
    people |= {f"B{k}": ("placebo", "same") for k in range(5)}
    found = mt.compare_imputed(mt.impute_measures(visits_of(**people), imputations=2), 12).query(
        "estimate == 'difference'"
    )
    assert found["method"].tolist() == ["newcombe", "wald"]
    assert found["low"].isna().tolist() == [False, True]
    assert found["low"].iloc[0] > -100
    assert found["high"].iloc[0] < 100
    assert "leaves the scale" in found["because"].iloc[1]
