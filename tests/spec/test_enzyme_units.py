"""Multiples of the upper limit of normal. 1 µkat/L is 60 U/L: 1 kat = 1 mol/s, 1 U = 1 µmol/min."""

import pandas as pd
import pytest

from myositis_tools import tables
from myositis_tools.errors import ImpossibleValueError, UnknownWordError
from myositis_tools.exchange import validate
from myositis_tools.frames import columns
from myositis_tools.scores import to_xuln


def test_each_result_is_divided_by_its_own_limit(read):
    labs = read(
        """
        test     | value | unit   | upper_limit | upper_limit_unit | expected
        ck       | 1850  | U/L    | 200         |                  | 9.25
        ck       | 15.5  | ukat/L | 3.1         |                  | 5
        ck       | 15.5  | µkat/L | 3.1         |                  | 5       # the micro sign
        ck       | 15.5  | μkat/L | 3.1         |                  | 5       # the Greek letter
        ck       | 150   | U/L    | 2.5         | ukat/L           | 1       # 2.5 µkat/L = 150 U/L
        ck       | 2.5   | ukat/L | 150         | U/L              | 1
        aldolase | 12    | U/L    | 8           | U/L              | 1.5
        ast      | 0     | U/L    | 40          |                  | 0
        ldh      |       | U/L    | 250         |                  |
        ldh      | 500   |        | 250         |                  |
        alt      | 80    | U/L    |             |                  |
        """
    )
    found = to_xuln(labs)
    pd.testing.assert_series_equal(found["xuln"], found["expected"], check_names=False)
    assert to_xuln(labs.iloc[:4].drop(columns="upper_limit_unit"))["xuln"].tolist() == [9.25, 5, 5, 5]


@pytest.mark.parametrize("upper_limit", [0.0, -1.0])
def test_an_upper_limit_of_nothing_is_refused(upper_limit):
    labs = pd.DataFrame({"test": ["ck", "ck"], "value": [1.0, 2.0], "unit": "U/L", "upper_limit": [200.0, upper_limit]})
    with pytest.raises(ImpossibleValueError, match=r"Column upper_limit holds impossible values.*row 1"):
        to_xuln(labs)


def test_a_prefix_of_the_si_is_arithmetic(read):
    labs = read(
        """
        test | value | unit   | upper_limit | upper_limit_unit | expected
        ck   | 9000  | nkat/L | 180         | U/L              | 3       # 9000 nkat/L = 9 µkat/L = 540 U/L
        ck   | 9000  | nkat/L | 3000        |                  | 3
        ck   | 0.009 | mkat/L | 180         | U/L              | 3
        alt  | 9     | ukat/L | 3000000     | pkat/L           | 3
        ck   | 9     | ukat/L | 0.000003    | kat/L            | 3
        ck   | 1.2   | kU/L   | 200         | U/L              | 6
        ck   | 1200  | U/L    | 0.2         | kU/L             | 6
        ck   | 90000 | mU/L   | 45          | U/L              | 2
        ck   | 9     | ukat/L | 3000        | nkat/L           | 3
        """
    )
    found = to_xuln(labs)
    pd.testing.assert_series_equal(found["xuln"], found["expected"], check_names=False, check_dtype=False, rtol=1e-12)
    assert validate(labs.assign(patient_id="A", week=range(9)), "labs").empty


@pytest.mark.parametrize("unit", ["MU/L", "fkat/L", "PKAT/mL", "U/mL", "Mkat/L", "mg/L", "ng/mL", "GU/L"])
def test_a_hint_names_no_unit_of_another_size(unit):
    """The nearest spelling was advised: 'did you mean U/L?' of kU/L, which is a thousand times as much."""
    labs = pd.DataFrame({"test": ["ck"], "value": [1.0], "unit": [unit], "upper_limit": [2.0]})
    with pytest.raises(UnknownWordError, match=f"'{unit}'.*Hint: convert the values to one of U/L") as caught:
        to_xuln(labs)
    problems = validate(labs.assign(patient_id="A", week=0), "labs")
    assert problems.loc[problems["column"] == "unit", "hint"].tolist() == [caught.value.hint]


@pytest.mark.parametrize(("unit", "meant"), [("u/l", "U/L"), ("U / L", "U/L"), ("Ku/l", "kU/L"), ("NKAT/L", "nkat/L")])
def test_a_hint_names_the_unit_that_is_spelt_alike(unit, meant):
    labs = pd.DataFrame({"test": ["ck"], "value": [1.0], "unit": [unit], "upper_limit": [2.0]})
    with pytest.raises(UnknownWordError, match=f"did you mean '{meant}'"):
        to_xuln(labs)


def test_a_dose_in_another_unit_is_not_taken_for_one_of_milligrams():
    courses = pd.DataFrame({"patient_id": ["A"], "drug": ["x"], "dose_mg_day": [1.0], "dose_unit": ["ug/day"]})
    hints = validate(courses.assign(start_date=pd.NaT), "medications")["hint"]
    assert "convert the values to one of mg/day" in hints.tolist()


def test_the_units_of_the_door_are_those_that_can_be_converted():
    spellings = tuple(tables.load("unit_conversions")["unit"])
    assert columns("labs")["unit"].words == columns("labs")["upper_limit_unit"].words == spellings
