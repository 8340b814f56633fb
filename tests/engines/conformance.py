"""What every public function does on each engine: seen by calling it, and written to docs/engines.md by `make engines`.

Each function is called with the same small tables in pandas and on the engine. The answer has to be the same in every
cell. What is noted beside that is whether its rows stand in the same order, whether it comes in pandas, and which rows
left the engine on the way: those that grow with the patients, when each of them stands in the tables twice.
"""

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
from tests.engines.other_engines import ENGINES, as_polars

PAGE = Path(__file__).parents[2] / "docs" / "engines.md"
START, END = "<!-- made by `make engines` -->\n", "<!-- end of what is made -->\n"
SAME, NO_ORDER = "same", "same, in another order"
IN_MEMORY = " in pandas"
COLLECTS, NAMES = "; collects rows", "; collects identifiers"
OF_PATIENTS = ("patient_id", "case_id")

Given = Callable[[pd.DataFrame], Any]


def calls() -> dict[str, Call]:
    """The functions that take a table of any engine."""
    return {name: call for name, call in every_call().items() if _takes_any(call)}


def _takes_any(call: Call) -> bool:
    import inspect

    known = inspect.signature(call.function).parameters
    return any(IN_PANDAS not in str(known[name].annotation) for name in call.tables)


# ------------------------------------------------------------------------------------------------------ what is alike


def plain(table: Any) -> pd.DataFrame:
    """Every cell a float, a text or nothing; a table of DuckDB or Polars, lazy or not, in pandas."""
    made = to_pandas(table).reset_index(drop=True)
    numbers = {name: made[name].astype("Float64") for name in made if pd.api.types.is_numeric_dtype(made[name].dtype)}
    rest = {name: made[name].astype(object).where(made[name].notna(), None) for name in made if name not in numbers}
    return made.assign(**numbers, **{name: values.map(str, na_action="ignore") for name, values in rest.items()})


def assert_alike(found: Any, wanted: Any) -> None:
    """Refuse an answer that differs in a cell or in the order of its rows."""
    assert not _out_of_order(found, wanted)


def _out_of_order(found: Any, wanted: Any) -> bool:
    """Whether rows stand in another order; refuses what differs in more than that."""
    if isinstance(wanted, dict):
        assert list(found) == list(wanted)
        return any([_out_of_order(found[name], value) for name, value in wanted.items()])
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


def rows_that_grow(call: Call, as_given: Given) -> str:
    """What is collected of each patient or visit on an engine that waits."""
    noted = []
    for made in (tables(), twice()):
        with watched() as seen:
            call(as_given, made=made)
        noted.append(list(seen))
    few, many = (sum(rows for rows, width in seen if width > 1) for seen in noted)
    if many > 1.5 * few:
        return COLLECTS
    few, many = (sum(rows for rows, _ in seen) for seen in noted)
    return NAMES if many > few else ""


# -------------------------------------------------------------------------------------------------- what is seen


@cache
def expected(name: str) -> Any:
    """What a call gives in pandas."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "pandas")
        return calls()[name]()


def seen(name: str, as_given: Given) -> str:
    """What a function does on an engine."""
    call, wanted = calls()[name], expected(name)
    found = call(as_given)
    is_other = _out_of_order(found, wanted)
    said = NO_ORDER if is_other else SAME
    native = as_given(tables()["doses"])
    is_lazy = isinstance(nw.from_native(native), nw.LazyFrame)
    return said + (rows_that_grow(call, as_given) if is_lazy else "")
