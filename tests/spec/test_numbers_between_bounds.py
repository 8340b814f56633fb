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


# ------------------------------------------------------------------------------------------------ where they come from

DATES = """
screened   | of screening | born       | of birth | age_min | age_max | onset      | of onset | months_min | months_max
2024-06-15 |              | 1970-01-01 | year     | 53      | 54      | 2024-01-15 |          | 5          | 5
2024-06-15 |              | 1970-06-15 |          | 54      | 54      | 2023-06-15 |          | 12         | 12
2024-06-01 | month        | 1970-06-15 |          | 53      | 54      | 2023-06-15 |          | 11         | 12
2024-06-01 | month        | 1970-06-01 | month    | 53      | 54      | 2023-06-01 | month    | 11         | 12
2024-06-01 | month        | 1970-07-01 | month    | 53      | 53      | 2024-06-20 |          | 0          | 0
2024-01-01 | year         | 1970-01-01 | year     | 53      | 54      | 2024-01-01 | year     | 0          | 11
2024-01-01 | year         | 1970-02-03 | day      | 53      | 54      | 2023-01-01 | year     | 0          | 23
2024-12-31 |              | 1970-01-01 | year     | 54      | 54      | 2023-01-01 | year     | 12         |  23
2025-02-28 |              | 2000-02-29 |          | 25      | 25      | 2024-02-01 | month    | 12         | 12
2025-02-27 |              | 2000-02-29 |          | 24      | 24      | 2024-02-01 | month    | 11         | 12
2025-02-01 | month        | 2000-02-29 |          | 24      | 25      | 2024-02-29 |          | 11         | 12
2024-02-29 |              | 2006-02-01 | month    | 18      | 18      | 2023-02-01 | month    | 12         | 12
2024-06-15 |              | 1904-01-01 | year     | 119     | 120     |            |          |            |
"""


def dated(table: pd.DataFrame) -> pd.DataFrame:
    names = {"screened": "screening_date", "born": "birth_date", "onset": "symptom_onset_date"}
    precisions = {"of screening": "screening_date", "of birth": "birth_date", "of onset": "symptom_onset_date"}
    dates = {name: pd.to_datetime(table[column]) for column, name in names.items()}
    said = {
        f"{name}_precision": table[column].astype("object").where(table[column].notna(), None)
        for column, name in precisions.items()
    }
    return pd.DataFrame({"patient_id": [f"P{place:02}" for place in range(len(table))], **dates, **said})


def test_partial_dates_give_the_widest_honest_range(read, on_engine):
    table = read(DATES)
    found = as_pandas(mt.derive_screening(on_engine(dated(table)))).sort_values("patient_id", ignore_index=True)
    for column, short in (("age_years", "age"), ("disease_duration_months", "months")):
        low, high = (table[f"{short}_{end}"].astype("float64") for end in ("min", "max"))
        pd.testing.assert_series_equal(found[f"{column}_min"].astype("float64"), low, check_names=False)
        pd.testing.assert_series_equal(found[f"{column}_max"].astype("float64"), high, check_names=False)
        known = low.where(low == high)
        pd.testing.assert_series_equal(found[column].astype("float64"), known, check_names=False)
        assert (found[f"{column}_because"].notna() == (low < high)).all()


def test_bounds_stand_there_where_something_can_have_them(read):
    table = dated(read(DATES))
    exact = mt.derive_screening(table.head(2).drop(columns=[name for name in table if name.endswith("_precision")]))
    assert not [name for name in exact if name.endswith(("_min", "_max", "_precision"))]
    coarse = mt.derive_screening(table)
    assert coarse["screening_date_precision"].tolist() == table["screening_date_precision"].tolist()
    bounds = [name for name in coarse if name.endswith(("_min", "_max"))]
    numbers = ("age_years", "disease_duration_months")
    assert bounds == [f"{name}_{end}" for name in numbers for end in ("min", "max")]


def test_the_reason_says_what_of_a_date_is_recorded(read):
    screening = mt.derive_screening(dated(read(DATES)))
    reasons = PROTOCOL.check(screening).set_index(["patient_id", "criterion"])["reason"]
    assert reasons["P00", "adult"] == "age 53 to 54 years, at least 18"
    assert reasons["P03", "early_disease"] == (
        "disease duration between 11 and 12 months: only the month of the first symptom is recorded, "
        "only the month of screening is recorded"
    )
    minor = PROTOCOL.with_limits(minimum_age_years=54).check(screening)
    assert minor.set_index(["patient_id", "criterion"])["reason"]["P00", "adult"] == (
        "age between 53 and 54 years: only the year of birth is recorded"
    )


@pytest.mark.parametrize(
    ("screened", "said", "onset", "is_refused"),
    [
        ("2024-06-01", "month", "2024-06-30", False),
        ("2024-06-01", "month", "2024-07-01", True),
        ("2024-06-15", "day", "2024-06-16", True),
        ("2024-01-01", "year", "2024-12-31", False),
        ("2024-01-01", "year", "2025-01-01", True),
    ],
)
def test_a_first_symptom_after_every_day_of_the_screening_is_refused(screened, said, onset, is_refused):
    table = pd.DataFrame(
        {"patient_id": ["A"], "screening_date": pd.to_datetime([screened]), "screening_date_precision": [said]}
    )
    table = table.assign(symptom_onset_date=pd.to_datetime([onset]))
    if not is_refused:
        assert mt.derive_screening(table)["disease_duration_months_min"].tolist() == [0]
        return
    with pytest.raises(mt.errors.ImpossibleValueError, match="symptom_onset_date"):
        mt.derive_screening(table)


def test_a_total_with_a_missing_part_keeps_its_bounds(on_engine):
    patients = pd.DataFrame({"patient_id": list("ABC"), "screening_date": pd.to_datetime(["2024-06-15"] * 3)})
    visits = pd.DataFrame({"patient_id": list("ABC"), "week": 0, "mmt8_150": [None, 120.0, None]}).astype(
        {"mmt8_150": "float64"}
    )
    visits = visits.assign(mmt8_150_min=[120.0, 120, 100], mmt8_150_max=[135.0, 120, None], haq_di=[None, 1.0, None])
    visits = visits.assign(haq_di_min=[0.5, 0.75, None], haq_di_max=[1.0, 1.25, None]).astype({"haq_di": "float64"})
    found = as_pandas(mt.derive_screening(on_engine(patients), visits=on_engine(visits)))
    found = found.sort_values("patient_id").astype(object).where(found.notna(), None)
    assert found["mmt_loss_percent"].tolist() == [None, 20, None]
    assert found["mmt_loss_percent_min"].tolist() == [10, 20, None]
    assert found["mmt_loss_percent_max"].tolist() == [20, 20, pytest.approx(100 / 3)]
    assert found["mmt8_150_min"].tolist() == [120, 120, 100]
    assert found["haq_di_min"].tolist() == [0.5, 1, None]
    assert found["haq_di_max"].tolist() == [1, 1, None]
    loss = mt.TIME_IS_MUSCLE.criterion("minimal_disability")
    reasons = mt.TIME_IS_MUSCLE.without(*[c.key for c in mt.TIME_IS_MUSCLE.criteria if c != loss]).check(
        mt.derive_screening(patients, visits=visits)
    )["reason"]
    assert "MMT loss 10 to 20 %, at least 10 %" in reasons[0]


GIVEN = """
value | min | max | born | expected | low | high | conflict
40    |     |     | 1970 | 40       | 40  | 40   | age: given 40.0, from the records 53.0 to 54.0
53    |     |     | 1970 | 53       | 53  | 53   |
      | 54  | 60  | 1970 | 54       | 54  | 54   |
      | 50  |     | 1970 |          | 53  | 54   |
      | 55  | 60  | 1970 |          | 55  | 60   | age: given 55.0 to 60.0, from the records 53.0 to 54.0
      |     | 40  | 1970 |          |     | 40   | age: given at most 40.0, from the records 53.0 to 54.0
      | 20  | 30  |      |          | 20  | 30   |
"""


def test_what_is_given_wins_and_is_narrowed(read, on_engine):
    table = read(GIVEN)
    born = pd.to_datetime(table["born"].map(lambda year: f"{year:.0f}-01-01", na_action="ignore"))
    numbers = table[["value", "min", "max"]].astype("float64")
    numbers.columns = ["age_years", "age_years_min", "age_years_max"]
    names = [f"P{place}" for place in range(len(table))]
    given = numbers.assign(patient_id=names, screening_date=pd.Timestamp("2024-06-15"), birth_date=born)
    given = given.assign(birth_date_precision="year")
    found = as_pandas(mt.derive_screening(on_engine(given))).sort_values("patient_id", ignore_index=True)
    for column, expected in (("age_years", "expected"), ("age_years_min", "low"), ("age_years_max", "high")):
        pd.testing.assert_series_equal(
            found[column].astype("float64"), table[expected].astype("float64"), check_names=False
        )
    assert found["conflicts"].fillna("").tolist() == table["conflict"].fillna("").tolist()


# ------------------------------------------------------------------------------------------------------ a site's files


def test_a_file_with_partial_dates_and_bounds_goes_all_the_way(tmp_path):
    path = tmp_path / "patients.csv"
    path.write_text(
        "patient_id,screening_date,birth_date,haq_di_min,haq_di_max\nA,2024-06,1970,0.5,1\nB,2024-06-15,1970-01-02,,\n",
        encoding="utf-8",
    )
    table = mt.read_table(path, "patients")
    assert table["screening_date_precision"].tolist() == ["month", "day"]
    assert len(mt.validate(table, "patients")) == 0
    screening = mt.derive_screening(table)
    assert screening["screening_date_precision"].tolist() == ["month", "day"]
    assert screening["haq_di_min"].fillna(-1).tolist() == [0.5, -1]
    assert screening["age_years_max"].tolist() == [54, 54]


def test_bounds_that_cross_are_a_problem_of_a_table():
    table = pd.DataFrame({"patient_id": ["A", "B"], "screening_date": pd.to_datetime(["2024-06-15"] * 2)})
    table = table.assign(haq_di=[2.0, None], haq_di_min=[0.5, 2], haq_di_max=[1.0, 4])
    problems = mt.validate(table, "patients")
    assert problems[["row", "column", "problem"]].to_numpy().tolist() == [
        [0, "haq_di_max", "bounds out of order"],
        [1, "haq_di_max", "out of range"],
    ]


def test_a_mapping_knows_bounds():
    own = pd.DataFrame({"Patient": ["A"], "HAQ low": [0.5], "haq_di_max": ["1,5"]})
    columns = [("Patient", "patient_id"), ("HAQ low", "haq_di_min"), ("haq_di_max", "haq_di_max")]
    mapping = mt.TableMapping("visits", [mt.ColumnMapping(*each) for each in columns], decimal=",")
    assert mt.apply_mapping(own, mapping)[["haq_di_min", "haq_di_max"]].to_numpy().tolist() == [[0.5, 1.5]]
    found = mt.suggest_mapping(own, "visits").set_index("heading")
    assert found.loc["haq_di_max"].iloc[0]["column"] == "haq_di_max"


@pytest.mark.parametrize("name", ["lung_max", "age_years_min"])
def test_a_file_cannot_declare_a_bound_as_a_column_of_its_own(name):
    declared = f'[columns.{name}]\nlabel = "other"\ntype = "number"\nunit = "%"\nminimum = 0\nmaximum = 9\n'
    text = TWO_LIMITS.replace("[[criteria]]", f'{declared}description = "Other"\n[[criteria]]', 1)
    with pytest.raises(mt.errors.ProtocolError, match="is a bound of the number"):
        mt.read_protocol(text)


@pytest.mark.parametrize("said", ["month", "year"])
def test_records_around_a_screening_of_a_month_are_decided_on_every_engine(on_engine, said):
    """An event may then have been after screening; the look-back to it is none, not less than none."""
    patients = pd.DataFrame({"patient_id": list("AB"), "screening_date": pd.to_datetime(["2024-06-15"] * 2)})
    patients = patients.assign(screening_date_precision=said, events_recorded=pd.array([True, True], "boolean"))
    events = pd.DataFrame({"patient_id": ["A"], "event": ["thrombosis"], "date": pd.to_datetime(["2024-06-20"])})
    screening = mt.derive_screening(on_engine(patients), events=on_engine(events))
    asked = mt.TIME_IS_MUSCLE.without(*[each.key for each in mt.TIME_IS_MUSCLE.criteria if each.key != "thrombosis"])
    verdicts = as_pandas(asked.verdicts(screening)).sort_values("patient_id")
    assert verdicts["thrombosis"].tolist() == ["unknown", "not met"]


def test_a_look_back_of_which_only_the_bounds_are_there():
    """A screening table may hold the bounds of a look-back and not the number itself."""
    protocol = mt.PROTOCOLS["time_is_muscle_nl_omon49246"]
    asked = protocol.without(*(each.key for each in protocol.criteria if each.key != "recent_immunosuppression"))
    table = pd.DataFrame({"patient_id": ["A", "B", "C"]})
    table["immunosuppressant_months_ago_min"] = [13.0, 0.0, None]
    table["immunosuppressant_months_ago_max"] = [None, 12.0, None]
    found = asked.verdicts(table)["recent_immunosuppression"]
    assert found.tolist() == ["not met", "met", "unknown"]
