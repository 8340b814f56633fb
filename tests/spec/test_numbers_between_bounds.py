"""A number known to lie between two bounds: a limit is asked of both, and the verdict is known where they agree.

Limits of NCT05832034: 18 years or more (inclusion criterion 1), less than 12 months (criterion 3).
"""

import duckdb
import narwhals as nw
import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.apps.eligibility.model import EligibilityModel
from myositis_tools.frames.engine import VARIABLE

PROTOCOL = mt.TIME_IS_MUSCLE.without(
    *[c.key for c in mt.TIME_IS_MUSCLE.criteria if c.key not in ("adult", "early_disease")]
)
ENGINES = {
    "pandas": lambda table: table,
    "pandas alone": lambda table: table,
    "Polars": pl.from_pandas,
    "Polars, lazy": lambda table: pl.from_pandas(table).lazy(),
    "DuckDB": lambda table: duckdb.from_arrow(pl.from_pandas(table).to_arrow()),
}


@pytest.fixture(params=ENGINES, name="on_engine")
def _on_engine(request, monkeypatch):
    if request.param == "pandas alone":
        monkeypatch.setenv(VARIABLE, "pandas")
    return ENGINES[request.param]


def as_pandas(native: object) -> pd.DataFrame:
    rows = nw.from_native(native).lazy().collect()
    return pd.DataFrame(rows.rows(named=True), columns=rows.columns)


def screening(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """Patients of whom one number is known so far; the other lets them pass."""
    other = {"age_years": ("disease_duration_months", 3.0), "disease_duration_months": ("age_years", 50.0)}[column]
    named = {"value": column, "min": f"{column}_min", "max": f"{column}_max"}
    numbers = table[list(named)].astype("float64").rename(columns=named)
    names = [f"P{place:02}" for place in range(len(table))]
    return numbers.assign(patient_id=names, **{other[0]: other[1]})


AGE = """
value | min | max  | verdict | reason
      | 53  | 54   | met     | age 53 to 54 years, at least 18
      | 18  | 19   | met     | age 18 to 19 years, at least 18
      | 17  | 18   | unknown | age between 17 and 18 years
      | 17  | 19   | unknown | age between 17 and 19 years
      | 16  | 17   | not met | age 16 to 17 years, below 18
      | 16  | 17.9 | not met | age 16 to 17.9 years, below 18
      | 18  | 18   | met     | age 18 years, at least 18
      | 17  | 17   | not met | age 17 years, below 18
      | 18  |      | met     | age at least 18 years, at least 18
      | 17  |      | unknown | age at least 17 years
      |     | 17   | not met | age at most 17 years, below 18
      |     | 18   | unknown | age at most 18 years
      |     |      | unknown | age not recorded
18    |     |      | met     | age 18 years, at least 18
17    | 16  | 18   | not met | age 17 years, below 18
18    | 17  |      | met     | age 18 years, at least 18
"""
DURATION = """
value | min | max   | verdict | reason
      | 0   | 11    | met     | disease duration 0 to 11 months, below 12
      | 0   | 12    | unknown | disease duration between 0 and 12 months
      | 11  | 12    | unknown | disease duration between 11 and 12 months
      | 12  | 13    | not met | disease duration 12 to 13 months, not below 12
      | 11  | 11.99 | met     | disease duration 11 to 11.99 months, below 12
      | 12  | 12    | not met | disease duration 12 months, not below 12
      | 12  |       | not met | disease duration at least 12 months, not below 12
      | 11  |       | unknown | disease duration at least 11 months
      |     | 11    | met     | disease duration at most 11 months, below 12
      |     | 12    | unknown | disease duration at most 12 months
"""
BOTH = [("age_years", "adult", AGE), ("disease_duration_months", "early_disease", DURATION)]


@pytest.mark.parametrize(("column", "criterion", "text"), BOTH)
def test_a_limit_is_asked_of_both_bounds(read, on_engine, column, criterion, text):
    table = read(text)
    given = on_engine(screening(table, column))
    checks = as_pandas(PROTOCOL.check(given)).query("criterion == @criterion")
    assert checks["verdict"].tolist() == table["verdict"].tolist()
    assert checks["reason"].tolist() == table["reason"].tolist()
    assert as_pandas(PROTOCOL.verdicts(given))[criterion].tolist() == table["verdict"].tolist()
    decided = {"met": "eligible", "not met": "ineligible", "unknown": "indeterminate"}
    assert as_pandas(PROTOCOL.decide(given))["decision"].tolist() == [decided[word] for word in table["verdict"]]


@pytest.mark.parametrize("bound", ["age_years_min", "age_years_max"])
def test_one_bound_may_stand_alone(read, on_engine, bound):
    table = screening(read(AGE), "age_years")
    one = table.drop(columns={"age_years_min", "age_years_max"} - {bound})
    empty = table.assign(**dict.fromkeys({"age_years_min", "age_years_max"} - {bound}, float("nan")))
    found, expected = (as_pandas(PROTOCOL.check(on_engine(given))) for given in (one, empty))
    pd.testing.assert_frame_equal(found, expected)
    assert {"met", "not met", "unknown"} == set(found["verdict"])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"age_years_min": 54, "age_years_max": 53}, "age_years_min"),
        ({"age_years": 20, "age_years_min": 53, "age_years_max": 54}, "age_years"),
        ({"age_years": 60, "age_years_max": 54}, "age_years"),
        ({"age_years_max": 154}, "age_years_max"),
        ({"age_years_min": -1}, "age_years_min"),
    ],
)
def test_what_cannot_be_is_refused(on_engine, row, said):
    table = pd.DataFrame([{"patient_id": "A", "disease_duration_months": 3.0, "age_years": None} | row])
    table = table.astype({name: "float64" for name in table if name.startswith("age")})
    with pytest.raises(mt.errors.ImpossibleValueError, match=rf"Column {said} ") as refused:
        PROTOCOL.decide(on_engine(table))
    assert "patient_id A" in str(refused.value)


def test_a_bound_of_text_is_refused():
    table = pd.DataFrame({"patient_id": ["A"], "age_years": [None], "age_years_min": ["fifty"]})
    with pytest.raises(mt.errors.WrongTypeError, match="age_years_min"):
        PROTOCOL.decide(table.assign(disease_duration_months=3))


def test_what_follows_from_a_screening_table_asks_both_bounds(read, on_engine):
    table = screening(read(AGE), "age_years")
    given = on_engine(table)
    verdicts = read(AGE)["verdict"].value_counts()
    flow = as_pandas(mt.attrition(PROTOCOL, given)).iloc[0]
    assert (flow["excluded"], flow["unknown"]) == (verdicts["not met"], verdicts["unknown"])
    cost = as_pandas(mt.influence(PROTOCOL, given)).iloc[0]
    assert (cost["fails"], cost["unknown"]) == (verdicts["not met"], verdicts["unknown"])
    together = as_pandas(mt.overlap(PROTOCOL, given)).set_index("decision")["patients"]
    assert (together["indeterminate"], together["ineligible"]) == (verdicts["unknown"], verdicts["not met"])
    moved = as_pandas(mt.sensitivity(PROTOCOL, given, "minimum_age_years", [17, 19])).set_index("value")
    one_by_one = [as_pandas(PROTOCOL.with_limits(minimum_age_years=age).decide(given))["decision"] for age in (17, 19)]
    for age, decisions in zip((17, 19), one_by_one, strict=True):
        for word in ("eligible", "indeterminate", "ineligible"):
            assert moved.loc[age, word] == (decisions == word).sum()
    compared = as_pandas(mt.compare_protocols(given, [PROTOCOL]))
    assert compared["decision"].tolist() == as_pandas(PROTOCOL.decide(given))["decision"].tolist()


def test_the_gap_of_a_near_miss_is_the_least_that_it_can_be(read, on_engine):
    found = as_pandas(mt.near_misses(PROTOCOL, on_engine(screening(read(AGE), "age_years")))).set_index("patient_id")
    assert found["gap"].to_dict() == pytest.approx({"P04": 1, "P05": 0.1, "P07": 1, "P10": 1, "P14": 1})
    assert found["value"].to_dict() == {"P04": 17, "P05": 17.9, "P07": 17, "P10": 17, "P14": 17}
    late = as_pandas(mt.near_misses(PROTOCOL, on_engine(screening(read(DURATION), "disease_duration_months"))))
    assert late.set_index("patient_id")["gap"].to_dict() == {"P03": 0, "P05": 0, "P06": 0}


def test_only_bounds_that_do_not_decide_are_worth_measuring(read, on_engine):
    found = as_pandas(mt.next_measurements(PROTOCOL, on_engine(screening(read(AGE), "age_years"))))
    row = found.set_index("column").loc["age_years"]
    assert row[["missing", "open_for", "settles_alone", "may_settle", "may_make_eligible"]].tolist() == [11, 5, 5, 5, 5]


TWO_LIMITS = """
key = "our_trial"
title = "Our trial"
source = "our_protocol"
evidence = "verified"
[sources.our_protocol]
citation = "Our protocol, version 2."
[columns.lung]
label = "lung"
type = "number"
unit = "%"
minimum = 0
maximum = 100
optional = true
description = "Lung"
[[criteria]]
key = "lung"
kind = "inclusion"
label = "Lung"
words = "From 20 to 80"
rule = { column = "lung", between = ["low", "high"] }
[criteria.limits.low]
label = "Lowest"
operator = "≥"
value = 20
unit = "%"
minimum = 0
maximum = 100
step = 1
[criteria.limits.high]
label = "Highest"
operator = "≤"
value = 80
unit = "%"
minimum = 0
maximum = 100
step = 1
[cases."between the limits"]
values = { lung_min = 20, lung_max = 80 }
verdicts = { lung = "met" }
[cases."perhaps above"]
like = "between the limits"
values = { lung_max = 81 }
verdicts = { lung = "unknown" }
[cases."perhaps anything"]
like = "perhaps above"
missing = ["lung_min", "lung_max"]
verdicts = { lung = "unknown" }
[cases."too low"]
like = "perhaps anything"
values = { lung_max = 19 }
verdicts = { lung = "not met" }
"""


def test_a_column_of_a_file_has_bounds_too_and_cases_may_give_them(on_engine):
    protocol = mt.read_protocol(TWO_LIMITS)
    assured = mt.assure(protocol)
    assert assured["passed"].all()
    assert assured["reason"].iloc[0] == "lung 20 to 80 %, at least 20 %; lung 20 to 80 %, at most 80 %"
    bounds = pd.DataFrame({"patient_id": ["A", "B"], "lung_min": [30.0, 10.0], "lung_max": [80.0, 19.0]})
    assert as_pandas(protocol.decide(on_engine(bounds)))["decision"].tolist() == ["eligible", "ineligible"]
    assert protocol.not_asked_of(bounds) == ()
    assert protocol.needs == ("patient_id", "lung")


@pytest.mark.parametrize("values", ["{ lung_min = 81, lung_max = 80 }", "{ lung = 90, lung_max = 80 }"])
def test_a_case_whose_bounds_cross_is_refused(values):
    text = TWO_LIMITS.replace("{ lung_min = 20, lung_max = 80 }", values)
    with pytest.raises(mt.errors.ProtocolError, match="lung"):
        mt.read_protocol(text)


def test_between_two_limits_a_value_settles_only_what_its_bounds_leave_open(on_engine):
    """From 10 to 30 it settles alone: no value can be above 80, and each admits her or keeps her out."""
    protocol = mt.read_protocol(TWO_LIMITS)
    table = pd.DataFrame(
        {"patient_id": list("ABC"), "lung": [None] * 3, "lung_min": [10, 30, 30], "lung_max": [30, 40, 90]}
    )
    table = table.astype({"lung": "float64"})
    row = as_pandas(mt.next_measurements(protocol, on_engine(table))).iloc[0]
    assert (row["missing"], row["open_for"], row["settles_alone"], row["may_make_eligible"]) == (3, 2, 2, 2)


def test_the_explorer_reads_the_bounds(read):
    table = screening(read(AGE), "age_years")
    decided = EligibilityModel(table, protocols=[PROTOCOL]).decisions()
    assert decided["decision"].tolist() == PROTOCOL.decide(table)["decision"].tolist()
