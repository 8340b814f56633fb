"""Scores of one arm against another: the libraries called directly, tables worked by hand, and what cannot be had."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy import stats
from statsmodels.api import OLS

import myositis_tools as mt
from myositis_tools.errors import MissingColumnError, OptionError
from myositis_tools.studies.trials import score_differences, two_samples
from tests.unit.test_responders import VISITS, visits_of

SAMPLE = mt.load_visits()
FOUND = mt.compare_scores(SAMPLE, 12, adjust=["mmt8_150"], missing=("complete", "non-responder", "worst", "best"))
AT_WEEK = mt.score_total_improvement(SAMPLE[SAMPLE["arm"].notna()])
AT_WEEK = AT_WEEK[AT_WEEK["week"] == 12].merge(
    SAMPLE.loc[SAMPLE["week"] == 0, ["patient_id", "mmt8_150"]], on="patient_id", suffixes=("", "_before")
)
CEILINGS = mt.highest_possible_improvement(SAMPLE).set_index("patient_id")["highest_tis_max"]
KNOWN = AT_WEEK[AT_WEEK["tis"].notna()]
IVIG, PLACEBO = (KNOWN.loc[KNOWN["arm"] == arm, "tis"].to_numpy() for arm in ("IVIg", "placebo"))


def pick(method, missing="complete", table=FOUND):
    rows = table[(table["method"] == method) & (table["missing"] == missing)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_welch_is_scipys():
    row, expected = pick("welch"), stats.ttest_ind(IVIG, PLACEBO, equal_var=False)
    assert row["value"] == pytest.approx(IVIG.mean() - PLACEBO.mean())
    assert row["p_value"] == pytest.approx(expected.pvalue)
    assert [row["low"], row["high"]] == pytest.approx(list(expected.confidence_interval()))
    assert (row["patients"], row["reference_patients"]) == (len(IVIG), len(PLACEBO))


def test_the_adjusted_difference_is_that_of_least_squares():
    design = np.column_stack([np.ones(len(KNOWN)), KNOWN["arm"] == "IVIg", KNOWN["mmt8_150_before"]]).astype(float)
    fitted = OLS(KNOWN["tis"].to_numpy(), design).fit()
    row = pick("adjusted")
    assert row["value"] == pytest.approx(fitted.params[1])
    assert [row["low"], row["high"]] == pytest.approx(list(fitted.conf_int()[1]))


def test_words_are_categories_and_a_missing_baseline_is_left_out_and_said():
    visits = SAMPLE.copy()
    place = {name: ("DM", "IMNM", None)[number % 3] for number, name in enumerate(visits["patient_id"].unique())}
    visits["kind"] = visits["patient_id"].map(place)
    row = pick("adjusted", table=mt.compare_scores(visits, 12, adjust=["kind"], resamples=9))
    kept = KNOWN.assign(kind=KNOWN["patient_id"].map(place)).dropna(subset=["kind"])
    design = np.column_stack([np.ones(len(kept)), kept["arm"] == "IVIg", kept["kind"] == "IMNM"]).astype(float)
    assert row["value"] == pytest.approx(OLS(kept["tis"].to_numpy(), design).fit().params[1])
    assert row["because"] == f"{len(KNOWN) - len(kept)} left out without a baseline value to adjust for"


def test_the_shift_ends_where_mann_and_whitney_just_refuse():
    row = pick("hodges-lehmann")
    assert row["p_value"] == pytest.approx(stats.mannwhitneyu(IVIG, PLACEBO).pvalue)
    assert row["value"] == np.median([one - other for one in IVIG for other in PLACEBO])
    for end, outward in (("low", -2.5), ("high", 2.5)):  # a score moves in steps of 2.5
        assert stats.mannwhitneyu(IVIG - row[end] - outward, PLACEBO).pvalue < 0.05
        assert stats.mannwhitneyu(IVIG - row[end] + outward, PLACEBO).pvalue > 0.05


def test_a_permutation_has_its_error_and_its_seed():
    row = pick("permutation")
    p_value = row["p_value"]
    assert row["monte_carlo_error"] == pytest.approx(math.sqrt(p_value * (1 - p_value) / 9999))
    assert abs(p_value - pick("welch")["p_value"]) < 0.002
    again = mt.compare_scores(SAMPLE, 12, seed=1)
    assert pick("permutation", table=again)["p_value"] != p_value
    # six patients, three in each arm: 20 permutations, of which 2 are as far apart
    few = visits_of(A=("IVIg", "well"), B=("IVIg", "well"), C=("IVIg", "well"))
    few = pd.concat([few, visits_of(D=("placebo", "same"), E=("placebo", "same"), F=("placebo", "same"))])
    row = pick("permutation", table=mt.compare_scores(few, 12))
    assert (row["p_value"], row["monte_carlo_error"]) == (pytest.approx(0.1), 0)


# Two classes: 6 of 10 against 2 of 10. Win ratio and common odds ratio are the odds ratio 6, their intervals Woolf's.
HIGH, LOW = np.repeat([1, 0], [6, 4]), np.repeat([1, 0], [2, 8])


def test_wins_of_two_classes_are_the_odds_ratio():
    error = math.sqrt(1 / 6 + 1 / 4 + 1 / 2 + 1 / 8)
    reach = math.exp(1.959964 * error)
    ordinal = score_differences._common_odds(HIGH, LOW, 0.95)
    assert [ordinal[name] for name in ("value", "low", "high")] == pytest.approx([6, 6 / reach, 6 * reach], rel=1e-3)
    ratio = score_differences._win_ratio(HIGH, LOW, 0.95)
    reach = math.exp(1.959964 * error * math.sqrt(10 / 9))  # its variance divides by one less
    assert [ratio[name] for name in ("value", "low", "high")] == pytest.approx([6, 6 / reach, 6 * reach])
    # 48 pairs won, 8 lost, 44 tied
    assert score_differences._win_odds(HIGH, LOW, 0.95)["value"] == pytest.approx((48 + 22) / (8 + 22))


def test_wins_of_three_classes_worked_by_hand():
    # 2, 1, 1 against 1, 0, 2: won 2>1, 2>0, 1>0 twice; lost 1<2 twice; tied 2=2, 1=1 twice
    own, other = np.array([2, 1, 1]), np.array([1, 0, 2])
    assert score_differences._win_ratio(own, other, 0.95)["value"] == pytest.approx(4 / 2)
    assert score_differences._win_odds(own, other, 0.95)["value"] == pytest.approx((4 + 1.5) / (2 + 1.5))


def test_arms_turned_round_give_the_reverse():
    turned = mt.compare_scores(SAMPLE, 12, reference="IVIg")
    for method in ("welch", "hodges-lehmann"):
        row, other = pick(method), pick(method, table=turned)
        assert [row["value"], row["low"]] == pytest.approx([-other["value"], -other["high"]])
    for method in ("brunner-munzel", "u-statistic", "proportional odds"):
        row, other = pick(method), pick(method, table=turned)
        assert [row["value"], row["low"]] == pytest.approx([1 / other["value"], 1 / other["high"]], rel=1e-3)


def test_coverage_of_the_win_ratio():
    generator = np.random.default_rng(1)
    own_chances, other_chances = (0.1, 0.2, 0.4, 0.3), (0.3, 0.3, 0.3, 0.1)
    wins = sum(own_chances[i] * other_chances[j] for i in range(4) for j in range(i))
    losses = sum(own_chances[i] * other_chances[j] for j in range(4) for i in range(j))
    covered = []
    for _ in range(400):
        own = generator.choice(4, 40, p=own_chances)
        found = score_differences._win_ratio(own, generator.choice(4, 40, p=other_chances), 0.95)
        covered.append(found["low"] <= wins / losses <= found["high"])
    assert 0.92 < np.mean(covered) < 0.98


def test_bounds_hold_every_other_strategy():
    values = FOUND[FOUND["method"] == "welch"].set_index("missing")["value"]
    assert values["worst"] == values.min() < values.max() == values["best"]
    filled = {"worst": ("tis_min", "tis_max"), "best": ("tis_max", "tis_min"), "non-responder": ("tis_min", "tis_min")}
    for missing, ends in filled.items():
        means = []
        for arm, end in zip(("IVIg", "placebo"), ends, strict=True):
            known = AT_WEEK.loc[AT_WEEK["arm"] == arm].set_index("patient_id")[end]
            patients = SAMPLE.loc[SAMPLE["arm"] == arm, "patient_id"].unique()  # who was not seen is as she might be
            absent = CEILINGS.reindex(patients).drop(known.index) if end == "tis_max" else pd.Series(dtype=float)
            means.append((known.sum() + absent.sum()) / 24)
        assert values[missing] == pytest.approx(means[0] - means[1])


def test_polars_gives_polars_and_the_frame_stays():
    before = VISITS.copy()
    expected = mt.compare_scores(VISITS, 12, resamples=99)
    pd.testing.assert_frame_equal(VISITS, before)
    found = mt.compare_scores(pl.from_pandas(VISITS), 12, resamples=99)
    assert found["value"].to_list() == [None if pd.isna(value) else value for value in expected["value"]]


@pytest.mark.parametrize(
    ("own", "other"),
    [([], []), ([1], [0]), ([1, 1], [0, 0]), ([1, 1], [1, 1]), ([0, 0], [3, 3, 3]), ([0, 3], [1, 2]), ([0, 1], [1, 2])],
)
def test_what_cannot_be_had_is_a_row_that_says_why(own, other):
    first, second = np.array(own, dtype=int), np.array(other, dtype=int)
    rows = [each(first, second, 0.95) for each in (score_differences._win_odds, score_differences._win_ratio)]
    rows += [score_differences._common_odds(first, second, 0.95)]
    scores = (first.astype(float), second.astype(float))
    rows += [two_samples.welch(*scores, 0.95), two_samples.shift(*scores, 0.95)]
    rows += [two_samples.permutation(*scores, 99, 0)]
    for row in rows:
        assert row.get("because") or row["low"] <= row["value"] <= row["high"]


def test_an_adjustment_that_cannot_be_made_says_why():
    row = pick("adjusted", table=mt.compare_scores(SAMPLE, 12, adjust=["week"], resamples=9))
    assert "too alike" in row["because"]
    assert pd.isna(row["value"])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"adjust": ["subtyp"]}, MissingColumnError, "no column 'subtyp'"),
        ({"resamples": 0}, OptionError, "resamples=0"),
        ({"missing": "locf"}, OptionError, "missing='locf'"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    with pytest.raises(error, match=message):
        mt.compare_scores(VISITS, 12, **options)
