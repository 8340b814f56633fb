"""pandas, Polars and DuckDB give the same scores of single items in every cell and in the same order."""

import random
from functools import cache

import narwhals as nw
import pandas as pd
import pytest

import myositis_tools as mt
from myositis_tools import errors
from tests.engines.other_engines import ENGINES
from tests.engines.test_scores import added, cells
from tests.property.second_opinions import INSTRUMENTS

pytestmark = pytest.mark.engines
every_instrument = pytest.mark.parametrize("name", INSTRUMENTS)


@pytest.fixture(params=ENGINES, name="engine")
def _engine(request):
    return ENGINES[request.param]


@cache
def sheets_of(name: str, count: int = 300) -> pd.DataFrame:
    instrument = INSTRUMENTS[name]
    chance = random.Random(name)  # noqa: S311 - a test, not a secret
    sheets = instrument.frame([instrument.draw(chance, chance.choice([0, 0.05, 0.4])) for _ in range(count)])
    return sheets.assign(sheet=[f"S{number:04d}" for number in range(count)])


@cache
def in_pandas(name: str) -> list[dict]:
    """The cells of pandas' answer, worked out once for all engines."""
    return cells(INSTRUMENTS[name].score(sheets_of(name)))


@every_instrument
def test_every_instrument(engine, name):
    sheets, expected = sheets_of(name), in_pandas(name)
    native = engine(sheets)
    scored = INSTRUMENTS[name].score(native)
    assert type(scored) is type(native)
    found = cells(scored)
    assert added(found, sheets) == added(expected, sheets)
    assert [row["sheet"] for row in found] == sheets["sheet"].tolist()
    assert list(found[0]) == list(expected[0])


@cache
def blank_of(name: str, count: int) -> pd.DataFrame:
    instrument = INSTRUMENTS[name]
    return instrument.frame([dict.fromkeys([*instrument.items, *instrument.words, *instrument.flags])] * count)


@cache
def blank_in_pandas(name: str, count: int) -> list[dict]:
    return cells(INSTRUMENTS[name].score(blank_of(name, count)))


@every_instrument
@pytest.mark.parametrize("count", [0, 1])
def test_tables_with_little_in_them(engine, name, count):
    instrument = INSTRUMENTS[name]
    blank = blank_of(name, count)
    found = instrument.score(engine(blank))
    assert added(cells(found), blank) == added(blank_in_pandas(name, count), blank)
    schema = nw.from_native(found).collect_schema()
    for total in instrument.totals:
        assert {schema[total], schema[f"{total}_min"], schema[f"{total}_max"]} == {nw.Float64}
    assert schema["missing"] == nw.String


def test_scoring_again(engine):
    sheets, score = sheets_of("HAQ-DI", 40), mt.score_haq_di
    once = score(engine(sheets))
    assert added(cells(score(once)), sheets) == added(cells(once), sheets)


@every_instrument
def test_an_impossible_value_and_a_missing_column_are_refused_alike(engine, name):
    instrument = INSTRUMENTS[name]
    sheets, item = sheets_of(name, 3), list(instrument.items or instrument.words)[-1]
    if instrument.items:
        for wrong in (instrument.items[item] + 1.0, -1.0):
            with pytest.raises(errors.ImpossibleValueError, match=f"Column {item} holds impossible values"):
                instrument.score(engine(sheets.assign(**{item: wrong})))
    for word in list(instrument.words)[-1:]:
        with pytest.raises(errors.UnknownWordError, match=f"Column {word} holds words that are not allowed: 'Z'"):
            instrument.score(engine(sheets.assign(**{word: "Z"})))
    with pytest.raises(errors.MissingColumnError, match=item):
        instrument.score(engine(sheets.drop(columns=item)))


def test_the_order_of_a_table_of_many_parts(engine):
    # DuckDB works on 122,880 rows at a time, on several of these at once.
    sheets = sheets_of("MMT-8, right", 1000)
    many = pd.concat([sheets] * 300, ignore_index=True)
    many["sheet"] = [str(number * 7919 % len(many)) for number in range(len(many))]
    scored = nw.from_native(mt.score_mmt(engine(many), scale="mmt8_80")).lazy().collect()
    assert scored["sheet"].to_list() == many["sheet"].tolist()
    lowest = mt.score_mmt(sheets, scale="mmt8_80")["mmt8_80_min"].tolist()
    assert scored["mmt8_80_min"].to_list() == lowest * 300


@pytest.mark.parametrize("version", ["fi2", "fi3"])
def test_the_functional_index(engine, version):
    chance = random.Random(version)  # noqa: S311
    tasks = [name for name in mt.tables.load("columns")["column"] if name.startswith(version)]
    tasks = [name for name in tasks if not name.endswith("_percent")]
    rows = [{name: chance.choice([None, *range(61)]) for name in tasks} for _ in range(50)]
    visits = pd.DataFrame(rows, dtype=float)
    expected = mt.score_functional_index(visits, version=version)
    assert added(cells(mt.score_functional_index(engine(visits), version=version)), visits) == added(
        cells(expected), visits
    )


# ---------------------------------------- the trace grade, which makes text of a column of numbers


@pytest.fixture(name="graded")
def _graded():
    names = list(INSTRUMENTS["MMT-26"].items)
    chance = random.Random(4)  # noqa: S311
    grades = [*map(str, range(11)), "T", None]
    return pd.DataFrame({name: [chance.choice(grades) for _ in range(50)] for name in names}, dtype=object)


def test_a_trace_counts_as_what_is_said(engine, graded):
    for trace in (0, 1):
        expected = mt.score_mmt(graded, scale="mmt26_260", trace=trace)
        found = mt.score_mmt(engine(graded), scale="mmt26_260", trace=trace)
        assert cells(found) == cells(expected)
        # by hand: the lowest total counts a T as it is said, and a missing grade as nothing
        numbers = graded.replace({"T": str(trace), None: "0"}).astype(float)
        assert expected["mmt26_260_min"].tolist() == numbers.sum(axis=1).tolist()
        assert expected["mmt_trace_grades"].tolist() == (graded == "T").sum(axis=1).tolist()


def test_a_trace_without_a_word_is_refused(engine, graded):
    with pytest.raises(errors.WrongTypeError, match=r"trace grade 'T'.*Expected: trace=0 or trace=1"):
        mt.score_mmt(engine(graded), scale="mmt26_260")
    with pytest.raises(errors.ImpossibleValueError, match="impossible values: 11"):
        mt.score_mmt(engine(graded.assign(neck_flexors="11")), scale="mmt26_260", trace=0)


def test_grades_of_five(engine, graded):
    assert cells(mt.to_five_point_grades(engine(graded))) == cells(mt.to_five_point_grades(graded))
    as_numbers = graded.replace({"T": None}).astype(float)
    found, expected = mt.to_five_point_grades(engine(as_numbers)), mt.to_five_point_grades(as_numbers)
    assert added(cells(found), graded) == added(cells(expected), graded)
