"""What is handed over in the wrong order is told so, with both names, and never ends in Python's own words."""

import inspect
from functools import cache
from itertools import combinations
from typing import Any

import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.errors import WrongTypeError
from tests.engines.every_function import is_table
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


# --------------------------------------------------------------------------------------------------------- two tables

SEVERAL = {
    name: taken
    for name, one in FUNCTIONS.items()
    if len(taken := [each.name for each in inspect.signature(one).parameters.values() if is_table(each)]) > 1
    and name != "accept_suggestions"  # its second table is of any kind
}
PAIRS = [(name, *pair) for name, taken in SEVERAL.items() for pair in combinations(taken, 2)]


@cache
def tables() -> dict[str, pd.DataFrame]:
    of_sample = {"visits": mt.load_visits, "patients": mt.load_patients, "medications": mt.load_medications}
    of_sample |= {"events": mt.load_events, "screening": mt.load_screening}
    made = {name: load().head(24) for name, load in of_sample.items()}
    days = {"from_date": pd.Timestamp("2024-01-01"), "to_date": pd.Timestamp("2024-06-30")}
    return made | {
        "windows": made["patients"][["patient_id"]].assign(**days),
        "screening": mt.load_screening().head(24),
    }


def call(name: str, **given: Any) -> Any:
    known = inspect.signature(FUNCTIONS[name]).parameters
    beside = {"patient_id": "P015", "to_week": 12, "week": 12}
    required = {one: beside[one] for one in beside if one in known and known[one].default is known[one].empty}
    first = {"patients": tables()["patients"]} if name == "derive_screening" else {}
    return FUNCTIONS[name](**first | given | required)


def test_the_functions_of_several_tables_are_found():
    assert {"derive_screening", "judge_exposures", "report_patient", "explore_effects"} < set(SEVERAL)


@pytest.mark.parametrize(("name", "first", "second"), PAIRS)
@pytest.mark.parametrize("engine", [pd.DataFrame, pl.from_pandas], ids=["pandas", "Polars"])
def test_two_tables_in_each_others_place(name, first, second, engine):
    with pytest.raises(WrongTypeError) as refused:
        call(name, **{first: engine(tables()[second]), second: engine(tables()[first])})
    said = str(refused.value)
    assert f"{name}() was given the {second} table as {first}, and the {first} table as {second}." in said
    assert f"Where: {first} and {second} stand in each other's place." in said
    assert f"Hint: name them: {first}=..., {second}=..." in said


# What comes first is a patient, or a file; and a table without a name could be one of patients or of screening.
_OTHERS_FIRST = ("patient_card", "report_patient", "open_cohort")


@pytest.mark.parametrize("name", [name for name in SEVERAL if name not in _OTHERS_FIRST])
def test_more_tables_than_go_without_a_name(name):
    places = [one for one in inspect.signature(FUNCTIONS[name]).parameters.values() if one.kind is not one.KEYWORD_ONLY]
    free = [one for one in SEVERAL[name] if one not in {each.name for each in places}]
    if not free:
        return
    given = [tables().get(one.name, 12) for one in places]
    said = rf"{name}\(\) was given more tables than it takes without a name.*name it: {free[-1]}="
    with pytest.raises(WrongTypeError, match=said):
        FUNCTIONS[name](*given, tables()[free[-1]])


@pytest.mark.parametrize("protocols", [[mt.TIME_IS_MUSCLE], "time_is_muscle", mt.TIME_IS_MUSCLE])
def test_protocols_before_the_table(protocols):
    with pytest.raises(WrongTypeError) as refused:
        mt.compare_protocols(protocols, mt.load_screening())
    said = str(refused.value)
    assert f"compare_protocols() was given {type(protocols).__name__} where the screening table belongs." in said
    assert "screening and protocols stand in each other's place" in said


def test_the_patient_before_the_tables():
    with pytest.raises(WrongTypeError, match="was given str where the medications table belongs"):
        mt.figures.plot_medication_timeline("P015", mt.load_medications(), mt.load_patients())


def test_another_mistake_keeps_its_own_message():
    with pytest.raises(mt.errors.MissingColumnError, match="The medications table lacks a column: start_date"):
        mt.derive_screening(mt.load_patients(), medications=mt.load_medications().drop(columns="start_date"))
    with pytest.raises(mt.errors.MissingColumnError, match="what suggest_mapping gives"):
        mt.accept_suggestions(mt.load_visits(), "visits")
    with pytest.raises(TypeError, match="positional"):
        mt.judge_exposures(mt.load_medications(), mt.load_patients(), "broad")
