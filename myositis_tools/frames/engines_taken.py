"""Which engines are taken: those of docs/engines.md, which `tests/engines` and `tests/spark` hold against pandas."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import narwhals as nw
from narwhals import Implementation

from myositis_tools.errors import WrongTypeError, needs_package

TAKEN = (
    Implementation.PANDAS,
    Implementation.POLARS,
    Implementation.PYARROW,
    Implementation.DUCKDB,
    Implementation.PYSPARK,
)
EXPECTED = "a pandas, Polars, PyArrow, DuckDB or PySpark frame"
# What makes of a table of another engine one that is taken.
_INSTEAD: Mapping[Implementation, tuple[str, str]] = MappingProxyType(
    {
        Implementation.CUDF: ("cuDF", "table.to_pandas() gives it in pandas"),
        Implementation.DASK: ("Dask", "table.compute() gives it in pandas"),
        Implementation.IBIS: ("Ibis", "table.to_polars() gives it in Polars, table.to_pandas() in pandas"),
        Implementation.MODIN: ("Modin", "table.modin.to_pandas() gives it in pandas"),
        Implementation.PYSPARK_CONNECT: ("Spark Connect", "table.toPandas() gives it in pandas"),
        Implementation.SQLFRAME: ("SQLFrame", "table.toPandas() gives it in pandas"),
    }
)


def taken(native: Any) -> Any:
    """Give a caller's table as a frame of narwhals.

    Raises
    ------
    WrongTypeError
        If this is no table, or one of an engine on which nothing has been tested.
    """
    try:
        frame = nw.from_native(native)
    except TypeError:
        raise WrongTypeError(
            f"A table was expected, not {type(native).__name__}.",
            expected=EXPECTED,
            hint="pd.DataFrame(...) makes one from lists or a dictionary",
        ) from None
    if frame.implementation not in TAKEN:
        name, hint = _INSTEAD.get(frame.implementation, (type(native).__name__, "give it in one of these"))
        raise WrongTypeError(
            f"A table of {name} is not taken: no answer has been checked on that engine.", expected=EXPECTED, hint=hint
        )
    return frame


def computed(native: Any) -> Any:
    """Give a caller's table as a frame to compute with: one of PyArrow, which computes little, on Polars.

    Raises
    ------
    WrongTypeError
        If this is no table, or one of an engine on which nothing has been tested.
    MissingPackageError
        If this is a table of PyArrow and Polars is not installed.
    """
    frame = taken(native)
    if not frame.implementation.is_pyarrow():
        return frame
    with needs_package("polars"):
        import polars as pl
    return nw.from_native(pl.from_arrow(frame.to_native()))


def handed_back(made: Any, native: Any) -> Any:
    """Give what was computed as the caller's own kind of table: in PyArrow to who came with it."""
    is_arrow = nw.from_native(native).implementation.is_pyarrow()
    return nw.from_native(made).to_arrow() if is_arrow else made


def held(frame: Any) -> Any:
    """Give a frame of Spark worked out, its rows kept where they are, among the executors; any other as it is.

    For what is put together of many answers: the plan of all of them is more than Spark's optimiser can hold.
    """
    return nw.from_native(frame.to_native().localCheckpoint()) if frame.implementation.is_pyspark() else frame
