"""`validate` lists every problem, and its errors are what the door refuses."""

import time

import numpy as np
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools import tables
from myositis_tools.frames import enter
from tests.engines.other_engines import ENGINES, cells

CLEAN = {
    "visits": mt.load_visits,
    "patients": mt.load_patients,
    "medications": mt.load_medications,
    "events": mt.load_events,
    "screening": mt.load_screening,
}


def visits(**changed):
    table = pd.DataFrame(
        {
            "patient_id": ["A", "A", "A", "B", "B"],
            "week": [0, 4, 12, 0, 12],
            "visit_date": pd.to_datetime(["2024-01-01", "2024-01-29", "2024-03-25", "2024-02-01", "2024-04-25"]),
            "physician_global_cm": [6.0, 4.0, 3.0, 5.0, 2.0],
            "haq_di": [1.0, 0.75, 0.5, 2.0, None],
            "mmt8_150": [100, 120, 130, 90, 120],
            "ck_xuln": [9.0, 3.0, 1.0, 12.0, 2.0],
        }
    )
    for name, values in changed.items():
        table[name] = pd.Series(values, dtype=None if len({type(v) for v in values}) == 1 else object)
    return table


def found(table, kind="visits"):
    problems = mt.validate(table, kind)
    return [
        (None if pd.isna(row.row) else int(row.row), row.column, row.value, row.problem)
        for row in problems.itertuples()
    ]


@pytest.mark.parametrize("kind", CLEAN)
def test_the_sample_is_clean(kind):
    problems = mt.validate(CLEAN[kind](), kind)
    assert problems.columns.tolist() == [
        *("row", "patient_id", "column", "value", "problem", "expected", "hint", "severity")
    ]
    assert problems.empty


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"physician_global_cm": [60, 40, 3, 5, 2]}, [(0, "60", "out of range"), (1, "40", "out of range")]),
        ({"physician_global_cm": [6, "n.d.", 3, 5, 2]}, [(1, "n.d.", "not a number")]),
        ({"haq_di": [-1, 0.75, 0.5, 2.0, float("inf")]}, [(0, "-1", "out of range"), (4, "inf", "out of range")]),
        (
            {"haq_di": ["1.0", "0,75", "7", "2", "2"]},
            [(None, "4 cells such as '1.0'", "numbers stored as text"), (1, "0,75", "not a number"),
             (2, "7", "out of range")],
        ),
        ({"week": [0, 4.5, 12, 0, 12]}, [(1, "4.5", "not a whole number")]),
        ({"week": [0, 12, 12, 0, 12]}, [(1, "12", "row stands twice"), (2, "12", "row stands twice")]),
        ({"week": [0, None, 12, 0, 12]}, [(1, None, "week is empty")]),
        ({"week": [0, 4, 12, 4, 12]}, [(3, "4", "no baseline visit")]),
        ({"patient_id": ["A", "A", "A", "B", None]}, [(4, None, "empty identifier")]),
        ({"patient_id": ["A", "A", "A", "B", 1.5]}, [(4, "1.5", "not text")]),
        ({"visit_date": ["2024-01-01"] * 5}, [(None, "5 cells such as '2024-01-01'", "not a date")]),
        ({"ck_xuln": [9.0, 3000, 1.0, 12.0, 2.0]},
         [(1, "3000", "suspicious unit"), (1, "3000", "implausible change"), (2, "1", "implausible change")]),
        ({"mmt8_150": [150, 10, 10, 90, 120]}, [(1, "10", "implausible change")]),
    ],
)  # fmt: skip
def test_each_problem_is_found_where_it_stands_and_no_other(changed, expected):
    table = visits(**changed)
    if "week" in changed:
        table = table.drop(columns="visit_date")
    before = table.copy(deep=True)
    got = found(table)
    [name] = changed
    assert got == [(row, name, value, problem) for row, value, problem in expected]
    pd.testing.assert_frame_equal(table, before)


def test_dates_of_visits():
    table = visits()
    table.loc[2, "visit_date"] = pd.Timestamp("2042-03-25")
    table.loc[4, "visit_date"] = pd.Timestamp("1894-04-25")
    assert [(row, problem) for row, _, _, problem in found(table)] == [
        (2, "date not plausible"), (3, "week and date disagree"), (4, "date not plausible"),
        (4, "week and date disagree"),
    ]  # fmt: skip
    table = visits()
    table.loc[1, "visit_date"] = pd.Timestamp("2023-12-29")
    assert found(table) == [(1, "visit_date", "2023-12-29", "dates out of order")]
    table.loc[1, "visit_date"] = pd.Timestamp("2023-01-29")
    assert found(table) == [(1, "visit_date", "2023-01-29", "week and date disagree")]


def test_headings():
    table = visits().rename(columns={"week": "weeks", "haq_di": "HAQ_DI"})
    problems = mt.validate(table, "visits")
    assert problems["column"].tolist() == ["HAQ_DI", "week"]
    assert problems["problem"].tolist() == ["column not known", "column missing"]
    unread, renamed = problems["hint"]
    assert unread == "is this haq_di? rename it; as it stands it is not read"
    assert renamed == "is it column 'weeks'? rename it"
    twice = pd.concat([visits(), visits()[["haq_di"]]], axis=1)
    assert found(twice) == [(None, "haq_di", None, "column stands twice")]


def test_whole_columns_in_another_unit():
    many = pd.concat([visits().assign(patient_id=lambda t, n=n: t["patient_id"] + str(n)) for n in range(4)])
    many = many.reset_index(drop=True)
    many = many.assign(mmt8_150=many["mmt8_150"] / 2, ck_xuln=many["ck_xuln"] * 200)
    assert [(None, *rest) for _, *rest in found(many)] == [
        (None, "mmt8_150", "the highest of 20 values is 65", "suspicious unit"),
        (None, "ck_xuln", "the lowest of 20 values is 200", "suspicious unit"),
    ]
    hints = mt.validate(many, "visits")["hint"].tolist()
    assert "mmt8_80" in hints[0]
    assert "to_xuln" in hints[1]
    screening = mt.load_screening().assign(fvc_percent_predicted=lambda t: t["fvc_percent_predicted"] / 100)
    assert [row[1:4:2] for row in found(screening, "screening")] == [("fvc_percent_predicted", "suspicious unit")]


def test_the_other_tables():
    medications = mt.load_medications()
    medications.loc[3, "stop_date"] = medications.loc[3, "start_date"] - pd.Timedelta(days=1)
    medications = pd.concat([medications, medications.iloc[[0]]], ignore_index=True)
    assert [(row, column, problem) for row, column, _, problem in found(medications, "medications")] == [
        (3, "stop_date", "dates out of order"),
        (len(medications) - 1, "patient_id", "row stands twice"),
    ]
    patients = mt.load_patients().assign(sex="F", weight_kg=72000.0, height_cm=1.75)
    problems = mt.validate(patients.head(1), "patients")
    assert problems["hint"].tolist()[0] == "did you mean 'female'?" or "use one of" in problems["hint"].iloc[0]
    assert "metres" in problems.loc[problems["column"] == "height_cm", "hint"].item()
    labs = pd.DataFrame({"test": ["ck", "CK"], "value": [100, -5], "unit": ["U/L", "u/l"], "upper_limit": [0, 200]})
    assert found(labs, "labs") == [
        (0, "upper_limit", "0", "out of range"),
        (1, "test", "CK", "word not allowed"),
        (1, "value", "-5", "out of range"),
        (1, "unit", "u/l", "word not allowed"),
    ]
    muscles = pd.DataFrame({"patient_id": ["A", "A"], "week": [0, 0], "deltoid_left": [10, 11]})
    assert [(row, problem) for row, _, _, problem in found(muscles, "muscles")] == [
        (0, "row stands twice"), (1, "row stands twice"), (1, "out of range"),
    ]  # fmt: skip


def test_dates_known_to_the_month_are_not_out_of_order():
    patients = mt.load_patients().head(2).assign(symptom_onset_date_precision="year")
    patients["symptom_onset_date"] = patients["screening_date"] - pd.Timedelta(days=3)
    assert found(patients, "patients") == []
    patients["symptom_onset_date"] = patients["screening_date"] + pd.Timedelta(days=3)
    assert found(patients, "patients") == []
    patients["symptom_onset_date"] = patients["screening_date"] + pd.DateOffset(years=1)
    assert {row[3] for row in found(patients, "patients")} == {"dates out of order"}


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_lists_the_same_and_gives_its_own_kind(engine):
    table = mt.load_visits().drop(columns=["arm", "infusion"])
    table.loc[3, ["physician_global_cm", "haq_di"]] = [47, float("nan")]
    table.loc[5, "patient_id"] = "P001"
    table.loc[8, "ck_xuln"] = 3000
    native = ENGINES[engine](table)
    problems = mt.validate(native, "visits")
    assert type(problems) is type(native)
    assert cells(problems) == [
        {name: None if pd.isna(value) else value for name, value in row.items()}
        for row in mt.validate(table, "visits").to_dict("records")
    ]
    assert cells(mt.validate(ENGINES[engine](visits()), "visits")) == []


@pytest.mark.engines
@pytest.mark.parametrize("engine", ENGINES)
def test_text_where_numbers_belong_on_an_engine_of_one_type(engine):
    table = visits(haq_di=["1", "0.75", "x", None, "2"])
    table["haq_di"] = table["haq_di"].astype("string[python]")
    assert cells(mt.validate(ENGINES[engine](table), "visits"), ("row", "value", "problem")) == [
        {"row": None, "value": "3 cells such as '1'", "problem": "numbers stored as text"},
        {"row": 2, "value": "x", "problem": "not a number"},
    ]


@pytest.mark.parametrize("seed", range(40))
def test_an_error_is_what_the_door_refuses(seed):
    """A random fault, or none: the list has an error exactly when a calculation refuses the table."""
    random = np.random.default_rng(seed)
    table = visits()
    name = str(random.choice(["patient_id", "week", "physician_global_cm", "haq_di", "ck_xuln", "visit_date"]))
    bad = [47, -3, 2, "x", None, 0.5, True, "A", float("inf"), pd.Timestamp("2024-01-01")][random.integers(10)]
    row = int(random.integers(len(table)))
    table[name] = pd.Series([bad if place == row else value for place, value in enumerate(table[name])], dtype=object)
    errors = mt.validate(table, "visits").query("severity == 'error'")
    try:
        enter(table, "visits", needs=list(table.columns), unique=("patient_id", "week"))
        refused = ""
    except mt.errors.MyositisToolsError as error:
        refused = str(error)
    assert bool(refused) == (len(errors) > 0), (name, bad, refused, errors)
    if refused:
        assert any(column in refused for column in ("twice", *errors["column"]))


def test_the_limits_of_the_warnings_are_said_to_be_decided_here():
    assert set(tables.load("plausibility")["evidence"]) == {"decision"}


def test_a_kind_and_a_table_that_are_none():
    with pytest.raises(mt.errors.OptionError, match="did you mean 'visits'"):
        mt.validate(visits(), "visit")
    with pytest.raises(mt.errors.WrongTypeError, match="A table was expected"):
        mt.validate([1], "visits")
    assert found(pd.DataFrame(), "visits") == [
        (None, "patient_id", None, "column missing"), (None, "week", None, "column missing"),
    ]  # fmt: skip
    assert found(visits().iloc[:0]) == []


def test_row_order_and_index_do_not_matter():
    table = visits(haq_di=[9, 0.75, 0.5, 2.0, -1])
    problems = mt.validate(table, "visits")
    moved = mt.validate(table.iloc[::-1].set_axis([7, 7, 7, 7, 7]), "visits")
    assert sorted(moved["value"]) == sorted(problems["value"])
    assert sorted(len(table) - 1 - moved["row"]) == sorted(problems["row"])


def test_in_summary():
    table = visits(haq_di=[9, 8, 0.5, 2.0, 9], ck_xuln=[9.0, 300, 30, 12.0, 2.0])
    summary = mt.summarise_problems(mt.validate(table, "visits"))
    assert summary.drop(columns="hint").to_numpy().tolist() == [
        ["error", "haq_di", "out of range", 3, 2, "9, 8"],
        ["warning", "ck_xuln", "suspicious unit", 1, 1, "300"],
    ]
    assert mt.summarise_problems(mt.validate(visits(), "visits")).empty


def test_two_hundred_thousand_rows_take_no_loop():
    many = mt.load_visits()
    many = pd.concat([many] * 400, ignore_index=True).assign(
        patient_id=lambda t: t["patient_id"] + np.repeat(np.arange(400), len(many)).astype(str)
    )
    start = time.perf_counter()
    assert mt.validate(many, "visits").empty
    assert time.perf_counter() - start < 10


def test_identifiers_that_a_person_takes_for_one_another():
    ids = ["a1", "a1", "A1", "a1 ", "a\u00a01", "\uff11", "007", "7", " B", "#N/A", "C-1", "C1"]
    table = pd.DataFrame({"patient_id": ids, "week": 0}, index=range(50, 62))
    before = table.copy()
    found = mt.validate(table, "visits")
    found = found[found["column"] == "patient_id"]
    expected = [
        (2, "A1", "identifiers look alike"),
        (3, "a1 ", "identifiers look alike"),
        (4, "a\u00a01", "identifiers look alike"),
        (7, "7", "identifiers look alike"),
        (8, " B", "spaces around an identifier"),
        (9, "#N/A", "error of a spreadsheet"),
    ]
    assert [(row.row, row.value, row.problem) for row in found.itertuples()] == expected
    assert set(found["severity"]) == {"warning"}
    assert not found["hint"].str.contains("a1|007").any()  # a hint leaves with lists in which patients have numbers
    pd.testing.assert_frame_equal(table, before)
    assert mt.validate(pd.DataFrame({"patient_id": [7, 8, 10], "week": 0}), "visits").empty


def test_an_arm_that_is_written_in_two_ways_is_told_of():
    arms = ["IVIg", "IVIg", "IVIg ", "Ivig", "placebo", "placebo", None, "PLACEBO"]
    table = pd.DataFrame({"patient_id": list("ABCDEFGH"), "week": 0, "arm": arms})
    table["centre"] = ["Jansen", "jansen", *"abcdef"]  # a column of the user's own may name a person
    table["remark"] = ["one", "two ", "three", "four", "five", "six", "seven", "eight"]
    before = table.copy()
    found = mt.validate(table, "visits")
    assert found[["row", "column", "value"]].astype(object).where(found.notna(), None).to_numpy().tolist() == [
        [1, "centre", None],
        [2, "arm", "IVIg "],
        [3, "arm", "Ivig"],
        [7, "arm", "PLACEBO"],
    ]
    assert set(found["severity"]) == {"warning"}
    assert set(found["problem"]) == {"one group written in two ways"}
    assert found["hint"].tolist()[2] == "elsewhere it is 'IVIg'; as it stands it is another group"
    assert not found["hint"].str.contains("ansen").any()
    pd.testing.assert_frame_equal(table, before)
    many = pd.DataFrame({"patient_id": [str(k) for k in range(40)], "week": 0})
    many["arm"] = [f"word {k}" for k in range(39)] + ["Word 1"]  # as many words as these are no groups
    assert mt.validate(many, "visits").empty


def test_a_column_under_a_name_that_people_give_it_is_not_passed_over():
    """A measure called mmt8 was not read, and every score was missing without a word."""
    table = pd.DataFrame({"patient_id": ["A"], "week": [0], "mmt8": [120], "VAS arts": [4.0], "remarks": ["x"]})
    found = mt.validate(table, "visits")
    assert found[["column", "problem", "expected", "severity"]].to_numpy().tolist() == [
        ["mmt8", "column not known", "mmt8_150", "warning"],
        ["VAS arts", "column not known", "physician_global_cm", "warning"],
    ]
