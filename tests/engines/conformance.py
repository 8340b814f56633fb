"""What every public function does on each engine: seen by calling it, and written to docs/engines.md by `make engines`.

Each function is called with the same small tables in pandas and on the engine. The answer has to be the same in every
cell and, but for Spark, in the order of its rows. Noted beside that is which rows left the engine on the way: those
that grow when everyone stands in the tables twice. That is seen on Polars; the other engines that wait have to let
the same rows out.
"""

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import narwhals as nw
import pandas as pd
import pytest

from myositis_tools.frames import to_pandas
from myositis_tools.frames.engine import VARIABLE
from tests.engines.every_function import IN_PANDAS, Call, every_call, tables
from tests.engines.other_engines import ENGINES

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
START, END = "<!-- from here on made by `make engines` -->\n", "<!-- to here -->\n"
SAME, NO_ORDER = "same", "same, no order"
ROWS, IDENTIFIERS = ", collects rows", ", collects identifiers"
WAITS = "Polars, lazy"  # the engine on which is seen what is collected
OF_PATIENTS = ("patient_id", "case_id")

Given = Callable[[pd.DataFrame], Any]


@cache
def calls() -> Mapping[str, Call]:
    """The functions that take a table of any engine."""
    return {name: call for name, call in every_call().items() if _takes_any(call)}


def _takes_any(call: Call) -> bool:
    known = inspect.signature(call.function).parameters
    return any(IN_PANDAS not in str(known[name].annotation) for name in call.tables)


# ------------------------------------------------------------------------------------------------------ what is alike


def plain(table: Any) -> pd.DataFrame:
    """Every cell a float, a text or nothing; a table of DuckDB or Polars, lazy or not, in pandas."""
    made = to_pandas(table).reset_index(drop=True)
    numbers = {name: made[name].astype("Float64") for name in made if pd.api.types.is_numeric_dtype(made[name].dtype)}
    rest = {name: made[name].astype(object).where(made[name].notna(), None) for name in made if name not in numbers}
    return made.assign(**numbers, **{name: values.map(str, na_action="ignore") for name, values in rest.items()})


def _out_of_order(found: Any, wanted: Any) -> bool:
    """Whether rows stand in another order; refuses what differs in more than that."""
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        return any(_out_of_order(found[name], value) for name, value in wanted.items())
    if not isinstance(wanted, pd.DataFrame):
        assert found == wanted
        return False
    found, wanted = plain(found), plain(wanted)
    try:
        _assert_equal(found, wanted)
    except AssertionError:
        if len(found) != len(wanted) or list(found) != list(wanted):
            raise
        _assert_equal(_sorted(found), _sorted(wanted))
        return True
    return False


def _assert_equal(found: pd.DataFrame, wanted: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False, rtol=1e-9)


def _sorted(table: pd.DataFrame) -> pd.DataFrame:
    """The rows by what is written in them; texts first, for a number may differ in its last digit."""
    numbers = [name for name in table if table[name].dtype == "Float64"]
    by = [name for name in table if name not in numbers] + numbers
    written = table.assign(**{name: table[name].round(6) for name in numbers}).astype(str)
    return table.loc[written.sort_values(by, kind="stable").index].reset_index(drop=True)


# -------------------------------------------------------------------------------------------------- what is collected


@contextmanager
def watched() -> Iterator[list[tuple[int, int]]]:
    """Note the rows and columns of each table that leaves its engine."""
    seen, collect = [], nw.LazyFrame.collect

    def noting(frame: Any, *arguments: Any, **options: Any) -> Any:
        table = collect(frame, *arguments, **options)
        seen.append(table.shape)
        return table

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(nw.LazyFrame, "collect", noting)
        yield seen


@cache
def twice() -> Mapping[str, pd.DataFrame]:
    """The tables, with everyone in them twice under another name."""
    return {kind: _doubled(table) for kind, table in tables().items()}


def _doubled(table: pd.DataFrame) -> pd.DataFrame:
    named = [name for name in OF_PATIENTS if name in table]
    if not named:
        return table
    other = table.assign(**{name: table[name].astype(object).map(lambda one: f"{one} again") for name in named})
    return pd.concat([table, other], ignore_index=True)


def _left(name: str, as_given: Given, made: Mapping[str, pd.DataFrame] | None = None) -> list[tuple[int, int]]:
    with watched() as left:
        calls()[name](as_given, made=made)
    return left


@cache
def _left_of_polars(name: str) -> list[tuple[int, int]]:
    return _left(name, ENGINES[WAITS])


@cache
def collected(name: str) -> str:
    """What a function brings into memory of each patient or visit."""
    few, many = _left_of_polars(name), _left(name, ENGINES[WAITS], twice())
    if _rows(many, wider_than=1) > _rows(few, wider_than=1):
        return ROWS
    return IDENTIFIERS if _rows(many) > _rows(few) else ""


def _rows(left: list[tuple[int, int]], wider_than: int = 0) -> int:
    return sum(rows for rows, width in left if width > wider_than)


# ------------------------------------------------------------------------------------------------------ what is seen


@cache
def expected(name: str) -> Any:
    """What a call gives in pandas."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "pandas")
        return calls()[name]()


def seen(name: str, as_given: Given) -> str:
    """Call a function on an engine, and say what it did there.

    Raises
    ------
    AssertionError
        If a cell differs from pandas, or other rows were collected than on Polars.
    """
    with watched() as left:
        found = calls()[name](as_given)
    native = nw.from_native(as_given(tables()["doses"]))
    is_spark = native.implementation.is_pyspark()
    assert not _out_of_order(found, expected(name)) or is_spark  # by chance Spark keeps the order of a small table
    said = NO_ORDER if is_spark else SAME
    if not isinstance(native, nw.LazyFrame):
        return said
    assert sorted(left) == sorted(_left_of_polars(name))
    return said + collected(name)


# ------------------------------------------------------------------------------------------------------ the page


def listed() -> dict[str, dict[str, str]]:
    """What docs/engines.md says of each function by engine."""
    _, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    first, _, *lines = [
        re.split(r" \| ", line.strip("| ")) for line in rest.partition(END)[0].splitlines() if line.startswith("|")
    ]
    return {cells[0].strip("`"): dict(zip(first[1:], cells[1:], strict=True)) for cells in lines}


def write() -> None:
    """Write the table of docs/engines.md again; what stands around it stays."""
    from tests.spark.session import as_spark

    engines = ENGINES | {"PySpark": as_spark}
    lines = [["function", *engines], ["---"] * (len(engines) + 1)]
    lines += [[f"`{name}`", *(seen(name, as_given) for as_given in engines.values())] for name in calls()]
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    made = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    PAGE.write_text(f"{before}{START}\n{made}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    write()
