"""A slow second opinion on the FVC equations, one test at a time in plain Python, and what is always true of them."""

import random
from bisect import bisect_right
from math import exp, log

import pandas as pd
import pytest

from myositis_tools import tables
from myositis_tools.scores import score_fvc_percent

# Typed from criteria.md 4.1 and 4.2.
GLI = {
    ("gli_2012", "male"): (-11.2281, 2.4135, 0.0865),
    ("gli_2012", "female"): (-10.4030, 2.2633, 0.0234),
    ("gli_global_2022", "male"): (-12.629131, 2.727421, 0.009174),
    ("gli_global_2022", "female"): (-12.055901, 2.621579, -0.035975),
}
GROUPS = {
    "caucasian": (0, 0),
    "african_american": (-0.1684, -0.1555),
    "north_east_asian": (-0.0405, -0.0262),
    "south_east_asian": (-0.1177, -0.1516),
    "other": (-0.0825, -0.0833),
}
EQUATIONS = [*(f"gli_2012_{group}" for group in GROUPS), "gli_global_2022", "ecsc_1993"]


def spline(name, sex, age):
    rows = [row for row in tables.records("fvc_splines") if (row["splines"], row["sex"]) == (name, sex)]
    ages, values = [row["age_years"] for row in rows], [row["median_spline"] for row in rows]
    place = bisect_right(ages, age) - 1
    if ages[place] == age:
        return values[place]
    share = (age - ages[place]) / (ages[place + 1] - ages[place])
    return values[place] + share * (values[place + 1] - values[place])


def by_hand(equation, sex, age, height):
    if equation == "ecsc_1993":
        low, high = (155, 195) if sex == "male" else (145, 180)
        if not (18 <= age <= 70 and low <= height <= high):
            return None
        metres, years = height / 100, max(age, 25)
        return 5.76 * metres - 0.026 * years - 4.34 if sex == "male" else 4.43 * metres - 0.026 * years - 2.89
    if not 3 <= age <= 95:
        return None
    name = "gli_global_2022" if equation == "gli_global_2022" else "gli_2012"
    a0, a1, a2 = GLI[name, sex]
    group = GROUPS[equation.removeprefix("gli_2012_")][sex == "female"] if name == "gli_2012" else 0
    return exp(a0 + a1 * log(height) + a2 * log(age) + group + spline(name, sex, age))


def random_tests(seed, rows=250):
    chance = random.Random(seed)  # noqa: S311 - a test, not a secret
    return pd.DataFrame(
        {
            "sex": [chance.choice(["female", "male"]) for _ in range(rows)],
            "age_years": [chance.choice([chance.uniform(1, 99), chance.randint(8, 400) / 4]) for _ in range(rows)],
            "height_cm": [chance.uniform(90, 210) for _ in range(rows)],
            "fvc_litres": [chance.uniform(0.3, 7) for _ in range(rows)],
        }
    )


@pytest.mark.parametrize("equation", EQUATIONS)
def test_random_tests_agree_with_the_second_opinion(equation):
    frame = random_tests(equation)
    out = score_fvc_percent(frame, equation=equation)
    seen = set()
    for (_, given), (_, row) in zip(frame.iterrows(), out.iterrows(), strict=True):
        expected = by_hand(equation, given["sex"], given["age_years"], given["height_cm"])
        seen.add(expected is None)
        if expected is None:
            assert pd.isna(row["fvc_predicted_litres"])
            assert "for which" in row["missing"]
        else:
            assert row["fvc_predicted_litres"] == pytest.approx(expected, rel=1e-12)
            assert row["fvc_percent_predicted"] == pytest.approx(100 * given["fvc_litres"] / expected, rel=1e-12)
    assert seen == {True, False}


@pytest.mark.parametrize("equation", EQUATIONS)
def test_what_is_always_true(equation):
    frame = random_tests(f"always {equation}", 80)
    out = score_fvc_percent(frame, equation=equation)
    # the order of the rows and the other rows do not matter
    pd.testing.assert_frame_equal(score_fvc_percent(frame.iloc[::-1], equation=equation), out.iloc[::-1])
    known = out["fvc_predicted_litres"].notna()
    assert (out.loc[known, "fvc_predicted_litres"] > 0).all()
    # a larger measured volume is a larger percentage; a taller person has a larger prediction
    more = score_fvc_percent(frame.assign(fvc_litres=frame["fvc_litres"] + 0.5), equation=equation)
    assert (more.loc[known, "fvc_percent_predicted"] > out.loc[known, "fvc_percent_predicted"]).all()
    taller = score_fvc_percent(frame.assign(height_cm=frame["height_cm"] + 1), equation=equation)
    both = known & taller["fvc_predicted_litres"].notna()
    assert (taller.loc[both, "fvc_predicted_litres"] > out.loc[both, "fvc_predicted_litres"]).all()
