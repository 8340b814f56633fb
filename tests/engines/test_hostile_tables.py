"""Whatever is in a table, a function gives a result or says in words of ours what is wrong with it.

Not the whole product. Each function is called with a few hostile columns, which rotate with its place, and each kind of
column goes through the functions that stand for a way in: the door, the conversion to pandas, `validate` and what
reads every column. No call may end in another exception, nor let a warning of Python or pandas out.
"""

import warnings
from typing import Any

import pandas as pd
import polars as pl
import pytest

import myositis_tools as mt
from myositis_tools.errors import MyositisToolsError, PatientsNotFoundWarning
from myositis_tools.frames import columns
from myositis_tools.frames.engine import VARIABLE
from tests.engines.every_function import every_call, tables
from tests.engines.hostile_columns import COLUMNS, OF_POLARS, TABLES

pytestmark = pytest.mark.engines
CALLS = every_call()
KINDS = list(COLUMNS)
SLOW = ("report_", "explore_", "compare_choices", "choices_frame", "write_r")


@pytest.fixture(autouse=True)
def _on_the_usual_engine(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)


def call_or_refuse(name: str, kind: str, hostile: pd.DataFrame, as_given: Any = lambda table: table) -> str:
    """What is said of a hostile table; nothing where it is taken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PatientsNotFoundWarning)  # any other is an error already
        try:
            CALLS[name](as_given, made=tables() | {kind: hostile})
        except MyositisToolsError as refused:
            return str(refused)
    return ""


def read_columns(kind: str) -> list[str]:
    """The columns of a table, those first that the package knows."""
    present = [str(name) for name in tables()[kind].columns]
    return sorted(
        present, key=lambda name: name not in columns("visits") | columns("patients") | columns("medications")
    )


def hostile(kind: str, column: str, name: str) -> pd.DataFrame:
    table = tables()[kind]
    return table.assign(**{column: COLUMNS[name](table[column])})


@pytest.mark.parametrize("name", CALLS)
def test_every_function_gives_a_result_or_says_what_is_wrong(name):
    place, taken = list(CALLS).index(name), list(CALLS[name].tables.values())
    for step in range(1 if name.startswith(SLOW) else 2):
        kind = taken[step % len(taken)]
        names = read_columns(kind)
        column = names[(place + step) % min(len(names), 12)]
        call_or_refuse(name, kind, hostile(kind, column, KINDS[(7 * place + 29 * step) % len(KINDS)]))


WAYS_IN = {
    "score_total_improvement": ("week", "haq_di", "patient_id"),
    "trajectory_frame": ("patient_id", "arm", "haq_di"),
    "validate": ("haq_di", "patient_id", "week"),
    "long_to_wide": ("patient_id", "haq_di", "week"),
}


@pytest.mark.parametrize("column", COLUMNS)
def test_every_hostile_column_at_two_ways_in(column):
    place = KINDS.index(column)
    for name in list(WAYS_IN)[place % 2 :: 2]:
        (kind,) = CALLS[name].tables.values()
        call_or_refuse(name, kind, hostile(kind, WAYS_IN[name][place // 2 % 3], column))


OF_DATES = {"derive_screening": "patients", "judge_exposures": "medications"}


@pytest.mark.parametrize("column", KINDS[::2])
def test_hostile_columns_of_dates(column):
    place = KINDS.index(column)
    name = ("derive_screening", "judge_exposures")[place // 2 % 2]
    kind = OF_DATES[name]
    one = ("screening_date", "birth_date")[place // 4 % 2] if kind == "patients" else "start_date"
    call_or_refuse(name, kind, hostile(kind, one, column))


@pytest.mark.parametrize("shape", TABLES)
@pytest.mark.parametrize("name", ["score_total_improvement", "response_over_time", "validate", "long_to_wide"])
def test_every_hostile_table(name, shape):
    kind = next(iter(CALLS[name].tables.values()))
    said = call_or_refuse(name, kind, TABLES[shape](tables()[kind]))
    assert not said or shape in ("no rows", "no columns", "a list that nobody reads"), said


@pytest.mark.parametrize("column", OF_POLARS)
@pytest.mark.parametrize("name", ["score_total_improvement", "validate"])
def test_every_hostile_column_of_polars(name, column):
    (kind,) = CALLS[name].tables.values()
    for one in WAYS_IN[name][:2]:
        made = pl.from_pandas(tables()[kind]).with_columns(OF_POLARS[column](one))
        call_or_refuse(name, kind, tables()[kind], lambda _, made=made: made)


# ---------------------------------------------------------------------------------------- where the answer is known

REFUSED = {
    "a cell: infinity": "week",
    "a cell: minus infinity": "week",
    "a cell: infinite decimal": "haq_di",
    "a cell: 1e30": "week",
    "a cell: 2 ** 63": "week",
    "a cell: 400 digits": "haq_di",
    "a cell: list": "haq_di",
    "a cell: set": "patient_id",
    "a cell: tuple": "patient_id",
    "a cell: span of NumPy": "haq_di",
    "a cell: complex": "haq_di",
    "complex": "haq_di",
    "complex, but real": "haq_di",
    "months": "week",
    "categories of dates": "haq_di",
}


@pytest.mark.parametrize(("column", "name"), REFUSED.items())
def test_what_is_no_value_is_refused_by_the_column_that_holds_it(column, name, monkeypatch):
    monkeypatch.setenv(VARIABLE, ("polars", "pandas")[list(REFUSED).index(column) % 2])
    said = call_or_refuse("score_total_improvement", "visits", hostile("visits", name, column))
    assert f"Column {name} holds" in said
    found = mt.validate(hostile("visits", name, column), "visits")
    assert name in set(found.loc[found["severity"] == "error", "column"])


TAKEN = {
    "NaT throughout": "haq_di",
    "NaT throughout, spans": "ck_xuln",
    "NaT throughout, objects": "physician_global_cm",
    "NaT throughout, months": "haq_di",
    "a cell: NaT": "haq_di",
    "a cell: no day of NumPy": "haq_di",
    "a cell: decimal that signals": "haq_di",
    "nothing, Arrow": "haq_di",
    "nothing, categories": "haq_di",
}


@pytest.mark.parametrize(("column", "name"), TAKEN.items())
def test_what_is_nothing_counts_as_not_recorded(column, name):
    visits = tables()["visits"]
    is_cell = column.startswith("a cell")
    wanted = visits.assign(**{name: visits[name].mask(visits.index == visits.index[-1]) if is_cell else float("nan")})
    scored = mt.score_total_improvement(hostile("visits", name, column))
    pd.testing.assert_series_equal(scored["tis"], mt.score_total_improvement(wanted)["tis"])
    assert not (mt.validate(hostile("visits", name, column), "visits")["severity"] == "error").any()


@pytest.mark.parametrize("name", ["validate", "derive_screening", "open_cohort", "time_to_response"])
def test_half_a_sign_is_refused_by_name_and_row(name):
    """Only pandas holds it, so that each engine, report and file would fall over it in a way of its own."""
    kind = next(iter(CALLS[name].tables.values()))
    said = call_or_refuse(name, kind, hostile(kind, "patient_id", "a cell: half a sign"))
    last_row = len(tables()[kind]) - 1
    assert "half a sign" in said
    assert f"column patient_id, row {last_row} (counted from 0)" in said
