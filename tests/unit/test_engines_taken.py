"""A table of an engine that nobody has tested is refused in one sentence that says what to do instead."""

import narwhals as nw
import pandas as pd
import pytest
from narwhals import Implementation

import myositis_tools as mt
from myositis_tools.errors import WrongTypeError
from myositis_tools.frames.engines_taken import TAKEN

OTHERS = [one for one in Implementation if one not in TAKEN]
NAMES = {"MODIN": "Modin", "CUDF": "cuDF", "DASK": "Dask", "IBIS": "Ibis", "SQLFRAME": "SQLFrame"}
NAMES |= {"PYSPARK_CONNECT": "Spark Connect", "UNKNOWN": "Frame"}


class Frame:
    """A frame of another engine, as narwhals shows it: to install seven engines would take longer than all tests."""

    def __init__(self, implementation):
        self.implementation = implementation


@pytest.mark.parametrize("engine", OTHERS)
@pytest.mark.parametrize(
    "asked",
    [
        mt.score_total_improvement,
        mt.derive_screening,
        mt.TIME_IS_MUSCLE.decide,
        lambda table: mt.validate(table, "visits"),
        lambda table: mt.compare_scores(table, 12),
    ],
)
def test_another_engine_is_refused(engine, asked, monkeypatch):
    monkeypatch.setattr(nw, "from_native", lambda native, **_: native)
    with pytest.raises(WrongTypeError) as refused:
        asked(Frame(engine))
    said = str(refused.value)
    assert said.startswith(f"A table of {NAMES[engine.name]} is not taken")
    assert "a pandas, Polars, PyArrow, DuckDB or PySpark frame" in said
    assert engine is Implementation.UNKNOWN or ".to" in said or ".compute()" in said


def test_what_is_no_table_is_refused():
    with pytest.raises(WrongTypeError, match="A table was expected, not Series"):
        mt.score_total_improvement(pd.Series([1.0]))
