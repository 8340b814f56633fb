"""The coefficients of the FVC equations typed a second time; of the splines, spot values and sums."""

from math import fsum

import pytest

from myositis_tools import tables
from myositis_tools.scores import lung

# criteria.md 4.2, from a second implementation of GLI: intercept, ln(height in cm), ln(age), then African American,
# north-east Asian, south-east Asian, other.
GLI = {
    ("gli_2012", "male"): (-11.2281, 2.4135, 0.0865, -0.1684, -0.0405, -0.1177, -0.0825),
    ("gli_2012", "female"): (-10.4030, 2.2633, 0.0234, -0.1555, -0.0262, -0.1516, -0.0833),
    ("gli_global_2022", "male"): (-12.629131, 2.727421, 0.009174),
    ("gli_global_2022", "female"): (-12.055901, 2.621579, -0.035975),
}
TERMS = ("intercept", "ln_height_cm", "ln_age_years")
GROUPS = ("african_american", "north_east_asian", "south_east_asian", "other")
# criteria.md 4.1: metres there (5.76 and 4.43 a metre), centimetres here.
ECSC = {
    "male": {"intercept": -4.34, "height_cm": 5.76 / 100, "age_years": -0.026, "heights": (155, 195)},
    "female": {"intercept": -2.89, "height_cm": 4.43 / 100, "age_years": -0.026, "heights": (145, 180)},
}
# Written down when the tables were made from pyspiro 1.0.0: sum, sum weighted by age, and the spline at four ages.
SPLINES = {
    ("gli_2012", "female"): (
        -23.8918754888,
        -2556.031932591475,
        -0.1940455645,
        0.1355075294,
        0.096293603,
        -0.4477443358,
    ),
    ("gli_2012", "male"): (
        -27.6438772781,
        -2800.775973495375,
        -0.0937836046,
        0.1478490875,
        0.0625341335,
        -0.4282693296,
    ),
    ("gli_global_2022", "female"): (
        *(-17.803395950431224, -1734.3233188969898),
        *(-0.136355500456585, 0.0524246298663069, 0.076085413334658, -0.286351174728612),
    ),
    ("gli_global_2022", "male"): (
        *(-20.03307345413156, -1939.4311148042862),
        *(-0.0569425651152553, 0.063991602822659, 0.0548640573415931, -0.292824984463346),
    ),
}
SPOT_AGES = (3, 18, 40.25, 95)


def terms(coefficients: str, sex: str) -> dict:
    rows = tables.records("fvc_coefficients")
    return {row["term"]: row["value"] for row in rows if (row["coefficients"], row["sex"]) == (coefficients, sex)}


@pytest.mark.parametrize(("coefficients", "sex"), list(GLI))
def test_the_coefficients_of_gli(coefficients, sex):
    found = terms(coefficients, sex)
    expected = dict(zip(TERMS, GLI[coefficients, sex], strict=False))
    if coefficients == "gli_2012":
        expected |= {f"group_{group}": value for group, value in zip(GROUPS, GLI[coefficients, sex][3:], strict=True)}
        expected["group_caucasian"] = 0
    assert found == expected | {"minimum_age_years": 3, "maximum_age_years": 95}


@pytest.mark.parametrize("sex", list(ECSC))
def test_the_coefficients_of_ecsc(sex):
    found, expected = terms("ecsc_1993", sex), dict(ECSC[sex])
    low, high = expected.pop("heights")
    limits = {"minimum_age_years": 18, "maximum_age_years": 70, "minimum_height_cm": low, "maximum_height_cm": high}
    assert found == pytest.approx(expected | limits | {"age_used_at_least": 25}, abs=1e-12)


@pytest.mark.parametrize(("splines", "sex"), list(SPLINES))
def test_the_splines(splines, sex):
    rows = [row for row in tables.records("fvc_splines") if (row["splines"], row["sex"]) == (splines, sex)]
    assert [row["age_years"] for row in rows] == [quarter / 4 for quarter in range(3 * 4, 95 * 4 + 1)]
    values = {row["age_years"]: row["median_spline"] for row in rows}
    total, moment, *spots = SPLINES[splines, sex]
    assert fsum(values.values()) == pytest.approx(total, abs=1e-10)
    assert fsum(age * value for age, value in values.items()) == pytest.approx(moment, abs=1e-8)
    assert [values[age] for age in SPOT_AGES] == spots
    steps = [after - now for now, after in zip(list(values.values()), list(values.values())[1:], strict=False)]
    assert max(map(abs, steps)) < 0.03  # smooth: no row is out of place


def test_the_equations():
    groups = ("caucasian", *GROUPS)
    names = [*(f"gli_2012_{group}" for group in groups), "gli_global_2022", "ecsc_1993"]
    assert list(lung.equations()) == names
    assert {one.form for one in lung.equations().values()} == {"logarithmic", "linear"}


@pytest.mark.parametrize("name", ["fvc_equations", "fvc_coefficients", "fvc_splines"])
def test_every_number_has_a_source_and_an_evidence(name):
    for row in tables.records(name):
        assert tables.source(row["source"]).citation
        assert row["evidence"] in tables.EVIDENCE
