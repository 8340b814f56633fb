"""Multiples of the upper limit of normal. 1 µkat/L is 60 U/L: 1 kat = 1 mol/s, 1 U = 1 µmol/min."""

import pandas as pd
import pytest

from myositis_tools import tables
from myositis_tools.errors import ImpossibleValueError, UnknownWordError
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


def test_another_unit_is_refused_with_the_nearest_one():
    labs = pd.DataFrame({"test": ["ck"], "value": [1.0], "unit": ["mkat/L"], "upper_limit": [2.0]})
    with pytest.raises(UnknownWordError, match=r"'mkat/L'.*did you mean"):
        to_xuln(labs)


def test_the_units_of_the_door_are_those_that_can_be_converted():
    spellings = tuple(tables.load("unit_conversions")["unit"])
    assert columns("labs")["unit"].words == columns("labs")["upper_limit_unit"].words == spellings
