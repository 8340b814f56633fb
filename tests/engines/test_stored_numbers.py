"""A number is a number however it is stored: every public function, every engine, every storage.

Not the whole product of the three. Each function is called once on each engine with one mixed table, in which the
columns take turns to be stored in every way that is hard on that engine. Each storage by itself goes through a few
functions on each engine, one for each way in: the door (`enter`), the conversion to pandas (`to_pandas`), that of
scored visits (`to_frame`), and `validate`. What is expected comes from the same table in plain pandas, and is the same
to the last word and within a rounding error.
"""

from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import cycle
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import myositis_tools as mt
from myositis_tools.frames import to_pandas
from myositis_tools.frames.engine import VARIABLE
from tests.engines.every_function import every_call, tables, taking_tables

pytestmark = pytest.mark.engines
CONNECTION = duckdb.connect(config={"threads": 1})  # small tables: more threads cost more than they do

Store = Callable[[pd.Series], pd.Series]


def as_objects(make: Callable[[float], Any]) -> Store:
    return lambda values: pd.Series(
        [None if pd.isna(value) else make(value) for value in values], index=values.index, dtype=object
    )


def in_arrow(kind: Any) -> Store:
    return lambda values: as_objects(_exactly(kind))(values).astype(pd.ArrowDtype(kind))


def _exactly(kind: Any) -> Callable[[float], Any]:
    if pa.types.is_decimal(kind):
        return lambda value: Decimal(repr(float(value)))
    return np.float16 if pa.types.is_float16(kind) else float if pa.types.is_floating(kind) else int


WHOLE: dict[str, Store] = {
    "int8": lambda values: values.astype("int8") if values.notna().all() else values.astype("Int8"),
    "Int64": lambda values: values.astype("Int64"),
    "object of Python integers": as_objects(int),
    "object of NumPy integers": as_objects(np.int64),
    "Arrow, int16": in_arrow(pa.int16()),
}
BROKEN: dict[str, Store] = {
    "float64": lambda values: values.astype("float64"),
    "float32": lambda values: values.astype("float32"),
    "Float32": lambda values: values.astype("Float32"),
    "object of Python floats": as_objects(float),
    "object of NumPy floats": as_objects(np.float32),
    "object of decimals": as_objects(lambda value: Decimal(repr(float(value)))),
    "category": lambda values: values.astype("category"),
    "sparse": lambda values: values.astype(pd.SparseDtype("float64", np.nan)),
    "sparse, float32": lambda values: values.astype(pd.SparseDtype("float32", np.nan)),
    "Arrow, double": in_arrow(pa.float64()),
    "Arrow, float": in_arrow(pa.float32()),
    "Arrow, decimal128": in_arrow(pa.decimal128(20, 6)),
}
OF_POLARS: dict[str, Any] = {"Float32": pl.Float32, "Decimal": pl.Decimal(20, 6), "Float64": pl.Float64}
WHOLE_OF_POLARS: dict[str, Any] = {"Int8": pl.Int8, "Int64": pl.Int64}


def numbers_of(table: pd.DataFrame) -> list[str]:
    """The columns of numbers that a float of 32 bits and six decimals can hold as they are meant."""
    found = []
    for name in table.columns:
        values = table[name]
        if pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype):
            plain = values.dropna().to_numpy(dtype="float64")
            meant = plain.astype("float32").astype("str").astype("float64")
            if np.isfinite(plain).all() and (meant == plain).all() and (plain.round(6) == plain).all():
                found.append(str(name))
    return found


def is_whole(values: pd.Series) -> bool:
    return bool((values.dropna() == values.dropna().round(0)).all() and (values.dropna().abs() < 100).all())


def mixed(table: pd.DataFrame) -> pd.DataFrame:
    """Columns that take turns to be stored in every way of pandas."""
    broken, whole = cycle(BROKEN.values()), cycle(WHOLE.values())
    stored = {name: next(whole if is_whole(table[name]) else broken)(table[name]) for name in numbers_of(table)}
    return table.assign(**stored)


def in_arrow_of_pandas(table: pd.DataFrame) -> pd.DataFrame:
    """What `pd.read_parquet(..., dtype_backend="pyarrow")` gives: dates as days, and decimals."""
    dates = {
        name: table[name].astype(pd.ArrowDtype(pa.date32()))
        for name in table.columns
        if pd.api.types.is_datetime64_any_dtype(table[name].dtype)
    }
    decimals = {name: in_arrow(pa.decimal128(20, 6))(table[name]) for name in numbers_of(table)[::2]}
    return table.assign(**dates).convert_dtypes(dtype_backend="pyarrow").assign(**decimals)


def in_polars(table: pd.DataFrame, types: Sequence[Any] = tuple(OF_POLARS.values())) -> pl.DataFrame:
    made, kinds = pl.from_pandas(table), cycle(types)
    return made.with_columns(cast(name, next(kinds)) for name in numbers_of(table))


def cast(name: str, kind: Any) -> pl.Expr:
    """A column in another type; a decimal by way of its text: some versions of Polars cut a float off, not round it."""
    column = pl.col(name)
    return (column.cast(pl.String) if isinstance(kind, pl.Decimal) else column).cast(kind)


ENGINES: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": mixed,
    "pandas over Arrow": in_arrow_of_pandas,
    "Polars": in_polars,
    "Polars, lazy": lambda table: in_polars(table).lazy(),
    "DuckDB": lambda table: CONNECTION.from_arrow(in_polars(table).to_arrow()),
}


# ------------------------------------------------------------------------------------------------------- what is held


@pytest.fixture(scope="module", autouse=True)
def _on_the_usual_engine():
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(VARIABLE, raising=False)
        yield


CALLS = every_call()
EXPECTED: dict[str, Any] = {}


def expected(name: str) -> Any:
    if name not in EXPECTED:
        EXPECTED[name] = CALLS[name]()
    return EXPECTED[name]


def assert_alike(found: Any, wanted: Any) -> None:
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for name, value in wanted.items():
            assert_alike(found[name], value)
    elif isinstance(wanted, pd.DataFrame):
        found, wanted = (plain(table) for table in (found, wanted))
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False, rtol=1e-9)
    else:
        assert found == wanted


def plain(table: Any) -> pd.DataFrame:
    """Every cell a float, a text or nothing; a table of DuckDB or Polars, lazy or not, in pandas."""
    made = to_pandas(table).reset_index(drop=True)
    numbers = {name: made[name].astype("Float64") for name in made if pd.api.types.is_numeric_dtype(made[name].dtype)}
    rest = {name: made[name].astype(object).where(made[name].notna(), None) for name in made if name not in numbers}
    return made.assign(**numbers, **{name: values.map(str, na_action="ignore") for name, values in rest.items()})


def test_every_function_that_takes_a_table_has_a_call():
    assert {"score_total_improvement", "write_adam", "trajectory_frame", "map_columns"} <= set(taking_tables())
    for name, call in CALLS.items():
        assert set(call.tables.values()) <= set(tables()), f"{name} takes a table that tests/engines has no example of"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", CALLS)
def test_every_function_reads_numbers_that_are_hard_to_read(engine, name):
    assert_alike(CALLS[name](ENGINES[engine]), expected(name))


A_FEW = ("score_total_improvement", "trajectory_frame", "compare_over_visits", "validate", "wide_to_long")


@pytest.mark.parametrize("stored", BROKEN | WHOLE)
@pytest.mark.parametrize("name", A_FEW)
def test_every_storage_of_pandas(stored, name):
    store = (BROKEN | WHOLE)[stored]

    def given(table: pd.DataFrame) -> pd.DataFrame:
        whole = [one for one in numbers_of(table) if stored not in WHOLE or is_whole(table[one])]
        return table.assign(**{one: store(table[one]) for one in whole})

    assert_alike(CALLS[name](given), expected(name))


@pytest.mark.parametrize("stored", OF_POLARS | WHOLE_OF_POLARS)
@pytest.mark.parametrize("engine", ["Polars", "Polars, lazy", "DuckDB"])
@pytest.mark.parametrize("name", A_FEW)
def test_every_storage_of_other_engines(engine, stored, name):
    kind = (OF_POLARS | WHOLE_OF_POLARS)[stored]

    def given(table: pd.DataFrame) -> Any:
        whole = [one for one in numbers_of(table) if stored in OF_POLARS or is_whole(table[one])]
        made = pl.from_pandas(table).with_columns(cast(one, kind) for one in whole)
        return {"Polars": made, "Polars, lazy": made.lazy(), "DuckDB": CONNECTION.from_arrow(made.to_arrow())}[engine]

    assert_alike(CALLS[name](given), expected(name))


def test_yes_and_no_are_no_numbers():
    visits = tables()["visits"].head(3)
    for yes_and_no in (True, np.True_):
        refused = visits.assign(week=[0, 4, 12], haq_di=pd.Series([1.0, yes_and_no, 0.5], dtype=object))
        with pytest.raises(mt.errors.WrongTypeError, match=r"Column haq_di holds (np\.)?True"):
            mt.score_total_improvement(refused)
        assert "haq_di" in set(mt.validate(refused, "visits")["column"])


# ------------------------------------------------------------------------------------------------- floats of 32 bits


def narrow(table: pd.DataFrame, kind: Any = "float32") -> pd.DataFrame:
    return table.astype({name: kind for name in table if table[name].dtype == "float64"})


NARROW: dict[str, Callable[[pd.DataFrame], Any]] = {
    "pandas": narrow,
    "pandas, nullable": lambda table: narrow(table, "Float32"),
    "pandas over Arrow": lambda table: narrow(table, pd.ArrowDtype(pa.float32())),
    "Polars": lambda table: pl.from_pandas(narrow(table)),
    "Polars, lazy": lambda table: pl.from_pandas(narrow(table)).lazy(),
    "DuckDB": lambda table: CONNECTION.from_arrow(pl.from_pandas(narrow(table)).to_arrow()),
    "DuckDB over pandas": lambda table: duckdb.from_df(narrow(table)),
}


@pytest.mark.parametrize("engine", NARROW)
@pytest.mark.parametrize("computed_on", ["polars", "pandas"])
def test_no_class_of_response_moves_where_the_sample_is_stored_in_32_bits(engine, computed_on, monkeypatch):
    monkeypatch.setenv(VARIABLE, computed_on)
    visits = mt.load_visits().drop(columns=["visit_date", "infusion"])
    scored, wanted = mt.score_total_improvement(NARROW[engine](visits)), mt.score_total_improvement(visits)
    added = [name for name in wanted.columns if name not in visits.columns]
    pd.testing.assert_frame_equal(to_pandas(scored)[added], wanted[added], check_exact=True, check_dtype=False)


@pytest.mark.parametrize("engine", NARROW)
def test_an_enzyme_at_the_edge_of_its_limit_is_still_there_in_32_bits(engine):
    screening = pd.DataFrame({"patient_id": ["A"], "enzyme_xuln": [1.3], "physician_global_cm": [2.0]})
    protocol = mt.PROTOCOLS["rim"]
    screening = screening.assign(**{name: None for name in protocol.needs if name not in screening})
    screening = screening.astype({name: "float64" for name in ("age_years", "haq_di", "mmt8_150") if name in screening})
    wanted = protocol.decide(screening)
    pd.testing.assert_frame_equal(plain(protocol.decide(NARROW[engine](screening))), plain(wanted))


@pytest.mark.parametrize("engine", ["pandas", "Polars", "Polars, lazy", "DuckDB"])
def test_a_float_of_32_bits_is_the_shortest_decimal_that_it_prints_as(engine):
    chance = np.random.default_rng(3)
    floats = np.concatenate([chance.integers(0, 2**31 - 2**23, 500, dtype="uint32").view("float32"), [0.1, 3.3, 1e7]])
    table = pd.DataFrame({"value": floats.astype("float32"), "row": range(len(floats))})
    found = to_pandas(NARROW[engine](table)).sort_values("row")["value"]
    assert found.tolist() == [float(str(one)) for one in table["value"].to_numpy()]


def test_a_float_of_16_bits_too():
    every = np.arange(0, 31744, 7, dtype="uint16").view("float16")
    meant = [float(str(one)) for one in every]
    tables_of = [pd.DataFrame({"value": every})]
    if hasattr(pl, "Float16"):
        tables_of.append(pl.DataFrame({"value": pl.Series(every, dtype=pl.Float16)}))
    for table in tables_of:
        assert to_pandas(table)["value"].tolist() == meant
