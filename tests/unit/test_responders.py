"""Responders of one arm against another: published trials, hand-worked tables, and the named strategies."""

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.stats.contingency import odds_ratio
from statsmodels.stats.proportion import confint_proportions_2indep

import myositis_tools as mt
from myositis_tools.errors import ImpossibleValueError, MissingColumnError, NotFoundError, OptionError

STRATEGIES = ("complete", "non-responder", "worst", "best")


def pick(table, estimate, method, arm=None):
    rows = table[(table["estimate"] == estimate) & (table["method"] == method)]
    rows = rows if arm is None else rows[rows["arm"] == arm]
    assert len(rows) == 1
    return rows.iloc[0]


# ------------------------------------------------------------------------------------------------- published numbers


def published(trial, measure):
    groups = mt.load_published("group_results")
    return groups[(groups["trial"] == trial) & (groups["measure"].str.startswith(measure))]


# The counts are those of the notes ("derived count"); 37 of 47 and 21 of 48 have rows of their own.
@pytest.mark.parametrize(("limit", "counts", "decimals"), [(20, (37, 21), 2), (40, (32, 11), 0), (60, (15, 4), 0)])
def test_proderm_is_reproduced_to_the_printed_digit(limit, counts, decimals):
    stated = published("ProDERM", f"TIS>={limit} risk difference").iloc[0]
    found = mt.compare_counts({"IVIg": (counts[0], 47), "placebo": (counts[1], 48)})
    row = pick(found, "difference", "wald")
    assert [round(row[name], decimals) for name in ("value", "low", "high")] == [
        stated[name] for name in ("value", "interval_low", "interval_high")
    ]
    # the other interval is another one: the method must be named
    newcombe = pick(found, "difference", "newcombe")
    assert abs(newcombe["low"] - row["low"]) > 0.5


@pytest.mark.parametrize("limit", [20, 40, 60])
@pytest.mark.parametrize("trial", ["ProDERM", "ALKIVIA phase 2"])
def test_the_printed_percentages_follow_from_the_counts(trial, limit):
    """The counts of the notes give each percentage as printed."""
    stated = published(trial, f"TIS>={limit} responders (percent)")
    counts = {("ProDERM", 20): (37, 21), ("ProDERM", 40): (32, 11), ("ProDERM", 60): (15, 4)}
    counts |= {("ALKIVIA phase 2", 20): (43, 31), ("ALKIVIA phase 2", 40): (37, 20), ("ALKIVIA phase 2", 60): (16, 4)}
    pairs = dict(zip(stated["arm"], zip(counts[trial, limit], stated["n"], strict=True), strict=True))
    found = mt.compare_counts(pairs)
    decimals = 0 if trial == "ProDERM" and limit > 20 else 1
    for row in stated.itertuples():
        assert round(pick(found, "responders", "exact", row.arm)["value"], decimals) == row.value


def test_the_pilots_printed_interval_is_not_the_exact_one():
    pilot = published("IMMEDIATE pilot", "TIS>=40 by week 9").iloc[0]
    found = mt.compare_counts({"IVIg": (pilot["value"], pilot["n"])})
    row = pick(found, "responders", "exact")
    assert [round(row[name], 1) for name in ("value", "low", "high")] == [42.1, 20.3, 66.5]
    assert "19.6 to 64.6" in pilot["note"]
    for method in ("wald", "newcombe", "exact"):
        row = pick(found, "responders", method)
        assert (round(row["low"], 1), round(row["high"], 1)) != (19.6, 64.6)
    assert set(found["estimate"]) == {"responders"}


def test_abatacepts_crude_odds_ratio():
    row = pick(mt.compare_counts({"abatacept": (42, 75), "placebo": (31, 73)}), "odds ratio", "wald")
    assert [round(row[name], 2) for name in ("value", "low", "high")] == [1.72, 0.90, 3.30]


# ----------------------------------------------------------------------------------------------- hand-worked and direct


def test_a_table_worked_by_hand():
    # 6 of 10 against 2 of 10: difference 40 points, se = sqrt(.24/10 + .16/10) = .2, ratio 3, odds 24/4 = 6
    found = mt.compare_counts({"a": (6, 10), "b": (2, 10)}, reference="b")
    wald = pick(found, "difference", "wald")
    assert wald["value"] == pytest.approx(40)
    assert (wald["low"], wald["high"]) == pytest.approx((40 - 1.959964 * 20, 40 + 1.959964 * 20))
    # squared errors of the logarithms: of Katz 1/6 less 1/10 and 1/2 less 1/10, of Woolf the sum over the four cells
    for estimate, value, error in (("ratio", 3, 7 / 15), ("odds ratio", 6, 25 / 24)):
        row = pick(found, estimate, "wald")
        assert row["value"] == pytest.approx(value)
        assert math.log(row["high"] / row["low"]) == pytest.approx(2 * 1.959964 * math.sqrt(error))
    # Wilson 31.27-83.18 and 5.67-50.98; Newcombe: 40 -+ the roots of the squared distances
    newcombe = pick(found, "difference", "newcombe")
    first, second = (pick(found, "responders", "newcombe", arm) for arm in "ab")
    assert newcombe["low"] == pytest.approx(40 - math.hypot(60 - first["low"], second["high"] - 20))
    assert newcombe["high"] == pytest.approx(40 + math.hypot(first["high"] - 60, 20 - second["low"]))
    assert (first["low"], second["high"]) == pytest.approx((31.27, 50.98), abs=0.01)


def test_newcombes_interval_is_the_one_that_is_printed():
    # 9 of 10 against 3 of 10: 0.1705 to 0.8090, as the R package cicalc prints it
    row = pick(mt.compare_counts({"a": (9, 10), "b": (3, 10)}, reference="b"), "difference", "newcombe")
    assert (row["low"], row["high"]) == pytest.approx((17.05, 80.90), abs=0.005)


def test_the_intervals_are_those_of_the_libraries():
    counts = (13, 22, 7, 21)
    found = mt.compare_counts({"a": counts[:2], "b": counts[2:]}, reference="b", confidence=0.9)
    asked = {("difference", "wald"): ("diff", "wald"), ("difference", "newcombe"): ("diff", "newcomb")}
    asked |= {("ratio", "wald"): ("ratio", "log"), ("odds ratio", "wald"): ("odds-ratio", "logit")}
    for (estimate, method), (compare, name) in asked.items():
        row = pick(found, estimate, method)
        scale = 100 if compare == "diff" else 1
        expected = np.array(confint_proportions_2indep(*counts, compare=compare, method=name, alpha=0.1)) * scale
        assert [row["low"], row["high"]] == pytest.approx(list(expected))
    exact = odds_ratio([[13, 9], [7, 14]]).confidence_interval(0.9)
    row = pick(found, "odds ratio", "exact")
    assert [row["low"], row["high"]] == pytest.approx([exact.low, exact.high])


@pytest.mark.parametrize("pair", [((5, 10), (0, 10)), ((10, 10), (0, 10)), ((0, 10), (0, 10)), ((10, 10), (10, 10))])
def test_a_count_of_nought_has_a_reason_instead_of_an_interval(pair):
    found = mt.compare_counts({"a": pair[0], "b": pair[1]}, reference="b")
    without = found[found["low"].isna()]
    assert (without["because"] != "").all()
    assert (found.loc[found["low"].notna(), "because"] == "").all()
    newcombe = pick(found, "difference", "newcombe")
    assert newcombe["low"] < newcombe["value"] or newcombe["high"] > newcombe["value"]
    assert pick(found, "difference", "newcombe")["because"] == ""


def test_an_odds_ratio_may_be_infinite_with_an_exact_lower_limit():
    row = pick(mt.compare_counts({"a": (5, 10), "placebo": (0, 10)}), "odds ratio", "exact")
    assert math.isinf(row["value"])
    assert row["low"] == pytest.approx(odds_ratio([[5, 5], [0, 10]]).confidence_interval().low)
    assert math.isinf(row["high"])


def test_coverage_of_the_intervals():
    """Over every pair of counts of two arms of 20, weighted by its chance: no sampling error."""
    from scipy.stats import binom

    size, share, other = 20, 0.6, 0.3
    covered = {"wald": 0.0, "newcombe": 0.0}
    first, second = binom.pmf(range(size + 1), size, share), binom.pmf(range(size + 1), size, other)
    likely = [(i, j) for i in range(size + 1) for j in range(size + 1) if first[i] * second[j] > 2e-4]
    whole = sum(first[i] * second[j] for i, j in likely)
    for i, j in likely:
        found = mt.compare_counts({"a": (i, size), "placebo": (j, size)})
        for method in covered:
            row = pick(found, "difference", method)
            if row["low"] <= 100 * (share - other) <= row["high"]:
                covered[method] += first[i] * second[j] / whole
    assert 0.90 < covered["wald"] < 0.95  # known to be too short in small arms
    assert 0.94 < covered["newcombe"] < 0.97


# ------------------------------------------------------------------------------------------------------------- visits

# At week 12, improved in all six measures is 100 points; unchanged is 0; without the HAQ-DI it is open around 'major'.
BEFORE = {"physician_global_cm": 8.0, "patient_global_cm": 8.0, "mmt8_150": 90, "haq_di": 2.5, "ck_xuln": 15.0}
BEFORE |= {"extramuscular_cm": 8.0}
WELL = {"physician_global_cm": 0.0, "patient_global_cm": 0.0, "mmt8_150": 150, "haq_di": 0.0, "ck_xuln": 1.0}
WELL |= {"extramuscular_cm": 0.0}
NOTHING = dict.fromkeys(BEFORE)


def visits_of(**patients):
    """Name the arm and what was seen at week 12: well, same, nothing, absent."""
    rows = []
    for name, (arm, seen) in patients.items():
        rows.append({"patient_id": name, "week": 0, "arm": arm, **BEFORE})
        if seen != "absent":
            state = {"well": WELL, "same": BEFORE, "nothing": NOTHING}[seen]
            rows.append({"patient_id": name, "week": 12, "arm": arm, **state})
    return pd.DataFrame(rows)


VISITS = visits_of(
    A=("IVIg", "well"),
    B=("IVIg", "well"),
    C=("IVIg", "same"),
    D=("IVIg", "absent"),
    E=("placebo", "well"),
    F=("placebo", "same"),
    G=("placebo", "nothing"),
    H=("placebo", "same"),
    I=(None, "well"),
)


@pytest.mark.parametrize(
    ("missing", "counts"),
    [
        ("complete", (2, 3, 1, 3)),
        ("non-responder", (2, 4, 1, 4)),
        ("worst", (2, 4, 2, 4)),
        ("best", (3, 4, 1, 4)),
    ],
)
def test_each_strategy_counts_as_it_says(missing, counts):
    row = pick(mt.compare_responders(VISITS, 12, missing=missing), "difference", "newcombe")
    names = ("responders", "patients", "reference_responders", "reference_patients")
    assert tuple(int(row[name]) for name in names) == counts
    assert (row["missing"], row["without_class"], row["reference_without_class"]) == (missing, 1, 1)


def test_a_class_that_is_certain_counts_although_a_measure_is_missing():
    visits = VISITS.copy()
    visits.loc[(visits["patient_id"] == "A") & (visits["week"] == 12), "haq_di"] = None
    row = pick(mt.compare_responders(visits, 12), "difference", "wald")
    assert (row["responders"], row["patients"]) == (2, 3)


def test_several_strategies_at_once_and_the_bounds_hold_the_others():
    found = mt.compare_responders(mt.load_visits(), 12, missing=STRATEGIES)
    values = found[(found["estimate"] == "difference") & (found["method"] == "wald")].set_index("missing")["value"]
    assert list(values.index) == list(STRATEGIES)
    assert values["worst"] == values.min() < values.max() == values["best"]


def test_the_reference_turns_the_difference_round():
    found = [
        pick(mt.compare_responders(VISITS, 12, reference=arm), "difference", "wald") for arm in ("IVIg", "placebo")
    ]
    assert found[0]["value"] == pytest.approx(-found[1]["value"])
    assert found[0]["arm"] == "placebo"


def test_polars_gives_polars_and_the_same_and_the_frame_stays():
    before = VISITS.copy()
    expected = mt.compare_responders(VISITS, 12)
    pd.testing.assert_frame_equal(VISITS, before)
    found = mt.compare_responders(pl.from_pandas(VISITS), 12)
    assert isinstance(found, pl.DataFrame)
    assert found["low"].to_list() == [None if pd.isna(value) else value for value in expected["low"]]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"week": 13}, NotFoundError, "no visit at week 13.*0, 12"),
        ({"week": 0}, OptionError, "not after the baseline"),
        ({"week": 12.5}, OptionError, "not a week"),
        ({"level": "moderat"}, OptionError, "did you mean 'moderate'"),
        ({"level": "none"}, OptionError, "level='none'"),
        ({"missing": "locf"}, OptionError, "missing='locf'"),
        ({"method": "bayes"}, OptionError, "method='bayes'"),
        ({"group": "arms"}, MissingColumnError, "did you mean 'arm'"),
        ({"reference": "Placebo"}, NotFoundError, "did you mean 'placebo'"),
        ({"confidence": 95}, OptionError, "such as 0.95"),
        ({"group": "week"}, OptionError, "two arms"),
    ],
)
def test_what_cannot_be_asked_is_refused(options, error, message):
    week = options.pop("week", 12)
    with pytest.raises(error, match=message):
        mt.compare_responders(VISITS, week, **options)


@pytest.mark.parametrize(
    ("counts", "error", "message"),
    [
        ({"a": (48, 47), "placebo": (21, 48)}, ImpossibleValueError, "48 responders of 47"),
        ({"a": (3.5, 47), "placebo": (21, 48)}, ImpossibleValueError, "whole numbers"),
        ({"a": (3, 47), "b": (21, 48)}, OptionError, "reference= one of 'a', 'b'"),
        ({}, OptionError, "no two arms"),
    ],
)
def test_counts_that_cannot_be_are_refused(counts, error, message):
    with pytest.raises(error, match=message):
        mt.compare_counts(counts)


def test_who_was_not_seen_counts_at_best_with_what_was_within_reach():
    """Both patients of an arm end at week 4; from the baseline of one of them no major response was possible."""
    high = {"physician_global_cm": 8.0, "patient_global_cm": 8.0, "mmt8_150": 80.0, "haq_di": 2.0}
    high |= {"ck_xuln": 10.0, "extramuscular_cm": 8.0}
    low = high | {"physician_global_cm": 0.3, "mmt8_150": 150.0, "haq_di": 0.125}  # 10 + 7.5 + 20 are left
    visits = pd.DataFrame(
        [
            {"patient_id": name, "arm": arm, "week": week} | values
            for name, arm, values, weeks in (
                ("A", "IVIg", high, (0, 4)),
                ("B", "IVIg", low, (0, 4)),
                ("C", "placebo", high, (0, 12)),
                ("D", "placebo", high, (0, 12)),
            )
            for week in weeks
        ]
    )
    found = mt.trials.compare_scores(visits, 12, missing=["best", "worst"], resamples=9).query("method == 'welch'")
    assert found["value"].tolist() == [(100 + 37.5) / 2, 0]
    responders = mt.compare_responders(visits, 12, level="major", missing="best")
    assert responders[["responders", "patients"]].iloc[0].tolist() == [1, 2]
