"""pandas, Polars and DuckDB give the same verdicts, categories and words."""

import random
from functools import cache

import narwhals as nw
import pandas as pd
import pytest

from myositis_tools import errors
from myositis_tools.criteria import CRITERIA_SETS, classify, classify_bohan_peter
from myositis_tools.frames import columns
from tests.engines.other_engines import ENGINES, cells

pytestmark = pytest.mark.engines
NAMES = ("case_id", *columns("classification"))


@pytest.fixture(params=ENGINES, name="engine")
def _engine(request):
    return ENGINES[request.param]


@cache
def random_cases(needs: tuple, rows: int = 150) -> pd.DataFrame:
    chance = random.Random(3)  # noqa: S311 - a test, not a secret
    frame = pd.DataFrame({"case_id": [f"C{number}" for number in range(rows)]})
    for name in needs:
        if columns("cases")[name].type == "number":
            frame[name] = [chance.choice([float("nan"), 69.9, 70.0, 90.0]) for _ in range(rows)]
        else:
            values = [chance.choices([True, False, None], [0.4, 0.5, 0.1])[0] for _ in range(rows)]
            frame[name] = pd.array(values, "boolean")
    return frame


@cache
def in_pandas(key: str) -> list[dict]:
    """The cells of pandas' answer, worked out once for all engines."""
    return cells(classify(random_cases(CRITERIA_SETS[key].needs), criteria_set=key), NAMES)


@pytest.mark.parametrize("key", CRITERIA_SETS)
def test_the_criteria_sets(engine, key):
    cases = random_cases(CRITERIA_SETS[key].needs)
    native = engine(cases)
    out = classify(native, criteria_set=key)
    assert type(out) is type(native)
    assert cells(out, NAMES) == in_pandas(key)
    assert list(nw.from_native(out).collect_schema().names()) == [*cases.columns, *NAMES[1:]]
    with pytest.raises(errors.MissingColumnError):
        classify(engine(cases[["case_id"]]), criteria_set=key)


BOHAN_PETER = (
    *("symmetric_proximal_weakness", "enzymes_elevated", "emg_compatible", "biopsy_compatible"),
    *("dermatomyositis_rash", "better_explained"),
)


def test_bohan_and_peter(engine):
    cases = random_cases(BOHAN_PETER, 300)
    native = engine(cases)
    out = classify_bohan_peter(native)
    names = ("case_id", *columns("bohan_peter"))
    assert type(out) is type(native)
    assert cells(out, names) == cells(classify_bohan_peter(cases), names)
    schema = nw.from_native(out).collect_schema()
    assert [schema[name] for name in names[1:]] == [nw.Float64, nw.Float64, nw.String, nw.String]


@pytest.mark.parametrize("rows", [0, 1])
def test_tables_with_little_in_them(engine, rows):
    for key, one in CRITERIA_SETS.items():
        out = classify(engine(pd.DataFrame({name: [None] * rows for name in one.needs})), criteria_set=key)
        schema = nw.from_native(out).collect_schema()
        assert schema["provisional"] == nw.Boolean
        assert {schema[name] for name in ("criteria_set", "verdict", "category", "because", "caution")} == {nw.String}
    out = classify_bohan_peter(engine(pd.DataFrame({name: [None] * rows for name in BOHAN_PETER})))
    assert len(cells(out, ("category",))) == rows
