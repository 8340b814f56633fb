"""What is handed over in the wrong order is told so, with both names, and never ends in Python's own words."""

import inspect

import pytest

import myositis_tools as mt
from myositis_tools.errors import WrongTypeError
from tests.public import FUNCTIONS

OF_PROTOCOLS = sorted(
    name for name, one in FUNCTIONS.items() if list(inspect.signature(one).parameters)[:2] == ["protocol", "screening"]
)


def test_the_functions_are_found():
    assert len(OF_PROTOCOLS) > 20


@pytest.mark.parametrize("name", OF_PROTOCOLS)
def test_a_table_in_the_place_of_the_protocol(name):
    more = ["maximum_duration_months"] if "limit" in inspect.signature(FUNCTIONS[name]).parameters else []
    with pytest.raises(WrongTypeError) as refused:
        FUNCTIONS[name](mt.load_screening(), mt.TIME_IS_MUSCLE, *more)
    assert f"{name}() was given DataFrame where the protocol belongs." in str(refused.value)
    assert "protocol and screening stand in each other's place" in str(refused.value)


def test_something_else_in_the_place_of_the_protocol():
    with pytest.raises(WrongTypeError, match=r"was given str where the protocol belongs\. Where: protocol\."):
        mt.attrition("time_is_muscle", mt.load_screening())
